//! A piece that is composed token by token.

use std::sync::Arc;

use galant_engine::Generator;
use galant_sample::{ComposedToken, Composer};
use galant_types::TokenId;

use crate::compose::{ComposePieceError, ComposedPiece};
use crate::model::LoadedModel;
use crate::piece_settings::PieceSettings;
use crate::place::Place;

/// A piece that is composed token by token, for whoever decides when to go on; it holds the network.
#[derive(Debug, Clone)]
pub struct Composition {
    settings: PieceSettings,
    before: Vec<TokenId>,
    composer: Composer<Arc<Generator>>,
    details: Vec<ComposedToken>,
    place: Place,
}

impl LoadedModel {
    /// Begins a piece whose tokens are chosen one by one.
    ///
    /// # Errors
    ///
    /// If a setting is out of its range, if the piece cannot end as it should, and if the method is a beam search, which
    /// chooses all tokens at once.
    pub fn begin_piece(&self, settings: &PieceSettings) -> Result<Composition, ComposePieceError> {
        let strategy = settings.method.strategy().ok_or(ComposePieceError::Beam)?;
        let before = self.heard(settings);
        let task = self.task(settings, &before)?;
        let place = Place::begin(settings, task.primer.iter().map(|&id| self.token(id)));
        let composer = Composer::new(self.shared_generator(), task, strategy)?;
        Ok(Composition { settings: settings.clone(), before, composer, details: Vec::new(), place })
    }

    /// Chooses the next token of a piece that this model began, and returns whether the piece is complete.
    ///
    /// # Errors
    ///
    /// If the constraints forbid every token, or if the model fails.
    ///
    /// # Panics
    ///
    /// If another model began it, whose tokens are others.
    pub fn go_on(&self, composition: &mut Composition) -> Result<bool, ComposePieceError> {
        let chosen = composition.composer.next_token()?;
        composition.details.push(chosen);
        composition.place.advance(self.token(chosen.token));
        Ok(composition.is_complete())
    }
}

impl Composition {
    /// How much of the piece is there, from 0 to 1.
    pub fn share(&self) -> f64 {
        self.place.share()
    }

    /// The piece as far as it is composed.
    pub fn finish(self) -> ComposedPiece {
        let nats = self.details.iter().map(|token| token.nats).sum();
        let tokens = self.details.iter().map(|token| token.token).collect();
        ComposedPiece { settings: self.settings, before: self.before, tokens, details: self.details, nats }
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.composer.is_complete()
    }
}
