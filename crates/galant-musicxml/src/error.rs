//! Why a file cannot be read, or a score cannot be written.

use galant_types::Place;
use thiserror::Error;

use crate::limits::{
    MAX_BAR_IN_WHOLES, MAX_BARS, MAX_CHANGES, MAX_FILE_BYTES, MAX_NOTES, MAX_PARTS, MAX_PLAYINGS, MAX_UNPACKING_RATIO,
};

/// Why bytes cannot be read as MusicXML.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The file is over [`MAX_FILE_BYTES`], as it is or unpacked.
    #[error("the file has more than {MAX_FILE_BYTES} bytes of XML, which is the limit")]
    FileTooLarge,
    /// A compressed file unpacks to more than [`MAX_UNPACKING_RATIO`] times its size.
    #[error("the file unpacks to more than {MAX_UNPACKING_RATIO} times its size, which is the limit")]
    UnpackingRatio,
    /// A compressed file is damaged.
    #[error("the compressed file cannot be unpacked: {reason}")]
    Archive {
        /// What is wrong with it.
        reason: String,
    },
    /// A compressed file holds no score.
    #[error("the compressed file holds no score")]
    NoScore,
    /// The text is in an encoding that is not supported.
    #[error("the text is neither UTF-8 nor UTF-16 nor ISO-8859-1; save it as UTF-8")]
    Encoding,
    /// The text is not well-formed XML.
    #[error("the XML is not valid: {reason}")]
    Xml {
        /// What is wrong, with its line and column.
        reason: String,
    },
    /// The XML declares entities, which MusicXML does not need.
    #[error("the file declares XML entities, which MusicXML does not need; remove them")]
    Entities,
    /// The XML has more of something than this crate allows.
    #[error("the file has more {what} than the limit of {limit}")]
    XmlLimit {
        /// Of what.
        what: &'static str,
        /// How many are allowed.
        limit: usize,
    },
    /// It is XML, but no score.
    #[error("the outermost element is '{root}'; MusicXML has score-partwise or score-timewise")]
    NotMusicXml {
        /// The name of the outermost element.
        root: String,
    },
    /// The score has no parts.
    #[error("the score has no parts")]
    NoParts,
    /// An element lacks a number that everything after it depends on.
    #[error("{place}: {element} has the value '{found}'; {allowed}")]
    Value {
        /// Where it is.
        place: Place,
        /// The element.
        element: &'static str,
        /// Its value.
        found: String,
        /// What it may be.
        allowed: &'static str,
    },
    /// A bar, or a note or rest in it, is longer than [`MAX_BAR_IN_WHOLES`].
    #[error("{place}: a bar is longer than the limit of {MAX_BAR_IN_WHOLES} whole notes")]
    BarTooLong {
        /// Where it begins, or where what is too long in it is.
        place: Place,
    },
    /// A section is to be played more often than [`MAX_PLAYINGS`].
    #[error("{place}: a section is played {playings} times, over the limit of {MAX_PLAYINGS}")]
    TooManyPlayings {
        /// Where the repeat sign or ending is.
        place: Place,
        /// How often.
        playings: u32,
    },
    /// There are more parts than [`MAX_PARTS`].
    #[error("more parts than the limit of {MAX_PARTS}")]
    TooManyParts,
    /// There are more bars than [`MAX_BARS`].
    #[error("the piece has more bars than the limit of {MAX_BARS}, as written or as played")]
    TooManyBars,
    /// There are more notes than [`MAX_NOTES`].
    #[error("the piece with its repeats has more notes than the limit of {MAX_NOTES}")]
    TooManyNotes,
    /// There are more changes of tempo, meter and key than [`MAX_CHANGES`].
    #[error("the piece has more changes of tempo, meter and key than the limit of {MAX_CHANGES}")]
    TooManyChanges,
}

/// Why a score cannot be written as MusicXML.
///
/// Indices count the score's own lists from 0.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// A score has no resolution.
    #[error("0 ticks per quarter note; a score has at least 1")]
    TicksPerQuarter,
    /// There are more notes than [`MAX_NOTES`].
    #[error("{n_notes} notes, over the limit of {MAX_NOTES}")]
    TooManyNotes {
        /// How many there are.
        n_notes: usize,
    },
    /// There are more parts than [`MAX_PARTS`].
    #[error("{n_parts} parts, over the limit of {MAX_PARTS}")]
    TooManyParts {
        /// How many there are.
        n_parts: usize,
    },
    /// The bars of all parts are more than [`MAX_BARS`].
    #[error("{n_parts} parts of {n_bars} bars have more bars than the limit of {MAX_BARS}")]
    TooManyBars {
        /// How many parts there are.
        n_parts: usize,
        /// How many bars each has.
        n_bars: u64,
    },
    /// A file cannot state a value of a note.
    #[error("note {note}: {what} {value}; a file can state {low} to {high}")]
    NoteValue {
        /// Which note.
        note: usize,
        /// Which of its values.
        what: &'static str,
        /// The value.
        value: u64,
        /// The lowest value allowed.
        low: u64,
        /// The highest value allowed.
        high: u64,
    },
    /// A file cannot state a change of tempo, meter or key.
    #[error("{what} {index} is {value}; {allowed}")]
    Change {
        /// Of what: tempo, meter or key.
        what: &'static str,
        /// Which change.
        index: usize,
        /// Its value.
        value: String,
        /// What it may be.
        allowed: &'static str,
    },
    /// The file would be over [`MAX_FILE_BYTES`].
    #[error("the file would have {n_bytes} bytes, over the limit of {MAX_FILE_BYTES}")]
    FileTooLarge {
        /// How many bytes it would have.
        n_bytes: usize,
    },
}
