//! Choosing the next token from any step model.
//!
//! [`compose`] reads a primer and continues it token by token; a [`Strategy`] says how each token is chosen.
//! [`search`] continues several hypotheses at a time and returns the best pieces, or different pieces drawn at random.
//! [`particle_search`] draws pieces such that those which run into the rules die out.
//! All keep to [`Rules`]: a penalty for recent tokens, a block of repeated n-grams, and any
//! [`Constraint`](galant_types::Constraint), such as a key, a range or an ending.
//! A [`StreamTracker`](galant_types::StreamTracker) follows the piece and says what the model reads beside each token.
//! The state of the model is carried along, so that every token costs one step, however long the piece is.
//!
//! ```
//! use galant_model::{Cell, Initialization, Inputs, ModelSpec, Reference, Weights};
//! use galant_sample::{Beam, Rules, Strategy, Task, compose, random_primer, search};
//! use galant_types::{NoStreams, Seed};
//!
//! let spec = ModelSpec { cell: Cell::Lstm, inputs: Inputs::tokens(12, 4), hidden_size: 8, n_layers: 2, dropout: 0.0, residual: false };
//! let model = Reference::new(&Weights::initial(spec, Initialization::Keras, Seed(1))?);
//!
//! let primer = random_primer(12, 16, Seed(2))?;
//! let task = Task { primer, n_tokens: 32, rules: Rules::default(), streams: Box::new(NoStreams), seed: Seed(2) };
//! let tokens = compose(&model, task.clone(), Strategy::lecture(), &mut |token| assert!(token.nats > 0.0))?;
//! assert_eq!(tokens.len(), 32);
//!
//! let best = search(&model, &task, &Beam::best(8), &mut |_| ())?;
//! assert!(best[0].score >= best[1].score);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod beam;
mod chooser;
mod composer;
mod distribution;
mod error;
mod groups;
mod limits;
mod loop_control;
mod particles;
mod primer;
mod random;
mod rules;
mod strategy;
mod strategy_error;
mod task;

pub use beam::{Beam, Hypothesis, Selection, search};
pub use composer::{ComposedToken, Composer, compose};
pub use error::ComposeError;
pub use groups::TokenGroups;
pub use limits::{MAX_TOKENS, MAX_WINDOW};
pub use loop_control::LoopControl;
pub use particles::{ParticleSearch, Particles, particle_search};
pub use primer::{PrimerError, random_primer};
pub use rules::{NgramBlock, Repetition, Rules};
pub use strategy::{Draw, EntropyFloor, Strategy, Truncation};
pub use strategy_error::StrategyError;
pub use task::Task;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
