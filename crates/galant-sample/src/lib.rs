//! Choosing the next word from any step model.
//!
//! [`compose`] reads a primer and goes on from it word by word; a [`Strategy`] says how each word is chosen.
//! The state of the model is carried, so that every word costs one step, however long the piece has become.
//!
//! ```
//! use galant_model::{Cell, ModelSpec, Reference, Weights};
//! use galant_sample::{Strategy, compose, random_primer};
//! use galant_types::Seed;
//!
//! let spec = ModelSpec { cell: Cell::Lstm, vocabulary: 12, embedding: 4, hidden: 8, layers: 2, dropout: 0.0 };
//! let model = Reference::new(&Weights::initial(spec, Seed(1))?);
//!
//! let primer = random_primer(12, 16, Seed(2))?;
//! let words = compose(&model, &primer, 32, &Strategy::lecture(), Seed(2), &mut |word| {
//!     assert!(word.nats > 0.0);
//! })?;
//! assert_eq!(words.len(), 32);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod chooser;
mod composer;
mod distribution;
mod primer;
mod random;
mod strategy;

pub use composer::{ComposeError, ComposedWord, Composer, MAX_WORDS, compose};
pub use primer::{PrimerError, random_primer};
pub use strategy::{LoopControl, Strategy, StrategyError};
