//! The reference against finite differences and against PyTorch.

mod finite_differences;
mod golden_torch;

use galant_model::{Cell, ModelSpec};
use galant_types::{Batch, Positions, TokenId};

fn spec(cell: Cell) -> ModelSpec {
    ModelSpec { cell, vocab_size: 7, embedding_size: 3, hidden_size: 5, n_layers: 3, dropout: 0.3, residual: false }
}

/// Two windows of six tokens of a vocabulary of seven.
fn batch(positions: Positions) -> Batch {
    let tokens = |start: u32| (0..12).map(|i| TokenId((start + i * i + i / 5) % 7)).collect();
    Batch::new(2, 6, tokens(1), tokens(4), positions).unwrap()
}
