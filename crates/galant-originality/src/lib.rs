//! Finds which runs of a piece are in a corpus, in any key.
//!
//! [`Onsets`] are what is compared: the pitches struck together, relative to the lowest pitch of the onset before, and the time
//! to the next onset.
//! A [`CorpusIndex`] finds the longest [`Runs`] of a piece that a corpus has, by pitches or by pitches and rhythm, with the
//! piece, the bar and the key that they come from.
//! A [`CorpusInterval`] says how much the pieces of the corpus have from each other, so that a piece which copies more than
//! that can be told.
//!
//! ```
//! use galant_originality::{IndexBuilder, Onsets, RunKind};
//! use galant_types::{Note, Score};
//!
//! let tune = |pitches: &[u8]| {
//!     let note = |(place, &pitch): (u64, &u8)| Note { onset: place, length: 1, pitch, velocity: 64, channel: 0, track: 0 };
//!     Score { notes: (0..).zip(pitches).map(note).collect(), ..Score::new(1) }
//! };
//! let mut builder = IndexBuilder::default();
//! builder.add(&Onsets::of(&tune(&[60, 62, 64, 65, 67, 67, 69, 72])))?;
//! let index = builder.build(vec![0]);
//!
//! // The second to the sixth note, two semitones higher.
//! let piece = Onsets::of(&tune(&[50, 64, 66, 67, 69, 69, 40]));
//! let runs = index.runs(&piece, RunKind::PitchesAndRhythm, 4, None);
//! assert_eq!(runs.longest_run(), 4);
//! assert_eq!((runs.copied[0].source.first, runs.copied[0].semitones), (2, 2));
//! # Ok::<(), galant_originality::IndexError>(())
//! ```
#![forbid(unsafe_code)]

mod alphabet;
mod index;
mod interval;
mod kind;
mod minima;
mod onsets;
mod runs;
mod suffix_array;
mod suffixes;

pub use index::{CorpusIndex, IndexBuilder, IndexError};
pub use interval::{Copying, CorpusInterval, Quantiles};
pub use kind::RunKind;
pub use onsets::{Onset, Onsets};
pub use runs::{CopiedRun, Runs, SourcePlace};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
