//! The head of a record, and what may be wrong with one.

use galant_types::PlaybackError;
use thiserror::Error;

use crate::primer::ExcerptError;

/// The first text of a record, with the version of its format: 2 added what a network is told, and endings.
pub(super) const HEAD: &str = "galant piece 2";

/// The first text of records without that, which earlier versions wrote too; both are read in the same way.
pub(super) const EARLIER_HEAD: &str = "galant piece 1";

/// Why texts are no record of a piece.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ParseRecordError {
    /// There is no record.
    #[error("it does not say how it was composed; give a file that `galant compose` wrote")]
    NoRecord,
    /// The record has another format.
    #[error("its record has the format '{head}'; this version reads '{HEAD}'")]
    Format {
        /// What the record begins with.
        head: String,
    },
    /// A value is missing.
    #[error("its record cannot be read: {name} is missing")]
    Missing {
        /// Which.
        name: String,
    },
    /// A value occurs twice.
    #[error("its record cannot be read: {name} occurs twice")]
    Twice {
        /// Which.
        name: String,
    },
    /// A value is none of its kind.
    #[error("its record cannot be read: {name} is '{value}'")]
    Value {
        /// Which.
        name: String,
        /// What it is.
        value: String,
    },
    /// A value is not known, or does not go with the others.
    #[error("its record cannot be read: {name} is unknown, or does not go with the other settings")]
    Unknown {
        /// Which.
        name: String,
    },
    /// The primer's tokens cannot be read.
    #[error("its record cannot be read")]
    Primer(#[from] ExcerptError),
    /// The playback is out of its range.
    #[error("its record cannot be read")]
    Playback(#[from] PlaybackError),
}
