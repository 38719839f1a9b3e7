use galant_types::Seed;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};

use crate::ModelSpec;

/// Which outputs of the layers a training step drops: factors of 0 or 1/(1−p).
///
/// The factors of a window depend on the seed, the layer and the window's index in the batch, but not on the other
/// windows, so that engines can draw them window by window on any number of threads.
///
/// Srivastava et al. 2014; scaled in training, so that composing leaves outputs as they are.
#[derive(Debug, Clone, PartialEq)]
pub struct DropoutMasks {
    n_steps: usize,
    hidden_size: usize,
    /// `[layer][window]` → `[T, H]`.
    factors: Vec<Vec<Vec<f32>>>,
}

impl DropoutMasks {
    /// The factors for `n_windows` windows of `n_steps` tokens.
    pub fn draw(spec: &ModelSpec, n_windows: usize, n_steps: usize, seed: Seed) -> DropoutMasks {
        let draw_window = |layer, window| {
            let mut factors = vec![0.0; n_steps * spec.hidden_size];
            DropoutMasks::draw_window(spec.dropout, seed, layer, window, &mut factors);
            factors
        };
        let draw_layer = |layer| (0..n_windows).map(|window| draw_window(layer, window)).collect();
        DropoutMasks { n_steps, hidden_size: spec.hidden_size, factors: (0..spec.n_layers).map(draw_layer).collect() }
    }

    /// Writes the factors of one layer's outputs for one window; `factors` is `[T, H]`.
    ///
    /// Each is 0 with probability `dropout` (to 2⁻¹⁶), else 1/(1−`dropout`).
    pub fn draw_window(dropout: f32, seed: Seed, layer: usize, window: usize, factors: &mut [f32]) {
        let threshold = (f64::from(dropout) * 65_536.0).round() as u16;
        let kept = (1.0 / (1.0 - dropout)).to_bits();
        // Without a branch, which would be unpredictable.
        let factor = |draw: u16| f32::from_bits(kept & u32::from(draw >= threshold).wrapping_neg());
        let seed = seed.child(layer as u64).child(window as u64);
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed.0);
        let mut draw_up_to_four = |factors: &mut [f32]| {
            let draws = random.next_u64();
            for (number, to) in factors.iter_mut().enumerate() {
                *to = factor((draws >> (16 * number)) as u16);
            }
        };
        let mut fours = factors.chunks_exact_mut(4);
        fours.by_ref().for_each(&mut draw_up_to_four);
        draw_up_to_four(fours.into_remainder());
    }

    /// The factors of `layer`'s outputs at one step of one window, `[H]`.
    ///
    /// # Panics
    ///
    /// If there is no such layer, window or step.
    pub fn factors(&self, layer: usize, window: usize, step: usize) -> &[f32] {
        assert!(step < self.n_steps, "step {step} of {}", self.n_steps);
        &self.factors[layer][window][step * self.hidden_size..][..self.hidden_size]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_dropped_is_the_probability_and_the_rest_is_scaled() {
        let mut factors = vec![0.0; 100_001];
        DropoutMasks::draw_window(0.3, Seed(1), 0, 0, &mut factors);
        let dropped = factors.iter().filter(|&&factor| factor == 0.0).count() as f64 / 100_001.0;
        // Five standard deviations of a binomial share of 100,001.
        assert!((dropped - 0.3).abs() < 5.0 * (0.21_f64 / 100_001.0).sqrt(), "dropped {dropped}");
        assert!(factors.iter().all(|&factor| factor == 0.0 || factor == 1.0 / 0.7));
    }

    #[test]
    fn layers_and_windows_draw_independently() {
        let draw = |seed, layer, window| {
            let mut factors = vec![0.0; 64];
            DropoutMasks::draw_window(0.5, Seed(seed), layer, window, &mut factors);
            factors
        };
        assert_eq!(draw(1, 0, 0), draw(1, 0, 0));
        for other in [draw(2, 0, 0), draw(1, 1, 0), draw(1, 0, 1)] {
            assert_ne!(other, draw(1, 0, 0));
        }
    }

    #[test]
    fn no_dropout_keeps_everything() {
        let mut factors = vec![0.0; 33];
        DropoutMasks::draw_window(0.0, Seed(1), 0, 0, &mut factors);
        assert!(factors.iter().all(|&factor| factor == 1.0));
    }
}
