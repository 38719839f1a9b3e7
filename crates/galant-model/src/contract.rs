use std::error::Error;
use std::sync::Arc;

use galant_types::{Batch, Seed, TokenId};

use crate::{Loss, Weights};

/// A model that reads one token at a time: what composing needs.
///
/// With the token it reads what is known of the place of the next one, a value of each of its streams.
/// The state carries everything read so far, so the cost of a step does not grow with the length of the piece.
pub trait StepModel {
    /// What the model remembers of the tokens read; search clones it.
    type State: Clone;
    /// How a step can fail.
    type Error: Error + Send + Sync + 'static;

    /// V, the number of different tokens.
    fn vocab_size(&self) -> usize;

    /// K, the number of inputs of a step: the token, and a value of each stream.
    fn n_inputs(&self) -> usize;

    /// The state before the first token.
    fn zero_state(&self) -> Self::State;

    /// Reads the inputs of a step, `[K]` with the token first, and writes a logit for each token that may come next;
    /// `logits` is `[V]`.
    ///
    /// # Errors
    ///
    /// If there are not K inputs, if the token is not in the vocabulary or a stream has no such value, if `logits` is not
    /// `[V]`, or if the model itself fails.
    fn step(&self, inputs: &[TokenId], state: &mut Self::State, logits: &mut [f32]) -> Result<(), Self::Error>;

    /// Reads a step into each of `states`, which are independent; `inputs` is `[B, K]` and `logits` `[B, V]`, a row for
    /// each state.
    ///
    /// The result is that of single steps; a model that reads its weights once for all states is faster.
    ///
    /// # Errors
    ///
    /// As [`step`](StepModel::step); the states are then undefined.
    ///
    /// # Panics
    ///
    /// If `inputs` is not `[B, K]`, or `logits` not `[B, V]`.
    fn step_each(
        &self,
        inputs: &[TokenId],
        states: &mut [&mut Self::State],
        logits: &mut [f32],
    ) -> Result<(), Self::Error> {
        let (vocab_size, n_inputs) = (self.vocab_size(), self.n_inputs());
        assert_eq!(inputs.len(), states.len() * n_inputs, "step_each: inputs");
        assert_eq!(logits.len(), states.len() * vocab_size, "step_each: logits");
        for (number, state) in states.iter_mut().enumerate() {
            let inputs = &inputs[number * n_inputs..][..n_inputs];
            self.step(inputs, state, &mut logits[number * vocab_size..][..vocab_size])?;
        }
        Ok(())
    }
}

/// A model that learns from batches: what training needs.
pub trait Trainable {
    /// How training can fail.
    type Error: Error + Send + Sync + 'static;

    /// Learns from `batch`: one forward pass, one backward pass, one update of the weights.
    ///
    /// The loss is that before the update, with dropout; `dropout` seeds the dropout masks.
    /// The update uses the optimizer's learning rate times `rate_factor`, which a [`Schedule`](crate::Schedule) gives; a
    /// factor of 1 is the optimizer as it is.
    ///
    /// # Errors
    ///
    /// If the batch has not the inputs of the network or a value that is not in their vocabularies, or if the numbers stop being finite.
    fn train_batch(&mut self, batch: &Batch, dropout: Seed, rate_factor: f64) -> Result<Loss, Self::Error>;

    /// The loss on `batch`, each row from a zero state, without dropout.
    ///
    /// # Errors
    ///
    /// If the batch has not the inputs of the network or a value that is not in their vocabularies, or if the loss is not finite.
    fn evaluate(&self, batch: &Batch) -> Result<Loss, Self::Error>;

    /// The weights as they are now.
    ///
    /// # Errors
    ///
    /// If the engine cannot read them back.
    fn weights(&self) -> Result<Weights, Self::Error>;

    /// Everything that the next step depends on.
    ///
    /// # Errors
    ///
    /// If the engine cannot read it back.
    fn training_state(&self) -> Result<TrainingState, Self::Error>;

    /// Continues from `state`: the next step gives the same bits as if training had never stopped.
    ///
    /// # Errors
    ///
    /// If the state belongs to another network or another optimizer.
    fn restore(&mut self, state: &TrainingState) -> Result<(), Self::Error>;
}

