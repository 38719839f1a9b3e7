//! The JSON text in a model file's header, and the typed data that it stands for.

mod format_3;
mod formats_1_2;
mod tokenizer;

use galant_midi::ReadRules;
use galant_model::{Cell, ModelSpec, TrainingSettings};
use galant_tokens::Tokenizer;
use galant_types::{EpochRecord, Playback};
use serde::{Deserialize, Serialize};

use super::{CorpusEntry, DecodeModelError};
use crate::Sha256Hash;

pub(super) use format_3::to_json;

/// The key in safetensors' `__metadata__`.
pub(super) const KEY: &str = "galant";

/// The version of the text's format; a change that older readers would misread or refuse raises it.
///
/// 2 added the grid and the playback of tokens with rhythm. 3 has typed training settings, sources of pieces and the
/// playback of every model, under the names that the crates use.
pub(super) const FORMAT: u32 = 3;

/// What a header says; the tensors are the rest of the file.
pub(super) struct Metadata {
    pub(super) spec: ModelSpec,
    pub(super) read_rules: ReadRules,
    pub(super) tokenizer: Tokenizer,
    /// Not read as tokens before their number is known to be within the limits.
    pub(super) vocabulary: Vec<String>,
    pub(super) playback: Playback,
    pub(super) corpus: Vec<CorpusEntry>,
    pub(super) settings: TrainingSettings,
    pub(super) engine: Option<String>,
    pub(super) epochs: Vec<EpochRecord>,
    pub(super) kept_epoch: u64,
    pub(super) program: String,
}

/// Reads a text of format [`FORMAT`] or an earlier one.
pub(super) fn from_json(json: &str) -> Result<Metadata, DecodeModelError> {
    match parse::<FormatText>(json)?.format {
        1 | 2 => formats_1_2::metadata(parse(json)?),
        FORMAT => format_3::metadata(parse(json)?),
        format => Err(DecodeModelError::Format { format, supported: FORMAT }),
    }
}

fn parse<'a, T: Deserialize<'a>>(json: &'a str) -> Result<T, DecodeModelError> {
    serde_json::from_str(json).map_err(|source| DecodeModelError::Metadata { source: Box::new(source) })
}

/// The version of the format, whatever else the text has.
#[derive(Deserialize)]
struct FormatText {
    format: u32,
}

#[derive(Serialize, Deserialize)]
enum CellText {
    #[serde(rename = "lstm")]
    Lstm,
    #[serde(rename = "rnn")]
    VanillaRnn,
}

impl CellText {
    fn of(cell: Cell) -> CellText {
        match cell {
            Cell::Lstm => CellText::Lstm,
            Cell::VanillaRnn => CellText::VanillaRnn,
        }
    }

    fn cell(self) -> Cell {
        match self {
            CellText::Lstm => Cell::Lstm,
            CellText::VanillaRnn => Cell::VanillaRnn,
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaybackText {
    us_per_quarter: u32,
    beats: u8,
    beat_log2: u8,
    program: u8,
    velocity: u8,
}

impl PlaybackText {
    fn of(playback: Playback) -> PlaybackText {
        let Playback { us_per_quarter, beats, beat_log2, program, velocity } = playback;
        PlaybackText { us_per_quarter, beats, beat_log2, program, velocity }
    }

    fn playback(self) -> Playback {
        let PlaybackText { us_per_quarter, beats, beat_log2, program, velocity } = self;
        Playback { us_per_quarter, beats, beat_log2, program, velocity }
    }
}

/// The hash that a corpus entry has as text.
fn hash(name: &str, sha256: &str) -> Result<Sha256Hash, DecodeModelError> {
    sha256.parse().map_err(|_| DecodeModelError::Hash { name: name.to_owned(), sha256: sha256.to_owned() })
}
