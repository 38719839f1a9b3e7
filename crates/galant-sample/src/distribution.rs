//! Probabilities from logits, in `f64`.

use std::cmp::Ordering;

use crate::Truncation;

/// softmax(logits / T) without its division: weights that need not sum to 1.
///
/// Tokens that may not come have weight 0.
#[derive(Debug, Clone, Default)]
pub(crate) struct Distribution {
    weights: Vec<f64>,
    /// Buffer for sorting.
    order: Vec<usize>,
}

impl Distribution {
    /// Sets the weights of the allowed tokens to exp((logit − max) / `temperature`), so that the largest is 1 and none
    /// overflows; at least one token must be allowed.
    ///
    /// After division by their sum they are pᵢ^(1/T) / Σ pⱼ^(1/T), with p the model's own probabilities.
    pub(crate) fn fill(&mut self, logits: &[f32], allowed: &[bool], temperature: f64) {
        let max = allowed_max(logits, allowed);
        let weight = |(&logit, &allowed): (&f32, &bool)| {
            if allowed { ((f64::from(logit) - max) / temperature).exp() } else { 0.0 }
        };
        self.weights.clear();
        self.weights.extend(logits.iter().zip(allowed).map(weight));
    }

    /// Sets the weights of the tokens that `truncation` leaves out to 0.
    ///
    /// Of equally likely tokens those of lower number are kept.
    pub(crate) fn truncate(&mut self, truncation: Truncation) {
        match truncation {
            Truncation::None => {}
            Truncation::TopK(k) if k >= self.weights.len() => {}
            Truncation::TopK(k) => {
                self.sort();
                self.order[k..].iter().for_each(|&index| self.weights[index] = 0.0);
            }
            // Rounding must not cut a token from the whole.
            Truncation::TopP(p) if p >= 1.0 => {}
            Truncation::TopP(p) => {
                self.sort();
                let target = p * self.weights.iter().sum::<f64>();
                let mut sum = 0.0;
                for &index in &self.order {
                    if sum >= target {
                        self.weights[index] = 0.0;
                    } else {
                        sum += self.weights[index];
                    }
                }
            }
            // The largest weight is 1.
            Truncation::MinP(p) => {
                self.weights.iter_mut().filter(|weight| **weight < p).for_each(|weight| *weight = 0.0);
            }
        }
    }

    /// −Σ p ln p, in nats.
    pub(crate) fn entropy(&self) -> f64 {
        let sum: f64 = self.weights.iter().sum();
        let weighted: f64 =
            self.weights.iter().filter(|weight| **weight > 0.0).map(|weight| weight * weight.ln()).sum();
        // Rounding must not make it negative where one token is certain.
        (sum.ln() - weighted / sum).max(0.0)
    }

    /// The first index at which the running sum of probabilities exceeds `unit`, which is in [0, 1).
    pub(crate) fn draw(&self, unit: f64) -> usize {
        let target = unit * self.weights.iter().sum::<f64>();
        let mut sum = 0.0;
        let exceeds = |weight: &f64| {
            sum += weight;
            sum > target
        };
        // A unit is at most 1 − 2⁻⁵³, so the target is rounded to a number below the sum, which the running sum
        // reaches.
        self.weights.iter().position(exceeds).expect("some weight is above 0")
    }

    /// Puts the indices in descending order of their weights.
    fn sort(&mut self) {
        self.order.clear();
        self.order.extend(0..self.weights.len());
        self.order.sort_by(|&a, &b| descending(self.weights[a], self.weights[b]));
    }
}

/// −ln softmax(logits)ᵢ, in nats.
///
/// It is separate from [`galant_model::surprise`], whose last bits differ: that one subtracts the maximum in `f32`, may
/// round to just below 0, and is infinite where two logits are further apart than `f32` can count.
/// This one is computed in `f64` from [`log_sum_exp`], as beam search does, and is never negative.
pub(crate) fn surprise(logits: &[f32], index: usize) -> f64 {
    // Rounding must not make it negative where the token is certain.
    (log_sum_exp(logits) - f64::from(logits[index])).max(0.0)
}

/// ln Σ exp(logitᵢ).
pub(crate) fn log_sum_exp(logits: &[f32]) -> f64 {
    let max = f64::from(logits.iter().copied().fold(f32::NEG_INFINITY, f32::max));
    max + logits.iter().map(|&logit| (f64::from(logit) - max).exp()).sum::<f64>().ln()
}

