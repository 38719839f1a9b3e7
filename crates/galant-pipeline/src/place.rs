//! How far along a piece its tokens are.

use galant_tokens::Clock;
use galant_types::TokenId;

use crate::model::LoadedModel;
use crate::piece_settings::PieceSettings;

/// How far along a piece its tokens are: by time if it has a length in time, else by their number.
pub(crate) struct Place<'a> {
    model: &'a LoadedModel,
    settings: &'a PieceSettings,
    clock: Clock,
    /// Where the clock was at the beginning.
    first_step: u64,
    n_tokens: usize,
}

impl<'a> Place<'a> {
    /// At the beginning of a piece that follows the primer.
    pub(crate) fn begin(model: &'a LoadedModel, settings: &'a PieceSettings, primer: &[TokenId]) -> Place<'a> {
        let mut clock = Clock::default();
        primer.iter().for_each(|&token| _ = clock.advance(model.token(token)));
        Place { model, settings, clock, first_step: clock.step(), n_tokens: 0 }
    }

    /// The share of the piece up to a token that follows.
    pub(crate) fn after(&mut self, token: TokenId) -> f64 {
        self.n_tokens += 1;
        self.clock.advance(self.model.token(token));
        let of_tokens = self.n_tokens as f64 / self.settings.n_tokens as f64;
        let n_steps = (self.clock.step() - self.first_step) as f64;
        self.settings.n_steps.map_or(of_tokens, |of| of_tokens.max(n_steps / of as f64))
    }
}
