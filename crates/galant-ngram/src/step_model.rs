//! Counting behind the contract that networks have.

use std::collections::VecDeque;

use galant_model::StepModel;
use galant_types::TokenId;
use thiserror::Error;

use crate::Ngrams;

impl StepModel for Ngrams {
    /// The last tokens read, as many as count.
    type State = VecDeque<TokenId>;
    type Error = NgramError;

    fn vocab_size(&self) -> usize {
        Ngrams::vocab_size(self)
    }

    fn n_inputs(&self) -> usize {
        1
    }

    fn zero_state(&self) -> VecDeque<TokenId> {
        VecDeque::with_capacity(self.order())
    }

    /// A logit is the logarithm of the probability.
    fn step(&self, inputs: &[TokenId], state: &mut VecDeque<TokenId>, logits: &mut [f32]) -> Result<(), NgramError> {
        let vocab_size = Ngrams::vocab_size(self);
        let &[token] = inputs else {
            return Err(NgramError::Inputs { n_inputs: inputs.len() });
        };
        if token.index() >= vocab_size {
            return Err(NgramError::Token { token, vocab_size });
        }
        if logits.len() != vocab_size {
            return Err(NgramError::Logits { len: logits.len(), vocab_size });
        }
        state.push_back(token);
        if state.len() >= self.order() {
            state.pop_front();
        }
        let probabilities = self.probabilities(state.make_contiguous());
        logits.iter_mut().zip(probabilities).for_each(|(logit, p)| *logit = p.ln() as f32);
        Ok(())
    }
}

/// Why an n-gram model cannot take a step.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NgramError {
    /// There are streams beside the token, or there is no token.
    #[error("a step has {n_inputs} inputs; an n-gram model reads one, the token")]
    Inputs {
        /// How many there are.
        n_inputs: usize,
    },
    /// The token is not in the vocabulary.
    #[error("token {} is not in the vocabulary of {vocab_size} tokens", token.0)]
    Token {
        /// The token.
        token: TokenId,
        /// V, the number of different tokens.
        vocab_size: usize,
    },
    /// There is not one logit for each token.
    #[error("{len} logits asked for; the vocabulary has {vocab_size} tokens")]
    Logits {
        /// How many there are.
        len: usize,
        /// V, the number of different tokens.
        vocab_size: usize,
    },
}

#[cfg(test)]
mod tests {
    use galant_model::surprise;

    use super::*;

    #[test]
    fn stepping_gives_the_probabilities_after_the_last_tokens() {
        let song: Vec<TokenId> = (0..200_u32).map(|i| TokenId(i * i % 7)).collect();
        for order in [1, 2, 4] {
            let ngrams = Ngrams::learn([song.as_slice()], order, 7);
            let (mut state, mut logits) = (ngrams.zero_state(), [0.0; 7]);
            for (place, &token) in song.iter().enumerate().take(50) {
                ngrams.step(&[token], &mut state, &mut logits).unwrap();
                let next = song[place + 1];
                let expected = ngrams.nats(&song[..=place], next);
                assert!((surprise(&logits, next.index()) - expected).abs() < 1e-5, "order {order}, place {place}");
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let ngrams = Ngrams::learn([[TokenId(0)].as_slice()], 2, 3);
        let mut state = ngrams.zero_state();
        let expected = NgramError::Token { token: TokenId(3), vocab_size: 3 };
        assert_eq!(ngrams.step(&[TokenId(3)], &mut state, &mut [0.0; 3]), Err(expected));
        let expected = NgramError::Logits { len: 2, vocab_size: 3 };
        assert_eq!(ngrams.step(&[TokenId(0)], &mut state, &mut [0.0; 2]), Err(expected));
        let expected = NgramError::Inputs { n_inputs: 2 };
        assert_eq!(ngrams.step(&[TokenId(0); 2], &mut state, &mut [0.0; 3]), Err(expected));
    }
}
