//! The engine on libtorch against the reference and the embedded engine; all need the feature `libtorch`.
#![cfg(feature = "libtorch")]

mod agrees_with_embedded;
mod agrees_with_reference;
mod devices;
mod errors;
mod resume;

use galant_engine_torch::{Placement, TorchConfig, TorchEngine};
use galant_model::{Cell, Initialization, Inputs, ModelSpec, Optimizer, Weights};
use galant_types::{Batch, Positions, Seed, TokenId};

const LSTM: ModelSpec = ModelSpec {
    cell: Cell::Lstm,
    inputs: Inputs::tokens(29, 10),
    hidden_size: 13,
    n_layers: 3,
    dropout: 0.3,
    residual: false,
};

const RNN: ModelSpec = ModelSpec { cell: Cell::VanillaRnn, ..LSTM };

/// Both cells, with layers that add their input and layers that do not.
const NETWORKS: [ModelSpec; 4] = [LSTM, RNN, ModelSpec { residual: true, ..LSTM }, ModelSpec { residual: true, ..RNN }];

/// `n_windows` windows of tokens from a formula with a long period.
fn batch(n_windows: usize, n_steps: usize, positions: Positions) -> Batch {
    let token = |i: usize| TokenId(((i * i + i / 7) % 29) as u32);
    let tokens = |shift: usize| (0..n_windows * n_steps).map(|i| token(i + shift)).collect();
    Batch::new(n_windows, n_steps, tokens(0), tokens(1), positions).unwrap()
}

/// Every kind of positions, with windows enough for several shards of the embedded engine.
fn batches() -> [Batch; 4] {
    let mask = (0..21 * 6).map(|i| i % 5 == 2 || i > 100).collect();
    [
        batch(3, 11, Positions::EveryToken),
        batch(4, 9, Positions::LastToken),
        batch(1, 1, Positions::LastToken),
        batch(21, 6, Positions::Mask(mask)),
    ]
}

/// Initial weights with something added to each, so that biases differ.
fn weights(spec: ModelSpec) -> Weights {
    let mut weights = Weights::initial(spec, Initialization::Keras, Seed(3)).unwrap();
    for (i, value) in weights.values_mut().iter_mut().enumerate() {
        *value += 0.1 * (i as f32).sin();
    }
    weights
}

fn config(optimizer: Optimizer) -> TorchConfig {
    TorchConfig { optimizer, clip_norm: Some(1.0), placement: Placement::cpu(1) }
}

fn engine(weights: &Weights, optimizer: Optimizer) -> TorchEngine {
    TorchEngine::new(weights, config(optimizer)).unwrap()
}
