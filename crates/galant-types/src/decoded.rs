use crate::{Score, Warning};

/// What a reader of music files returns: a score, and what was lost or repaired on the way to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The score.
    pub score: Score,
    /// Each loss, repair and doubt; the reader says in which order.
    pub warnings: Vec<Warning>,
}
