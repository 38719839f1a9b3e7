#[cfg(any(target_arch = "x86_64", all(target_arch = "aarch64", target_feature = "neon")))]
use crate::activation::FUSED;
use crate::activation::{SEPARATE, exp_of_negative};
use crate::level::{Level, at_level, level};
use crate::vector::sum_in_lanes;

/// Replaces logits by probabilities: e^(x−max) / Σ e^(x−max).
///
/// The sum is taken in f64, in the order that [`sum_of_squares`](crate::sum_of_squares) states.
/// A logit of −∞ has probability 0; if a logit is NaN or +∞, or all are −∞, all probabilities are NaN.
pub fn softmax(logits: &mut [f32]) {
    level().softmax(logits);
}

/// Returns the cross-entropy of `target` under the softmax of a row of logits, in nats, and replaces the logits by its
/// gradient.
///
/// loss = ln Σ eˣ − x of the target; logits ← (softmax − one-hot(target)) · `scale`.
/// The loss is not scaled.
///
/// # Panics
///
/// If `target` is not the index of a logit.
#[must_use]
#[track_caller]
pub fn softmax_cross_entropy(logits: &mut [f32], target: usize, scale: f32) -> f64 {
    level().softmax_cross_entropy(logits, target, scale)
}

impl Level {
    /// [`softmax`] at this level.
    pub fn softmax(self, logits: &mut [f32]) {
        let (_, sum) = self.exp_less_max(logits);
        self.scale(logits, (1.0 / sum) as f32);
    }

    /// [`softmax_cross_entropy`] at this level.
    #[must_use]
    #[track_caller]
    pub fn softmax_cross_entropy(self, logits: &mut [f32], target: usize, scale: f32) -> f64 {
        assert!(
            target < logits.len(),
            "softmax_cross_entropy: target is {target}, but must be below the number of logits, {}",
            logits.len()
        );
        let target_logit = logits[target];
        let (max, sum) = self.exp_less_max(logits);
        let loss = sum.ln() - (f64::from(target_logit) - f64::from(max));
        self.scale(logits, (f64::from(scale) / sum) as f32);
        logits[target] -= scale;
        loss
    }

    /// Replaces `x` by e^(x−max) and returns max and the sum.
    fn exp_less_max(self, x: &mut [f32]) -> (f32, f64) {
        at_level!(self, (exp_less_max_loop::<SEPARATE>, exp_less_max_loop::<FUSED>)(x: &mut [f32]) -> (f32, f64))
    }

    fn scale(self, x: &mut [f32], factor: f32) {
        at_level!(self, scale_loop(x: &mut [f32], factor: f32));
    }
}

#[inline(always)]
fn exp_less_max_loop<const FUSED: bool>(x: &mut [f32]) -> (f32, f64) {
    let max = max_loop(x);
    for x in x.iter_mut() {
        *x = exp_of_negative::<FUSED>(*x - max);
    }
    (max, sum_in_lanes(x, f64::from))
}

/// The greatest element that is not NaN; −∞ if there is none.
#[inline(always)]
fn max_loop(x: &[f32]) -> f32 {
    const LANES: usize = 16;
    let (chunks, tail) = x.as_chunks::<LANES>();
    let mut maxima = [f32::NEG_INFINITY; LANES];
    for chunk in chunks {
        for lane in 0..LANES {
            maxima[lane] = if chunk[lane] > maxima[lane] { chunk[lane] } else { maxima[lane] };
        }
    }
    maxima.iter().chain(tail).fold(f32::NEG_INFINITY, |max, &x| if x > max { x } else { max })
}

#[inline(always)]
fn scale_loop(x: &mut [f32], factor: f32) {
    for x in x {
        *x *= factor;
    }
}
