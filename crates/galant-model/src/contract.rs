use std::error::Error;

use galant_types::{Batch, Seed, TokenId};

use crate::Weights;

/// A model that reads one token at a time: what generation needs.
///
/// The state carries everything read so far, so the cost of a step does not grow with the length of the piece.
pub trait StepModel {
    /// What the model remembers of the tokens read; search clones it.
    type State: Clone;
    /// What a step may fail with.
    type Error: Error + Send + Sync + 'static;

    /// V, the number of different tokens.
    fn vocab_size(&self) -> usize;

    /// The state before the first token.
    fn zero_state(&self) -> Self::State;

    /// Reads `token` and writes a logit for each token that may come next; `logits` is `[V]`.
    ///
    /// # Errors
    ///
    /// If `token` is not in the vocabulary, if `logits` is not `[V]`, or if the model itself fails.
    fn step(&self, token: TokenId, state: &mut Self::State, logits: &mut [f32]) -> Result<(), Self::Error>;

    /// Reads a token into each of `states`, which do not touch each other; `logits` is `[B, V]`, a row for each.
    ///
    /// This gives what steps one by one give; a model that reads its weights once for all states is faster.
    ///
    /// # Errors
    ///
    /// As [`step`](StepModel::step); the states are then worth nothing.
    ///
    /// # Panics
    ///
    /// If there are not as many states as tokens, or `logits` is not `[B, V]`.
    fn step_each(
        &self,
        tokens: &[TokenId],
        states: &mut [&mut Self::State],
        logits: &mut [f32],
    ) -> Result<(), Self::Error> {
        let vocab_size = self.vocab_size();
        assert_eq!(tokens.len(), states.len(), "step_each: tokens and states");
        assert_eq!(logits.len(), tokens.len() * vocab_size, "step_each: logits");
        for (number, (&token, state)) in tokens.iter().zip(states).enumerate() {
            self.step(token, state, &mut logits[number * vocab_size..][..vocab_size])?;
        }
        Ok(())
    }
}

impl<M: StepModel + ?Sized> StepModel for &M {
    type State = M::State;
    type Error = M::Error;

    fn vocab_size(&self) -> usize {
        (**self).vocab_size()
    }

    fn zero_state(&self) -> M::State {
        (**self).zero_state()
    }

    fn step(&self, token: TokenId, state: &mut M::State, logits: &mut [f32]) -> Result<(), M::Error> {
        (**self).step(token, state, logits)
    }

    fn step_each(&self, tokens: &[TokenId], states: &mut [&mut M::State], logits: &mut [f32]) -> Result<(), M::Error> {
        (**self).step_each(tokens, states, logits)
    }
}

/// A model that learns from batches: what training needs.
pub trait Trainable {
    /// What training may fail with.
    type Error: Error + Send + Sync + 'static;

    /// Learns from `batch`: one forward pass, one backward pass, one update of the weights.
    ///
    /// The loss is the one before the update, with dropout; `dropout` draws what is dropped.
    ///
    /// # Errors
    ///
    /// If the batch holds a token that is not in the vocabulary, or if the numbers stop being finite.
    fn train_batch(&mut self, batch: &Batch, dropout: Seed) -> Result<Loss, Self::Error>;

    /// The loss on `batch`, each row from a zero state, without dropout.
    ///
    /// # Errors
    ///
    /// If the batch holds a token that is not in the vocabulary, or if the loss is not finite.
    fn evaluate(&self, batch: &Batch) -> Result<Loss, Self::Error>;

    /// The weights as they are now.
    ///
    /// # Errors
    ///
    /// If the engine cannot read them back.
    fn weights(&self) -> Result<Weights, Self::Error>;

    /// Everything the next step depends on.
    ///
    /// # Errors
    ///
    /// If the engine cannot read it back.
    fn training_state(&self) -> Result<TrainingState, Self::Error>;

    /// Goes on from `state`: the next step gives the same bits as if training had never stopped.
    ///
    /// # Errors
    ///
    /// If the state is another network's or another optimiser's.
    fn restore(&mut self, state: &TrainingState) -> Result<(), Self::Error>;
}

/// Cross-entropy summed over predictions.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Loss {
    /// The sum of −ln p(token) over the tokens predicted, in nats.
    pub nats: f64,
    /// How many tokens were predicted.
    pub n_tokens: u64,
}

impl Loss {
    /// The mean, in nats per token; NaN without tokens.
    pub fn nats_per_token(&self) -> f64 {
        self.nats / self.n_tokens as f64
    }

    /// Adds the loss of other predictions.
    pub fn add(&mut self, other: Loss) {
        self.nats += other.nats;
        self.n_tokens += other.n_tokens;
    }
}

/// What training must remember between two steps.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainingState {
    /// The weights.
    pub weights: Weights,
    /// How many updates made them.
    pub n_updates: u64,
    /// Running means of the gradients, in the layout of the weights; empty if the optimiser keeps none.
    pub first_moment: Vec<f32>,
    /// Running means of the squared gradients, in the layout of the weights.
    pub second_moment: Vec<f32>,
}