/// ln Σ exp(logitᵢ / T) over the allowed tokens, of which there must be one.
pub(crate) fn allowed_log_sum_exp(logits: &[f32], allowed: &[bool], temperature: f64) -> f64 {
    let max = allowed_max(logits, allowed);
    let exps = logits.iter().zip(allowed).filter(|(_, allowed)| **allowed);
    max / temperature + exps.map(|(&logit, _)| ((f64::from(logit) - max) / temperature).exp()).sum::<f64>().ln()
}

/// The index of the largest logit of the allowed tokens, the first one if there are several.
pub(crate) fn argmax(logits: &[f32], allowed: &[bool]) -> usize {
    let indices = (0..logits.len()).filter(|&index| allowed[index]);
    let best = indices.min_by(|&a, &b| descending(logits[a].into(), logits[b].into()));
    best.expect("some token is allowed")
}

/// Larger numbers first; of a pair of zeros neither is larger, and there is no NaN.
pub(crate) fn descending(a: f64, b: f64) -> Ordering {
    b.partial_cmp(&a).unwrap_or(Ordering::Equal)
}

fn allowed_max(logits: &[f32], allowed: &[bool]) -> f64 {
    let allowed = logits.iter().zip(allowed).filter(|(_, allowed)| **allowed).map(|(logit, _)| *logit);
    f64::from(allowed.fold(f32::NEG_INFINITY, f32::max))
}

#[cfg(test)]
mod tests {
    use galant_testkit::{Tolerance, assert_close};
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;

    const TIGHT: Tolerance = Tolerance { absolute: 1e-300, relative: 1e-12 };

    fn distribution(logits: &[f32], temperature: f64) -> Distribution {
        let mut distribution = Distribution::default();
        distribution.fill(logits, &vec![true; logits.len()], temperature);
        distribution
    }

    fn of_weights(weights: &[f64]) -> Distribution {
        Distribution { weights: weights.to_vec(), order: Vec::new() }
    }

    fn normalized(weights: &[f64]) -> Vec<f64> {
        let sum: f64 = weights.iter().sum();
        weights.iter().map(|weight| weight / sum).collect()
    }

    /// Logits of the given probabilities.
    fn logits_of(probabilities: &[f64]) -> Vec<f32> {
        probabilities.iter().map(|p| p.ln() as f32).collect()
    }

    #[test]
    fn temperature_one_half_squares_the_probabilities() {
        let squared = normalized(&distribution(&logits_of(&[0.5, 0.25, 0.125, 0.125]), 0.5).weights);
        // 16, 4, 1 and 1 of 22.
        let expected = [8.0 / 11.0, 2.0 / 11.0, 0.5 / 11.0, 0.5 / 11.0];
        assert_close("p", &squared, &expected, Tolerance { absolute: 0.0, relative: 1e-6 });
    }

    #[test]
    fn a_draw_lands_where_the_running_sum_exceeds_it() {
        let quarters = of_weights(&[0.0, 0.5, 1.0, 0.0, 0.5, 0.0]);
        let below_one = 1.0 - f64::EPSILON / 2.0;
        for (unit, expected) in [(0.0, 1), (0.2499, 1), (0.25, 2), (0.7499, 2), (0.75, 4), (below_one, 4)] {
            assert_eq!(quarters.draw(unit), expected, "{unit}");
        }
        for n in 1..200 {
            let equal = of_weights(&[&vec![0.1; n][..], &[0.0]].concat());
            assert_eq!(equal.draw(below_one), n - 1);
        }
    }

    #[test]
    fn surprise_is_that_of_the_probability() {
        let logits = logits_of(&[0.5, 0.25, 0.25]);
        let nats =
            [surprise(&logits, 0), surprise(&logits, 1), surprise(&[1e30, -1e30], 0), surprise(&[f32::MAX, 0.0], 0)];
        let ln_2 = std::f64::consts::LN_2;
        assert_close("nats", &nats, &[ln_2, 2.0 * ln_2, 0.0, 0.0], Tolerance { absolute: 1e-7, relative: 0.0 });
    }

    #[track_caller]
    fn check_truncated(weights: &[f64], truncation: Truncation, expected: &[f64]) {
        let mut distribution = of_weights(weights);
        distribution.truncate(truncation);
        assert_eq!(distribution.weights, expected, "{truncation:?}");
    }

