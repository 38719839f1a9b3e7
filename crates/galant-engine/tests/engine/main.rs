//! The engine against the reference, against itself on other threads, and on tasks that need memory.

mod agrees_with_reference;
mod errors;
mod memory;
mod same_bits;

use galant_engine::{Engine, EngineConfig};
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

/// Initial weights with something added to each, so that biases differ.
fn weights(spec: ModelSpec) -> Weights {
    let mut weights = Weights::initial(spec, Initialization::Keras, Seed(3)).unwrap();
    for (i, value) in weights.values_mut().iter_mut().enumerate() {
        *value += 0.1 * (i as f32).sin();
    }
    weights
}

fn engine(weights: Weights, optimizer: Optimizer, threads: usize) -> Engine {
    Engine::new(weights, EngineConfig { optimizer, clip_norm: Some(1.0), threads }).unwrap()
}
