//! The embedded training engine for LSTMs and vanilla RNNs.
//!
//! [`Engine`] trains on batches on the CPU; [`Generator`] reads one token at a time and returns logits for the next.
//! Both compute in `f32` what [`galant_model::Reference`] computes in `f64`.
//! The number of threads changes how long a step takes, but never a bit of its result.
//!
//! ```
//! use galant_engine::{Engine, EngineConfig};
//! use galant_model::{Cell, Initialization, Inputs, ModelSpec, Optimizer, Trainable, Weights};
//! use galant_types::{Batch, Positions, Seed, TokenId};
//!
//! let spec = ModelSpec { cell: Cell::Lstm, inputs: Inputs::tokens(4, 8), hidden_size: 16, n_layers: 1, dropout: 0.0, residual: false };
//! let config = EngineConfig { optimizer: Optimizer::adam(1e-2), clip_norm: Some(1.0), threads: 1 };
//! let mut engine = Engine::new(Weights::initial(spec, Initialization::Keras, Seed(1))?, config)?;
//!
//! // The scale 0 1 2 3 0 1 2 3 …, two windows of eight tokens.
//! let tokens = |start: u32| (0..16).map(|i| TokenId((start + i) % 4)).collect();
//! let batch = Batch::new(2, 8, tokens(0), tokens(1), Positions::EveryToken)?;
//! for step in 0..100 {
//!     engine.train_batch(&batch, Seed(step), 1.0)?;
//! }
//! assert!(engine.evaluate(&batch)?.nats_per_token() < 0.1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod activations;
mod by_value;
mod dense;
mod engine;
mod error;
mod evaluate;
mod generator;
mod gradients;
mod layer;
mod network;
mod packed;
mod plan;
mod pool;
mod predictions;
mod product;
mod shard;
mod table;
mod update;

pub use engine::{Engine, EngineConfig};
pub use error::EngineError;
pub use generator::{Generator, GeneratorState};
pub use plan::{REDUCTION_PLAN, useful_threads, windows_of_processes};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
