use galant_batches::{BatchPlan, Windows};
use galant_model::{Loss, Objective, Trainable};
use galant_types::{Batch, Seed};

use crate::TrainConfig;

/// How many training windows the training loss without dropout is measured on.
const PROBE_WINDOWS: usize = 512;
/// How many windows or songs are measured in one batch.
const MEASURE_ROWS: usize = 64;
/// The fewest batches in an epoch of every-token training, which reads a small corpus many times per epoch.
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

    /// The seed of a step's dropout; `epoch` counts from 1, `step` from 0.
    pub(crate) fn dropout(&self, epoch: u64, step: u64) -> Seed {
        self.dropout.child(epoch).child(step)
    }
}

/// The batches of an epoch, which counts from 1.
pub(crate) fn plan(windows: &Windows, config: &TrainConfig, seeds: &Seeds, epoch: u64) -> Vec<BatchPlan> {
    let seed = seeds.order.child(epoch);
    match config.objective {
        Objective::EveryToken => windows.every_token_epoch(config.batch_size, EVERY_TOKEN_BATCHES, seed),
        Objective::LastToken => windows.last_token_epoch(config.batch_size, seed),
    }
}

/// What every epoch is measured on, always the same.
pub(crate) struct Measure {
    probe: Vec<Batch>,
    validation: Vec<Batch>,
}

impl Measure {
    pub(crate) fn new(windows: &Windows, seeds: &Seeds) -> Measure {
        let probe = windows.probe(PROBE_WINDOWS, MEASURE_ROWS, seeds.probe);
        Measure {
            probe: probe.iter().map(|plan| windows.batch(plan)).collect(),
            validation: windows.validation(MEASURE_ROWS),
        }
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
