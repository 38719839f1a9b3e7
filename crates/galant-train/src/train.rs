use std::error::Error;
use std::ops::ControlFlow;

use galant_batches::{BatchPlan, Windows};
use galant_model::{Loss, Progress, Trainable, Weights};
use galant_types::EpochRecord;
use thiserror::Error;

use crate::epoch::{Measure, Seeds, plan};
use crate::{TrainConfig, WeightChoice};

/// How many epochs without a lower validation loss are a sign of overfitting.
const OVERFITTING_AFTER: u64 = 3;
/// How far the training loss without dropout must have fallen since the best epoch, as a share of its value then: a network
/// that no longer learns its training tokens does not overfit either.
const OVERFITTING_BELOW: f64 = 0.95;

/// What happens in a training.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TrainEvent<'a> {
    /// A step is done.
    Step {
        /// Its epoch, from 1.
        epoch: u64,
        /// How many steps of that epoch are done.
        step: u64,
        /// How many steps the epoch has.
        n_steps: u64,
        /// The loss of the step, before its update, with dropout.
        loss: Loss,
        /// How many tokens the step read.
        n_tokens: u64,
    },
    /// An epoch is done and measured; a good time for a snapshot.
    Epoch {
        /// Its losses.
        record: &'a EpochRecord,
        /// The first epoch of [overfitting](overfitting_since); none while the validation loss still falls.
        overfitting_since: Option<u64>,
    },
}

/// Why a training ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StopReason {
    /// All epochs are done.
    Epochs,
    /// The training loss without dropout is low enough.
    ReachedLoss,
    /// The validation loss has not fallen for as many epochs as patience allows.
    Patience,
    /// The observer broke off.
    Interrupted,
}

/// The result of a training.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The weights kept.
    pub weights: Weights,
    /// The epoch they are from; 0 if no epoch was completed.
    pub kept_epoch: u64,
    /// Every epoch's record.
    pub progress: Progress,
    /// Why it ended.
    pub reason: StopReason,
}

/// Trains `engine` on `windows`, continuing from `progress`.
///
/// The engine must have the weights and optimizer state that belong to `progress`; a new training starts with the default.
/// `observe` sees the engine and the progress after every step and every epoch, and may break off: a training resumed from
/// there gives the same bits as one that was never stopped.
///
/// # Errors
///
/// If `config` leaves nothing to do, or if the engine fails, with the epoch and the step.
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
        let event = TrainEvent::Epoch { record, overfitting_since: overfitting_since(&progress.records) };
        if observe(engine, &progress, event).is_break() {
            break StopReason::Interrupted;
        }
    };
    let best = progress.best_record().map(|record| record.epoch).zip(progress.best.clone());
    let (kept_epoch, weights) = match best.filter(|_| config.keep == WeightChoice::BestValidation) {
        Some(best) => best,
        None => {
            let weights = engine.weights().map_err(|source| engine_error(&progress, source))?;
            (progress.records.len() as u64, weights)
        }
    };
    Ok(Outcome { weights, kept_epoch, progress, reason })
}

/// Takes the remaining steps of an epoch.
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
        let batch = windows.batch(plan);
        let loss = engine
            .train_batch(&batch, seeds.dropout(epoch, step), 1.0)
            .map_err(|source| engine_error(progress, source))?;
        progress.step_in_epoch = step + 1;
        progress.epoch_loss.add(loss);
        let n_tokens = batch.inputs().len() as u64;
        progress.epoch_tokens += n_tokens;
        let event = TrainEvent::Step { epoch, step: step + 1, n_steps: batches.len() as u64, loss, n_tokens };
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
    let record = EpochRecord {
        epoch,
        train_loss: progress.epoch_loss.nats_per_token(),
        train_loss_without_dropout: measure.train_loss_without_dropout(engine).map_err(failed)?,
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
    Ok(())
}

fn stop_reason(config: &TrainConfig, progress: &Progress) -> Option<StopReason> {
    let last = progress.records.last()?;
    if config.stop_at_loss.is_some_and(|loss| last.train_loss_without_dropout <= loss) {
        return Some(StopReason::ReachedLoss);
    }
    let n_worse = progress.best_record().map_or(0, |best| last.epoch.saturating_sub(best.epoch));
    if config.patience.is_some_and(|patience| n_worse >= patience) {
        return Some(StopReason::Patience);
    }
    (last.epoch >= config.epochs && progress.step_in_epoch == 0).then_some(StopReason::Epochs)
}

/// The first epoch of overfitting; none while the validation loss still falls.
///
/// That is the one after the epoch with the lowest validation loss, once at least three have followed it and the training
/// loss without dropout has fallen by a twentieth since: a plateau is not overfitting.
pub fn overfitting_since(records: &[EpochRecord]) -> Option<u64> {
    let measured = records.iter().filter_map(|record| Some((record.valid_loss?, record)));
    let (_, best) = measured.min_by(|(a, _), (b, _)| a.total_cmp(b))?;
    let last = records.last()?;
    let fits_better = last.train_loss_without_dropout < OVERFITTING_BELOW * best.train_loss_without_dropout;
    (fits_better && last.epoch.saturating_sub(best.epoch) >= OVERFITTING_AFTER).then_some(best.epoch + 1)
}

fn engine_error<E: Error>(progress: &Progress, source: E) -> TrainError<E> {
    TrainError::Engine { epoch: progress.records.len() as u64 + 1, step: progress.step_in_epoch + 1, source }
}

/// Why a training failed.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum TrainError<E: Error> {
    /// There is nothing to do.
    #[error("{epochs} epochs with batches of {batch_size} windows leave nothing to do; both must be at least 1")]
    NothingToDo {
        /// How many windows a step reads.
        batch_size: usize,
        /// How many epochs to train.
        epochs: u64,
    },
    /// The engine failed to measure an epoch.
    #[error("epoch {epoch}, measuring after its last step")]
    Measure {
        /// The epoch, from 1.
        epoch: u64,
        /// The engine's error.
        source: E,
    },
    /// The engine failed to take a step.
    #[error("epoch {epoch}, step {step}")]
    Engine {
        /// The epoch, from 1.
        epoch: u64,
        /// The step in it, from 1.
        step: u64,
        /// The engine's error.
        source: E,
    },
}
