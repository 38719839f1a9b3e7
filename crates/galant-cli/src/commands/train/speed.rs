//! How fast an engine is.

use std::time::{Duration, Instant};

use galant_model::Trainable;
use galant_parallel::Team;
use galant_pipeline::{Speed, Training};
use galant_types::Seed;

/// The shortest and the longest trial, in seconds, once it has the fewest steps.
const TRIAL: [f64; 2] = [2.0, 8.0];
/// The share of a training in minutes that its trial takes: where other programs are busy too, a moment says little.
const SHARE: f64 = 0.02;
/// The fewest and the most steps of a trial, and how many of them are measured.
const STEPS: std::ops::RangeInclusive<usize> = 6..=60;
const MEASUREMENTS: usize = 4;

/// How long a training of so many minutes is tried, or one that is not planned in minutes.
pub(super) fn trial(minutes: Option<f64>) -> Duration {
    let [shortest, longest] = TRIAL;
    Duration::from_secs_f64(minutes.map_or(shortest, |minutes| (SHARE * 60.0 * minutes).clamp(shortest, longest)))
}

/// Tries steps and measurements for about the time of a [`trial`], and leaves `engine` as it was; the first process has
/// the clock.
pub(super) fn measure<T: Trainable>(
    engine: &mut T,
    training: &Training,
    trial: Duration,
    team: &Team,
) -> Result<Speed, T::Error> {
    let before = engine.training_state()?;
    let began = Instant::now();
    let (mut steps, mut measured) = (Vec::new(), Vec::new());
    for batch in training.trial_batches().take(*STEPS.end()) {
        // At a rate of 0: weights that grow without bound are for the training to report.
        steps.push(seconds(|| engine.train_batch(&batch, Seed(0), 0.0))?);
        if measured.len() < MEASUREMENTS {
            measured.push(seconds(|| engine.evaluate(&batch))? / batch.inputs().len() as f64);
        }
        let is_late = team.of_first([f64::from(began.elapsed() > trial)]) == [1.0];
        if steps.len() >= *STEPS.start() && is_late {
            break;
        }
    }
    engine.restore(&before)?;
    let [seconds_per_step, seconds_per_measured_token] = team.of_first([median(steps), median(measured)]);
    Ok(Speed { seconds_per_step, seconds_per_measured_token })
}

fn seconds<T, E>(run: impl FnOnce() -> Result<T, E>) -> Result<f64, E> {
    let began = Instant::now();
    run()?;
    Ok(began.elapsed().as_secs_f64())
}

/// The first of several, in which memory is taken, and one that something else disturbed do not count.
fn median(mut seconds: Vec<f64>) -> f64 {
    if seconds.len() > 1 {
        seconds.remove(0);
    }
    seconds.sort_by(f64::total_cmp);
    seconds.get(seconds.len().saturating_sub(1) / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_was_disturbed_does_not_count() {
        assert_eq!(median(vec![7.0, 1.0, 9.0, 1.1]), 1.1);
        assert_eq!(median(vec![0.1, 9.0, 1.0, 1.1, 8.0]), 1.1);
        assert_eq!([median(vec![0.5]), median(Vec::new())], [0.5, 0.0]);
    }

    #[test]
    fn a_long_training_is_tried_longer() {
        let seconds = |minutes| trial(minutes).as_secs_f64();
        assert_eq!([seconds(None), seconds(Some(0.1)), seconds(Some(5.0)), seconds(Some(600.0))], [2.0, 2.0, 6.0, 8.0]);
    }
}
