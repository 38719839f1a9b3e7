use std::error::Error as StdError;

use galant_types::TokenId;
use thiserror::Error;

use crate::{Beam, MAX_TOKENS, StrategyError};

/// Why a piece cannot be composed.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ComposeError<E: StdError + 'static> {
    /// There is no token to begin with.
    #[error("the primer is empty; give at least one token to begin with")]
    EmptyPrimer,
    /// The model does not know a token of the primer.
    #[error("primer, token {position}: number {} is not in the vocabulary of {vocab_size} tokens", token.0)]
    PrimerToken {
        /// Where in the primer, from 0.
        position: usize,
        /// The token.
        token: TokenId,
        /// V, the number of different tokens.
        vocab_size: usize,
    },
    /// Too many tokens are asked for.
    #[error("{n_tokens} tokens asked for, over the limit of {MAX_TOKENS}; compose several pieces")]
    TooManyTokens {
        /// How many.
        n_tokens: usize,
    },
    /// A search would keep too many tokens in mind.
    #[error(
        "a beam of {width} over {n_tokens} tokens keeps {} tokens, over the limit of {}; make it narrower or shorter",
        width.saturating_mul(*n_tokens),
        Beam::MAX_TOKENS
    )]
    BeamTooLarge {
        /// How many pieces are kept at a time.
        width: usize,
        /// How long they get.
        n_tokens: usize,
    },
    /// A setting is out of its range.
    #[error(transparent)]
    Strategy(#[from] StrategyError),
    /// The rules leave no token to go on with.
    #[error("token {token}: {rule} forbids all {n_left} tokens that were left; ease a rule")]
    NothingLeft {
        /// The token that was to be chosen, from 0 after the primer.
        token: usize,
        /// The rule that forbade the last of them.
        rule: String,
        /// How many tokens the rules before it had left.
        n_left: usize,
    },
    /// The model fails on the primer.
    #[error("primer, token {position}: the model fails")]
    Primer {
        /// Where in the primer, from 0.
        position: usize,
        /// What the model says.
        source: E,
    },
    /// The model fails on what it composed.
    #[error("token {token}: the model fails")]
    Model {
        /// The token that was to be chosen, from 0 after the primer.
        token: usize,
        /// What the model says.
        source: E,
    },
    /// The model gives no usable scores.
    #[error("token {token}: the model's logit for number {index} is {value}; it must be finite, train the model again")]
    Logit {
        /// The token that was to be chosen, from 0 after the primer.
        token: usize,
        /// Whose logit it is.
        index: usize,
        /// The logit.
        value: f32,
    },
}
