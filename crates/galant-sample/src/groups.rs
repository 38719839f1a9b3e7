//! Groups of tokens that a temperature leaves as likely as they are.

/// Groups of tokens between which a temperature does not choose.
///
/// A group is as likely as the model says, whatever the temperature; which of its tokens comes is what the temperature
/// decides. So the pitches of a part can be chosen with more care than whether it moves. By default all tokens are one group.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TokenGroups {
    /// `[V]`, or empty for a single group.
    of: Vec<u8>,
}

impl TokenGroups {
    /// Groups by the number that each token of a vocabulary has here, `[V]`.
    pub fn new(of: Vec<u8>) -> TokenGroups {
        TokenGroups { of }
    }

    /// Whether these are groups of so many tokens.
    pub(crate) fn fit(&self, vocab_size: usize) -> bool {
        self.of.is_empty() || self.of.len() == vocab_size
    }

    /// How many tokens they are of.
    pub(crate) fn len(&self) -> usize {
        self.of.len()
    }

    /// The logits whose division by T keeps the groups' probabilities: `logits` and `tempered` are `[V]`.
    ///
    /// softmax(temperedᵢ / T) = P(g)·pᵢ^(1/T) / Σ_g pⱼ^(1/T), where g is the group of i and P(g) its probability.
    pub(crate) fn temper(&self, logits: &[f32], temperature: f64, tempered: &mut Vec<f32>) {
        tempered.clear();
        tempered.extend_from_slice(logits);
        let mut done = [false; 256];
        for &group in &self.of {
            if std::mem::replace(&mut done[usize::from(group)], true) {
                continue;
            }
            let members =
                || logits.iter().zip(&self.of).filter(move |(_, of)| **of == group).map(|(logit, _)| f64::from(*logit));
            let max = members().fold(f64::NEG_INFINITY, f64::max);
            let log_sum =
                |temperature: f64| members().map(|logit| ((logit - max) / temperature).exp()).sum::<f64>().ln();
            // Of ln Σ exp(l) − ln Σ exp(l / T), times T.
            let raised = (temperature - 1.0) * max + temperature * (log_sum(1.0) - log_sum(temperature));
            for (tempered, _) in tempered.iter_mut().zip(&self.of).filter(|(_, of)| **of == group) {
                *tempered = (f64::from(*tempered) + raised) as f32;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use galant_testkit::{Tolerance, assert_close};

    use super::*;

    fn softmax(logits: &[f32], temperature: f64) -> Vec<f64> {
        let exps: Vec<f64> = logits.iter().map(|logit| (f64::from(*logit) / temperature).exp()).collect();
        let sum: f64 = exps.iter().sum();
        exps.into_iter().map(|exp| exp / sum).collect()
    }

    #[test]
    fn a_temperature_chooses_within_groups_only() {
        // 0.5 of one group, as 0.4 and 0.1, and 0.5 of another, as 0.3 and 0.2: squares are 16 to 1, and 9 to 4.
        let logits = [0.4_f32, 0.3, 0.1, 0.2].map(|p| p.ln() + 7.0);
        let mut tempered = Vec::new();
        TokenGroups::new(vec![3, 9, 3, 9]).temper(&logits, 0.5, &mut tempered);
        let expected = [0.5 * 16.0 / 17.0, 0.5 * 9.0 / 13.0, 0.5 / 17.0, 0.5 * 4.0 / 13.0];
        assert_close("probabilities", &softmax(&tempered, 0.5), &expected, Tolerance { absolute: 1e-6, relative: 0.0 });
    }

    #[test]
    fn one_group_is_left_as_it_is() {
        let mut tempered = Vec::new();
        TokenGroups::default().temper(&[1.0, -2.0], 0.7, &mut tempered);
        assert_eq!(tempered, [1.0, -2.0]);
        assert!(TokenGroups::default().fit(7) && !TokenGroups::new(vec![0]).fit(2));
    }
}
