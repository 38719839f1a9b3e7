//! A model file, ready to use.

use std::path::Path;

use anyhow::Context;
use galant_checkpoint::{MAX_MODEL_BYTES, ModelFile, decode_model};
use galant_dice::Performance as Repeats;
use galant_types::TokenId;
use galant_words::{Performance, Vocabulary, Word};

use crate::files;
use crate::reading::Reading;
use crate::settings::{REPEAT, repeats};

/// A model file with its words understood.
pub(crate) struct Model {
    pub(crate) file: ModelFile,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) reading: Reading,
    /// How its words are played unless the command line says otherwise.
    pub(crate) performance: Performance,
}

/// Words of a piece in the numbers of a model.
pub(crate) struct Tokens {
    pub(crate) tokens: Vec<TokenId>,
    /// Where the vocabulary lacks the word and the nearest one stands in its place.
    pub(crate) unknown: Vec<usize>,
}

impl Model {
    pub(crate) fn read(path: &Path) -> anyhow::Result<Model> {
        let bytes = files::read(path, MAX_MODEL_BYTES)?;
        Model::of(&bytes).with_context(|| format!("reading {}", path.display()))
    }

    fn of(bytes: &[u8]) -> anyhow::Result<Model> {
        let file = decode_model(bytes)?;
        let (reading, performance) = Reading::of(&file.words)?;
        let kind = reading.words();
        let words: Vec<Word> = file.vocabulary.iter().map(|text| kind.parse(text)).collect::<Result<_, _>>()?;
        Ok(Model { vocabulary: Vocabulary::from_words(words)?, reading, performance, file })
    }

    /// The numbers of `words`; one that the vocabulary lacks becomes the nearest that it has.
    pub(crate) fn tokens(&self, words: &[Word]) -> Tokens {
        let mut unknown = Vec::new();
        let token = |(place, word)| {
            self.vocabulary.token(word).unwrap_or_else(|| {
                unknown.push(place);
                self.vocabulary.nearest(word)
            })
        };
        let tokens = words.iter().enumerate().map(token).collect();
        Tokens { tokens, unknown }
    }

    /// How the waltzes were played that it learned from, if it learned from any.
    pub(crate) fn repeats(&self) -> Repeats {
        repeats(self.file.training.settings.iter().any(|(name, _)| name == REPEAT))
    }

    pub(crate) fn word(&self, token: TokenId) -> &Word {
        self.vocabulary.word(token).expect("a model gives a logit to each word of its vocabulary and to no other")
    }
}
