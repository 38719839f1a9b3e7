//! The reference against finite differences and against PyTorch.

mod finite_differences;
mod golden_torch;

use galant_model::{Cell, ModelSpec};
use galant_types::{Batch, Positions, TokenId};

fn spec(cell: Cell) -> ModelSpec {
    ModelSpec { cell, vocabulary: 7, embedding: 3, hidden: 5, layers: 3, dropout: 0.3 }
}

/// Two windows of six words of a vocabulary of seven.
fn batch(positions: Positions) -> Batch {
    let words = |start: u32| (0..12).map(|i| TokenId((start + i * i + i / 5) % 7)).collect();
    Batch::new(2, 6, words(1), words(4), positions).unwrap()
}
