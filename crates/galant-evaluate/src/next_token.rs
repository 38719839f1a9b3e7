//! What a network expects next.

use galant_model::StepModel;
use galant_types::TokenId;

use crate::reading::{ReadError, read_tokens};

/// What a network expects as the next token of a piece.
#[derive(Debug, Clone, PartialEq)]
pub struct NextToken {
    /// The logit of each token.
    logits: Vec<f32>,
    /// The token that does come.
    pub came: TokenId,
}

impl NextToken {
    /// Has `model` read the tokens before `place`, from 1, and says what it expects there; none if the piece is not as long.
    ///
    /// `streams` are as in [`read_tokens`].
    ///
    /// # Errors
    ///
    /// If the model fails, with the place.
    ///
    /// # Panics
    ///
    /// If a stream is shorter than the tokens.
    pub fn at<M: StepModel>(
        model: &M,
        ids: &[TokenId],
        streams: &[Vec<TokenId>],
        place: usize,
    ) -> Result<Option<NextToken>, ReadError<M::Error>> {
        let Some(&came) = ids.get(place).filter(|_| place > 0) else { return Ok(None) };
        let mut next = None;
        read_tokens(model, &ids[..=place], streams, |now, logits, _| {
            if now == place {
                next = logits.map(|logits| NextToken { logits: logits.to_vec(), came });
            }
        })?;
        Ok(next)
    }

    /// The probability of each token at a temperature, softmax(logits / T).
    ///
    /// # Panics
    ///
    /// If the temperature is not above 0.
    pub fn probabilities(&self, temperature: f64) -> Vec<f64> {
        assert!(temperature > 0.0, "temperature {temperature} is not above 0");
        let most = self.logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let weights: Vec<f64> =
            self.logits.iter().map(|&logit| (f64::from(logit - most) / temperature).exp()).collect();
        let sum: f64 = weights.iter().sum();
        weights.into_iter().map(|weight| weight / sum).collect()
    }

    /// The `n` likeliest tokens, the likeliest first.
    pub fn likeliest(&self, n: usize) -> Vec<TokenId> {
        let mut places: Vec<usize> = (0..self.logits.len()).collect();
        places.sort_by(|&a, &b| self.logits[b].total_cmp(&self.logits[a]));
        places.into_iter().take(n).map(|place| TokenId(place as u32)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn temperatures_change_the_probabilities_and_not_their_order() {
        // Weights 1 : 2 : 5; at half the temperature their squares, 1 : 4 : 25.
        let next = NextToken { logits: [1.0_f32, 5.0, 2.0].map(f32::ln).to_vec(), came: TokenId(0) };
        let close = |actual: Vec<f64>, expected: [f64; 3]| {
            assert!(actual.iter().zip(expected).all(|(a, e)| (a - e).abs() < 1e-6), "{actual:?}, not {expected:?}");
        };
        close(next.probabilities(1.0), [1.0 / 8.0, 5.0 / 8.0, 2.0 / 8.0]);
        close(next.probabilities(0.5), [1.0 / 30.0, 25.0 / 30.0, 4.0 / 30.0]);
        assert_eq!(next.likeliest(2), [TokenId(1), TokenId(2)]);
    }
}
