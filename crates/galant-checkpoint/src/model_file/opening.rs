//! How pieces of the corpus begin.

use galant_types::{Meter, Scale, TokenId};

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
