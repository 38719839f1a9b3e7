//! What comes before a prediction.

use galant_types::TokenId;

/// The last tokens before a prediction, at the beginning of the array; the rest is filled up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Context {
    n_tokens: u8,
    tokens: [TokenId; Context::MAX_TOKENS],
}

impl Context {
    /// The longest contexts.
    pub(crate) const MAX_TOKENS: usize = 7;

    /// # Panics
    ///
    /// If there are more than [`Context::MAX_TOKENS`].
    pub(crate) fn of(tokens: &[TokenId]) -> Context {
        let mut context = Context { n_tokens: tokens.len() as u8, tokens: [TokenId(0); Context::MAX_TOKENS] };
        context.tokens[..tokens.len()].copy_from_slice(tokens);
        context
    }

    pub(crate) fn n_tokens(&self) -> usize {
        usize::from(self.n_tokens)
    }
}
