//! The reference against finite differences and against PyTorch.

mod finite_differences;
mod golden_torch;

use galant_model::{Cell, Inputs, ModelSpec, StreamSpec};
use galant_types::{Batch, Positions, TokenId};

/// Tokens whose embedding is also an input of the dense layer.
const SKIP: Inputs = Inputs::new(StreamSpec { vocab_size: 7, embedding_size: 3, skip: true });

/// Tokens and two streams.
const STREAMS: Inputs = Inputs::tokens(7, 3)
    .with(StreamSpec { vocab_size: 4, embedding_size: 2, skip: true })
    .with(StreamSpec { vocab_size: 5, embedding_size: 4, skip: true });

fn spec(cell: Cell) -> ModelSpec {
    ModelSpec { cell, inputs: Inputs::tokens(7, 3), hidden_size: 5, n_layers: 3, dropout: 0.3, residual: false }
}

/// Two windows of six tokens of a vocabulary of seven, and the values of the streams.
fn batch(spec: &ModelSpec, positions: Positions) -> Batch {
    let tokens = |start: u32| (0..12).map(|i| TokenId((start + i * i + i / 5) % 7)).collect();
    let stream =
        |k: usize| (0..12).map(|i| TokenId(((k + i + i * i / 3) % spec.inputs[k].vocab_size) as u32)).collect();
    let streams = (1..spec.inputs.len()).map(stream).collect();
    Batch::new(2, 6, tokens(1), tokens(4), positions).unwrap().with_streams(streams).unwrap()
}
