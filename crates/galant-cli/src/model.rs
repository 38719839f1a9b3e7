//! A model file, ready to use.

use std::path::Path;

use anyhow::Context;
use galant_checkpoint::{MAX_MODEL_BYTES, ModelFile, decode_model};
use galant_dice::Repeats;
use galant_tokens::{Playback, Token, Vocabulary};
use galant_types::TokenId;

use crate::files;
use crate::reading::Reading;
use crate::settings::{REPEAT, repeats};

/// A model file with its tokens understood.
pub(crate) struct Model {
    pub(crate) file: ModelFile,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) reading: Reading,
    /// How its tokens are played unless the command line says otherwise.
    pub(crate) playback: Playback,
}

/// Tokens of a piece in the numbers of a model.
pub(crate) struct TokenIds {
    pub(crate) ids: Vec<TokenId>,
    /// Where the vocabulary lacks the token and the nearest one stands in its place.
    pub(crate) unknown: Vec<usize>,
}

impl Model {
    pub(crate) fn read(path: &Path) -> anyhow::Result<Model> {
        let bytes = files::read(path, MAX_MODEL_BYTES)?;
        Model::of(&bytes).with_context(|| format!("reading {}", path.display()))
    }

    fn of(bytes: &[u8]) -> anyhow::Result<Model> {
        let file = decode_model(bytes)?;
        let (reading, playback) = Reading::of(&file.tokens)?;
        let kind = reading.tokens();
        let tokens: Vec<Token> = file.vocabulary.iter().map(|text| kind.parse(text)).collect::<Result<_, _>>()?;
        Ok(Model { vocabulary: Vocabulary::from_tokens(tokens)?, reading, playback, file })
    }

    /// The numbers of `tokens`; one that the vocabulary lacks becomes the nearest that it has.
    pub(crate) fn ids(&self, tokens: &[Token]) -> TokenIds {
        let mut unknown = Vec::new();
        let id = |(place, token)| {
            self.vocabulary.id(token).unwrap_or_else(|| {
                unknown.push(place);
                self.vocabulary.nearest(token)
            })
        };
        let ids = tokens.iter().enumerate().map(id).collect();
        TokenIds { ids, unknown }
    }

    /// How the waltzes were played that it learned from, if it learned from any.
    pub(crate) fn repeats(&self) -> Repeats {
        repeats(self.file.training.settings.iter().any(|(name, _)| name == REPEAT))
    }

    pub(crate) fn token(&self, id: TokenId) -> &Token {
        self.vocabulary.token(id).expect("a model gives a logit to each token of its vocabulary and to no other")
    }
}
