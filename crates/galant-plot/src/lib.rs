//! Draws music and its models as SVG and PNG: piano roll, surprise, loss curves, states, gradients, predictions, embeddings.
//!
//! Each function takes plain data and returns a [`Picture`], 800 units wide, which is readable at that size and in gray.
//! Colors that distinguish things differ in lightness, and curves also in line style and marker.
//! Labels do not overlap: a label for which there is no room is left out.
//! [`text_roll`] is a small roll of block characters, for a terminal.
//!
//! ```
//! use galant_plot::piano_roll;
//! use galant_types::{Note, Score};
//!
//! let score = Score {
//!     notes: vec![Note { onset: 0, length: 480, pitch: 60, velocity: 64, channel: 0, track: 0 }],
//!     ..Score::new(480)
//! };
//! let picture = piano_roll(&score, "One note");
//! assert!(picture.svg().starts_with("<svg width=\"800\""));
//! assert!(picture.png().starts_with(b"\x89PNG"));
//! ```
#![forbid(unsafe_code)]

mod axis;
mod color;
mod curves;
mod embedding;
mod encode;
mod gradients;
mod loss;
mod next;
mod picture;
mod predictions;
mod roll;
mod states;
mod text;
mod text_roll;

pub use embedding::{EmbeddingPoint, embedding_map};
pub use gradients::{AddGradientError, GradientCurve, gradient_norms};
pub use loss::{loss_comparison, loss_curves};
pub use next::{NextAt, next_tokens};
pub use picture::Picture;
pub use predictions::prediction_curves;
pub use roll::{piano_roll, surprise};
pub use states::{Range, StateMap, state_maps};
pub use text_roll::text_roll;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
