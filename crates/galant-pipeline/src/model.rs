//! A model file ready to compose.

use std::path::Path;
use std::sync::Arc;

use galant_checkpoint::{DecodeModelError, EncodeModelError, ModelFile, Sha256Hash, decode_model, encode_model};
use galant_engine::Generator;
use galant_kernels::{Level, level};
use galant_tokens::Token;
use galant_types::TokenId;
use sha2::{Digest, Sha256};

use crate::watch::Watch;

/// A model file ready to compose.
#[derive(Debug)]
pub struct LoadedModel {
    file: ModelFile,
    sha256: Sha256Hash,
    generator: Arc<Generator>,
    watch: Option<Watch>,
}

impl LoadedModel {
    /// Reads a model file from its bytes.
    ///
    /// # Errors
    ///
    /// If the bytes are no model file, or one of a later version.
    pub fn decode(bytes: &[u8]) -> Result<LoadedModel, DecodeModelError> {
        LoadedModel::decode_at(bytes, level())
    }

    /// Reads a model file from its bytes, for pieces that are composed at a given level of the kernels.
    ///
    /// At [`Level::portable`] the same settings give the same notes on every CPU.
    ///
    /// # Errors
    ///
    /// As [`LoadedModel::decode`].
    pub fn decode_at(bytes: &[u8], level: Level) -> Result<LoadedModel, DecodeModelError> {
        Ok(LoadedModel::with_hash(decode_model(bytes)?, bytes, level))
    }

    /// A model that was just trained.
    ///
    /// # Errors
    ///
    /// If it cannot be written as a model file, whose hash a composed piece records.
    pub fn new(file: ModelFile) -> Result<LoadedModel, EncodeModelError> {
        let bytes = encode_model(&file)?;
        Ok(LoadedModel::with_hash(file, &bytes, level()))
    }

    fn with_hash(file: ModelFile, bytes: &[u8], level: Level) -> LoadedModel {
        let sha256 = Sha256Hash(Sha256::digest(bytes).into());
        let generator = Arc::new(Generator::at_level(file.weights.clone(), level));
        LoadedModel { generator, file, sha256, watch: None }
    }

    /// The same model, which calls `watch` while it makes music, from any thread: each time with the share of a piece that
    /// was added.
    ///
    /// A candidate of which the best is kept is a piece too, and so is each attempt at a harmonization; their shares add up to 1.
    #[must_use]
    pub fn watched(mut self, watch: impl Fn(f64) + Send + Sync + 'static) -> LoadedModel {
        self.watch = Some(Watch::new(watch));
        self
    }

    /// What the model file holds.
    pub fn file(&self) -> &ModelFile {
        &self.file
    }

    /// Of the bytes of the model file.
    pub fn sha256(&self) -> Sha256Hash {
        self.sha256
    }

    pub(crate) fn watch(&self) -> Option<&Watch> {
        self.watch.as_ref()
    }

    /// The network, which predicts one token after the other.
    pub fn generator(&self) -> &Generator {
        &self.generator
    }

    /// The same network, for a piece that outlives this borrow.
    pub(crate) fn shared_generator(&self) -> Arc<Generator> {
        Arc::clone(&self.generator)
    }

    /// The token that the network means by `id`.
    ///
    /// # Panics
    ///
    /// If `id` is not in the vocabulary; the network has a logit for each token of its vocabulary and for no other.
    pub fn token(&self, id: TokenId) -> &Token {
        self.file.vocabulary.token(id).expect("an id of the model's vocabulary")
    }

    /// The style of a file: the name of the nearest folder that it is in which the model knows as a style.
    pub fn style_of<'a>(&self, path: &'a Path) -> Option<&'a str> {
        nearest_style(&self.file.streams.values().styles, path)
    }
}

fn nearest_style<'a>(styles: &[String], path: &'a Path) -> Option<&'a str> {
    let folders = path.ancestors().skip(1).filter_map(|folder| folder.file_name()?.to_str());
    folders.into_iter().find(|folder| styles.iter().any(|style| style == folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_folder_that_is_a_style_counts() {
        let styles = ["bach", "mozart"].map(str::to_owned);
        let style = |path: &'static str| nearest_style(&styles, Path::new(path));
        assert_eq!(style("music/bach/chorales/1.mid"), Some("bach"));
        assert_eq!(style("bach/mozart/1.mid"), Some("mozart"));
        assert_eq!([style("music/haydn/1.mid"), style("1.mid"), style("music/bach")], [None; 3]);
    }
}