/// What training keeps between two steps.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainingState {
    /// The weights.
    pub weights: Weights,
    /// How many updates led to them.
    pub n_updates: u64,
    /// The version of the order in which the engine adds gradients, on which the bits of the weights depend; none if it does
    /// not promise one.
    pub reduction_plan: Option<u32>,
    /// Running means of the gradients, in the layout of the weights; empty if the optimizer keeps none.
    pub first_moment: Vec<f32>,
    /// Running means of the squared gradients, in the layout of the weights.
    pub second_moment: Vec<f32>,
}

/// A model that several owners share, such as a page and the piece being composed on it.
impl<M: StepModel> StepModel for Arc<M> {
    type State = M::State;
    type Error = M::Error;

    fn vocab_size(&self) -> usize {
        M::vocab_size(self)
    }

    fn n_inputs(&self) -> usize {
        M::n_inputs(self)
    }

    fn zero_state(&self) -> M::State {
        M::zero_state(self)
    }

    fn step(&self, inputs: &[TokenId], state: &mut M::State, logits: &mut [f32]) -> Result<(), M::Error> {
        M::step(self, inputs, state, logits)
    }

    fn step_each(&self, inputs: &[TokenId], states: &mut [&mut M::State], logits: &mut [f32]) -> Result<(), M::Error> {
        M::step_each(self, inputs, states, logits)
    }
}

/// A model that is borrowed.
impl<M: StepModel + ?Sized> StepModel for &M {
    type State = M::State;
    type Error = M::Error;

    fn vocab_size(&self) -> usize {
        (**self).vocab_size()
    }

    fn n_inputs(&self) -> usize {
        (**self).n_inputs()
    }

    fn zero_state(&self) -> M::State {
        (**self).zero_state()
    }

    fn step(&self, inputs: &[TokenId], state: &mut M::State, logits: &mut [f32]) -> Result<(), M::Error> {
        (**self).step(inputs, state, logits)
    }

    fn step_each(&self, inputs: &[TokenId], states: &mut [&mut M::State], logits: &mut [f32]) -> Result<(), M::Error> {
        (**self).step_each(inputs, states, logits)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::convert::Infallible;

    use super::*;

    /// A model that counts how often it reads its weights.
    #[derive(Default)]
    struct Counting {
        n_reads: Cell<u32>,
    }

    impl StepModel for Counting {
        type State = u32;
        type Error = Infallible;

        fn vocab_size(&self) -> usize {
            3
        }

        fn n_inputs(&self) -> usize {
            1
        }

        fn zero_state(&self) -> u32 {
            7
        }

        fn step(&self, inputs: &[TokenId], state: &mut u32, logits: &mut [f32]) -> Result<(), Infallible> {
            self.n_reads.update(|n| n + 1);
            *state += inputs[0].0;
            logits.fill(*state as f32);
            Ok(())
        }

        fn step_each(&self, tokens: &[TokenId], states: &mut [&mut u32], logits: &mut [f32]) -> Result<(), Infallible> {
            self.n_reads.update(|n| n + 1);
            for ((state, token), logits) in states.iter_mut().zip(tokens).zip(logits.chunks_mut(3)) {
                **state += token.0;
                logits.fill(**state as f32);
            }
            Ok(())
        }
    }

    #[test]
    #[expect(clippy::arc_with_non_send_sync, reason = "the test has one thread")]
    fn a_shared_model_steps_as_the_model_does_and_reads_its_weights_once_for_all_states() {
        let model = Arc::new(Counting::default());
        let (mut one, mut other) = (StepModel::zero_state(&model), 10);
        let mut logits = vec![0.0; 2 * StepModel::vocab_size(&model)];
        StepModel::step_each(&model, &[TokenId(1), TokenId(2)], &mut [&mut one, &mut other], &mut logits).unwrap();
        assert_eq!((one, other, model.n_reads.get()), (8, 12, 1));
        assert_eq!(logits, [8.0, 8.0, 8.0, 12.0, 12.0, 12.0]);
        StepModel::step(&model, &[TokenId(2)], &mut one, &mut logits[..3]).unwrap();
        assert_eq!((one, logits[0], model.n_reads.get()), (10, 10.0, 2));
    }
}
