use galant_types::{Seed, TokenId};
use thiserror::Error;

use crate::MAX_TOKENS;
use crate::random::Random;

/// Draws `length` tokens uniformly from all `vocab_size`: the lecture begins its pieces with such a primer.
///
/// The same seed may be used for the piece that follows.
///
/// # Errors
///
/// If there is no token to draw or more than a token's number can count, or if `length` is 0 or over [`MAX_TOKENS`].
pub fn random_primer(vocab_size: usize, length: usize, seed: Seed) -> Result<Vec<TokenId>, PrimerError> {
    let Some(n_tokens) = u32::try_from(vocab_size).ok().filter(|&n| n > 0) else {
        return Err(PrimerError::Vocabulary { vocab_size });
    };
    if length == 0 || length > MAX_TOKENS {
        return Err(PrimerError::Length { length });
    }
    let mut random = Random::primers(seed);
    Ok((0..length).map(|_| TokenId(random.below(n_tokens))).collect())
}

/// Why a primer cannot be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PrimerError {
    /// There is no token to draw, or more than a token's number can count.
    #[error("the vocabulary has {vocab_size} tokens; it must have 1 to {}", u32::MAX)]
    Vocabulary {
        /// V, the number of different tokens.
        vocab_size: usize,
    },
    /// The length is out of its range.
    #[error("a random primer of {length} tokens; it must have 1 to {MAX_TOKENS}")]
    Length {
        /// The length.
        length: usize,
    },
}
