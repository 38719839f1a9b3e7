use std::sync::Arc;

use galant_model::{Loss, Optimizer, Processes, Trainable, TrainingState, Weights};
use galant_types::{Batch, Seed};

use crate::by_value::{MIN_COLUMNS, ValueGradients, columns_per_block};
use crate::error::{EngineError, MAX_THREADS};
use crate::evaluate::evaluate;
use crate::gradients::{Sources, add_wave, relay_wave};
use crate::network::Network;
use crate::packed::PackedWeights;
use crate::plan::{REDUCTION_PLAN, lanes_of_process, shards, split, waves};
use crate::pool::Pool;
use crate::predictions::{Outputs, Predictions};
use crate::product::Workspaces;
use crate::shard::{Shard, Wave, windows};
use crate::table::InputTable;
use crate::update::{Moments, clip_factor, first_not_finite};

/// How an engine is trained.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EngineConfig {
    /// The optimizer, which turns gradients into updates.
    pub optimizer: Optimizer,
    /// The norm to which longer gradients are shortened; `None` for no clipping.
    pub clip_norm: Option<f32>,
    /// How many threads compute; the engine keeps them as long as it lives.
    pub threads: usize,
}

impl EngineConfig {
    /// The most threads: more than machines have cores, but few enough to be started.
    pub const MAX_THREADS: usize = MAX_THREADS;

    /// Checks that every setting is in its range.
    ///
    /// # Errors
    ///
    /// Names the first setting that is not.
    pub fn validate(&self) -> Result<(), EngineError> {
        self.optimizer.validate()?;
        if self.threads == 0 || self.threads > EngineConfig::MAX_THREADS {
            return Err(EngineError::Threads { threads: self.threads });
        }
        match self.clip_norm.filter(|limit| limit.is_nan() || *limit <= 0.0) {
            Some(clip_norm) => Err(EngineError::ClipNorm { clip_norm }),
            None => Ok(()),
        }
    }
}

/// A network that is trained on the CPU.
///
/// Back-propagation through time over whole windows: Werbos 1990.
#[derive(Debug)]
pub struct Engine {
    config: EngineConfig,
    weights: Weights,
    packed: PackedWeights,
    moments: Moments,
    n_updates: u64,
    pool: Pool,
    /// The processes that share each batch; none if this is the only one.
    processes: Option<Arc<dyn Processes>>,
    /// Of the batch last trained on, as is all that follows.
    gradients: Weights,
    values: ValueGradients,
    table: InputTable,
    shards: Vec<Shard>,
    predictions: Predictions,
    workspaces: Workspaces,
}

impl Engine {
    /// An engine that starts from `weights`.
    ///
    /// # Errors
    ///
    /// If a setting is out of its range, or the system does not start so many threads.
    pub fn new(weights: Weights, config: EngineConfig) -> Result<Engine, EngineError> {
        config.validate()?;
        let moments = Moments::zeros(&config.optimizer, weights.values().len());
        let pool = Pool::new(config.threads)?;
        let packed = PackedWeights::new(&weights, &pool);
        Ok(Engine {
            config,
            packed,
            moments,
            n_updates: 0,
            pool,
            processes: None,
            gradients: Weights::zeros(*weights.spec()).expect("the sizes are those of valid weights"),
            weights,
            values: ValueGradients::default(),
            table: InputTable::default(),
            shards: Vec::new(),
            predictions: Predictions::default(),
            workspaces: Workspaces::default(),
        })
    }

    /// The same engine as one of several processes, which train on each batch together and give the bits that one would.
    ///
    /// Each process computes the gradients of some lanes of a batch, and must be given the whole batch.
    #[must_use]
    pub fn among(self, processes: Arc<dyn Processes>) -> Engine {
        Engine { processes: (processes.count() > 1).then_some(processes), ..self }
    }

    /// The loss of `batch` and the gradient of its mean, with dropout drawn from a seed if there is one; the weights do not change.
    ///
    /// # Errors
    ///
    /// If the batch has not the inputs of the network or a value that is not in their vocabularies.
    pub fn gradients(&mut self, batch: &Batch, dropout: Option<Seed>) -> Result<(Loss, Weights), EngineError> {
        let loss = self.back_propagate(batch, dropout)?;
        Ok((loss, self.gradients.clone()))
    }

