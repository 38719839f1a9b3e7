//! Why a text cannot be read.

use galant_types::Place;
use thiserror::Error;

use crate::limits::{
    MAX_BARS, MAX_CHANGES, MAX_CHORD_NOTES, MAX_FILE_BYTES, MAX_LENGTH_IN_WHOLES, MAX_NOTES, MAX_NUMBER, MAX_PLAYINGS,
    MAX_VOICES, TICKS_PER_QUARTER,
};

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
    /// A field has a value that is not valid.
    #[error("{place}: the field {field}: has the value '{value}'; {allowed}")]
    Field {
        /// Where the value is.
        place: Place,
        /// The field's letter.
        field: char,
        /// The value.
        value: String,
        /// What it may be.
        allowed: &'static str,
    },
    /// Something is where it is not allowed.
    #[error("{place}: '{found}' is not allowed here; {allowed}")]
    Unexpected {
        /// Where it is.
        place: Place,
        /// What is there.
        found: String,
        /// What is allowed.
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
    #[error("{place}: the number {digits} is out of range; 1 to {MAX_NUMBER} are allowed")]
    Number {
        /// Where it is.
        place: Place,
        /// The number as written, or its first digits if it is long.
        digits: String,
    },
    /// A note is beyond the pitches of MIDI.
    #[error("{place}: the note has MIDI pitch {pitch}; 0 to 127 are allowed")]
    Pitch {
        /// Where the note is.
        place: Place,
        /// Its pitch.
        pitch: i32,
    },
    /// A length is not a whole number of ticks.
    #[error(
        "{place}: a length of {numerator}/{denominator} of a whole note is not a whole number of ticks, of which a \
         quarter note has {TICKS_PER_QUARTER}"
    )]
    OffGrid {
        /// Where the note is.
        place: Place,
        /// The length's numerator.
        numerator: u64,
        /// The length's denominator.
        denominator: u64,
    },
    /// A note is longer than [`MAX_LENGTH_IN_WHOLES`].
    #[error("{place}: a note or rest is longer than the limit of {MAX_LENGTH_IN_WHOLES} whole notes")]
    TooLong {
        /// Where the note is.
        place: Place,
    },
    /// A chord has more notes than [`MAX_CHORD_NOTES`].
    #[error("{place}: the chord has more notes than the limit of {MAX_CHORD_NOTES}")]
    TooManyChordNotes {
        /// Where the chord begins.
        place: Place,
    },
    /// There are more voices than [`MAX_VOICES`].
    #[error("{place}: more voices than the limit of {MAX_VOICES}")]
    TooManyVoices {
        /// Where the first voice over the limit begins.
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
    /// There are more bars than [`MAX_BARS`].
    #[error("voice {voice}: the tune has more bars than the limit of {MAX_BARS}")]
    TooManyBars {
        /// The voice in which the limit was passed.
        voice: String,
    },
    /// There are more notes than [`MAX_NOTES`].
    #[error("the tune with its repeats has more notes than the limit of {MAX_NOTES}")]
    TooManyNotes,
    /// There are more changes of tempo, meter and key than [`MAX_CHANGES`].
    #[error("the tune has more changes of tempo, meter and key than the limit of {MAX_CHANGES}")]
    TooManyChanges,
}
