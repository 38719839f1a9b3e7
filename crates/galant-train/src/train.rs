use std::error::Error;
use std::ops::ControlFlow;

use galant_batches::{BatchPlan, Windows};
use galant_model::{Loss, Progress, Schedule, Trainable, Weights};
use galant_types::EpochRecord;
use thiserror::Error;

use crate::epoch::{Measure, Seeds, plan};
use crate::{TrainConfig, WeightChoice};

/// How many epochs without a lower validation loss are a sign of overfitting.
const OVERFITTING_AFTER: u64 = 3;
/// How far the training loss without dropout must have fallen since the best epoch, as a share of its value then: a network
/// that no longer learns its training tokens does not overfit either.
const OVERFITTING_BELOW: f64 = 0.95;

/// How far below the unigram's the validation loss of a network is that has learned more than frequencies, as a share: one
/// that has not may be a little below by smoothing them better.
const LEARNED_BELOW: f64 = 0.95;

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
    /// All steps are done.
    Steps,
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
    check(config)?;
    let measure = Measure::new(windows, config);
    let mut course = Course::new(windows, config);
    let reason = loop {
        if let Some(reason) = stop_reason(config, &progress) {
            break reason;
        }
        let epoch = progress.records.len() as u64 + 1;
        if course.run_epoch(engine, &mut progress, observe)?.is_break() {
            break StopReason::Interrupted;
        }
        complete_epoch(engine, &measure, epoch, &mut progress)?;
        let record = &progress.records[progress.records.len() - 1];
        let overfitting_since = overfitting_since(&progress.records, config.unigram_loss);
        let event = TrainEvent::Epoch { record, overfitting_since };
        if observe(engine, &progress, event).is_break() {
            break StopReason::Interrupted;
        }
    };
    let (kept_epoch, weights) =
        kept(engine, config.keep, &progress).map_err(|source| engine_error(&progress, source))?;
    Ok(Outcome { weights, kept_epoch, progress, reason })
}

/// The weights that a training keeps which ends at `progress`, and their epoch; 0 if none was completed.
///
/// # Errors
///
/// If the engine cannot hand out its weights.
pub fn kept<T: Trainable>(engine: &T, keep: WeightChoice, progress: &Progress) -> Result<(u64, Weights), T::Error> {
    let weights = match progress.best.as_ref().filter(|_| keep == WeightChoice::BestValidation) {
        Some(best) => best.clone(),
        None => engine.weights()?,
    };
    Ok((kept_epoch(keep, progress), weights))
}

/// The epoch of the weights that a training keeps which ends at `progress`; 0 if none was completed.
pub fn kept_epoch(keep: WeightChoice, progress: &Progress) -> u64 {
    let best = progress.best_record().filter(|_| keep == WeightChoice::BestValidation);
    best.map_or(progress.records.len() as u64, |record| record.epoch)
}

/// The batches and rates of a training.
struct Course<'a> {
    windows: &'a Windows,
    config: &'a TrainConfig,
    seeds: Seeds,
    /// None if no number of steps is planned, so that the rate must be constant.
    n_planned: Option<u64>,
    /// The round that the batches are from, counted from 1; 0 before the first.
    round: u64,
    batches: Vec<BatchPlan>,
}

