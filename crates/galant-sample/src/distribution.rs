//! Probabilities from logits, in `f64`.

/// softmax(logits / T) without its division: weights that need not sum to 1.
///
/// A strategy that forbids words sets their weights to 0 between filling and drawing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Distribution {
    weights: Vec<f64>,
}

impl Distribution {
    /// Sets the weights to exp((logit − max) / `temperature`), so that the largest is 1 and none overflows.
    ///
    /// After division by their sum they are pᵢ^(1/T) / Σ pⱼ^(1/T), with p the model's own probabilities.
    pub(crate) fn fill(&mut self, logits: &[f32], temperature: f64) {
        let max = max(logits);
        self.weights.clear();
        self.weights.extend(logits.iter().map(|&logit| ((f64::from(logit) - max) / temperature).exp()));
    }

    /// The first index at which the running sum of probabilities exceeds `unit`, which is in [0, 1).
    pub(crate) fn draw(&self, unit: f64) -> usize {
        let target = unit * self.weights.iter().sum::<f64>();
        let mut sum = 0.0;
        let exceeds = |weight: &f64| {
            sum += weight;
            sum > target
        };
        // A unit is at most 1 − 2⁻⁵³, so the target is rounded to a number below the sum, which the running sum reaches.
        self.weights.iter().position(exceeds).expect("some weight is above 0")
    }
}

/// −ln softmax(logits)ᵢ, in nats.
pub(crate) fn nats(logits: &[f32], index: usize) -> f64 {
    let max = max(logits);
    let log_sum = logits.iter().map(|&logit| (f64::from(logit) - max).exp()).sum::<f64>().ln();
    // Rounding must not make a certain word less than certain to 0.
    (log_sum - (f64::from(logits[index]) - max)).max(0.0)
}

/// The index of the largest logit, the first one if there are several.
pub(crate) fn argmax(logits: &[f32]) -> usize {
    let mut best = 0;
    for (index, &logit) in logits.iter().enumerate() {
        if logit > logits[best] {
            best = index;
        }
    }
    best
}

fn max(logits: &[f32]) -> f64 {
    f64::from(logits.iter().copied().fold(f32::NEG_INFINITY, f32::max))
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
        distribution.fill(logits, temperature);
        distribution
    }

    fn normalised(weights: &[f64]) -> Vec<f64> {
        let sum: f64 = weights.iter().sum();
        weights.iter().map(|weight| weight / sum).collect()
    }

    /// Logits of the given probabilities.
    fn logits_of(probabilities: &[f64]) -> Vec<f32> {
        probabilities.iter().map(|p| p.ln() as f32).collect()
    }

    #[test]
    fn temperature_one_half_squares_the_probabilities() {
        let squared = normalised(&distribution(&logits_of(&[0.5, 0.25, 0.125, 0.125]), 0.5).weights);
        // 16, 4, 1 and 1 of 22.
        let expected = [8.0 / 11.0, 2.0 / 11.0, 0.5 / 11.0, 0.5 / 11.0];
        assert_close("p", &squared, &expected, Tolerance { absolute: 0.0, relative: 1e-6 });
    }

    #[test]
    fn a_draw_lands_where_the_running_sum_exceeds_it() {
        let quarters = Distribution { weights: vec![0.0, 0.5, 1.0, 0.0, 0.5, 0.0] };
        let below_one = 1.0 - f64::EPSILON / 2.0;
        for (unit, expected) in [(0.0, 1), (0.2499, 1), (0.25, 2), (0.7499, 2), (0.75, 4), (below_one, 4)] {
            assert_eq!(quarters.draw(unit), expected, "{unit}");
        }
        for n in 1..200 {
            let equal = Distribution { weights: [&vec![0.1; n][..], &[0.0]].concat() };
            assert_eq!(equal.draw(below_one), n - 1);
        }
    }

    #[test]
    fn nats_of_a_word_are_those_of_its_probability() {
        let logits = logits_of(&[0.5, 0.25, 0.25]);
        let nats = [nats(&logits, 0), nats(&logits, 1), nats(&[1e30, -1e30], 0), nats(&[f32::MAX, 0.0], 0)];
        let ln_2 = std::f64::consts::LN_2;
        assert_close("nats", &nats, &[ln_2, 2.0 * ln_2, 0.0, 0.0], Tolerance { absolute: 1e-7, relative: 0.0 });
    }

    #[test]
    fn the_first_of_equal_logits_wins() {
        assert_eq!(argmax(&[-1.0, 3.0, 2.0, 3.0]), 1);
        assert_eq!(argmax(&[-0.0, 0.0]), 0);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 256, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

        #[test]
        fn tempered_logits_are_powers_of_the_probabilities(
            logits in prop::collection::vec(-20.0_f32..20.0, 1..30),
            temperature in 0.2_f64..5.0,
        ) {
            let p = normalised(&distribution(&logits, 1.0).weights);
            let powers: Vec<f64> = p.iter().map(|p| p.powf(1.0 / temperature)).collect();
            let tempered = normalised(&distribution(&logits, temperature).weights);
            assert_close("p", &tempered, &normalised(&powers), TIGHT);
        }

        #[test]
        fn any_finite_logits_at_any_temperature_give_a_word_that_may_come(
            logits in prop::collection::vec(any::<f32>().prop_filter("finite", |logit| logit.is_finite()), 1..30),
            temperature in any::<f64>().prop_map(f64::abs).prop_filter("positive", |t| *t > 0.0 && t.is_finite()),
            unit in 0.0_f64..1.0,
        ) {
            let distribution = distribution(&logits, temperature);
            prop_assert!(distribution.weights[distribution.draw(unit)] > 0.0);
            prop_assert!(nats(&logits, distribution.draw(unit)) >= 0.0);
        }
    }
}
