use std::error::Error as StdError;

use galant_types::TokenId;
use thiserror::Error;

use crate::limits::MAX_BEAM_TOKENS;
use crate::{MAX_TOKENS, StrategyError};

/// Why a piece cannot be composed.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ComposeError<E: StdError + 'static> {
    /// The primer has no token.
    #[error("the primer is empty; it needs at least one token")]
    EmptyPrimer,
    /// A token of the primer is not in the model's vocabulary.
    #[error("primer, token {position}: number {} is not in the vocabulary of {vocab_size} tokens", token.0)]
    PrimerToken {
        /// Its position in the primer, from 0.
        position: usize,
        /// The token.
        token: TokenId,
        /// V, the number of different tokens.
        vocab_size: usize,
    },
    /// The streams are not those that the model reads.
    #[error("there are {n_streams} streams beside the tokens; this model reads {expected}")]
    Streams {
        /// How many there are.
        n_streams: usize,
        /// How many the model reads.
        expected: usize,
    },
    /// More than [`MAX_TOKENS`] are to be composed.
    #[error("{n_tokens} tokens to compose, over the limit of {MAX_TOKENS}; compose several pieces")]
    TooManyTokens {
        /// How many.
        n_tokens: usize,
    },
    /// A beam would hold more than [`Beam::MAX_TOKENS`](crate::Beam::MAX_TOKENS).
    #[error(
        "a beam of width {width} over {n_tokens} tokens holds {} tokens, over the limit of {MAX_BEAM_TOKENS}; make one of them smaller",
        width.saturating_mul(*n_tokens)
    )]
    BeamTooLarge {
        /// Its width.
        width: usize,
        /// How many tokens are to be composed.
        n_tokens: usize,
    },
    /// Groups of tokens are those of another vocabulary.
    #[error("there are groups of {n_tokens} tokens, and the model has {vocab_size}; both must be of one vocabulary")]
    Groups {
        /// How many tokens have a group.
        n_tokens: usize,
        /// How many the model has.
        vocab_size: usize,
    },
    /// A setting is out of its range.
    #[error(transparent)]
    Strategy(#[from] StrategyError),
    /// The rules forbid every token.
    #[error(
        "token {position}: the rule '{rule}' forbids all {n_allowed} tokens that the rules before it allow; relax a rule"
    )]
    NothingLeft {
        /// The position of the token to be chosen, from 0 after the primer.
        position: usize,
        /// The rule that forbids the last ones.
        rule: String,
        /// How many tokens the rules before it allow.
        n_allowed: usize,
    },
    /// The model fails on the primer.
    #[error("primer, token {position}: the model fails")]
    Primer {
        /// Its position in the primer, from 0.
        position: usize,
        /// The model's error.
        source: E,
    },
    /// The model fails on a composed token.
    #[error("token {position}: the model fails")]
    Model {
        /// The position of the token to be chosen, from 0 after the primer.
        position: usize,
        /// The model's error.
        source: E,
    },
    /// A logit of the model is NaN or infinite.
    #[error(
        "token {position}: the model's logit for number {index} is {value}; it must be finite; train the model again"
    )]
    Logit {
        /// The position of the token to be chosen, from 0 after the primer.
        position: usize,
        /// The number of the token whose logit it is.
        index: usize,
        /// The logit.
        value: f32,
    },
}
