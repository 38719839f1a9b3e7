//! The model file: what it holds and what it must satisfy.

mod decode;
mod encode;
mod metadata;

use std::collections::HashMap;

use galant_model::{ModelSpec, Weights};
use galant_types::Seed;
use sha2::{Digest, Sha256};
use thiserror::Error;

pub use decode::{DecodeModelError, decode_model};
pub use encode::{EncodeModelError, encode_model};

use crate::floats;

/// The longest header, in bytes: a million chords take half of it.
///
/// It bounds what a hostile file makes the reader allocate beside the tensors.
pub const MAX_MODEL_HEADER_BYTES: u64 = 32 << 20;

/// The longest file, in bytes: the longest header, and the most parameters with a second bias for each gate.
pub const MAX_MODEL_BYTES: u64 = 8
    + MAX_MODEL_HEADER_BYTES
    + 4 * (ModelSpec::MAX_PARAMETERS + ModelSpec::MAX_LAYERS * 4 * ModelSpec::MAX_WIDTH) as u64;

/// A trained network with everything generation needs, and where it came from.
///
/// It holds no times, so that the same seed and corpus give the same bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelFile {
    /// The network.
    pub weights: Weights,
    /// How music became tokens.
    pub tokens: TokenSettings,
    /// The text of each token, in the order of the tokens; none stands twice.
    pub vocabulary: Vec<String>,
    /// What the network learned from.
    pub corpus: Vec<CorpusEntry>,
    /// How it learned.
    pub training: TrainingSummary,
    /// How many tokens it read at once in training.
    pub window: usize,
    /// The program that wrote the file, with its version.
    pub program: String,
}

/// How music became tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenSettings {
    /// The family of tokens, such as `chords`.
    pub kind: String,
    /// The rules by which MIDI was read: `standard` or `lecture`.
    pub reading: String,
    /// How many of the highest notes of a chord were kept; none if all were.
    pub top: Option<usize>,
    /// How many steps a quarter note has, for tokens with rhythm.
    pub grid: Option<u16>,
    /// How the music was mostly played, for tokens with rhythm.
    pub playback: Option<PlaybackSettings>,
}

/// How music was mostly played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlaybackSettings {
    /// Microseconds a quarter note lasts.
    pub us_per_quarter: u32,
    /// Beats in a bar.
    pub beats: u8,
    /// The beat as a power of two: 2 is a quarter note, 3 an eighth.
    pub beat_log2: u8,
    /// The MIDI program that plays, 0 to 127.
    pub program: u8,
    /// How hard every note is struck, 1 to 127.
    pub velocity: u8,
}

/// One piece of music the network learned from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorpusEntry {
    /// What it is called: a file's name without its folders.
    pub name: String,
    /// SHA-256 of its bytes, as 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// How many tokens it has.
    pub n_tokens: u64,
}

/// How a network learned.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainingSummary {
    /// Names and values of the settings, in the order they are to be shown.
    pub settings: Vec<(String, String)>,
    /// The seed of the initial weights, batches and dropout.
    pub seed: Seed,
    /// What each epoch came to.
    pub epochs: Vec<EpochLosses>,
    /// The epoch whose weights these are, from 1; 0 for weights as drawn.
    pub kept_epoch: u64,
}

/// The losses of an epoch, in nats per token.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EpochLosses {
    /// Which epoch, from 1.
    pub epoch: u64,
    /// The mean over its batches, each before its update, with dropout.
    pub train_loss: f64,
    /// The token after a window, without dropout, over a fixed choice of training windows.
    pub windowed_train_loss: f64,
    /// The held-out tokens; none if nothing was held out.
    pub valid_loss: Option<f64>,
}

