//! Plain data shared by every Galant crate: no I/O, and no logic beyond what the types mean.
//!
//! A type has public fields where any value is valid; where values must agree, it has a checked constructor.
//!
//! ```
//! use galant_types::{Chord, Note, Score};
//!
//! let score = Score {
//!     notes: vec![Note { onset: 0, length: 480, pitch: 60, velocity: 64, channel: 0, track: 0 }],
//!     ..Score::new(480)
//! };
//! assert_eq!(score.notes[0].end(), 480);
//! assert_eq!(Chord::new(vec![60, 64, 67])?.pitches(), [60, 64, 67]);
//! # Ok::<(), galant_types::ChordError>(())
//! ```
#![forbid(unsafe_code)]

mod bar_map;
mod batch;
mod chord;
mod constraint;
mod decoded;
mod epoch_record;
mod packed_ids;
mod playback;
mod scale;
mod score;
mod seed;
mod song;
mod streams;
mod tempo_map;
mod texture;
mod token_id;
mod warning;
mod warnings;

pub use bar_map::{BarMap, BarPosition};
pub use batch::{Batch, BatchError, Positions};
pub use chord::{Chord, ChordError};
pub use constraint::Constraint;
pub use decoded::Decoded;
pub use epoch_record::EpochRecord;
pub use packed_ids::PackedIds;
pub use playback::{Playback, PlaybackError};
pub use scale::{ParseScaleError, Scale, parse_pitch, parse_pitch_class};
pub use score::{KeySignature, Meter, Note, PERCUSSION_CHANNEL, Part, Score, Tempo};
pub use seed::Seed;
pub use song::Song;
pub use streams::{NoStreams, StreamTracker};
pub use tempo_map::TempoMap;
pub use texture::{PartStep, Texture};
pub use token_id::TokenId;
pub use warning::{Place, Severity, Warning};
pub use warnings::{MAX_WARNINGS_PER_KIND, WarningKind, Warnings};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
