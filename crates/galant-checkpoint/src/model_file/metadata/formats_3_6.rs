//! The text that is written today: each part under the name it has in [`ModelFile`].

use std::num::{NonZeroU8, NonZeroUsize};

use galant_model::{HoldOut, Initialization, Inputs, ModelSpec, Objective, Schedule, StreamSpec, TrainingSettings};
use galant_tokens::Tokenizer;
use galant_types::Seed;
use serde::{Deserialize, Serialize};

use super::header::{CellText, EpochText, Metadata, PlaybackText, hash};
use super::optimizer::OptimizerText;
use super::parts::PartText;
use super::streams::{OpeningText, StreamsText};
use super::tokenizer::{TokenizerParts, read_rules, read_rules_name};
use crate::model_file::format::{EARLIER_FORMAT, FORMAT, VOICES_FORMAT};
use crate::{CorpusEntry, DecodeModelError, ModelFile, Sha256Hash, Source, TrainingDescription, WeightType};

/// The text for a file's header; `tensors_sha256` is the checksum of its tensors.
pub(in crate::model_file) fn to_json(file: &ModelFile, weight_type: WeightType, tensors_sha256: Sha256Hash) -> String {
    let text = MetadataText {
        format: match weight_type {
            WeightType::F32 if file.parts.is_empty() => EARLIER_FORMAT,
            WeightType::F32 => VOICES_FORMAT,
            WeightType::F16 | WeightType::I8 => FORMAT,
        },
        program: file.program.clone(),
        network: NetworkText::of(file.weights.spec()),
        read_rules: read_rules_name(file.read_rules).to_owned(),
        tokenizer: TokenizerText::of(file.tokenizer),
        vocabulary: file.vocabulary.tokens().iter().map(ToString::to_string).collect(),
        streams: StreamsText::of(&file.streams, &file.weights.spec().inputs),
        openings: file.openings.iter().map(OpeningText::of).collect(),
        parts: file.parts.iter().map(PartText::of).collect(),
        playback: PlaybackText::of(file.playback),
        corpus: file.corpus.iter().map(CorpusText::of).collect(),
        settings: SettingsText::of(&file.settings),
        engine: file.engine.clone(),
        epochs: file.epochs.iter().map(EpochText::of).collect(),
        kept_epoch: file.kept_epoch,
        unfinished_after: file.unfinished_after,
        unigram_loss: file.unigram_loss,
        tensors_sha256: Some(tensors_sha256.to_string()),
    };
    serde_json::to_string(&text).expect("strings, numbers and lists have a JSON form")
}

/// The text for a snapshot, whose other parts are numbers.
pub(crate) fn description_to_json(description: &TrainingDescription) -> String {
    let text = DescriptionText {
        read_rules: read_rules_name(description.read_rules).to_owned(),
        tokenizer: TokenizerText::of(description.tokenizer),
        corpus: description.corpus.iter().map(CorpusText::of).collect(),
        validation: description.validation.iter().map(CorpusText::of).collect(),
        settings: SettingsText::of(&description.settings),
        streams: description.streams.iter().map(ToString::to_string).collect(),
        sources: description.sources.clone(),
    };
    serde_json::to_string(&text).expect("strings, numbers and lists have a JSON form")
}

pub(super) fn description(text: DescriptionText) -> Result<TrainingDescription, DecodeModelError> {
    Ok(TrainingDescription {
        read_rules: read_rules(&text.read_rules)?,
        tokenizer: text.tokenizer.tokenizer()?,
        corpus: text.corpus.into_iter().map(CorpusText::entry).collect::<Result<_, _>>()?,
        validation: text.validation.into_iter().map(CorpusText::entry).collect::<Result<_, _>>()?,
        settings: text.settings.settings(),
        streams: text.streams.iter().map(|name| name.parse()).collect::<Result<_, _>>()?,
        sources: text.sources,
    })
}

