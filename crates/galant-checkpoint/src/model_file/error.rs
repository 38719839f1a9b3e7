use std::error::Error as StdError;

use galant_model::{SettingsError, SpecError};
use galant_tokens::stream::{ParseStreamError, StreamSetError};
use galant_tokens::{GridError, ParseTokenError, VocabularyError};
use galant_types::{ParseScaleError, PlaybackError};
use thiserror::Error;

use super::format::{KEY, MAX_OPENINGS, MAX_PART_NAME_BYTES};

/// Why the parts of a model do not fit together.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ModelFileError {
    /// The network has not one input for each stream, with as many values.
    #[error("the network reads streams of {of_network:?} values, the streams have {of_streams:?}; both must be equal")]
    Streams {
        /// How many values each stream has in the network.
        of_network: Vec<usize>,
        /// How many values each stream has.
        of_streams: Vec<usize>,
    },
    /// There are too many openings.
    #[error("there are {n_openings} openings, over the limit of {MAX_OPENINGS}")]
    Openings {
        /// How many.
        n_openings: usize,
    },
    /// A piece begins with a token that is not in the vocabulary.
    #[error("an opening is token {token}; the vocabulary has {n_tokens} tokens, from 0")]
    OpeningToken {
        /// The token.
        token: u32,
        /// How many tokens the vocabulary has.
        n_tokens: usize,
    },
    /// Voices need a part each, and one number of parts in all places.
    #[error(
        "the file has {n_parts} parts, the vocabulary begins pieces of {in_vocabulary}, and the tokenizer is of {expected}; \
         all must be equal, and above 0 for voices alone"
    )]
    Parts {
        /// How many parts there are.
        n_parts: usize,
        /// How many the vocabulary says; 0 if it says none, or several.
        in_vocabulary: usize,
        /// How many the tokenizer has.
        expected: usize,
    },
    /// The name of a part is too long.
    #[error("the name of part {number}, from 0, is {n_bytes} bytes, over the limit of {MAX_PART_NAME_BYTES}")]
    PartName {
        /// Which part, from 0.
        number: usize,
        /// How long its name is.
        n_bytes: usize,
    },
    /// The range of a part is no range of pitches.
    #[error("part {number}, from 0, goes from pitch {lowest} to {highest}; write 0 to 127, the lower first")]
    PartRange {
        /// Which part, from 0.
        number: usize,
        /// Its lowest pitch.
        lowest: u8,
        /// Its highest pitch.
        highest: u8,
    },
    /// The vocabulary has not one token for each row of the embedding.
    #[error("the vocabulary has {n_tokens} tokens, tensor embedding.weight has {n_rows} rows; both must be equal")]
    VocabularySize {
        /// How many tokens the vocabulary has.
        n_tokens: usize,
        /// How many rows `embedding.weight` has.
        n_rows: usize,
    },
    /// A token of the vocabulary is none of the tokenizer's.
    #[error("token {number} of the vocabulary, {token:?}, is not a token of the tokenizer {tokenizer}")]
    OtherTokenizer {
        /// Its number, from 0.
        number: usize,
        /// Its text.
        token: String,
        /// The name of the tokenizer.
        tokenizer: &'static str,
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
    /// A value of the playback is out of its range.
    #[error(transparent)]
    Playback(#[from] PlaybackError),
    /// A setting of the training is out of its range.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// A loss is NaN or infinite.
    #[error("epoch {epoch}: {loss} is {value}; losses must be finite")]
    Loss {
        /// The epoch, from 1.
        epoch: u64,
        /// Which loss.
        loss: &'static str,
        /// Its value.
        value: f64,
    },
    /// What single tokens pay is NaN or infinite.
    #[error("the unigram loss is {value}; losses must be finite")]
    UnigramLoss {
        /// The loss.
        value: f64,
    },
}

/// Why bytes are not a model.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DecodeModelError {
    /// The file is too long.
    #[error("the file is {len} bytes, over the limit of {limit}")]
    TooLong {
        /// Its length.
        len: u64,
        /// [`MAX_MODEL_BYTES`](super::MAX_MODEL_BYTES).
        limit: u64,
    },
    /// The file is of another kind.
    #[error("the file is {what}; {instead}")]
    OtherKind {
        /// What it is.
        what: &'static str,
        /// What to do instead.
        instead: &'static str,
    },
    /// The header is too long.
    #[error("the header is {len} bytes, over the limit of {limit}; make sure this is a model file")]
    HeaderTooLong {
        /// Its length, as stated by the file.
        len: u64,
        /// [`MAX_MODEL_HEADER_BYTES`](super::MAX_MODEL_HEADER_BYTES).
        limit: u64,
    },
    /// The file ends before its header does.
    #[error(
        "the file ends after {len} bytes, but its header alone needs {needed}; make sure this is a model file, or copy it again from where it came"
    )]
    CutOff {
        /// Its length.
        len: u64,
        /// The shortest possible length.
        needed: u64,
    },
    /// The bytes are no whole file of the safetensors format.
    #[error("the {len} bytes are not a whole safetensors file; copy it again from where it came")]
    Container {
        /// The file's length.
        len: usize,
        /// The error of the format's reader.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// It is a safetensors file of another program.
    #[error("the file has tensors but no metadata under the key \"{KEY}\"; choose a model that this program wrote")]
    NoMetadata,
    /// The metadata is no JSON of the documented form.
    #[error("the metadata under the key \"{KEY}\" cannot be read")]
    Metadata {
        /// The error of the JSON reader.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// A stream has an unknown name.
    #[error("the streams in the metadata cannot be read")]
    StreamName(#[from] ParseStreamError),
    /// The streams do not go together.
    #[error("the streams in the metadata cannot be read")]
    Streams(#[from] StreamSetError),
    /// A text is no meter.
    #[error("'{text}' in the metadata is not a meter, such as 3/4")]
    Meter {
        /// The text.
        text: String,
    },
    /// A text is no key.
    #[error("the key of an opening in the metadata cannot be read")]
    Key {
        /// Why.
        source: ParseScaleError,
    },
    /// The file is of another version.
    #[error(
        "the metadata has format {format}, this program reads 1 to {supported}; use the program version that wrote the file"
    )]
    Format {
        /// The file's format.
        format: u32,
        /// The latest format that this program reads.
        supported: u32,
    },
    /// The metadata names something that this program does not have.
    #[error("the metadata names {what} '{name}'; this program knows {known}")]
    UnknownName {
        /// What is named, with an article.
        what: &'static str,
        /// The name.
        name: String,
        /// The names that this program knows.
        known: String,
    },
    /// A tokenizer is described without a part that it needs.
    #[error("the metadata describes the tokenizer {tokenizer} without its {part}")]
    MissingPart {
        /// Its name.
        tokenizer: &'static str,
        /// What is missing.
        part: &'static str,
    },
    /// A tokenizer is described with a part that it does not have.
    #[error("the metadata describes the tokenizer {tokenizer} with {part}, which it does not have")]
    ExtraPart {
        /// Its name.
        tokenizer: &'static str,
        /// What it does not have, with an article.
        part: &'static str,
    },
    /// The tokenizer has no such grid.
    #[error("the metadata describes a tokenizer whose grid is out of range")]
    Grid(#[from] GridError),
    /// A text of the vocabulary is not a token of the tokenizer.
    #[error("token {number} of the vocabulary cannot be read")]
    Token {
        /// Its number, from 0.
        number: usize,
        /// The error of the token's reader.
        source: ParseTokenError,
    },
    /// The tokens make no vocabulary.
    #[error(transparent)]
    Vocabulary(#[from] VocabularyError),
    /// A corpus entry's hash is not a hash.
    #[error("corpus entry {name:?}: SHA-256 is {sha256:?}; it must be 64 lower-case hexadecimal digits")]
    Hash {
        /// The entry's name.
        name: String,
        /// The text in place of the hash.
        sha256: String,
    },
    /// A setting of a training, in a file of format 1 or 2, is unknown.
    #[error("the training setting '{name}' is '{value}', which this program does not know")]
    Setting {
        /// Its name.
        name: String,
        /// Its value.
        value: String,
    },
    /// The network's sizes are out of their limits.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// A tensor is missing.
    #[error("tensor {tensor} of shape {shape:?} is missing; the network that the metadata describes has it")]
    MissingTensor {
        /// Its name.
        tensor: String,
        /// Its shape.
        shape: Vec<usize>,
    },
    /// A tensor belongs to no part of the network.
    #[error("tensor {tensor} is unknown; the network that the metadata describes does not have it")]
    UnknownTensor {
        /// Its name.
        tensor: String,
    },
    /// A tensor's numbers are of another type.
    #[error("tensor {tensor} has elements of type {actual}; it must be F32, F16, BF16 or I8 with scales, convert it")]
    ElementType {
        /// Its name.
        tensor: String,
        /// Its type, by its name in safetensors.
        actual: String,
    },
    /// The tensors are not those that were written.
    #[error(
        "the tensors are not as they were written: their SHA-256 is {actual}, the metadata says {expected}; copy the file \
         again from where it came, or remove tensors_sha256 from its metadata if you changed them yourself"
    )]
    Checksum {
        /// The hash of the tensors.
        actual: String,
        /// The hash in the metadata.
        expected: String,
    },
    /// A tensor has another shape.
    #[error("tensor {tensor} has shape {actual:?}; the network that the metadata describes has {expected:?}")]
    Shape {
        /// Its name.
        tensor: String,
        /// Its shape.
        actual: Vec<usize>,
        /// The shape it must have.
        expected: Vec<usize>,
    },
    /// The parts do not fit together.
    #[error(transparent)]
    Contents(#[from] ModelFileError),
}
