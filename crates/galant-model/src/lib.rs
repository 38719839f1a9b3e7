//! The network as plain data, with the engine contract and a slow reference.
//!
//! A network reads tokens one after the other, each with a value of every stream beside it, and gives, after each, a logit
//! for every token that may come next:
//! embeddings → recurrent layers, each followed by dropout → dense → softmax.
//! [`ModelSpec`] has its sizes and [`Weights`] its numbers; [`TrainingSettings`] says how it is trained.
//! [`StepModel`] and [`Trainable`] are what an engine implements, and [`Reference`] computes the same in plain loops of
//! `f64`, to be read and to check engines against.
//!
//! ```
//! use galant_model::{Cell, Initialization, Inputs, ModelSpec, Reference, StepModel, Weights};
//! use galant_types::{Seed, TokenId};
//!
//! let spec = ModelSpec { cell: Cell::Lstm, inputs: Inputs::tokens(5, 4), hidden_size: 8, n_layers: 2, dropout: 0.0, residual: false };
//! let weights = Weights::initial(spec, Initialization::Keras, Seed(1))?;
//!
//! let model = Reference::new(&weights);
//! let (mut state, mut logits) = (model.zero_state(), vec![0.0; 5]);
//! model.step(&[TokenId(3)], &mut state, &mut logits)?;
//! assert!(logits.iter().all(|logit| logit.is_finite()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod contract;
mod dropout;
mod init;
mod inputs;
mod loss;
mod optimizer;
mod processes;
mod progress;
mod reference;
mod schedule;
mod settings;
mod spec;
mod weights;

pub use contract::{StepModel, Trainable, TrainingState};
pub use dropout::DropoutMasks;
pub use init::Initialization;
pub use inputs::{InputError, Inputs, StreamSpec};
pub use loss::{Loss, surprise};
pub use optimizer::{Adam, Optimizer, OptimizerError, RmsProp};
pub use processes::Processes;
pub use progress::Progress;
pub use reference::{Reference, ReferenceError, ReferenceGradients, ReferenceState};
pub use schedule::Schedule;
pub use settings::{HoldOut, Objective, SettingsError, TrainingSettings};
pub use spec::{Cell, ModelSpec, SpecError};
pub use weights::{LayerView, LayerViewMut, Tensor, Weights, WeightsError, WeightsView, WeightsViewMut};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
