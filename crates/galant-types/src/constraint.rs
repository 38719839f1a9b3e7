use std::fmt::Debug;

use crate::TokenId;

/// A rule on which tokens may come next in a piece, or on how often.
///
/// A constraint follows one piece: it is told of each token as the piece grows, and keeps what it needs to know.
/// A search that goes on from several pieces clones it, so large tables belong behind an [`Arc`](std::sync::Arc).
pub trait Constraint: Debug + Send + Sync {
    /// What to call it in messages, such as `key D major`.
    fn name(&self) -> &str;

    /// Sets to false what may not come next; `allowed` is `[V]`, and `n_left` tokens may still come: 1 at the last.
    ///
    /// It never sets anything to true, so that several constraints hold together.
    ///
    /// # Panics
    ///
    /// If `allowed` has another length than the vocabulary that the constraint was made for.
    fn restrict(&self, n_left: usize, allowed: &mut [bool]);

    /// Subtracts from the logit of each token what the rule charges for it, in nats; `logits` is `[V]`.
    ///
    /// So it makes rarer what it does not forbid. By default nothing is charged.
    ///
    /// # Panics
    ///
    /// If `logits` has another length than the vocabulary that the constraint was made for.
    fn charge(&self, _logits: &mut [f32]) {}

    /// The token that comes next because it is given, such as that of a tune to be harmonized; by default none is.
    ///
    /// Only that token is allowed then, and how likely it is says nothing about what was composed.
    fn given(&self) -> Option<TokenId> {
        None
    }

    /// Takes note of the next token of the piece.
    fn advance(&mut self, token: TokenId);

    /// Whether the piece is complete, before all the tokens asked for have come.
    fn is_end(&self) -> bool {
        false
    }

    /// A copy that follows another continuation of the same piece.
    fn boxed_clone(&self) -> Box<dyn Constraint>;
}

impl Clone for Box<dyn Constraint> {
    fn clone(&self) -> Box<dyn Constraint> {
        self.boxed_clone()
    }
}