impl<'a> Course<'a> {
    fn new(windows: &'a Windows, config: &'a TrainConfig) -> Course<'a> {
        let n_planned = config.planned_steps(windows);
        Course { windows, config, seeds: Seeds::of(config.seed), n_planned, round: 0, batches: Vec::new() }
    }

    /// Takes the remaining steps of an epoch.
    fn run_epoch<T: Trainable>(
        &mut self,
        engine: &mut T,
        progress: &mut Progress,
        observe: &mut dyn FnMut(&T, &Progress, TrainEvent<'_>) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, TrainError<T::Error>> {
        while !self.is_at_end_of_epoch(progress) {
            let (loss, n_tokens) = self.step(engine, progress).map_err(|source| engine_error(progress, source))?;
            let event = TrainEvent::Step {
                epoch: progress.records.len() as u64 + 1,
                step: progress.step_in_epoch,
                n_steps: self.config.epoch_steps.unwrap_or(self.batches.len() as u64),
                loss,
                n_tokens,
            };
            if observe(engine, progress, event).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn is_at_end_of_epoch(&self, progress: &Progress) -> bool {
        let is_at_end = match self.config.epoch_steps {
            Some(steps) => progress.step_in_epoch >= steps,
            None => progress.step_in_round == 0,
        };
        progress.step_in_epoch > 0 && (is_at_end || self.config.steps.is_some_and(|steps| progress.n_steps >= steps))
    }

    /// Takes the next step, and returns its loss and how many tokens it read.
    fn step<T: Trainable>(&mut self, engine: &mut T, progress: &mut Progress) -> Result<(Loss, u64), T::Error> {
        let round = progress.round + 1;
        if self.round != round {
            (self.round, self.batches) = (round, plan(self.windows, self.config, &self.seeds, round));
        }
        // A count that is past the round, of a snapshot that was forged, is no reason to panic.
        let place = (progress.step_in_round as usize).min(self.batches.len() - 1);
        let batch = self.windows.batch(&self.batches[place]);
        let dropout = self.seeds.dropout(round, progress.step_in_round);
        let rate_factor = self.config.schedule.rate_factor(progress.n_steps, self.n_planned.unwrap_or(u64::MAX));
        let loss = engine.train_batch(&batch, dropout, rate_factor)?;
        progress.n_steps += 1;
        progress.step_in_epoch += 1;
        progress.step_in_round += 1;
        if place + 1 == self.batches.len() {
            (progress.round, progress.step_in_round) = (round, 0);
        }
        let n_tokens = batch.inputs().len() as u64;
        progress.epoch_loss.add(loss);
        progress.epoch_tokens += n_tokens;
        Ok((loss, n_tokens))
    }
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
    let best = progress.best_record().filter(|best| has_learned(best, config.unigram_loss));
    let n_worse = best.map_or(0, |best| last.epoch.saturating_sub(best.epoch));
    if config.patience.is_some_and(|patience| n_worse >= patience) {
        return Some(StopReason::Patience);
    }
    let is_between_epochs = progress.step_in_epoch == 0;
    if is_between_epochs && config.steps.is_some_and(|steps| progress.n_steps >= steps) {
        return Some(StopReason::Steps);
    }
    (is_between_epochs && config.epochs.is_some_and(|epochs| last.epoch >= epochs)).then_some(StopReason::Epochs)
}

/// Whether the network predicts the validation part better than the frequencies of single tokens do.
fn has_learned(record: &EpochRecord, unigram_loss: Option<f64>) -> bool {
    let (Some(valid), Some(unigram)) = (record.valid_loss, unigram_loss) else { return true };
    valid < LEARNED_BELOW * unigram
}

/// The first epoch of overfitting; none while the validation loss still falls.
///
/// That is the one after the epoch with the lowest validation loss, once at least three have followed it and the training
/// loss without dropout has fallen by a twentieth since: a plateau is not overfitting.
/// A network that has not learned more than how frequent each token is does not overfit either: its lowest validation loss
/// must be well below `unigram_loss`, if that is known.
pub fn overfitting_since(records: &[EpochRecord], unigram_loss: Option<f64>) -> Option<u64> {
    let measured = records.iter().filter_map(|record| Some((record.valid_loss?, record)));
    let (_, best) = measured.min_by(|(a, _), (b, _)| a.total_cmp(b))?;
    let last = records.last()?;
    let fits_better = last.train_loss_without_dropout < OVERFITTING_BELOW * best.train_loss_without_dropout;
    (fits_better && has_learned(best, unigram_loss) && last.epoch.saturating_sub(best.epoch) >= OVERFITTING_AFTER)
        .then_some(best.epoch + 1)
}

fn check<E: Error>(config: &TrainConfig) -> Result<(), TrainError<E>> {
    let numbers = [
        ("batch size", Some(config.batch_size as u64)),
        ("number of epochs", config.epochs),
        ("number of steps", config.steps),
        ("number of steps of an epoch", config.epoch_steps),
    ];
    if let Some((what, _)) = numbers.into_iter().find(|&(_, number)| number == Some(0)) {
        return Err(TrainError::NothingToDo { what });
    }
    if config.schedule == Schedule::Cosine && config.epochs.is_none() && config.steps.is_none() {
        return Err(TrainError::EndlessSchedule);
    }
    Ok(())
}

fn engine_error<E: Error>(progress: &Progress, source: E) -> TrainError<E> {
    TrainError::Engine { epoch: progress.records.len() as u64 + 1, step: progress.step_in_epoch + 1, source }
}

/// Why a training failed.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum TrainError<E: Error> {
    /// There is nothing to do.
    #[error("the {what} is 0, which leaves nothing to do; it must be at least 1")]
    NothingToDo {
        /// Which number.
        what: &'static str,
    },
    /// A rate that falls needs to know until when.
    #[error("a cosine schedule needs a number of epochs or steps; plan one of them, or keep the rate constant")]
    EndlessSchedule,
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
