use thiserror::Error;

/// Why tokens cannot be decoded.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// A token is of another tokenizer.
    #[error("token {position}, '{token}', is not a token of the tokenizer {tokenizer}")]
    WrongTokenizer {
        /// Its position, from 0.
        position: usize,
        /// The token.
        token: String,
        /// The tokenizer that decodes.
        tokenizer: &'static str,
    },
    /// A pitch of note tokens is not followed by its length.
    #[error("token {position} is a pitch without a length after it; write a note as 60 +6")]
    PitchWithoutLength {
        /// The position of the pitch, from 0.
        position: usize,
    },
    /// A length of note tokens does not follow a pitch.
    #[error("token {position} is a length without a pitch before it; write a note as 60 +6")]
    LengthWithoutPitch {
        /// The position of the length, from 0.
        position: usize,
    },
    /// A part of voices holds a note that it has not struck.
    #[error("token {position} holds a note of a part that is silent; strike one first")]
    HoldWithoutNote {
        /// The position of the token, from 0.
        position: usize,
    },
    /// Voices begin in their middle.
    #[error("token {position} begins a piece, and only the first token may")]
    BeginsAgain {
        /// The position of the token, from 0.
        position: usize,
    },
    /// Nothing says how many parts the voices have.
    #[error("the number of parts is not known; begin with a token such as ^4")]
    PartsUnknown,
}
