//! ABC notation to a [`Score`](galant_types::Score).
//!
//! [`decode`] reads the first tune of a text, a [`Book`] all tunes of a file: repeats are expanded, bars checked against
//! the meter, and what was left out or mended is reported with line and column.
//!
//! ```
//! use galant_abc::decode;
//!
//! let decoded = decode("X:1\nT:Scale\nM:3/4\nL:1/4\nK:G\nG A B | c d {e}f |")?;
//! let pitches: Vec<u8> = decoded.score.notes.iter().map(|note| note.pitch).collect();
//! assert_eq!(pitches, [67, 69, 71, 72, 74, 78]);
//! assert_eq!(decoded.warnings[0].to_string(), "line 6, column 13: grace notes were left out");
//!
//! // A bar that is too long for its meter is read as written, and reported.
//! let decoded = decode("X:1\nM:3/4\nL:1/4\nK:C\nC D E | F G A B | c3 |]")?;
//! assert_eq!(
//!     decoded.warnings[0].to_string(),
//!     "line 5, column 9: bar 2 of voice 1 lasts 1/1 of a whole note, the meter asks for 3/4",
//! );
//! # Ok::<(), galant_abc::DecodeError>(())
//! ```
//!
//! # What a score leaves out
//!
//! Some contents of a tune have no place in a score, and `decode` does not warn of them: information fields (A, B, D, F,
//! G, H, N, O, R, S, Z), lyrics (w, W), remarks (r), labels of sections (P in the body), texts put above or below the
//! staff (`"^dolce"`), slurs, beams, spacing and line breaks, and the properties of a staff.
//!
//! # Warnings
//!
//! Everything else that is not kept is a [`Warning`](galant_types::Warning) with its line and column; only a text without a
//! tune, or one over a limit, is an error.
//! Its severity depends on the standard, ABC 2.1:
//!
//! * [`Note`](galant_types::Severity::Note): the text is legal ABC, but a score has no place for something in it or this
//!   crate does not support it. Grace notes, decorations, chord symbols, instructions, unsupported fields and properties,
//!   tempos without a number, text around the tunes and later tunes are notes.
//! * [`Repair`](galant_types::Severity::Repair): the text breaks the standard or looks like a slip, and was read as it is
//!   most likely meant. Bars of the wrong length, voices of different lengths, ties to nothing, unfinished tuplets and broken
//!   rhythms, marks that are no music, values of fields that are not valid, guessed encodings, and music after the empty
//!   line that ends the tune are repairs.
//!
//! At most [`MAX_WARNINGS_PER_KIND`] warnings of a kind are listed; one at the end states how many more there are.
#![forbid(unsafe_code)]

mod bar;
mod bar_line;
mod book;
mod cursor;
mod decode;
mod error;
mod fields;
mod key;
mod limits;
mod line;
mod midi;
mod music;
mod note;
mod ornament;
mod parts;
mod pitch;
mod played;
mod property;
mod repeats;
mod symbols;
mod text;
mod time;
mod tune;
mod tuplet;
mod voice;
mod warning;

pub use book::{Book, Tune, decode, looks_like_abc};
pub use error::DecodeError;
pub use galant_types::{Decoded, MAX_WARNINGS_PER_KIND};
pub use limits::{
    MAX_BARS, MAX_BOOK_EVENTS, MAX_CHANGES, MAX_CHORD_NOTES, MAX_FILE_BYTES, MAX_LENGTH_IN_WHOLES, MAX_NOTES,
    MAX_NUMBER, MAX_PARTS, MAX_PLAYINGS, MAX_VOICES, TICKS_PER_QUARTER,
};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
