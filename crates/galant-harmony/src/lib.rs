//! The harmony of several parts: their chords, their key, and the rules of part-writing.
//!
//! Music in parts is a [`Texture`]: what each part does at each step of a grid.
//!
//! * [`ChordLabel`] names the chord that sounds, `texture_key` finds the key, [`ChordLabel::roman`] relates the two.
//! * [`VoiceLeading`] follows the parts as they grow, and says which [`Rule`]s of part-writing the next note would
//!   break; [`Enforcements`] decide what that costs. [`Tally`] counts the same breaches in a finished piece.
//! * [`PartWriting`] brings these rules to the choice of voice tokens, and [`WithTune`] makes parts begin and end with a
//!   tune that they accompany.
//! * [`ChordBigrams`] compares which chords follow each other in two sets of pieces.
//!
//! ```
//! use galant_harmony::{ChordLabel, PartRanges, Rule, Tally, VoiceLeading};
//! use galant_types::{PartStep::Strike, Scale, Texture};
//!
//! // A cadence in which all parts go up together.
//! let chords = [[74, 71, 67, 55], [76, 72, 67, 60]];
//! let texture = Texture::new(4, chords.as_flattened().iter().map(|&pitch| Strike(pitch)).collect());
//!
//! let key = Scale::major(0);
//! assert_eq!(ChordLabel::of_pitches(chords[0]).unwrap().roman(key), "V");
//!
//! let mut tally = Tally::default();
//! tally.add(&texture, VoiceLeading::new(PartRanges::choir(), Some(key)));
//! assert_eq!(tally.per_100_chords(Rule::ParallelOctaves), 0.0);
//! ```
//!
//! [`Texture`]: galant_types::Texture
#![forbid(unsafe_code)]

mod enforcement;
mod key;
mod label;
mod leading;
mod motion;
mod part_writing;
mod progression;
mod ranges;
mod roman;
mod rule;
mod tally;
mod with_tune;

pub use enforcement::{Enforcement, Enforcements, PenaltyError};
pub use key::texture_key;
pub use label::{ChordLabel, ChordQuality};
pub use leading::VoiceLeading;
pub use part_writing::PartWriting;
pub use progression::{ChordBigrams, Degree, progression};
pub use ranges::PartRanges;
pub use rule::{Breaches, ParseRuleError, Rule};
pub use tally::Tally;
pub use with_tune::WithTune;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