impl ModelFile {
    /// Checks what [`encode_model`] and [`decode_model`] both refuse.
    ///
    /// # Errors
    ///
    /// Names the first part that is not as it must be.
    pub fn validate(&self) -> Result<(), ModelFileError> {
        check_vocabulary(&self.vocabulary, self.weights.spec().vocab_size)?;
        check_finite(&self.weights)?;
        self.corpus.iter().try_for_each(check_hash)?;
        self.training.epochs.iter().try_for_each(check_losses)
    }
}

impl CorpusEntry {
    /// The entry of a piece with the given name, bytes and number of tokens.
    pub fn of(name: &str, bytes: &[u8], n_tokens: u64) -> CorpusEntry {
        let sha256 = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        CorpusEntry { name: name.to_owned(), sha256, n_tokens }
    }
}

fn check_vocabulary(vocabulary: &[String], n_rows: usize) -> Result<(), ModelFileError> {
    if vocabulary.len() != n_rows {
        return Err(ModelFileError::VocabularySize { n_tokens: vocabulary.len(), n_rows });
    }
    let mut places = HashMap::with_capacity(vocabulary.len());
    for (second, token) in vocabulary.iter().enumerate() {
        if let Some(first) = places.insert(token.as_str(), second) {
            return Err(ModelFileError::DuplicateToken { token: token.clone(), first, second });
        }
    }
    Ok(())
}

fn check_finite(weights: &Weights) -> Result<(), ModelFileError> {
    for tensor in Weights::tensors(weights.spec()) {
        let values = &weights.values()[tensor.range];
        if let Some(index) = floats::first_not_finite(values) {
            return Err(ModelFileError::NotFinite { tensor: tensor.name, index, value: values[index] });
        }
    }
    Ok(())
}

fn check_hash(entry: &CorpusEntry) -> Result<(), ModelFileError> {
    let is_hash =
        entry.sha256.len() == 64 && entry.sha256.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
    if is_hash { Ok(()) } else { Err(ModelFileError::Hash { name: entry.name.clone(), sha256: entry.sha256.clone() }) }
}

fn check_losses(losses: &EpochLosses) -> Result<(), ModelFileError> {
    let named = [
        ("training loss", losses.train_loss),
        ("windowed training loss", losses.windowed_train_loss),
        ("validation loss", losses.valid_loss.unwrap_or(0.0)),
    ];
    match named.into_iter().find(|(_, value)| !value.is_finite()) {
        Some((loss, value)) => Err(ModelFileError::Loss { epoch: losses.epoch, loss, value }),
        None => Ok(()),
    }
}

/// Why a model's parts do not belong together.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ModelFileError {
    /// There is not one token for each row of the embedding.
    #[error("the vocabulary has {n_tokens} tokens, tensor embedding.weight has {n_rows} rows; they must be as many")]
    VocabularySize {
        /// How many tokens are listed.
        n_tokens: usize,
        /// How many rows `embedding.weight` has.
        n_rows: usize,
    },
    /// A token stands twice.
    #[error("token {token:?} stands twice in the vocabulary, as number {first} and {second}; each must stand once")]
    DuplicateToken {
        /// Its text.
        token: String,
        /// Its first number.
        first: usize,
        /// Its second number.
        second: usize,
    },
    /// A weight is NaN or infinite.
    #[error(
        "tensor {tensor}, element {index} is {value}; weights must be finite, train again with a lower learning rate"
    )]
    NotFinite {
        /// The tensor's name.
        tensor: String,
        /// Where in the tensor, row-major.
        index: usize,
        /// The number.
        value: f32,
    },
    /// A corpus entry's hash is none.
    #[error("corpus entry {name:?}: SHA-256 is {sha256:?}; it must be 64 lower-case hexadecimal digits")]
    Hash {
        /// The entry's name.
        name: String,
        /// What stands for the hash.
        sha256: String,
    },
    /// A loss is NaN or infinite.
    #[error("epoch {epoch}: {loss} is {value}; losses must be finite")]
    Loss {
        /// Which epoch.
        epoch: u64,
        /// Which loss.
        loss: &'static str,
        /// Its value.
        value: f64,
    },
}
