use std::error::Error as StdError;

use galant_types::TokenId;
use thiserror::Error;

use crate::{Beam, MAX_WORDS, StrategyError};

/// Why a piece cannot be composed.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ComposeError<E: StdError + 'static> {
    /// There is no word to begin with.
    #[error("the primer is empty; give at least one word to begin with")]
    EmptyPrimer,
    /// The model does not know a word of the primer.
    #[error("primer, word {position}: number {} is not in the vocabulary of {vocab_size} words", word.0)]
    PrimerWord {
        /// Where in the primer, from 0.
        position: usize,
        /// The word.
        word: TokenId,
        /// V, the number of different words.
        vocab_size: usize,
    },
    /// Too many words are asked for.
    #[error("{n_words} words asked for, over the limit of {MAX_WORDS}; compose several pieces")]
    TooManyWords {
        /// How many.
        n_words: usize,
    },
    /// A search would keep too many words in mind.
    #[error(
        "a beam of {width} over {n_words} words keeps {} words, over the limit of {}; make it narrower or shorter",
        width.saturating_mul(*n_words),
        Beam::MAX_WORDS
    )]
    BeamTooLarge {
        /// How many pieces are kept at a time.
        width: usize,
        /// How long they get.
        n_words: usize,
    },
    /// A setting is out of its range.
    #[error(transparent)]
    Strategy(#[from] StrategyError),
    /// The rules leave no word to go on with.
    #[error("word {word}: {rule} forbids all {n_left} words that were left; ease a rule")]
    NothingLeft {
        /// The word that was to be chosen, from 0 after the primer.
        word: usize,
        /// The rule that forbade the last of them.
        rule: String,
        /// How many words the rules before it had left.
        n_left: usize,
    },
    /// The model fails on the primer.
    #[error("primer, word {position}: the model fails")]
    Primer {
        /// Where in the primer, from 0.
        position: usize,
        /// What the model says.
        source: E,
    },
    /// The model fails on what it composed.
    #[error("word {word}: the model fails")]
    Model {
        /// The word that was to be chosen, from 0 after the primer.
        word: usize,
        /// What the model says.
        source: E,
    },
    /// The model gives no usable scores.
    #[error("word {word}: the model's logit for number {index} is {value}; it must be finite, train the model again")]
    Logit {
        /// The word that was to be chosen, from 0 after the primer.
        word: usize,
        /// Whose logit it is.
        index: usize,
        /// The logit.
        value: f32,
    },
}
