//! What a header says, and the parts of its text that all formats write alike.

use galant_midi::ReadRules;
use galant_model::{Cell, ModelSpec, TrainingSettings};
use galant_tokens::Tokenizer;
use galant_tokens::stream::StreamSet;
use galant_types::{EpochRecord, Playback};
use serde::{Deserialize, Serialize};

use crate::{CorpusEntry, DecodeModelError, Opening, Sha256Hash, VoicePart};

/// What a header says; the tensors are the rest of the file.
pub(in crate::model_file) struct Metadata {
    pub(in crate::model_file) spec: ModelSpec,
    pub(in crate::model_file) read_rules: ReadRules,
    pub(in crate::model_file) tokenizer: Tokenizer,
    /// Not read as tokens before their number is known to be within the limits.
    pub(in crate::model_file) vocabulary: Vec<String>,
    pub(in crate::model_file) streams: StreamSet,
    pub(in crate::model_file) openings: Vec<Opening>,
    pub(in crate::model_file) parts: Vec<VoicePart>,
    pub(in crate::model_file) playback: Playback,
    pub(in crate::model_file) corpus: Vec<CorpusEntry>,
    pub(in crate::model_file) settings: TrainingSettings,
    pub(in crate::model_file) engine: Option<String>,
    pub(in crate::model_file) epochs: Vec<EpochRecord>,
    pub(in crate::model_file) kept_epoch: u64,
    pub(in crate::model_file) unfinished_after: Option<u64>,
    pub(in crate::model_file) unigram_loss: Option<f64>,
    /// The checksum of the tensors; none in files from before there was one.
    pub(in crate::model_file) tensors_sha256: Option<String>,
    pub(in crate::model_file) program: String,
}

#[derive(Serialize, Deserialize)]
pub(super) enum CellText {
    #[serde(rename = "lstm")]
    Lstm,
    #[serde(rename = "rnn")]
    VanillaRnn,
}

impl CellText {
    pub(super) fn of(cell: Cell) -> CellText {
        match cell {
            Cell::Lstm => CellText::Lstm,
            Cell::VanillaRnn => CellText::VanillaRnn,
        }
    }

    pub(super) fn cell(self) -> Cell {
        match self {
            CellText::Lstm => Cell::Lstm,
            CellText::VanillaRnn => Cell::VanillaRnn,
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlaybackText {
    us_per_quarter: u32,
    beats: u8,
    beat_log2: u8,
    program: u8,
    velocity: u8,
}

impl PlaybackText {
    pub(super) fn of(playback: Playback) -> PlaybackText {
        let Playback { us_per_quarter, beats, beat_log2, program, velocity } = playback;
        PlaybackText { us_per_quarter, beats, beat_log2, program, velocity }
    }

    pub(super) fn playback(self) -> Playback {
        let PlaybackText { us_per_quarter, beats, beat_log2, program, velocity } = self;
        Playback { us_per_quarter, beats, beat_log2, program, velocity }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EpochText {
    epoch: u64,
    train_loss: f64,
    train_loss_without_dropout: f64,
    valid_loss: Option<f64>,
}

impl EpochText {
    pub(super) fn of(record: &EpochRecord) -> EpochText {
        let EpochRecord { epoch, train_loss, train_loss_without_dropout, valid_loss } = *record;
        EpochText { epoch, train_loss, train_loss_without_dropout, valid_loss }
    }

    pub(super) fn record(self) -> EpochRecord {
        let EpochText { epoch, train_loss, train_loss_without_dropout, valid_loss } = self;
        EpochRecord { epoch, train_loss, train_loss_without_dropout, valid_loss }
    }
}

/// The hash that a corpus entry has as text.
pub(super) fn hash(name: &str, sha256: &str) -> Result<Sha256Hash, DecodeModelError> {
    sha256.parse().map_err(|_| DecodeModelError::Hash { name: name.to_owned(), sha256: sha256.to_owned() })
}
