use galant_batches::{BatchPlan, Windows};
use galant_model::{Loss, Objective, Trainable};
use galant_types::{Batch, Positions, Seed};

use crate::TrainConfig;

/// How many training windows the training loss without dropout is measured on.
const PROBE_WINDOWS: usize = 512;
/// The training loss without dropout is measured on one of so many windows of an epoch, and the validation loss on as many
/// tokens as one of so many windows have; a token takes about a third of the time that it takes in training.
const PROBED_PART: usize = 10;
const VALIDATED_PART: usize = 5;
/// How many windows or songs are measured in one batch.
const MEASURE_ROWS: usize = 64;
/// The fewest batches in a round of every-token training, which reads a small corpus many times per round.
const EVERY_TOKEN_BATCHES: usize = 50;

/// The seeds of a training, one for each use of randomness.
pub(crate) struct Seeds {
    order: Seed,
    dropout: Seed,
    probe: Seed,
}

impl Seeds {
    pub(crate) fn of(seed: Seed) -> Seeds {
        Seeds { order: seed.child(0), dropout: seed.child(1), probe: seed.child(2) }
    }

    /// The seed of a step's dropout; `round` counts from 1, `step` from 0.
    pub(crate) fn dropout(&self, round: u64, step: u64) -> Seed {
        self.dropout.child(round).child(step)
    }
}

/// The batches of a round, which counts from 1.
pub(crate) fn plan(windows: &Windows, config: &TrainConfig, seeds: &Seeds, round: u64) -> Vec<BatchPlan> {
    let seed = seeds.order.child(round);
    match config.objective {
        Objective::EveryToken => windows.every_token_epoch(config.batch_size, EVERY_TOKEN_BATCHES, seed),
        Objective::LastToken => windows.last_token_epoch(config.batch_size, seed),
    }
}

impl TrainConfig {
    /// How many steps the training has unless another rule ends it; none if only another rule does.
    ///
    /// Where epochs are rounds, the first one stands for all: their numbers of steps differ by a few.
    pub fn planned_steps(&self, windows: &Windows) -> Option<u64> {
        let steps_per_epoch = || self.epoch_steps.unwrap_or_else(|| self.first_round(windows).len() as u64);
        let of_epochs = self.epochs.map(|epochs| epochs.saturating_mul(steps_per_epoch()));
        self.steps.into_iter().chain(of_epochs).min()
    }

    /// The batches that the training begins with.
    pub fn first_round(&self, windows: &Windows) -> Vec<BatchPlan> {
        plan(windows, self, &Seeds::of(self.seed), 1)
    }

    /// How many tokens an engine reads to measure an epoch.
    pub fn measured_tokens(&self, windows: &Windows) -> u64 {
        Measure::new(windows, self).batches().map(|batch| batch.inputs().len() as u64).sum()
    }
}

/// What every epoch is measured on, always the same.
pub(crate) struct Measure {
    probe: Vec<Batch>,
    validation: Vec<Batch>,
}

impl Measure {
    /// Where an epoch is a number of steps, so much that it takes about a tenth of their time.
    pub(crate) fn new(windows: &Windows, config: &TrainConfig) -> Measure {
        let seed = Seeds::of(config.seed).probe;
        let Some(steps) = config.epoch_steps else {
            let probe = windows.probe(PROBE_WINDOWS, MEASURE_ROWS, seed);
            let probe = probe.iter().map(|plan| windows.batch(plan)).collect();
            return Measure { probe, validation: windows.validation(MEASURE_ROWS) };
        };
        let n_windows = steps.saturating_mul(config.batch_size as u64) as usize;
        let n_probed = (n_windows / PROBED_PART).clamp(1, PROBE_WINDOWS);
        let window = windows.split().window;
        let probe = windows.probe(n_probed, MEASURE_ROWS, seed).into_iter().map(|plan| {
            let in_second_half = (0..plan.starts.len() * window).map(|place| 2 * (place % window) + 1 >= window);
            windows.batch(&BatchPlan { positions: Positions::Mask(in_second_half.collect()), ..plan })
        });
        let validation = windows.validation_share(MEASURE_ROWS, (n_windows / VALIDATED_PART).saturating_mul(window));
        Measure { probe: probe.collect(), validation }
    }

    fn batches(&self) -> impl Iterator<Item = &Batch> {
        self.probe.iter().chain(&self.validation)
    }

    /// The training loss without dropout, in nats per token.
    pub(crate) fn train_loss_without_dropout<T: Trainable>(&self, engine: &T) -> Result<f64, T::Error> {
        Ok(loss(engine, &self.probe)?.nats_per_token())
    }

    /// The validation loss, in nats per token; none without a validation part.
    pub(crate) fn valid_loss<T: Trainable>(&self, engine: &T) -> Result<Option<f64>, T::Error> {
        if self.validation.is_empty() { Ok(None) } else { Ok(Some(loss(engine, &self.validation)?.nats_per_token())) }
    }
}

fn loss<T: Trainable>(engine: &T, batches: &[Batch]) -> Result<Loss, T::Error> {
    let mut sum = Loss::default();
    for batch in batches {
        sum.add(engine.evaluate(batch)?);
    }
    Ok(sum)
}