    /// Computes the gradient of the mean loss.
    fn back_propagate(&mut self, batch: &Batch, dropout: Option<Seed>) -> Result<Loss, EngineError> {
        self.weights.spec().inputs.check_batch(batch)?;
        let (spec, pool, workspaces) = (self.weights.spec(), &self.pool, &self.workspaces);
        self.table.fill(batch.all_inputs(), &self.weights, &self.packed, pool);
        let processes = self.processes.as_deref();
        // Processes must agree on the blocks, whatever their numbers of threads.
        let n_columns = processes.map_or(columns_per_block(spec.n_gate_rows(), pool.n_threads()), |_| MIN_COLUMNS);
        self.values.begin(&self.table, spec.n_gate_rows(), n_columns, pool);
        zero(self.gradients.values_mut(), pool);
        let mut d = self.gradients.view_mut();
        let (view, table) = (self.weights.view(), &self.table);
        let network = Network { spec, weights: &view, packed: &self.packed, table };
        let mut loss = Loss::default();
        let waves = match processes {
            None => waves(batch.n_windows(), pool.n_threads()),
            // The sums of the processes before arrive when all lanes have been read.
            Some(processes) => vec![lanes_of_process(batch.n_windows(), processes.rank(), processes.count())],
        };
        for lanes in waves {
            let windows = shards(windows(&lanes), pool.n_threads());
            self.shards.resize_with(windows.len(), Shard::default);
            self.shards.iter_mut().zip(windows).for_each(|(shard, windows)| shard.windows = windows);
            pool.for_each(&mut self.shards, |_, shard| shard.forward(&network, batch, dropout));
            let n_steps = batch.n_steps();
            let wave = Wave { lanes: &lanes, shards: &self.shards, n_steps };
            let outputs = Outputs { network: &network, batch, wave };
            match processes {
                None => {
                    let d_dense = (&mut *d.dense, &mut *d.dense_bias);
                    self.predictions.compute(pool, outputs, d_dense, workspaces, &mut loss);
                }
                Some(_) => self.predictions.keep(pool, outputs),
            }
            let predictions = &self.predictions;
            let d_output = |window, step| predictions.d_output(spec, window * n_steps + step);
            pool.for_each(&mut self.shards, |_, shard| shard.backward(&network, d_output));
            let wave = Wave { lanes: &lanes, shards: &self.shards, n_steps };
            let from = Sources { spec, batch, wave, table, predictions, workspaces };
            match processes {
                None => add_wave(pool, &from, &mut d, &mut self.values),
                Some(processes) => {
                    relay_wave(pool, processes, &from, &mut d, &mut self.values);
                    let nats = processes.gather(predictions.nats());
                    nats.into_iter().for_each(|nats| loss.add(Loss { nats, n_tokens: 1 }));
                }
            }
        }
        self.values.finish(pool, table, &self.packed, spec, &mut d, workspaces);
        Ok(loss)
    }
}

/// Fills numbers with zeros.
fn zero(numbers: &mut [f32], pool: &Pool) {
    const NUMBERS_PER_JOB: usize = 1 << 18;
    pool.for_each(&mut numbers.chunks_mut(NUMBERS_PER_JOB).collect::<Vec<_>>(), |_, numbers| numbers.fill(0.0));
}

impl Trainable for Engine {
    type Error = EngineError;

    fn train_batch(&mut self, batch: &Batch, dropout: Seed, rate_factor: f64) -> Result<Loss, EngineError> {
        let loss = self.back_propagate(batch, Some(dropout))?;
        let EngineConfig { optimizer, clip_norm, .. } = self.config;
        let (update, gradients, pool) = (self.n_updates + 1, &self.gradients, &self.pool);
        let factor = clip_factor(gradients, clip_norm, update, pool)?;
        let optimizer = optimizer.at_rate(rate_factor);
        self.moments.step(&optimizer, update, self.weights.values_mut(), gradients.values(), factor, pool);
        self.n_updates = update;
        self.packed.refresh(&self.weights, pool);
        Ok(loss)
    }

    fn evaluate(&self, batch: &Batch) -> Result<Loss, EngineError> {
        self.weights.spec().inputs.check_batch(batch)?;
        // Rows are summed in order, so neither threads nor processes change anything.
        let all = 0..batch.n_windows();
        let rows_of = |processes: &dyn Processes| split(all.len(), processes.count())[processes.rank()].clone();
        let processes = self.processes.as_deref();
        let own = processes.map_or(all.clone(), rows_of);
        let own = evaluate(&self.weights, &self.packed, batch, own, &self.pool);
        let nats = match processes {
            None => own,
            Some(processes) => processes.gather(&own),
        };
        let loss = Loss { nats: nats.iter().sum(), n_tokens: batch.n_counted() as u64 };
        if loss.nats.is_finite() {
            return Ok(loss);
        }
        Err(EngineError::LossNotFinite { n_updates: self.n_updates, tensor: first_not_finite(&self.weights) })
    }

    fn weights(&self) -> Result<Weights, EngineError> {
        Ok(self.weights.clone())
    }

    fn training_state(&self) -> Result<TrainingState, EngineError> {
        Ok(TrainingState {
            weights: self.weights.clone(),
            n_updates: self.n_updates,
            reduction_plan: Some(REDUCTION_PLAN),
            first_moment: self.moments.first.clone(),
            second_moment: self.moments.second.clone(),
        })
    }

    fn restore(&mut self, state: &TrainingState) -> Result<(), EngineError> {
        // Sizes are compared, not only lengths: two networks may have the same number of parameters.
        if state.weights.spec() != self.weights.spec() {
            return Err(EngineError::OtherNetwork {
                found: Box::new(*state.weights.spec()),
                expected: Box::new(*self.weights.spec()),
            });
        }
        if let Some(found) = state.reduction_plan.filter(|&found| found != REDUCTION_PLAN) {
            return Err(EngineError::OtherPlan { found });
        }
        let moments = [
            ("first moment", &state.first_moment, self.moments.first.len()),
            ("second moment", &state.second_moment, self.moments.second.len()),
        ];
        for (what, moment, expected) in moments {
            if moment.len() != expected {
                return Err(EngineError::OtherOptimizer { what, len: moment.len(), expected });
            }
        }
        self.weights = state.weights.clone();
        self.moments = Moments { first: state.first_moment.clone(), second: state.second_moment.clone() };
        self.n_updates = state.n_updates;
        self.packed.refresh(&self.weights, &self.pool);
        Ok(())
    }
}
