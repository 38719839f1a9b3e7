//! How far along a piece its tokens are.

use galant_tokens::{Clock, Token};

use crate::piece_settings::PieceSettings;

/// How far along a piece its tokens are: by time if it has a length in time, else by their number.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    clock: Clock,
    /// Where the clock was at the beginning.
    first_step: u64,
    n_done: usize,
    n_tokens: usize,
    n_steps: Option<u64>,
}

impl Place {
    /// At the beginning of a piece that follows the tokens of a primer.
    pub(crate) fn begin<'a>(settings: &PieceSettings, primer: impl Iterator<Item = &'a Token>) -> Place {
        let mut clock = Clock::default();
        primer.for_each(|token| _ = clock.advance(token));
        let PieceSettings { n_tokens, n_steps, .. } = *settings;
        Place { first_step: clock.step(), clock, n_done: 0, n_tokens, n_steps }
    }

    /// Moves behind a token that follows.
    pub(crate) fn advance(&mut self, token: &Token) {
        self.n_done += 1;
        self.clock.advance(token);
    }

    /// How much of the piece is there, from 0 to 1.
    pub(crate) fn share(&self) -> f64 {
        let of_tokens = self.n_done as f64 / self.n_tokens.max(1) as f64;
        let n_steps = (self.clock.step() - self.first_step) as f64;
        self.n_steps.map_or(of_tokens, |of| of_tokens.max(n_steps / of.max(1) as f64)).min(1.0)
    }
}