    #[test]
    fn truncation_is_by_number_by_sum_or_by_share_of_the_largest() {
        let weights = [0.25, 0.5, 1.0, 0.25];
        check_truncated(&weights, Truncation::None, &weights);
        check_truncated(&weights, Truncation::TopK(1), &[0.0, 0.0, 1.0, 0.0]);
        check_truncated(&weights, Truncation::TopK(3), &[0.25, 0.5, 1.0, 0.0]);
        check_truncated(&weights, Truncation::TopK(9), &weights);
        // Half of the sum is exactly the largest.
        check_truncated(&weights, Truncation::TopP(0.5), &[0.0, 0.0, 1.0, 0.0]);
        check_truncated(&weights, Truncation::TopP(0.51), &[0.0, 0.5, 1.0, 0.0]);
        check_truncated(&weights, Truncation::TopP(1e-9), &[0.0, 0.0, 1.0, 0.0]);
        check_truncated(&weights, Truncation::TopP(1.0), &weights);
        check_truncated(&[1.0, 1e-17], Truncation::TopP(1.0), &[1.0, 1e-17]);
        check_truncated(&weights, Truncation::MinP(0.5), &[0.0, 0.5, 1.0, 0.0]);
        check_truncated(&weights, Truncation::MinP(0.2), &weights);
        check_truncated(&weights, Truncation::MinP(1.0), &[0.0, 0.0, 1.0, 0.0]);
    }

    #[test]
    fn entropy_is_that_of_the_tokens_left() {
        let ln_2 = std::f64::consts::LN_2;
        let entropies = [
            of_weights(&[1.0, 1.0, 0.0, 1.0, 1.0]).entropy(),
            of_weights(&[0.25, 0.125, 0.125]).entropy(),
            of_weights(&[0.0, 1.0]).entropy(),
        ];
        assert_close(
            "entropy",
            &entropies,
            &[2.0 * ln_2, 1.5 * ln_2, 0.0],
            Tolerance { absolute: 1e-15, relative: 0.0 },
        );
    }

    #[test]
    fn forbidden_tokens_have_no_weight_whatever_their_logit() {
        let mut distribution = Distribution::default();
        distribution.fill(&[3.0e38, 0.0, 1.0], &[false, true, true], 0.5);
        assert_close("weights", &distribution.weights, &[0.0, (-2.0_f64).exp(), 1.0], TIGHT);
        let sum = allowed_log_sum_exp(&[3.0e38, 0.0, 1.0], &[false, true, true], 0.5);
        assert_close("log sum", &[sum], &[(1.0 + 2.0_f64.exp()).ln()], TIGHT);
    }

    #[test]
    fn the_first_of_equal_logits_wins() {
        assert_eq!(argmax(&[-1.0, 3.0, 2.0, 3.0], &[true; 4]), 1);
        assert_eq!(argmax(&[-1.0, 3.0, 2.0, 3.0], &[true, false, true, false]), 2);
        assert_eq!(argmax(&[-0.0, 0.0], &[true; 2]), 0);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 256, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

        #[test]
        fn tempered_logits_are_powers_of_the_probabilities(
            logits in prop::collection::vec(-20.0_f32..20.0, 1..30),
            temperature in 0.2_f64..5.0,
        ) {
            let p = normalized(&distribution(&logits, 1.0).weights);
            let powers: Vec<f64> = p.iter().map(|p| p.powf(1.0 / temperature)).collect();
            let tempered = normalized(&distribution(&logits, temperature).weights);
            assert_close("p", &tempered, &normalized(&powers), TIGHT);
        }

        #[test]
        fn any_finite_logits_at_any_temperature_give_a_token_that_may_come(
            logits in prop::collection::vec(any::<f32>().prop_filter("finite", |logit| logit.is_finite()), 1..30),
            temperature in any::<f64>().prop_map(f64::abs).prop_filter("positive", |t| *t > 0.0 && t.is_finite()),
            unit in 0.0_f64..1.0,
        ) {
            let distribution = distribution(&logits, temperature);
            prop_assert!(distribution.weights[distribution.draw(unit)] > 0.0);
            prop_assert!(surprise(&logits, distribution.draw(unit)) >= 0.0);
        }
    }
}
