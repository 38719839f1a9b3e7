use galant_model::{DropoutMasks, Loss, Trainable, TrainingState, Weights};
use galant_types::{Batch, Seed};
use tch::{TchError, Tensor, no_grad};

use crate::config::TorchConfig;
use crate::error::TorchError;
use crate::loss::{Predictions, evaluate, inputs, sum};
use crate::network::{Network, Pass, download, upload};
use crate::update::{Moments, clipped, join};

/// A network that is trained on libtorch.
///
/// Back-propagation is libtorch's, through its fused layers; updates are those of [`galant_model::Optimizer`].
#[derive(Debug)]
pub struct TorchEngine {
    config: TorchConfig,
    network: Network,
    moments: Moments,
    n_updates: u64,
}

impl TorchEngine {
    /// An engine that starts from `weights`.
    ///
    /// # Errors
    ///
    /// If a setting is out of its range, the device is not available, or its memory is too small.
    pub fn new(weights: &Weights, config: TorchConfig) -> Result<TorchEngine, TorchError> {
        config.validate()?;
        config.placement.set_threads();
        let failed = || TorchError::libtorch("making the network");
        let network = Network::new(weights, config.placement).map_err(failed())?;
        let moments = Moments::zeros(&config.optimizer, &network).map_err(failed())?;
        Ok(TorchEngine { config, network, moments, n_updates: 0 })
    }

    /// The loss of `batch` and the gradient of its mean, with dropout drawn from a seed if there is one; the weights do not change.
    ///
    /// # Errors
    ///
    /// If the batch has not the inputs of the network or a value that is not in their vocabularies, or if libtorch fails.
    pub fn gradients(&mut self, batch: &Batch, dropout: Option<Seed>) -> Result<(Loss, Weights), TorchError> {
        let (loss, gradients) = self.back_propagate(batch, dropout)?;
        let joined = join(&gradients).and_then(|joined| download(&joined));
        Ok((loss, self.as_weights(joined.map_err(TorchError::libtorch("reading the gradient"))?)))
    }

    /// The loss of `batch` and the gradient of its mean for each tensor.
    fn back_propagate(&self, batch: &Batch, dropout: Option<Seed>) -> Result<(Loss, Vec<Tensor>), TorchError> {
        self.network.spec().inputs.check_batch(batch)?;
        self.config.placement.set_threads();
        let dropout = dropout.filter(|_| self.network.spec().dropout > 0.0);
        back_propagate(&self.network, batch, dropout).map_err(TorchError::libtorch("a training step"))
    }

    fn as_weights(&self, values: Vec<f32>) -> Weights {
        Weights::from_values(*self.network.spec(), values).expect("the numbers are those of the network")
    }
}

impl Trainable for TorchEngine {
    type Error = TorchError;

    fn train_batch(&mut self, batch: &Batch, dropout: Seed, rate_factor: f64) -> Result<Loss, TorchError> {
        let (loss, gradients) = self.back_propagate(batch, Some(dropout))?;
        let update = self.n_updates + 1;
        let TorchConfig { optimizer, clip_norm, .. } = self.config;
        let gradient = no_grad(|| clipped(&gradients, &self.network, clip_norm, update))?;
        let weights = self.network.values_mut();
        let optimizer = optimizer.at_rate(rate_factor);
        let updated = no_grad(|| self.moments.step(&optimizer, update, weights, &gradient));
        updated.map_err(TorchError::libtorch("an update"))?;
        self.n_updates = update;
        Ok(loss)
    }

    fn evaluate(&self, batch: &Batch) -> Result<Loss, TorchError> {
        self.network.spec().inputs.check_batch(batch)?;
        self.config.placement.set_threads();
        let loss = no_grad(|| evaluate(&self.network, batch)).map_err(TorchError::libtorch("an evaluation"))?;
        if loss.nats.is_finite() { Ok(loss) } else { Err(TorchError::LossNotFinite { n_updates: self.n_updates }) }
    }

    fn weights(&self) -> Result<Weights, TorchError> {
        let values = self.network.download().map_err(TorchError::libtorch("reading the weights"))?;
        Ok(self.as_weights(values))
    }

    fn training_state(&self) -> Result<TrainingState, TorchError> {
        let (first_moment, second_moment) =
            self.moments.download().map_err(TorchError::libtorch("reading the optimizer's moments"))?;
        Ok(TrainingState {
            weights: self.weights()?,
            n_updates: self.n_updates,
            reduction_plan: None,
            first_moment,
            second_moment,
        })
    }

    fn restore(&mut self, state: &TrainingState) -> Result<(), TorchError> {
        let spec = self.network.spec();
        if state.weights.spec() != spec {
            return Err(TorchError::OtherNetwork { found: Box::new(*state.weights.spec()), expected: Box::new(*spec) });
        }
        let n = spec.n_parameters();
        let n_first = if self.config.optimizer.has_first_moment() { n } else { 0 };
        let moments = [("first moment", &state.first_moment, n_first), ("second moment", &state.second_moment, n)];
        for (what, moment, expected) in moments {
            if moment.len() != expected {
                return Err(TorchError::OtherOptimizer { what, len: moment.len(), expected });
            }
        }
        let failed = || TorchError::libtorch("restoring a training state");
        let network = Network::new(&state.weights, self.config.placement).map_err(failed())?;
        self.moments.restore(&state.first_moment, &state.second_moment, &network).map_err(failed())?;
        self.network = network;
        self.n_updates = state.n_updates;
        Ok(())
    }
}

fn back_propagate(network: &Network, batch: &Batch, dropout: Option<Seed>) -> Result<(Loss, Vec<Tensor>), TchError> {
    let (placement, steps) = (network.placement(), 0..batch.n_steps());
    let inputs = inputs(batch, steps.clone(), placement)?;
    let state = network.zero_state(batch.n_windows())?;
    let dense_inputs = match dropout {
        Some(seed) => network.read_with_dropout(&inputs, &state, &dropout_factors(network, batch, seed)?)?,
        None => network.read(&inputs, state, Pass::Training)?.0,
    };
    let predictions = Predictions::of(batch, steps, placement)?.expect("a prediction of a batch counts");
    let losses = predictions.losses(network, &dense_inputs)?;
    let gradients = Tensor::f_run_backward(&[losses.f_mean(None)?], network.tensors(), false, false)?;
    let nats = no_grad(|| sum(&losses, placement))?;
    Ok((Loss { nats, n_tokens: batch.n_counted() as u64 }, gradients))
}

/// The dropout factors of each layer's outputs, `[L, T, B, H]`, the same as in every other engine.
fn dropout_factors(network: &Network, batch: &Batch, seed: Seed) -> Result<Tensor, TchError> {
    let (spec, n_windows, n_steps) = (network.spec(), batch.n_windows(), batch.n_steps());
    let mut factors = vec![0.0; spec.n_layers * n_windows * n_steps * spec.hidden_size];
    for (at, factors) in factors.chunks_exact_mut(n_steps * spec.hidden_size).enumerate() {
        DropoutMasks::draw_window(spec.dropout, seed, at / n_windows, at % n_windows, factors);
    }
    let shape = [spec.n_layers, n_windows, n_steps, spec.hidden_size].map(|size| size as i64);
    upload(&factors, network.placement())?.f_reshape(shape)?.f_transpose(1, 2)?.f_to_kind(network.kind())
}
