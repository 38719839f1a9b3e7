use std::error::Error;

use galant_sample::ComposeError;
use galant_tokens::DecodeError;
use thiserror::Error;

use crate::reading::ReadError;

/// Why a network cannot be judged by the dice game.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum DiceError<E: Error + 'static> {
    /// Its vocabulary lacks a token of the game.
    #[error(
        "the model lacks the token {token} of the dice game; train one on the game, with as many waltzes as by default or more"
    )]
    Unknown {
        /// The token.
        token: String,
    },
    /// Voices have one note at a time in each part, and the game has chords.
    #[error("the dice game is piano music with chords, which voices leave out; judge another model by it")]
    Voices,
    /// The model failed to read a waltz.
    #[error("reading a waltz")]
    Read(#[from] ReadError<E>),
    /// The model failed to compose a waltz.
    #[error("composing a waltz")]
    Compose(#[from] ComposeError<E>),
    /// What it composed is no score.
    #[error("what was composed")]
    Decode(#[from] DecodeError),
}
