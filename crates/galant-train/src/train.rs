use std::error::Error;
use std::ops::ControlFlow;
use std::time::Instant;

use galant_batches::{BatchPlan, Windows};
use galant_model::{EpochRecord, Loss, Progress, Trainable, Weights};
use thiserror::Error;

use crate::epoch::{Measure, Seeds, plan};
use crate::{Keep, TrainConfig};

/// How many epochs without a lower validation loss mean that a network has begun to memorise.
const MEMORISING_AFTER: u64 = 3;
/// The share of the best epoch's windowed training loss that is left by then: a network that learns nothing new from its
/// training tokens either has not begun to memorise.
const MEMORISING_BELOW: f64 = 0.95;

/// What happens while training.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TrainEvent<'a> {
    /// A step was taken.
    Step {
        /// The epoch it belongs to, from 1.
        epoch: u64,
        /// How many steps of that epoch are done.
        step: u64,
        /// How many it has.
        n_steps: u64,
        /// The loss of the step.
        loss: Loss,
        /// How many tokens this epoch's steps have read a second.
        tokens_per_second: f64,
    },
    /// An epoch was completed and measured; this is when to take a snapshot.
    Epoch {
        /// What it came to.
        record: &'a EpochRecord,
        /// The first epoch that did not predict held-out tokens better; none while validation still falls.
        memorising_since: Option<u64>,
    },
}

/// Why a training ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StopReason {
    /// All epochs are done.
    Epochs,
    /// The windowed training loss is low enough.
    ReachedLoss,
    /// Validation has not got better for as many epochs as patience allows.
    Patience,
    /// The observer broke off.
    Interrupted,
}

/// What a training came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The weights kept.
    pub weights: Weights,
    /// The epoch they are from.
    pub kept_epoch: u64,
    /// Every epoch's record.
    pub progress: Progress,
    /// Why it ended.
    pub reason: StopReason,
}

