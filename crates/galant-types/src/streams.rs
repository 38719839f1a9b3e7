use std::fmt::Debug;

use crate::TokenId;

/// What a network is told beside the tokens, followed through one piece.
///
/// A stream is a small number at each token, such as the place in the bar. A tracker is told of each token as the piece
/// grows, and says what the streams are then. A search that goes on from several pieces clones it, so large tables belong
/// behind an [`Arc`](std::sync::Arc).
pub trait StreamTracker: Debug + Send + Sync {
    /// The value of each stream after the tokens so far, `[K − 1]`: it describes the place of the token to come.
    fn values(&self) -> &[TokenId];

    /// Takes note of the next token of the piece.
    fn advance(&mut self, token: TokenId);

    /// A copy that follows another continuation of the same piece.
    fn boxed_clone(&self) -> Box<dyn StreamTracker>;
}

impl Clone for Box<dyn StreamTracker> {
    fn clone(&self) -> Box<dyn StreamTracker> {
        self.boxed_clone()
    }
}

/// The tracker of a network that reads nothing but tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NoStreams;

impl StreamTracker for NoStreams {
    fn values(&self) -> &[TokenId] {
        &[]
    }

    fn advance(&mut self, _: TokenId) {}

    fn boxed_clone(&self) -> Box<dyn StreamTracker> {
        Box::new(NoStreams)
    }
}
