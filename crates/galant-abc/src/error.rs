//! Why a text is no tune.

use std::fmt;

use thiserror::Error;

use crate::limits::{
    MAX_BARS, MAX_CHANGES, MAX_CHORD_NOTES, MAX_FILE_BYTES, MAX_LENGTH_IN_WHOLES, MAX_NOTES, MAX_NUMBER, MAX_PLAYINGS,
    MAX_VOICES, TICKS_PER_QUARTER,
};

/// A place in the text; both numbers begin with 1, and columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Why a text cannot be read as ABC.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The text is over [`MAX_FILE_BYTES`].
    #[error("the text has {n_bytes} bytes, over the limit of {MAX_FILE_BYTES}")]
    FileTooLarge {
        /// How many bytes it has.
        n_bytes: usize,
    },
    /// The header has no key field, with which it must end.
    #[error("line {line}: the header has no K: field, with which it must end; add one, such as K:C")]
    NoKey {
        /// The line where the search ended.
        line: u32,
    },
    /// A field has a value that means nothing.
    #[error("{place}: the field {field}: has the value '{value}'; {allowed}")]
    Field {
        /// Where the value stands.
        place: Place,
        /// The field's letter.
        field: char,
        /// The value.
        value: String,
        /// What it may be.
        allowed: &'static str,
    },
    /// Something stands where it means nothing.
    #[error("{place}: '{found}' means nothing here; {allowed}")]
    Unexpected {
        /// Where it stands.
        place: Place,
        /// What stands there.
        found: String,
        /// What may stand there.
        allowed: &'static str,
    },
    /// Something is opened and not closed on its line.
    #[error("{place}: {what} opened here must end with '{closing}' on the same line")]
    Unclosed {
        /// Where it is opened.
        place: Place,
        /// What it is.
        what: &'static str,
        /// What closes it.
        closing: char,
    },
    /// A number is over [`MAX_NUMBER`], or zero where it divides.
    #[error("{place}: the number {digits} is not within 1 and {MAX_NUMBER}")]
    Number {
        /// Where it stands.
        place: Place,
        /// The number as it stands, its first digits if it is long.
        digits: String,
    },
    /// A note is beyond the pitches of MIDI.
    #[error("{place}: the note has MIDI pitch {pitch}, not within 0 and 127")]
    Pitch {
        /// Where the note stands.
        place: Place,
        /// Its pitch.
        pitch: i32,
    },
    /// A length is no whole number of ticks.
    #[error(
        "{place}: a length of {numerator}/{denominator} of a whole note is no whole number of ticks, of which a \
         quarter has {TICKS_PER_QUARTER}"
    )]
    OffGrid {
        /// Where the note stands.
        place: Place,
        /// The length's numerator.
        numerator: u64,
        /// The length's denominator.
        denominator: u64,
    },
    /// A note is longer than [`MAX_LENGTH_IN_WHOLES`].
    #[error("{place}: a single note or rest is longer than {MAX_LENGTH_IN_WHOLES} whole notes, the limit")]
    TooLong {
        /// Where the note stands.
        place: Place,
    },
    /// A chord has more notes than [`MAX_CHORD_NOTES`].
    #[error("{place}: the chord has more than {MAX_CHORD_NOTES} notes, the limit")]
    TooManyChordNotes {
        /// Where the chord begins.
        place: Place,
    },
    /// There are more voices than [`MAX_VOICES`].
    #[error("{place}: one voice more than the limit of {MAX_VOICES}")]
    TooManyVoices {
        /// Where the first voice too many begins.
        place: Place,
    },
    /// A section is to be played more often than [`MAX_PLAYINGS`].
    #[error("{place}: a section is to be played {playings} times, over the limit of {MAX_PLAYINGS}")]
    TooManyPlayings {
        /// Where the repeat sign or ending stands.
        place: Place,
        /// How often.
        playings: u32,
    },
    /// There are more bars than [`MAX_BARS`].
    #[error("the tune has more than {MAX_BARS} bars, the limit; it was passed in voice {voice}")]
    TooManyBars {
        /// The voice where it was passed.
        voice: String,
    },
    /// There are more notes than [`MAX_NOTES`].
    #[error("the tune has more than {MAX_NOTES} notes with its repeats, the limit")]
    TooManyNotes,
    /// There are more changes of tempo, meter and key than [`MAX_CHANGES`].
    #[error("the tune changes tempo, meter and key more than {MAX_CHANGES} times, the limit")]
    TooManyChanges,
}
