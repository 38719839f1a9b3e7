//! What tokens cost a model.

use galant_model::{Loss, StepModel, surprise};
use galant_tokens::{Token, Vocabulary};

use crate::reading::{ReadError, read_tokens};

/// What tokens cost a model, summed.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Likelihood {
    /// −Σ ln p of the tokens predicted: all but the first of a piece and those that the vocabulary lacks.
    pub loss: Loss,
    /// How many notes the predicted tokens strike.
    pub n_notes: u64,
    /// How many predicted tokens the model held for the likeliest.
    pub n_correct: u64,
    /// How many tokens the vocabulary lacks.
    pub n_unknown: u64,
}

impl Likelihood {
    /// Has `model` read a piece from its beginning, and sums the surprise of each token after the first `n_context`.
    ///
    /// A token that the vocabulary lacks is read as the nearest, and not counted as predicted.
    ///
    /// # Errors
    ///
    /// If the model fails.
    pub fn measure<M: StepModel>(
        model: &M,
        vocabulary: &Vocabulary,
        tokens: &[Token],
        n_context: usize,
    ) -> Result<Likelihood, ReadError<M::Error>> {
        let encoded = vocabulary.ids(tokens);
        let mut unknown = encoded.unknown.iter().copied().peekable();
        let mut sum = Likelihood::default();
        read_tokens(model, &encoded.ids, |place, logits, _| {
            let is_unknown = unknown.next_if_eq(&place).is_some();
            if place < n_context {
                return;
            }
            sum.n_unknown += u64::from(is_unknown);
            let Some(logits) = logits.filter(|_| !is_unknown) else { return };
            let index = encoded.ids[place].index();
            sum.loss.add(Loss { nats: surprise(logits, index), n_tokens: 1 });
            sum.n_notes += tokens[place].pitches().len() as u64;
            sum.n_correct += u64::from(is_likeliest(logits, index));
        })?;
        Ok(sum)
    }

    /// Adds what other tokens cost.
    pub fn add(&mut self, other: &Likelihood) {
        self.loss.add(other.loss);
        self.n_notes += other.n_notes;
        self.n_correct += other.n_correct;
        self.n_unknown += other.n_unknown;
    }

    /// Mean surprise of a token; none if no token was predicted.
    pub fn nats_per_token(&self) -> Option<f64> {
        (self.loss.n_tokens > 0).then(|| self.loss.nats_per_token())
    }

    /// Surprise per note, by which tokenizers are compared; none if no note was predicted.
    pub fn nats_per_note(&self) -> Option<f64> {
        (self.n_notes > 0).then(|| self.loss.nats / self.n_notes as f64)
    }

    /// e to the power of the nats per token; none if no token was predicted.
    pub fn perplexity(&self) -> Option<f64> {
        self.nats_per_token().map(f64::exp)
    }

    /// The share of tokens that the model held for the likeliest; none if no token was predicted.
    pub fn accuracy(&self) -> Option<f64> {
        (self.loss.n_tokens > 0).then(|| self.n_correct as f64 / self.loss.n_tokens as f64)
    }
}

/// Of equal logits the first counts as the likeliest.
fn is_likeliest(logits: &[f32], index: usize) -> bool {
    let logit = logits[index];
    let first_better = logits[..index].iter().any(|&other| other >= logit);
    !first_better && logits.iter().all(|&other| other <= logit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_equal_logits_the_first_is_the_likeliest() {
        let logits = [1.0, 3.0, 3.0, 2.0];
        assert_eq!([0, 1, 2, 3].map(|index| is_likeliest(&logits, index)), [false, true, false, false]);
    }

    #[test]
    fn nothing_predicted_has_no_mean() {
        let nothing = Likelihood::default();
        assert_eq!([nothing.nats_per_token(), nothing.nats_per_note(), nothing.accuracy()], [None; 3]);
        let mut sum = nothing;
        let one = Likelihood { loss: Loss { nats: 3.0, n_tokens: 2 }, n_notes: 4, n_correct: 1, n_unknown: 5 };
        sum.add(&one);
        assert_eq!((sum.nats_per_token(), sum.nats_per_note(), sum.accuracy()), (Some(1.5), Some(0.75), Some(0.5)));
    }
}
