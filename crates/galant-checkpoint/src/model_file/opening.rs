//! How pieces of the corpus begin.

use galant_types::{Meter, Scale, TokenId};

use super::{ModelFile, ModelFileError};

/// How a piece of the corpus begins, for pieces that are to begin like it.
#[derive(Debug, Clone, PartialEq)]
pub struct Opening {
    /// Its first token.
    pub token: TokenId,
    /// Its meter there; the tick is 0.
    pub meter: Meter,
    /// Its key; none if it is not known.
    pub key: Option<Scale>,
    /// Its style; none if it has none.
    pub style: Option<String>,
}

/// The most openings that a model file keeps.
pub const MAX_OPENINGS: usize = 4096;

/// Checks that there are not too many openings, and that their tokens are in the vocabulary.
pub(super) fn check(file: &ModelFile) -> Result<(), ModelFileError> {
    let (n_openings, n_tokens) = (file.openings.len(), file.vocabulary.len());
    if n_openings > MAX_OPENINGS {
        return Err(ModelFileError::Openings { n_openings });
    }
    match file.openings.iter().find(|opening| opening.token.index() >= n_tokens) {
        Some(opening) => Err(ModelFileError::OpeningToken { token: opening.token.0, n_tokens }),
        None => Ok(()),
    }
}
