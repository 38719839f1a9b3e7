//! The training loop, for any engine.
//!
//! [`train`] runs epochs of seeded batches, measures after each, keeps the weights with the lowest validation loss, and
//! stops when its settings say so or its observer breaks off.
//! It prints nothing and reads no clock: each step and each epoch is an event.
//!
//! ```
//! use std::ops::ControlFlow;
//!
//! use galant_batches::{Split, Windows};
//! use galant_model::{Loss, Objective, Progress, Schedule, Trainable, TrainingState, Weights};
//! use galant_train::{TrainConfig, TrainEvent, WeightChoice, train};
//! use galant_types::{Batch, Seed, Song, TokenId};
//! # use galant_model::{Cell, Inputs, ModelSpec};
//! # struct Halving(Weights, f64);
//! # impl Halving { fn loss(&self, batch: &Batch) -> Loss {
//! #     Loss { nats: self.1 * batch.n_counted() as f64, n_tokens: batch.n_counted() as u64 } } }
//! # impl Trainable for Halving {
//! #     type Error = std::convert::Infallible;
//! #     fn train_batch(&mut self, batch: &Batch, _: Seed, _: f64) -> Result<Loss, Self::Error> {
//! #         self.1 /= 2.0; Ok(self.loss(batch)) }
//! #     fn evaluate(&self, batch: &Batch) -> Result<Loss, Self::Error> { Ok(self.loss(batch)) }
//! #     fn weights(&self) -> Result<Weights, Self::Error> { Ok(self.0.clone()) }
//! #     fn training_state(&self) -> Result<TrainingState, Self::Error> { unreachable!() }
//! #     fn restore(&mut self, _: &TrainingState) -> Result<(), Self::Error> { unreachable!() }
//! # }
//! # let spec = ModelSpec { cell: Cell::Lstm, inputs: Inputs::tokens(7, 2), hidden_size: 2, n_layers: 1, dropout: 0.0, residual: false };
//! # let mut engine = Halving(Weights::zeros(spec)?, 4.0);
//!
//! let song = Song { name: "scale".to_owned(), tokens: (0..400).map(|i| TokenId(i % 7)).collect(), streams: Vec::new() };
//! let windows = Windows::new(vec![song], Split::tails(16, 0.1))?;
//! let config = TrainConfig {
//!     objective: Objective::EveryToken,
//!     batch_size: 8,
//!     epochs: Some(3),
//!     steps: None,
//!     epoch_steps: None,
//!     schedule: Schedule::Constant,
//!     stop_at_loss: None,
//!     patience: None,
//!     unigram_loss: None,
//!     keep: WeightChoice::BestValidation,
//!     seed: Seed(1),
//! };
//! // `engine` is any `Trainable`, such as `galant_engine::Engine`.
//! let outcome = train(&mut engine, &windows, &config, Progress::default(), &mut |_, _, event| {
//!     if let TrainEvent::Epoch { record, .. } = event {
//!         println!("epoch {}: {:.3} nats per token", record.epoch, record.train_loss);
//!     }
//!     ControlFlow::Continue(())
//! })?;
//! assert_eq!(outcome.kept_epoch, 3);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod config;
mod epoch;
mod train;

pub use config::{TrainConfig, WeightChoice};
pub use train::{Outcome, StopReason, TrainError, TrainEvent, kept, kept_epoch, overfitting_since, train};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
