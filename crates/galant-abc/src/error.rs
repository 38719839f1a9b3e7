//! Why a text cannot be read.

use galant_types::Place;
use thiserror::Error;

use crate::limits::{MAX_BARS, MAX_BOOK_EVENTS, MAX_CHANGES, MAX_FILE_BYTES, MAX_NOTES, MAX_VOICES};

/// Why a text cannot be read as ABC: it holds no tune, or is over a limit; everything else is repaired.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The text is over [`MAX_FILE_BYTES`].
    #[error("the text has {n_bytes} bytes, over the limit of {MAX_FILE_BYTES}")]
    FileTooLarge {
        /// How many bytes it has.
        n_bytes: usize,
    },
    /// The text has no tune.
    #[error(
        "the text has no tune; a tune begins with a field X:, or with a header that ends with a field K:, such as K:C"
    )]
    NoTune,
    /// There are more voices than [`MAX_VOICES`].
    #[error("{place}: more voices than the limit of {MAX_VOICES}")]
    TooManyVoices {
        /// Where the first voice over the limit begins.
        place: Place,
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
    /// The tunes of a book before this one have more notes, bars and changes than [`MAX_BOOK_EVENTS`].
    #[error(
        "the tunes before it have more notes, bars and changes than the limit of {MAX_BOOK_EVENTS} for a file; divide the file"
    )]
    TooManyEvents,
}
