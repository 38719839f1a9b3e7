//! MusicXML, compressed or not, to and from a [`Score`](galant_types::Score).
//!
//! [`decode`] reads a piece, plays its repeats and jumps, and reports what it left out; [`encode()`] writes a score with note
//! values, ties, rests and spelled pitches, so that notation programs show it.
//!
//! ```
//! use galant_musicxml::{compress, decode, encode};
//! use galant_types::{Note, Part, Score};
//!
//! let score = Score {
//!     // A dotted quarter note and an eighth.
//!     notes: vec![
//!         Note { onset: 0, length: 720, pitch: 60, velocity: 80, channel: 0, track: 0 },
//!         Note { onset: 720, length: 240, pitch: 66, velocity: 80, channel: 0, track: 0 },
//!     ],
//!     parts: vec![Part { track: 0, channel: 0, name: "Violin".into(), program: Some(40) }],
//!     ..Score::new(480)
//! };
//! let encoded = encode(&score)?;
//! assert_eq!(encoded.n_moved, 0);
//! assert!(encoded.xml.contains("<step>F</step>") && encoded.xml.contains("<alter>1</alter>"));
//!
//! let decoded = decode(&compress(&encoded.xml))?;
//! assert!(decoded.warnings.is_empty());
//! assert_eq!(decoded.score.parts, score.parts);
//! // What is read has 10,080 ticks per quarter note.
//! assert_eq!((decoded.score.notes[1].onset, decoded.score.notes[1].pitch), (15_120, 66));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How a piece is played
//!
//! All parts play the same bars in the same order, whichever of them has the sign: repeats as often as they say, each time
//! with its ending, and then one jump (da capo, dal segno), after which each section is played once, with its last ending,
//! up to the fine or from the sign to the coda. Jumps are read where the file says how they sound (`<sound>`).
//! A bar is as long as the longest of its parts, and one in which nothing is written as long as its meter.
//! Where bars are shorter than their meter, as an upbeat is, the score states the meter again at the next bar line, so that
//! its bar map has the bars of the file.
//!
//! Notes sound as long as written, at velocity 80 if the file states no other; transposing instruments sound at their own
//! pitch. Keys and meters are those of the first part that is not transposed. A note of percussion is read as the drum of
//! its instrument, on MIDI channel 9, counted from 0.
//!
//! # What a score leaves out
//!
//! Some contents of a file have no place in a score, and `decode` does not warn of them: lyrics, words, fingerings, slurs,
//! beams, articulations, fermatas, dynamics and other directions, layout, clefs and the other properties of a staff, and
//! credits.
//!
//! # Warnings
//!
//! Everything else that `decode` cannot keep is an error or a [`Warning`](galant_types::Warning) with its line and column,
//! in compressed files of the score in it.
//!
//! * [`Note`](galant_types::Severity::Note): the file is legal, but a score has no place for something in it or this crate
//!   does not support it. Grace notes, cue notes, ornaments, chord symbols, figured bass, signs that stand for bars, pitches
//!   between semitones and percussion without a sound are notes.
//! * [`Repair`](galant_types::Severity::Repair): the file breaks the standard or looks like a slip, and was read as it is
//!   most likely meant. Values out of range, notes without a duration, bars of the wrong length, ties to nothing and parts of
//!   different lengths are repairs.
//!
//! At most [`MAX_WARNINGS_PER_KIND`] warnings of a kind are listed; one at the end states how many more there are.
//!
//! # How a score is written
//!
//! * Bars are those of the score's bar map; one that is shorter than its meter, such as an upbeat, is not counted.
//! * Notes that begin and end together are chords; what overlaps is in up to four voices of a staff, and what would need a
//!   fifth is tied within the fourth. Rests fill every voice.
//! * Ties join notes over bar lines, and what is no single note value. Note values go down to 256th notes, in tuplets of any
//!   odd number; notes that none of them leads to are moved to the nearest 32nd or triplet of 16th notes, and counted.
//! * Pitches are spelled by the key. A part whose program is a keyboard or a harp, or that has none, has two staves where
//!   it sounds on both sides of middle C at once.
//! * Tempo, meter and key are written where they change; velocities as percent of forte, except the usual 80; texts as
//!   fields of the file's identification, which [`decode`] reads back.
//! * Characters that XML cannot hold are replaced by U+FFFD.
#![forbid(unsafe_code)]

mod archive;
mod attributes;
mod bar;
mod barline;
mod clock;
mod decode;
mod direction;
mod element;
mod encode;
mod error;
mod grid;
mod layout;
mod limits;
mod notation;
mod note;
mod order;
mod part;
mod part_list;
mod played;
mod spelling;
mod staff;
mod symbol;
mod text;
mod timeline;
mod voices;
mod warning;
mod written;
mod xml;

pub use decode::decode;
pub use encode::{Encoded, encode};
pub use error::{DecodeError, EncodeError};
pub use galant_types::{Decoded, MAX_WARNINGS_PER_KIND};
pub use limits::{
    BYTES_PER_TAG, MAX_ARCHIVE_FILES, MAX_ATTRIBUTES, MAX_ATTRIBUTES_OF_TAG, MAX_BAR_IN_WHOLES, MAX_BARS, MAX_CHANGES,
    MAX_DIVISIONS, MAX_FILE_BYTES, MAX_NAME_BYTES, MAX_NAMESPACES, MAX_NOTES, MAX_PARTS, MAX_PLAYINGS, MAX_TAGS,
    MAX_UNPACKING_RATIO, TICKS_PER_QUARTER,
};
pub use text::{compress, looks_like_musicxml};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
