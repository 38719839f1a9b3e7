//! Mozart's musical dice game: tables, rolls, scores, exact entropy.
//!
//! Sixteen throws of two dice choose sixteen of 176 printed bars, which make a waltz in 3/8 for two hands.
//! The probabilities are known, so the entropy is too: no model of the waltzes can do better, and a good one comes close.
//! The print is "Anleitung Walzer oder Schleifer mit zwei Würfeln zu componiren" (N. Simrock, Bonn), under Mozart's
//! name, which is doubtful.
//!
//! ```
//! use galant_dice::{Repeats, Throws, bar_entropy, bars, medley, score};
//! use galant_types::Seed;
//!
//! let throws = Throws::new([6, 9, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7])?;
//! assert_eq!(bars(&throws)[0].number(), 148);
//! assert_eq!(bars(&throws)[1].number(), 84);
//!
//! let waltz = score(&throws, Repeats::Straight);
//! assert_eq!(waltz.parts.len(), 2);
//!
//! let both = medley(&[throws, Throws::roll(Seed(1))], Repeats::WithRepeats);
//! assert!(both.end() > waltz.end());
//! assert!((bar_entropy() - 31.989_553_572_428).abs() < 1e-11);
//! # Ok::<(), galant_dice::ThrowsError>(())
//! ```
//!
//! Limits: the three trills and the turn of the print are left out; their main notes are there.
#![forbid(unsafe_code)]

mod entropy;
mod recognize;
mod repeats;
mod score;
mod tables;
mod throws;

pub use entropy::{
    TokenEntropy, TokenEntropyError, bar_entropy, chord_tokens, position_nats, sum_entropy, sum_nats, token_entropy,
};
pub use recognize::{DiceReport, KnownWaltzes, RecognizeError, RecognizedWaltz, dice_report, recognize};
pub use repeats::{Repeats, bars, played_bars};
pub use score::{medley, score};
pub use tables::{BarNote, BarNumber, Hand, N_POSITIONS, Tables, tables};
pub use throws::{ParseThrowsError, Throws, ThrowsError, medleys};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
