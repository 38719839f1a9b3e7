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
}
