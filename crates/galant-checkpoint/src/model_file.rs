//! The model file: what it has in memory and what must hold of it.

mod checksum;
mod decode;
mod encode;
mod error;
mod format;
mod metadata;
mod opening;
mod other_kind;
mod voice_part;
mod weight_type;

use galant_midi::ReadRules;
use galant_model::{TrainingSettings, Weights};
use galant_tokens::stream::{Stream, StreamSet};
use galant_tokens::{Tokenizer, Vocabulary};
use galant_types::{EpochRecord, Playback};

pub use decode::decode_model;
pub use encode::{EncodeModelError, encode_model, encode_model_as};
pub use error::{DecodeModelError, ModelFileError};
pub use format::{MAX_MODEL_BYTES, MAX_MODEL_HEADER_BYTES, MAX_OPENINGS, MAX_PART_NAME_BYTES};
pub(crate) use metadata::{description_from_json, description_to_json};
pub use opening::Opening;
pub use voice_part::VoicePart;
pub use weight_type::WeightType;

use crate::{Sha256Hash, floats};

/// A trained network with everything that composing needs, and where it came from.
///
/// It has no times, so that the same settings and corpus give the same bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelFile {
    /// The network.
    pub weights: Weights,
    /// How MIDI files were read.
    pub read_rules: ReadRules,
    /// How scores became tokens.
    pub tokenizer: Tokenizer,
    /// The tokens, by number.
    pub vocabulary: Vocabulary,
    /// What the network is told beside the tokens, in the order of its inputs.
    pub streams: StreamSet,
    /// How pieces of the corpus begin, at most [`MAX_OPENINGS`]; none if pieces begin otherwise.
    pub openings: Vec<Opening>,
    /// The parts that it writes for, the highest first; none if its tokens are no voices.
    pub parts: Vec<VoicePart>,
    /// How its tokens are played by default.
    pub playback: Playback,
    /// The music it learned from.
    pub corpus: Vec<CorpusEntry>,
    /// How it was trained.
    pub settings: TrainingSettings,
    /// A description of the engine that trained it; none for the embedded engine, which gives the same bits everywhere.
    pub engine: Option<String>,
    /// The losses of each epoch.
    pub epochs: Vec<EpochRecord>,
    /// The epoch whose weights these are, from 1; 0 for the initial weights.
    pub kept_epoch: u64,
    /// How many steps were done when the file was written, of a training that had not ended; none of one that had.
    pub unfinished_after: Option<u64>,
    /// What the frequencies of single tokens pay for the validation part, in nats per token; none if it was not measured.
    pub unigram_loss: Option<f64>,
    /// The program that wrote the file, with its version.
    pub program: String,
}

/// What a training learns from, and how: all that is known before its first step but the sizes of the network.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainingDescription {
    /// How MIDI files were read.
    pub read_rules: ReadRules,
    /// How scores became tokens.
    pub tokenizer: Tokenizer,
    /// How the network is trained.
    pub settings: TrainingSettings,
    /// What the network is told beside the tokens.
    pub streams: Vec<Stream>,
    /// The music to learn from.
    pub corpus: Vec<CorpusEntry>,
    /// The music named for validation.
    pub validation: Vec<CorpusEntry>,
    /// Where the program finds the music, in its own words, such as paths; not interpreted here.
    pub sources: Vec<String>,
}

/// A piece of music that a network learned from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorpusEntry {
    /// What it is called; for a file, its name without its folders.
    pub name: String,
    /// Where it came from.
    pub source: Source,
    /// The hash of its bytes.
    pub sha256: Sha256Hash,
    /// How many tokens it has.
    pub n_tokens: u64,
}

/// Where a piece of music came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A file of the user.
    File,
    /// The program, which brings some pieces along.
    Bundled,
    /// Mozart's dice game: a chain of its waltzes.
    DiceGame {
        /// Whether the waltzes are played with their repeats.
        with_repeats: bool,
    },
}

impl ModelFile {
    /// Checks what both [`encode_model`] and [`decode_model`] require.
    ///
    /// # Errors
    ///
    /// Names the first part that is wrong.
    pub fn validate(&self) -> Result<(), ModelFileError> {
        check_vocabulary(&self.vocabulary, self.tokenizer, self.weights.spec().vocab_size())?;
        self.check_streams()?;
        self.check_openings()?;
        voice_part::check(&self.parts, self.tokenizer, &self.vocabulary, &self.playback)?;
        check_finite(&self.weights)?;
        self.playback.validate()?;
        self.settings.validate()?;
        if let Some(value) = self.unigram_loss.filter(|loss| !loss.is_finite()) {
            return Err(ModelFileError::UnigramLoss { value });
        }
        self.epochs.iter().try_for_each(check_losses)
    }

    /// Checks that there are not too many openings, and that their tokens are in the vocabulary.
    fn check_openings(&self) -> Result<(), ModelFileError> {
        let (n_openings, n_tokens) = (self.openings.len(), self.vocabulary.len());
        if n_openings > MAX_OPENINGS {
            return Err(ModelFileError::Openings { n_openings });
        }
        match self.openings.iter().find(|opening| opening.token.index() >= n_tokens) {
            Some(opening) => Err(ModelFileError::OpeningToken { token: opening.token.0, n_tokens }),
            None => Ok(()),
        }
    }

    /// Checks that the network has an input for each stream, with as many values.
    fn check_streams(&self) -> Result<(), ModelFileError> {
        let of_network: Vec<usize> = self.weights.spec().inputs[1..].iter().map(|input| input.vocab_size).collect();
        let of_streams = self.streams.vocab_sizes(self.vocabulary.len());
        if of_network == of_streams { Ok(()) } else { Err(ModelFileError::Streams { of_network, of_streams }) }
    }
}

fn check_vocabulary(vocabulary: &Vocabulary, tokenizer: Tokenizer, n_rows: usize) -> Result<(), ModelFileError> {
    if vocabulary.len() != n_rows {
        return Err(ModelFileError::VocabularySize { n_tokens: vocabulary.len(), n_rows });
    }
    for (number, token) in vocabulary.tokens().iter().enumerate() {
        let text = token.to_string();
        if tokenizer.parse(&text).as_ref() != Ok(token) {
            return Err(ModelFileError::OtherTokenizer { number, token: text, tokenizer: tokenizer.name() });
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

fn check_losses(record: &EpochRecord) -> Result<(), ModelFileError> {
    match floats::first_loss_not_finite(record) {
        Some((loss, value)) => Err(ModelFileError::Loss { epoch: record.epoch, loss, value }),
        None => Ok(()),
    }
}
