use galant_model::{Loss, Optimizer, Trainable, TrainingState, Weights};
use galant_types::{Batch, Seed};

use crate::error::{EngineError, MAX_THREADS};
use crate::evaluate::evaluate;
use crate::lanes::{in_parallel, lanes};
use crate::packed::PackedWeights;
use crate::shard::{Lane, Network};
use crate::table::InputTable;
use crate::update::{InputGradients, Moments, clip_factor, first_not_finite, total_gradients};

/// How an engine is trained.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EngineConfig {
    /// The optimizer, which turns gradients into updates.
    pub optimizer: Optimizer,
    /// The norm to which longer gradients are shortened; `None` for no clipping.
    pub clip_norm: Option<f32>,
    /// How many threads compute; a batch keeps one busy for each eight of its windows, and eight at most.
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
    table: InputTable,
    of_inputs: Vec<InputGradients>,
    lanes: Vec<Lane>,
}

impl Engine {
    /// An engine that starts from `weights`.
    ///
    /// # Errors
    ///
    /// If a setting is out of its range.
    pub fn new(weights: Weights, config: EngineConfig) -> Result<Engine, EngineError> {
        config.validate()?;
        let moments = Moments::zeros(&config.optimizer, weights.values().len());
        let packed = PackedWeights::new(&weights, config.threads);
        Ok(Engine {
            config,
            weights,
            packed,
            moments,
            n_updates: 0,
            table: InputTable::default(),
            of_inputs: Vec::new(),
            lanes: Vec::new(),
        })
    }

    /// The loss of `batch` and the gradient of its mean, with dropout drawn from a seed if there is one; the weights do not change.
    ///
    /// # Errors
    ///
    /// If the batch has not the inputs of the network or a value that is not in their vocabularies.
    pub fn gradients(&mut self, batch: &Batch, dropout: Option<Seed>) -> Result<(Loss, Weights), EngineError> {
        let loss = self.back_propagate(batch, dropout)?;
        Ok((loss, self.lanes[0].gradients.clone()))
    }

    /// Leaves the gradient of the mean loss in the first lane.
    fn back_propagate(&mut self, batch: &Batch, dropout: Option<Seed>) -> Result<Loss, EngineError> {
        self.weights.spec().inputs.check_batch(batch)?;
        let threads = self.config.threads;
        self.table.fill(batch.all_inputs(), &self.weights, &self.packed, threads);
        let rows = lanes(batch.n_windows());
        while self.lanes.len() < rows.len() {
            let gradients = Weights::zeros(*self.weights.spec()).expect("the sizes are those of valid weights");
            self.lanes.push(Lane::new(gradients));
        }
        let view = self.weights.view();
        let network = Network { spec: self.weights.spec(), weights: &view, packed: &self.packed, table: &self.table };
        let lanes = &mut self.lanes[..rows.len()];
        in_parallel(threads, lanes, |number, lane| lane.run(&network, batch, rows[number].clone(), dropout));
        let mut loss = Loss::default();
        lanes.iter().for_each(|lane| loss.add(lane.loss));
        total_gradients(lanes, &self.table, &self.packed, &mut self.of_inputs, threads);
        Ok(loss)
    }
}

impl Trainable for Engine {
    type Error = EngineError;

    fn train_batch(&mut self, batch: &Batch, dropout: Seed, rate_factor: f64) -> Result<Loss, EngineError> {
        let loss = self.back_propagate(batch, Some(dropout))?;
        let EngineConfig { optimizer, clip_norm, threads } = self.config;
        let update = self.n_updates + 1;
        let gradients = &self.lanes[0].gradients;
        let factor = clip_factor(gradients, clip_norm, update)?;
        let optimizer = optimizer.at_rate(rate_factor);
        self.moments.step(&optimizer, update, self.weights.values_mut(), gradients.values(), factor, threads);
        self.n_updates = update;
        self.packed.refresh(&self.weights, threads);
        Ok(loss)
    }

    fn evaluate(&self, batch: &Batch) -> Result<Loss, EngineError> {
        self.weights.spec().inputs.check_batch(batch)?;
        let loss = evaluate(&self.weights, &self.packed, batch, self.config.threads);
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
        self.packed.refresh(&self.weights, self.config.threads);
        Ok(())
    }
}