/// Trains `engine` on `windows`, going on from `progress`.
///
/// The engine must hold the weights and moments that belong to `progress`; a new training begins with the default.
/// `observe` sees the engine and the progress after every step and every epoch, and may break off:
/// a training resumed from such a place gives the same bits as one never stopped.
///
/// # Errors
///
/// If the settings leave nothing to do, or if the engine fails, with the epoch and the step.
pub fn train<T: Trainable>(
    engine: &mut T,
    windows: &Windows,
    config: &TrainConfig,
    mut progress: Progress,
    observe: &mut dyn FnMut(&T, &Progress, TrainEvent<'_>) -> ControlFlow<()>,
) -> Result<Outcome, TrainError<T::Error>> {
    if config.batch_size == 0 || config.epochs == 0 {
        return Err(TrainError::NothingToDo { batch_size: config.batch_size, epochs: config.epochs });
    }
    let seeds = Seeds::of(config.seed);
    let measure = Measure::new(windows, &seeds);
    let reason = loop {
        if let Some(reason) = stop_reason(config, &progress) {
            break reason;
        }
        let epoch = progress.records.len() as u64 + 1;
        let batches = plan(windows, config, &seeds, epoch);
        if run_steps(engine, windows, &batches, &seeds, &mut progress, observe)?.is_break() {
            break StopReason::Interrupted;
        }
        complete_epoch(engine, &measure, epoch, &mut progress)?;
        let record = &progress.records[progress.records.len() - 1];
        let event = TrainEvent::Epoch { record, memorising_since: memorising_since(&progress.records) };
        if observe(engine, &progress, event).is_break() {
            break StopReason::Interrupted;
        }
    };
    let best = progress.best_record().map(|record| record.epoch).zip(progress.best.clone());
    let (kept_epoch, weights) = match best.filter(|_| config.keep == Keep::BestValidation) {
        Some(best) => best,
        None => {
            let weights = engine.weights().map_err(|source| engine_error(&progress, source))?;
            (progress.records.len() as u64, weights)
        }
    };
    Ok(Outcome { weights, kept_epoch, progress, reason })
}

/// Takes the steps of an epoch that are still to do.
fn run_steps<T: Trainable>(
    engine: &mut T,
    windows: &Windows,
    batches: &[BatchPlan],
    seeds: &Seeds,
    progress: &mut Progress,
    observe: &mut dyn FnMut(&T, &Progress, TrainEvent<'_>) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, TrainError<T::Error>> {
    let epoch = progress.records.len() as u64 + 1;
    for (step, plan) in (0..).zip(batches).skip(progress.step_in_epoch as usize) {
        let began = Instant::now();
        let batch = windows.batch(plan);
        let loss =
            engine.train_batch(&batch, seeds.dropout(epoch, step)).map_err(|source| engine_error(progress, source))?;
        progress.step_in_epoch = step + 1;
        progress.epoch_loss.add(loss);
        progress.epoch_tokens += batch.inputs().len() as u64;
        progress.epoch_seconds += began.elapsed().as_secs_f64();
        let event = TrainEvent::Step {
            epoch,
            step: step + 1,
            n_steps: batches.len() as u64,
            loss,
            tokens_per_second: progress.epoch_tokens as f64 / progress.epoch_seconds,
        };
        if observe(engine, progress, event).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// Measures the engine and turns the steps taken into a record.
fn complete_epoch<T: Trainable>(
    engine: &T,
    measure: &Measure,
    epoch: u64,
    progress: &mut Progress,
) -> Result<(), TrainError<T::Error>> {
    let failed = |source| TrainError::Measure { epoch, source };
    let seconds_before = progress.records.last().map_or(0.0, |record| record.seconds);
    let record = EpochRecord {
        epoch,
        seconds: seconds_before + progress.epoch_seconds,
        tokens_per_second: progress.epoch_tokens as f64 / progress.epoch_seconds,
        train_loss: progress.epoch_loss.nats_per_token(),
        windowed_train_loss: measure.windowed_train_loss(engine).map_err(failed)?,
        valid_loss: measure.valid_loss(engine).map_err(failed)?,
    };
    progress.records.push(record);
    let is_best = record.valid_loss.is_some() && progress.best_record() == Some(&record);
    if is_best {
        progress.best = Some(engine.weights().map_err(failed)?);
    }
    progress.step_in_epoch = 0;
    progress.epoch_loss = Loss::default();
    progress.epoch_tokens = 0;
    progress.epoch_seconds = 0.0;
    Ok(())
}

fn stop_reason(config: &TrainConfig, progress: &Progress) -> Option<StopReason> {
    let last = progress.records.last()?;
    if config.stop_at_loss.is_some_and(|loss| last.windowed_train_loss <= loss) {
        return Some(StopReason::ReachedLoss);
    }
    let n_worse = progress.best_record().map_or(0, |best| last.epoch.saturating_sub(best.epoch));
    if config.patience.is_some_and(|patience| n_worse >= patience) {
        return Some(StopReason::Patience);
    }
    (last.epoch >= config.epochs && progress.step_in_epoch == 0).then_some(StopReason::Epochs)
}

/// The first epoch of those in which a network has only memorised; none while validation still falls.
///
/// That is the one after the epoch with the lowest validation loss, if three or more have followed it and the windowed
/// training loss has gone on falling: on a plateau nothing is memorised.
pub fn memorising_since(records: &[EpochRecord]) -> Option<u64> {
    let measured = records.iter().filter_map(|record| Some((record.valid_loss?, record)));
    let (_, best) = measured.min_by(|(a, _), (b, _)| a.total_cmp(b))?;
    let last = records.last()?;
    let has_gained = last.windowed_train_loss < MEMORISING_BELOW * best.windowed_train_loss;
    (has_gained && last.epoch.saturating_sub(best.epoch) >= MEMORISING_AFTER).then_some(best.epoch + 1)
}

fn engine_error<E: Error>(progress: &Progress, source: E) -> TrainError<E> {
    TrainError::Engine { epoch: progress.records.len() as u64 + 1, step: progress.step_in_epoch + 1, source }
}

/// Why a training failed.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum TrainError<E: Error> {
    /// There is nothing to do.
    #[error("{epochs} epochs of batches of {batch_size} windows leave nothing to do; both must be at least 1")]
    NothingToDo {
        /// How many windows a step reads.
        batch_size: usize,
        /// How many epochs to train.
        epochs: u64,
    },
    /// The engine failed to measure what an epoch came to.
    #[error("epoch {epoch}, measuring after its last step")]
    Measure {
        /// The epoch, from 1.
        epoch: u64,
        /// What it says.
        source: E,
    },
    /// The engine failed to take a step.
    #[error("epoch {epoch}, step {step}")]
    Engine {
        /// The epoch, from 1.
        epoch: u64,
        /// The step in it, from 1.
        step: u64,
        /// What it says.
        source: E,
    },
}
