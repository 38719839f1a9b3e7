use galant_batches::{BatchPlan, Windows};
use galant_model::{Loss, Trainable};
use galant_types::{Batch, Seed};

use crate::{Objective, TrainConfig};

/// How many training windows measure the windowed training loss.
const PROBE_WINDOWS: usize = 512;
/// How many windows or songs are measured side by side.
const MEASURE_ROWS: usize = 64;
/// The fewest batches between two measurements of every-token training, which sees small corpora many times an epoch.
const EVERY_TOKEN_BATCHES: usize = 50;

/// What hangs on the seed of a training, each act with a number of its own.
pub(crate) struct Seeds {
    order: Seed,
    dropout: Seed,
    probe: Seed,
}

impl Seeds {
    pub(crate) fn of(seed: Seed) -> Seeds {
        Seeds { order: seed.child(0), dropout: seed.child(1), probe: seed.child(2) }
    }

    /// What a step drops; `epoch` counts from 1, `step` from 0.
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

/// What is measured after every epoch, always the same.
pub(crate) struct Measure {
    probe: Vec<Batch>,
    held_out: Vec<Batch>,
}

impl Measure {
    pub(crate) fn new(windows: &Windows, seeds: &Seeds) -> Measure {
        let probe = windows.probe(PROBE_WINDOWS, MEASURE_ROWS, seeds.probe);
        Measure {
            probe: probe.iter().map(|plan| windows.batch(plan)).collect(),
            held_out: windows.held_out(MEASURE_ROWS),
        }
    }

    /// Nats per token of the token after a training window.
    pub(crate) fn windowed_train_loss<T: Trainable>(&self, engine: &T) -> Result<f64, T::Error> {
        Ok(loss(engine, &self.probe)?.nats_per_token())
    }

    /// Nats per token of the held-out tokens; none if nothing is held out.
    pub(crate) fn valid_loss<T: Trainable>(&self, engine: &T) -> Result<Option<f64>, T::Error> {
        if self.held_out.is_empty() { Ok(None) } else { Ok(Some(loss(engine, &self.held_out)?.nats_per_token())) }
    }
}

fn loss<T: Trainable>(engine: &T, batches: &[Batch]) -> Result<Loss, T::Error> {
    let mut sum = Loss::default();
    for batch in batches {
        sum.add(engine.evaluate(batch)?);
    }
    Ok(sum)
}
