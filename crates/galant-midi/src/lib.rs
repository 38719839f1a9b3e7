//! Standard MIDI File bytes to and from a [`Score`](galant_types::Score).
//!
//! [`decode`] reads foreign files as players do and reports what it lost or repaired; [`encode`] writes a score so that
//! [`decode`] returns it unchanged.
//!
//! ```
//! use galant_midi::{ReadRules, decode, encode};
//! use galant_types::{Note, Part, Score};
//!
//! let score = Score {
//!     notes: vec![Note { onset: 0, length: 480, pitch: 60, velocity: 64, channel: 0, track: 0 }],
//!     parts: vec![Part { track: 0, channel: 0, name: "Violin".into(), program: Some(40) }],
//!     ..Score::new(480)
//! };
//! let bytes = encode(&score)?;
//! let decoded = decode(&bytes, ReadRules::Standard)?;
//! assert_eq!(decoded.score, score);
//! assert!(decoded.warnings.is_empty());
//!
//! // Half a file is still read, and what is missing is reported.
//! let decoded = decode(&bytes[..bytes.len() - 6], ReadRules::Standard)?;
//! assert_eq!(
//!     decoded.warnings[0].to_string(),
//!     "track 0, byte 14: the track is cut short: it declares 26 bytes and has 20",
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What a score leaves out
//!
//! Some contents of a MIDI file have no place in a score, and `decode` does not warn of them: controllers (the
//! sustain pedal among them), pitch bend, pressure, system exclusive messages, release velocities, texts other than
//! track names (copyright, lyrics, markers, cues, instrument and device names), SMPTE start offsets, channel and port
//! prefixes, the metronome settings of a time signature, and empty tracks.
//! Text events are kept only at the very beginning of the first track.
//!
//! # Warnings
//!
//! Everything else that `decode` cannot keep is a [`Warning`](galant_types::Warning) with its track and byte.
//! Its severity depends on the standard:
//!
//! * [`Note`](galant_types::Severity::Note): the standard allows what was found, but a score has no place for it or
//!   holds it in another form. A note-off for a silent key, a note of zero length, a later program change, an unknown
//!   chunk, a longer header, timecode and a text in another encoding than UTF-8 are notes.
//! * [`Repair`](galant_types::Severity::Repair): the file breaks the standard, is cut short, or contradicts itself. It was
//!   read as it is most likely meant, and something may be missing. A note that never ends is a repair.
//!
//! At most [`MAX_WARNINGS_PER_KIND`] warnings of a kind are listed; one at the end states how many more there are.
#![forbid(unsafe_code)]

mod chunks;
mod decode;
mod drums;
mod encode;
mod error;
mod events;
mod evidence;
mod limits;
mod message;
mod notes;
mod pairs;
mod program;
mod read_rules;
mod text;
mod track;
mod warning;

pub use decode::decode;
pub use encode::encode;
pub use error::{DecodeError, EncodeError};
pub use galant_types::{Decoded, MAX_WARNINGS_PER_KIND};
pub use limits::{
    MAX_CHANGES, MAX_DELTA, MAX_DENOMINATOR_LOG2, MAX_FILE_BYTES, MAX_NAME_BYTES, MAX_NOTES, MAX_TEXT_BYTES, MAX_TEXTS,
    MAX_TICKS_PER_QUARTER, MAX_TRACKS, MAX_US_PER_QUARTER,
};
pub use program::{PROGRAM_NAMES, program_named};
pub use read_rules::ReadRules;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
