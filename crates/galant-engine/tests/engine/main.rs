//! The engine against the reference, against itself on other threads, and on tasks that need memory.

mod agrees_with_reference;
mod errors;
mod memory;
mod processes;
mod same_bits;

use galant_engine::{Engine, EngineConfig};
use galant_model::{Cell, Initialization, Inputs, ModelSpec, Optimizer, StreamSpec, Weights};
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

/// Two streams beside the tokens, one of which skips the layers.
const STREAMS: ModelSpec = ModelSpec {
    inputs: LSTM.inputs.with(StreamSpec { vocab_size: 5, embedding_size: 3, skip: true }).with(StreamSpec {
        vocab_size: 31,
        embedding_size: 4,
        skip: false,
    }),
    ..LSTM
};

/// The tokens' embedding skips the layers.
const SKIP: ModelSpec =
    ModelSpec { inputs: Inputs::new(StreamSpec { vocab_size: 29, embedding_size: 10, skip: true }), ..LSTM };

/// Both cells, with layers that add their input and layers that do not, with and without streams and skips.
const NETWORKS: [ModelSpec; 9] = [
    LSTM,
    RNN,
    ModelSpec { residual: true, ..LSTM },
    ModelSpec { residual: true, ..RNN },
    STREAMS,
    ModelSpec { cell: Cell::VanillaRnn, ..STREAMS },
    ModelSpec { residual: true, ..STREAMS },
    SKIP,
    ModelSpec { cell: Cell::VanillaRnn, residual: true, ..SKIP },
];

/// `n_windows` windows of tokens from a formula with a long period.
fn batch(n_windows: usize, n_steps: usize, positions: Positions) -> Batch {
    let tokens = |shift: usize| (0..n_windows * n_steps).map(|i| token(i + shift)).collect();
    Batch::new(n_windows, n_steps, tokens(0), tokens(1), positions).unwrap()
}

fn token(i: usize) -> TokenId {
    TokenId(((i * i + i / 7) % 29) as u32)
}

/// The same with a network's streams.
fn with_streams(spec: &ModelSpec, batch: &Batch) -> Batch {
    let n = batch.inputs().len();
    let values = |number: usize| (0..n).map(|i| stream(spec, number, i)).collect();
    batch.clone().with_streams((1..spec.inputs.len()).map(values).collect()).unwrap()
}

/// The value of a stream at a place, from a formula.
fn stream(spec: &ModelSpec, number: usize, i: usize) -> TokenId {
    TokenId(((number + i / 2 + i * i / 9) % spec.inputs[number].vocab_size) as u32)
}

/// The inputs of a network at a place.
fn inputs(spec: &ModelSpec, i: usize) -> Vec<TokenId> {
    [token(i)].into_iter().chain((1..spec.inputs.len()).map(|number| stream(spec, number, i))).collect()
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