pub(super) fn metadata(text: MetadataText) -> Result<Metadata, DecodeModelError> {
    let tokenizer = text.tokenizer.tokenizer()?;
    let (streams, inputs) = text.streams.streams(tokenizer, text.network.tokens(text.vocabulary.len()))?;
    Ok(Metadata {
        spec: text.network.spec(inputs),
        read_rules: read_rules(&text.read_rules)?,
        tokenizer,
        vocabulary: text.vocabulary,
        streams,
        openings: text.openings.into_iter().map(OpeningText::opening).collect::<Result<_, _>>()?,
        parts: text.parts.into_iter().map(PartText::part).collect(),
        playback: text.playback.playback(),
        corpus: text.corpus.into_iter().map(CorpusText::entry).collect::<Result<_, _>>()?,
        settings: text.settings.settings(),
        engine: text.engine,
        epochs: text.epochs.into_iter().map(EpochText::record).collect(),
        kept_epoch: text.kept_epoch,
        unfinished_after: text.unfinished_after,
        unigram_loss: text.unigram_loss,
        tensors_sha256: text.tensors_sha256,
        program: text.program,
    })
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MetadataText {
    format: u32,
    program: String,
    network: NetworkText,
    read_rules: String,
    tokenizer: TokenizerText,
    vocabulary: Vec<String>,
    #[serde(default, skip_serializing_if = "StreamsText::is_empty")]
    streams: StreamsText,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    openings: Vec<OpeningText>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    parts: Vec<PartText>,
    playback: PlaybackText,
    corpus: Vec<CorpusText>,
    settings: SettingsText,
    engine: Option<String>,
    epochs: Vec<EpochText>,
    kept_epoch: u64,
    #[serde(default)]
    unfinished_after: Option<u64>,
    #[serde(default)]
    unigram_loss: Option<f64>,
    /// None in files from before there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tensors_sha256: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DescriptionText {
    read_rules: String,
    tokenizer: TokenizerText,
    corpus: Vec<CorpusText>,
    validation: Vec<CorpusText>,
    settings: SettingsText,
    streams: Vec<String>,
    sources: Vec<String>,
}

/// A network's sizes, except for that of its vocabulary, which is listed.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct NetworkText {
    cell: CellText,
    embedding_size: usize,
    /// Whether the embedding of the token is also an input of the dense layer.
    #[serde(default)]
    skip: bool,
    hidden_size: usize,
    n_layers: usize,
    dropout: f32,
    residual: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenizerText {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rules: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    grid: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parts: Option<NonZeroU8>,
    top: Option<NonZeroUsize>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CorpusText {
    name: String,
    source: SourceText,
    sha256: String,
    n_tokens: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum SourceText {
    File,
    Bundled,
    DiceGame { with_repeats: bool },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SettingsText {
    objective: ObjectiveText,
    optimizer: OptimizerText,
    #[serde(default)]
    schedule: ScheduleText,
    clip_norm: Option<f32>,
    initialization: InitializationText,
    window: usize,
    batch_size: usize,
    hold_out: f64,
    /// What the share is of; the end of each piece if it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hold_out_of: Option<HoldOutText>,
    transpose: TransposeText,
    epochs: Option<u64>,
    #[serde(default)]
    steps: Option<u64>,
    #[serde(default)]
    epoch_steps: Option<u64>,
    stop_at_loss: Option<f64>,
    patience: Option<u64>,
    seed: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ObjectiveText {
    EveryToken,
    LastToken,
}

/// A file that does not say had a constant rate.
#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ScheduleText {
    #[default]
    Constant,
    Cosine,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum InitializationText {
    Keras,
    NormalEmbedding,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum HoldOutText {
    Pieces,
}

/// In semitones.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TransposeText {
    lowest: i8,
    highest: i8,
}

impl NetworkText {
    fn of(spec: &ModelSpec) -> NetworkText {
        let ModelSpec { cell, inputs, hidden_size, n_layers, dropout, residual } = *spec;
        let StreamSpec { vocab_size: _, embedding_size, skip } = inputs[0];
        NetworkText { cell: CellText::of(cell), embedding_size, skip, hidden_size, n_layers, dropout, residual }
    }

    /// The first input, of which there are `vocab_size` values.
    fn tokens(&self, vocab_size: usize) -> StreamSpec {
        StreamSpec { vocab_size, embedding_size: self.embedding_size, skip: self.skip }
    }

    fn spec(self, inputs: Inputs) -> ModelSpec {
        let NetworkText { cell, embedding_size: _, skip: _, hidden_size, n_layers, dropout, residual } = self;
        ModelSpec { cell: cell.cell(), inputs, hidden_size, n_layers, dropout, residual }
    }
}

impl TokenizerText {
    fn of(tokenizer: Tokenizer) -> TokenizerText {
        let TokenizerParts { rules, grid, parts, top } = TokenizerParts::of(tokenizer);
        TokenizerText { name: tokenizer.name().to_owned(), rules, grid, parts, top }
    }

    fn tokenizer(self) -> Result<Tokenizer, DecodeModelError> {
        let TokenizerText { name, rules, grid, parts, top } = self;
        TokenizerParts { rules, grid, parts, top }.tokenizer(&name)
    }
}

impl CorpusText {
    fn of(entry: &CorpusEntry) -> CorpusText {
        let source = match entry.source {
            Source::File => SourceText::File,
            Source::Bundled => SourceText::Bundled,
            Source::DiceGame { with_repeats } => SourceText::DiceGame { with_repeats },
        };
        CorpusText { name: entry.name.clone(), source, sha256: entry.sha256.to_string(), n_tokens: entry.n_tokens }
    }

    fn entry(self) -> Result<CorpusEntry, DecodeModelError> {
        let source = match self.source {
            SourceText::File => Source::File,
            SourceText::Bundled => Source::Bundled,
            SourceText::DiceGame { with_repeats } => Source::DiceGame { with_repeats },
        };
        let sha256 = hash(&self.name, &self.sha256)?;
        Ok(CorpusEntry { name: self.name, source, sha256, n_tokens: self.n_tokens })
    }
}

impl SettingsText {
    fn of(settings: &TrainingSettings) -> SettingsText {
        let (lowest, highest) = (*settings.transpose.start(), *settings.transpose.end());
        SettingsText {
            objective: match settings.objective {
                Objective::EveryToken => ObjectiveText::EveryToken,
                Objective::LastToken => ObjectiveText::LastToken,
            },
            optimizer: OptimizerText::of(settings.optimizer),
            schedule: match settings.schedule {
                Schedule::Constant => ScheduleText::Constant,
                Schedule::Cosine => ScheduleText::Cosine,
            },
            clip_norm: settings.clip_norm,
            initialization: match settings.initialization {
                Initialization::Keras => InitializationText::Keras,
                Initialization::NormalEmbedding => InitializationText::NormalEmbedding,
            },
            window: settings.window,
            batch_size: settings.batch_size,
            hold_out: settings.hold_out.share(),
            hold_out_of: matches!(settings.hold_out, HoldOut::Pieces(_)).then_some(HoldOutText::Pieces),
            transpose: TransposeText { lowest, highest },
            epochs: settings.epochs,
            steps: settings.steps,
            epoch_steps: settings.epoch_steps,
            stop_at_loss: settings.stop_at_loss,
            patience: settings.patience,
            seed: settings.seed.0,
        }
    }

    fn settings(self) -> TrainingSettings {
        TrainingSettings {
            objective: match self.objective {
                ObjectiveText::EveryToken => Objective::EveryToken,
                ObjectiveText::LastToken => Objective::LastToken,
            },
            optimizer: self.optimizer.optimizer(),
            schedule: match self.schedule {
                ScheduleText::Constant => Schedule::Constant,
                ScheduleText::Cosine => Schedule::Cosine,
            },
            clip_norm: self.clip_norm,
            initialization: match self.initialization {
                InitializationText::Keras => Initialization::Keras,
                InitializationText::NormalEmbedding => Initialization::NormalEmbedding,
            },
            window: self.window,
            batch_size: self.batch_size,
            hold_out: match self.hold_out_of {
                Some(HoldOutText::Pieces) => HoldOut::Pieces(self.hold_out),
                None => HoldOut::Tails(self.hold_out),
            },
            transpose: self.transpose.lowest..=self.transpose.highest,
            epochs: self.epochs,
            steps: self.steps,
            epoch_steps: self.epoch_steps,
            stop_at_loss: self.stop_at_loss,
            patience: self.patience,
            seed: Seed(self.seed),
        }
    }
}
