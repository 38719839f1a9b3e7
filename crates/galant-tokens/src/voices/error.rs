use std::num::NonZeroU8;

use thiserror::Error;

use super::limits::{MAX_PARTS, MAX_STEPS};

/// Why a score is not written as voices.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum VoicesError {
    /// It has another number of parts.
    #[error("it has {}, and must have {expected}; give music of as many", with_notes(*n_parts))]
    Parts {
        /// How many it has.
        n_parts: usize,
        /// How many it must have.
        expected: NonZeroU8,
    },
    /// It has too many parts.
    #[error("it has {}, over the limit of {MAX_PARTS}; leave some out", with_notes(*n_parts))]
    TooManyParts {
        /// How many it has.
        n_parts: usize,
    },
    /// It is too long.
    #[error("it lasts {n_steps} steps of the grid, over the limit of {MAX_STEPS}; use a coarser grid")]
    TooLong {
        /// How many steps it lasts.
        n_steps: u64,
    },
}

fn with_notes(n_parts: usize) -> String {
    format!("{n_parts} part{} with notes", if n_parts == 1 { "" } else { "s" })
}
