//! How a training planned in steps is divided.

use galant_batches::Windows;
use galant_model::Objective;

/// How many steps read the training part once.
pub(crate) fn steps_per_pass(windows: &Windows, objective: Objective, batch_size: usize) -> u64 {
    let n_windows = match objective {
        Objective::EveryToken => windows.n_training_tokens().div_ceil(windows.split().window),
        Objective::LastToken => windows.n_windows(),
    };
    n_windows.div_ceil(batch_size).max(1) as u64
}

/// How often a training is measured: at least so often, for a curve and a good choice of weights, and at most so often, as
/// measuring takes time and a line.
const MEASUREMENTS: std::ops::RangeInclusive<u64> = 20..=100;

/// How many steps an epoch has: those of a pass, within [`MEASUREMENTS`].
pub(crate) fn epoch_steps(steps: u64, steps_per_pass: u64) -> u64 {
    steps_per_pass.clamp(steps.div_ceil(*MEASUREMENTS.end()), (steps / MEASUREMENTS.start()).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_is_a_pass_but_a_training_has_20_to_100() {
        // A tiny corpus of 4 steps a pass, a middling one of 30 and a large one of 5,000.
        assert_eq!([160, 1000, 5000].map(|steps| epoch_steps(steps, 4)), [4, 10, 50]);
        assert_eq!([160, 1000, 5000].map(|steps| epoch_steps(steps, 30)), [8, 30, 50]);
        assert_eq!([160, 5000, 100_000].map(|steps| epoch_steps(steps, 5000)), [8, 250, 5000]);
        assert_eq!([1, 2, 19, 21].map(|steps| epoch_steps(steps, 4)), [1, 1, 1, 1]);
    }
}
