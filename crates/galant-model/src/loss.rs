/// Cross-entropy summed over predictions.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Loss {
    /// The sum of −ln p(token) over the predicted tokens, in nats.
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

/// The surprise of a prediction, −ln softmax(`logits`)\[`index`\], in nats.
///
/// # Panics
///
/// If there is no logit of that index.
pub fn surprise(logits: &[f32], index: usize) -> f64 {
    let max = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f64 = logits.iter().map(|&logit| f64::from(logit - max).exp()).sum();
    sum.ln() - f64::from(logits[index] - max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surprise_is_the_negative_logarithm_of_the_softmax() {
        // Weights 1 : 2 : 5, at any offset.
        for offset in [0.0_f32, 80.0, -80.0] {
            let logits = [1.0_f32, 2.0, 5.0].map(|weight| weight.ln() + offset);
            for (index, probability) in [(0, 0.125_f64), (1, 0.25), (2, 0.625)] {
                let (actual, expected) = (surprise(&logits, index), -probability.ln());
                assert!((actual - expected).abs() < 1e-5, "offset {offset}, index {index}: {actual}, not {expected}");
            }
        }
    }

    #[test]
    fn an_impossible_token_is_infinitely_surprising() {
        assert_eq!(surprise(&[0.0, f32::NEG_INFINITY], 1), f64::INFINITY);
        assert_eq!(surprise(&[0.0, f32::NEG_INFINITY], 0), 0.0);
    }
}
