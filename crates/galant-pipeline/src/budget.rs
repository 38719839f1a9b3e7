//! How long a training takes, and how many steps there is time for.

use galant_train::TrainConfig;
use galant_types::Batch;

use crate::plan;
use crate::training::Training;

/// How fast an engine is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Speed {
    /// How long a training step takes.
    pub seconds_per_step: f64,
    /// How long it takes to measure the loss of a token.
    pub seconds_per_measured_token: f64,
}

/// What share of the time is planned for, as a machine has other things to do, and files are written.
const PLANNED_SHARE: f64 = 0.95;

impl Training {
    /// The first batches of the training, to measure the speed of an engine with.
    pub fn trial_batches(&self) -> impl Iterator<Item = Batch> {
        self.config().first_round(self.windows()).into_iter().map(|plan| self.windows().batch(&plan))
    }

    /// How long the training takes with the measurements after each epoch, in seconds; none if no number of steps is planned.
    pub fn seconds(&self, speed: Speed) -> Option<f64> {
        self.seconds_of(&self.config(), speed)
    }

    /// The most steps, at least one, that can be planned instead for the training to end within `seconds`, with a twentieth of
    /// the time to spare; not more than are planned already.
    pub fn steps_within(&self, seconds: f64, speed: Speed) -> u64 {
        let steps_per_pass = self.steps_per_pass();
        let is_in_time = |steps| {
            let epoch_steps = Some(plan::epoch_steps(steps, steps_per_pass));
            let config = TrainConfig { steps: Some(steps), epochs: None, epoch_steps, ..self.config() };
            self.seconds_of(&config, speed).is_some_and(|needed| needed <= PLANNED_SHARE * seconds)
        };
        let most = (seconds / speed.seconds_per_step).max(1.0) as u64;
        let (mut in_time, mut too_late) = (1, most.min(self.planned_steps().unwrap_or(u64::MAX)).saturating_add(1));
        while too_late - in_time > 1 {
            let middle = in_time + (too_late - in_time) / 2;
            *(if is_in_time(middle) { &mut in_time } else { &mut too_late }) = middle;
        }
        in_time
    }

    fn seconds_of(&self, config: &TrainConfig, speed: Speed) -> Option<f64> {
        let steps = config.planned_steps(self.windows())?;
        let steps_per_epoch = config.epoch_steps.unwrap_or_else(|| config.first_round(self.windows()).len() as u64);
        let n_measured = steps.div_ceil(steps_per_epoch) as f64 * config.measured_tokens(self.windows()) as f64;
        Some(steps as f64 * speed.seconds_per_step + n_measured * speed.seconds_per_measured_token)
    }
}
