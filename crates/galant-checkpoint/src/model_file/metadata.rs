//! The JSON text in a model file's header, and its plain counterpart.

use galant_model::{Cell, ModelSpec};
use galant_types::Seed;
use serde::{Deserialize, Serialize};

use super::{CorpusEntry, EpochLosses, ModelFile, PlaybackSettings, TokenSettings, TrainingSummary};

/// The key in safetensors' `__metadata__`.
pub(super) const KEY: &str = "galant";

/// The version of the text's format; a change that older readers would misread or refuse raises it.
///
/// 2 adds the grid and the playback of tokens with rhythm; a model without them is written in 1.
pub(super) const FORMAT: u32 = 2;

/// What a header says; the tensors are the rest of the file.
pub(super) struct Metadata {
    pub(super) spec: ModelSpec,
    pub(super) tokens: TokenSettings,
    pub(super) vocabulary: Vec<String>,
    pub(super) corpus: Vec<CorpusEntry>,
    pub(super) training: TrainingSummary,
    pub(super) window: usize,
    pub(super) program: String,
}

/// The text for a file's header.
pub(super) fn to_json(file: &ModelFile) -> String {
    let text = MetadataText {
        format: if file.tokens.grid.is_none() && file.tokens.playback.is_none() { 1 } else { FORMAT },
        program: file.program.clone(),
        network: NetworkText::of(file.weights.spec()),
        window: file.window,
        tokens: TokensText::of(&file.tokens),
        vocabulary: file.vocabulary.clone(),
        corpus: file.corpus.iter().map(CorpusText::of).collect(),
        training: TrainingText::of(&file.training),
    };
    serde_json::to_string(&text).expect("strings, numbers and lists have a JSON form")
}

/// Reads only the version of the format, whatever else the text may hold.
pub(super) fn format(json: &str) -> Result<u32, serde_json::Error> {
    Ok(serde_json::from_str::<FormatText>(json)?.format)
}

/// Reads a text of version [`FORMAT`] or an earlier one.
pub(super) fn from_json(json: &str) -> Result<Metadata, serde_json::Error> {
    let text: MetadataText = serde_json::from_str(json)?;
    Ok(Metadata {
        spec: text.network.spec(text.vocabulary.len()),
        tokens: text.tokens.settings(),
        vocabulary: text.vocabulary,
        corpus: text.corpus.into_iter().map(CorpusText::entry).collect(),
        training: text.training.summary(),
        window: text.window,
        program: text.program,
    })
}

#[derive(Deserialize)]
struct FormatText {
    format: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct MetadataText {
    format: u32,
    program: String,
    network: NetworkText,
    window: usize,
    #[serde(rename = "words")]
    tokens: TokensText,
    vocabulary: Vec<String>,
    corpus: Vec<CorpusText>,
    training: TrainingText,
}

/// A network's sizes but for its vocabulary, which is as large as the list of tokens.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct NetworkText {
    cell: CellText,
    embedding: usize,
    hidden: usize,
    layers: usize,
    dropout: f32,
}

#[derive(Serialize, Deserialize)]
enum CellText {
    #[serde(rename = "lstm")]
    Lstm,
    #[serde(rename = "rnn")]
    VanillaRnn,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TokensText {
    kind: String,
    reading: String,
    top: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    grid: Option<u16>,
    #[serde(default, rename = "performance", skip_serializing_if = "Option::is_none")]
    playback: Option<PlaybackText>,
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

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CorpusText {
    name: String,
    sha256: String,
    #[serde(rename = "n_words")]
    n_tokens: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TrainingText {
    settings: Vec<(String, String)>,
    seed: u64,
    epochs: Vec<EpochText>,
    kept_epoch: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EpochText {
    epoch: u64,
    train_loss: f64,
    windowed_train_loss: f64,
    valid_loss: Option<f64>,
}

impl NetworkText {
    fn of(spec: &ModelSpec) -> NetworkText {
        let cell = match spec.cell {
            Cell::Lstm => CellText::Lstm,
            Cell::VanillaRnn => CellText::VanillaRnn,
        };
        let ModelSpec { embedding_size: embedding, hidden_size: hidden, n_layers: layers, dropout, .. } = *spec;
        NetworkText { cell, embedding, hidden, layers, dropout }
    }

    fn spec(self, vocab_size: usize) -> ModelSpec {
        let cell = match self.cell {
            CellText::Lstm => Cell::Lstm,
            CellText::VanillaRnn => Cell::VanillaRnn,
        };
        let NetworkText { embedding, hidden, layers, dropout, .. } = self;
        ModelSpec { cell, vocab_size, embedding_size: embedding, hidden_size: hidden, n_layers: layers, dropout }
    }
}

impl TokensText {
    fn of(tokens: &TokenSettings) -> TokensText {
        let playback = tokens.playback.map(|playback| {
            let PlaybackSettings { us_per_quarter, beats, beat_log2, program, velocity } = playback;
            PlaybackText { us_per_quarter, beats, beat_log2, program, velocity }
        });
        let TokenSettings { kind, reading, top, grid, .. } = tokens.clone();
        TokensText { kind, reading, top, grid, playback }
    }

    fn settings(self) -> TokenSettings {
        let playback = self.playback.map(|playback| {
            let PlaybackText { us_per_quarter, beats, beat_log2, program, velocity } = playback;
            PlaybackSettings { us_per_quarter, beats, beat_log2, program, velocity }
        });
        let TokensText { kind, reading, top, grid, .. } = self;
        TokenSettings { kind, reading, top, grid, playback }
    }
}

impl CorpusText {
    fn of(entry: &CorpusEntry) -> CorpusText {
        CorpusText { name: entry.name.clone(), sha256: entry.sha256.clone(), n_tokens: entry.n_tokens }
    }

    fn entry(self) -> CorpusEntry {
        CorpusEntry { name: self.name, sha256: self.sha256, n_tokens: self.n_tokens }
    }
}

impl TrainingText {
    fn of(training: &TrainingSummary) -> TrainingText {
        TrainingText {
            settings: training.settings.clone(),
            seed: training.seed.0,
            epochs: training.epochs.iter().map(EpochText::of).collect(),
            kept_epoch: training.kept_epoch,
        }
    }

    fn summary(self) -> TrainingSummary {
        TrainingSummary {
            settings: self.settings,
            seed: Seed(self.seed),
            epochs: self.epochs.into_iter().map(EpochText::losses).collect(),
            kept_epoch: self.kept_epoch,
        }
    }
}

impl EpochText {
    fn of(losses: &EpochLosses) -> EpochText {
        let EpochLosses { epoch, train_loss, windowed_train_loss, valid_loss } = *losses;
        EpochText { epoch, train_loss, windowed_train_loss, valid_loss }
    }

    fn losses(self) -> EpochLosses {
        let EpochText { epoch, train_loss, windowed_train_loss, valid_loss } = self;
        EpochLosses { epoch, train_loss, windowed_train_loss, valid_loss }
    }
}
