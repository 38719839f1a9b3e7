//! How fast an engine is.

use std::time::{Duration, Instant};

use galant_model::Trainable;
use galant_parallel::Team;
use galant_pipeline::{Speed, Training};
use galant_types::Seed;

/// How long a trial takes at most, once it has the fewest steps.
const TRIAL: Duration = Duration::from_secs(2);
/// The fewest and the most steps of a trial.
const STEPS: std::ops::RangeInclusive<usize> = 4..=30;

/// Tries a few steps and a measurement, and leaves `engine` as it was; the first process holds the clock.
pub(super) fn measure<T: Trainable>(engine: &mut T, training: &Training, team: &Team) -> Result<Speed, T::Error> {
    let before = engine.training_state()?;
    let began = Instant::now();
    let (mut steps, mut measured) = (Vec::new(), Vec::new());
    for batch in training.trial_batches().take(*STEPS.end()) {
        // At a rate of 0: weights that grow without bound are for the training to report.
        steps.push(seconds(|| engine.train_batch(&batch, Seed(0), 0.0))?);
        if measured.len() < *STEPS.start() {
            measured.push(seconds(|| engine.evaluate(&batch))? / batch.inputs().len() as f64);
        }
        let is_late = team.of_first([f64::from(began.elapsed() > TRIAL)]) == [1.0];
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

/// The first step, in which memory is taken, and one that something else disturbed do not count.
fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds.get(seconds.len() / 2).copied().unwrap_or(0.0)
}
