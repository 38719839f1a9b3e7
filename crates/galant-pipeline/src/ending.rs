//! How a piece ends, as far as its rules let it.

use std::num::NonZeroU64;

use galant_tokens::Tokenizer;
use galant_tokens::constraint::EndingError;
use galant_types::TokenId;

use crate::form;
use crate::model::LoadedModel;
use crate::piece_settings::{ConstraintSettings, EndingSettings, PieceSettings};
use crate::request::{ComposeRequest, End, Form};
use crate::request_error::RequestError;

impl LoadedModel {
    /// `settings` of a piece that has no ending yet, with the ending and the form asked for; `n_bars` are heard, none if it
    /// ends anywhere.
    ///
    /// Where the tokens and the rules leave no such piece, what nobody asked for gives way: first the form and the notes on
    /// downbeats, then the key of the last chord, then the ending.
    ///
    /// # Errors
    ///
    /// If the tonic chord of a key asked for cannot be played, or if a piece of note tokens is to end on it and cannot.
    pub(crate) fn with_ending(
        &self,
        settings: PieceSettings,
        n_bars: Option<NonZeroU64>,
        request: &ComposeRequest,
    ) -> Result<PieceSettings, RequestError> {
        let tokenizer = self.file().tokenizer;
        let needs_bar = matches!(tokenizer, Tokenizer::Notes(_) | Tokenizer::Voices(_));
        let must_end = request.constraints.end_on_tonic && needs_bar;
        let Some(n_bars) = n_bars.filter(|_| request.end == End::Tonic) else {
            return if must_end { Err(RequestError::EndOnTonic) } else { Ok(settings) };
        };
        let returns = match request.form {
            // A bar of voices depends on what each part holds into it.
            Form::Phrases if matches!(tokenizer, Tokenizer::Voices(_)) => Vec::new(),
            Form::Phrases if request.primer.is_none() => form::returns(n_bars.get() as usize),
            Form::Phrases | Form::Free => Vec::new(),
        };
        let downbeats = request.meter.is_some() || !returns.is_empty();
        let any_chord = request.constraints.key.is_none().then_some(None);
        let before = self.heard(&settings);
        let mut first_error = None;
        for key in [settings.plan.key].into_iter().chain(any_chord) {
            for (downbeats, returns) in [(downbeats, returns.clone()), (false, Vec::new())] {
                let ending = EndingSettings { n_bars, key, downbeats };
                let constraints = ConstraintSettings { ending: Some(ending), returns, ..settings.constraints.clone() };
                let piece = PieceSettings { constraints, ..settings.clone() };
                match self.rules(&piece, &before) {
                    Ok(_) => return Ok(piece),
                    Err(error) => _ = first_error.get_or_insert(error),
                }
            }
        }
        let is_asked = |error: &EndingError| {
            must_end || request.constraints.key.is_some() && matches!(error, EndingError::NoTonic { .. })
        };
        match first_error.filter(is_asked) {
            Some(error) => Err(RequestError::Ending(error)),
            None => Ok(settings),
        }
    }

    /// The part of the primer that is heard, or the token that the piece begins with.
    pub(crate) fn heard(&self, piece: &PieceSettings) -> Vec<TokenId> {
        let Some(primer) = &piece.primer else { return Vec::new() };
        let mut heard = self.file().vocabulary.ids(&primer.tokens).ids;
        if primer.is_omitted {
            // Voices begin in any case.
            let n_heard = usize::from(matches!(self.file().tokenizer, Tokenizer::Voices(_)));
            heard.truncate(n_heard);
        }
        heard
    }
}
