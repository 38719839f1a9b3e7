//! The training engine on libtorch, for the CPU and for GPUs.
//!
//! With the feature `libtorch`, `TorchEngine` trains on batches and `TorchGenerator` reads one token at a time; without it
//! the crate is empty, so that nothing needs to be installed.
//! Both compute what [`galant_model::Reference`] computes, with libtorch's fused recurrent layers, from the same weights,
//! batches and dropout as the embedded engine: each can continue from a model or a snapshot of the other.
#![cfg_attr(
    feature = "libtorch",
    doc = r#"
```no_run
use galant_engine_torch::{Device, Placement, Precision, TorchConfig, TorchEngine};
use galant_model::{Cell, Initialization, Inputs, ModelSpec, Optimizer, Trainable, Weights};
use galant_types::{Batch, Positions, Seed, TokenId};

let spec = ModelSpec { cell: Cell::Lstm, inputs: Inputs::tokens(4, 8), hidden_size: 16, n_layers: 1, dropout: 0.0, residual: false };
let placement = Placement { device: Device::best(), precision: Precision::Full, threads: 2 };
let config = TorchConfig { optimizer: Optimizer::adam(1e-2), clip_norm: Some(1.0), placement };
let mut engine = TorchEngine::new(&Weights::initial(spec, Initialization::Keras, Seed(1))?, config)?;

// The scale 0 1 2 3 0 1 2 3 …, two windows of eight tokens.
let tokens = |start: u32| (0..16).map(|i| TokenId((start + i) % 4)).collect();
let batch = Batch::new(2, 8, tokens(0), tokens(1), Positions::EveryToken)?;
for step in 0..100 {
    engine.train_batch(&batch, Seed(step), 1.0)?;
}
assert!(engine.evaluate(&batch)?.nats_per_token() < 0.1);
# Ok::<(), Box<dyn std::error::Error>>(())
```
"#
)]
#![forbid(unsafe_code)]

#[cfg(feature = "libtorch")]
mod config;
#[cfg(feature = "libtorch")]
mod engine;
#[cfg(feature = "libtorch")]
mod error;
#[cfg(feature = "libtorch")]
mod generator;
#[cfg(feature = "libtorch")]
mod loss;
#[cfg(feature = "libtorch")]
mod network;
#[cfg(feature = "libtorch")]
mod update;

#[cfg(feature = "libtorch")]
pub use config::{Device, Placement, Precision, TorchConfig};
#[cfg(feature = "libtorch")]
pub use engine::TorchEngine;
#[cfg(feature = "libtorch")]
pub use error::TorchError;
#[cfg(feature = "libtorch")]
pub use generator::{TorchGenerator, TorchState};

#[cfg(all(doctest, feature = "libtorch"))]
#[doc = include_str!("../README.md")]
struct Readme;
