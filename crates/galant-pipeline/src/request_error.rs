//! Why a piece cannot be composed as asked for.

use galant_sample::PrimerError;
use galant_tokens::DecodeError;
use galant_tokens::constraint::EndingError;
use galant_types::PlaybackError;
use thiserror::Error;

/// The most steps composed at once: an hour and a half at twelve steps a quarter note and 120 quarter notes a minute.
pub const MAX_STEPS: u64 = 1 << 17;

/// Why a piece cannot be composed as asked for.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum RequestError {
    /// Chord tokens have no grid.
    #[error("a length in steps only applies to tokens with rhythm; this model has chord tokens, give bars or tokens")]
    Steps,
    /// A note token is part of one note, not a chord, so that a bar is needed to end in.
    #[error(
        "a piece of note tokens or voices ends on the tonic in the last of two bars or more; give its length in bars or seconds, and do \
         not leave its end open"
    )]
    EndOnTonic,
    /// The piece cannot end as asked for.
    #[error(transparent)]
    Ending(EndingError),
    /// The corpus has no such style.
    #[error(
        "the model knows no style '{style}'; {}",
        if known.is_empty() { "its corpus has no folders to tell apart".to_owned() } else { format!("it knows {}", known.join(", ")) }
    )]
    Style {
        /// The style.
        style: String,
        /// Those it knows.
        known: Vec<String>,
    },
    /// The primer is no voices.
    #[error("the primer cannot be continued")]
    Primer(#[from] DecodeError),
    /// No beginning can be drawn.
    #[error(transparent)]
    Beginning(#[from] PrimerError),
    /// The tempo is out of its range.
    #[error("the tempo is {tempo}; it must be 3.6 to 60000000 quarter notes a minute")]
    Tempo {
        /// Quarter notes a minute.
        tempo: f64,
    },
    /// The meter or the program is out of its range.
    #[error(transparent)]
    Playback(#[from] PlaybackError),
    /// The length is not a positive time, or too long.
    #[error("the length is {seconds} seconds; it must be above 0 and at most {most}")]
    Seconds {
        /// How many seconds.
        seconds: f64,
        /// The most there may be.
        most: f64,
    },
    /// The piece would last too long.
    #[error("{n_steps} steps asked for, over the limit of {MAX_STEPS}; compose several pieces")]
    TooManySteps {
        /// How many steps.
        n_steps: u64,
    },
}
