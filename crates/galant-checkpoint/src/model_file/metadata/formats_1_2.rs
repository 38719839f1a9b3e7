//! Texts that earlier programs wrote, in which a token was a word and settings were pairs of strings.

use std::num::NonZeroUsize;

use galant_model::{HoldOut, Initialization, Inputs, ModelSpec, Objective, Optimizer, Schedule, TrainingSettings};
use galant_tokens::Tokenizer;
use galant_tokens::stream::StreamSet;
use galant_types::{EpochRecord, Playback, Seed};
use serde::Deserialize;

use super::header::{CellText, Metadata, PlaybackText, hash};
use super::tokenizer::{TokenizerParts, read_rules};
use crate::{CorpusEntry, DecodeModelError, Source};

pub(super) fn metadata(text: MetadataText) -> Result<Metadata, DecodeModelError> {
    let read_rules = read_rules(&text.words.reading)?;
    let tokenizer = text.words.tokenizer()?;
    let training = read_settings(&text.training, text.window)?;
    let dice_game = Source::DiceGame { with_repeats: training.with_repeats };
    Ok(Metadata {
        spec: text.network.spec(text.vocabulary.len()),
        read_rules,
        tokenizer,
        vocabulary: text.vocabulary,
        streams: StreamSet::default(),
        openings: Vec::new(),
        parts: Vec::new(),
        playback: text.words.performance.map_or_else(|| default_playback(tokenizer), PlaybackText::playback),
        corpus: text.corpus.into_iter().map(|entry| entry.entry(dice_game)).collect::<Result<_, _>>()?,
        settings: training.settings,
        engine: training.engine,
        epochs: text.training.epochs.into_iter().map(EpochText::record).collect(),
        kept_epoch: text.training.kept_epoch,
        unfinished_after: None,
        unigram_loss: None,
        tensors_sha256: None,
        program: text.program,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MetadataText {
    #[serde(rename = "format")]
    _format: u32,
    program: String,
    network: NetworkText,
    window: usize,
    words: WordsText,
    vocabulary: Vec<String>,
    corpus: Vec<CorpusText>,
    training: TrainingText,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NetworkText {
    cell: CellText,
    embedding: usize,
    hidden: usize,
    layers: usize,
    dropout: f32,
}

/// The tokenizer; grid and performance came with format 2.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordsText {
    kind: String,
    reading: String,
    top: Option<usize>,
    #[serde(default)]
    grid: Option<u16>,
    #[serde(default)]
    performance: Option<PlaybackText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CorpusText {
    name: String,
    sha256: String,
    n_words: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TrainingText {
    settings: Vec<(String, String)>,
    seed: u64,
    epochs: Vec<EpochText>,
    kept_epoch: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EpochText {
    epoch: u64,
    train_loss: f64,
    windowed_train_loss: f64,
    valid_loss: Option<f64>,
}

impl NetworkText {
    fn spec(self, vocab_size: usize) -> ModelSpec {
        ModelSpec {
            cell: self.cell.cell(),
            inputs: Inputs::tokens(vocab_size, self.embedding),
            hidden_size: self.hidden,
            n_layers: self.layers,
            dropout: self.dropout,
            residual: false,
        }
    }
}

impl WordsText {
    /// One name stood for the rules of MIDI files and of chords.
    fn tokenizer(&self) -> Result<Tokenizer, DecodeModelError> {
        let rules = (self.kind == "chords").then(|| self.reading.clone());
        let top = self.top.and_then(NonZeroUsize::new);
        TokenizerParts { rules, grid: self.grid, parts: None, top }.tokenizer(&self.kind)
    }
}

impl CorpusText {
    fn entry(self, dice_game: Source) -> Result<CorpusEntry, DecodeModelError> {
        let sha256 = hash(&self.name, &self.sha256)?;
        let source = if is_evening(&self.name) {
            dice_game
        } else if BUNDLED.contains(&self.name.as_str()) {
            Source::Bundled
        } else {
            Source::File
        };
        Ok(CorpusEntry { name: self.name, source, sha256, n_tokens: self.n_words })
    }
}

/// The names of the pieces that earlier programs brought along.
const BUNDLED: [&str; 10] = [
    "K. 2, minuet",
    "K. 331 I, theme",
    "K. 331 I, variation I",
    "K. 331 I, variation II",
    "K. 331 I, variation III",
    "K. 331 I, variation IV",
    "K. 331 I, variation V",
    "K. 331 I, variation VI",
    "K. 331 III, Rondo alla turca",
    "BWV 846, prelude",
];

/// Whether a piece was a chain of waltzes, which were called "evening 1", "evening 2" and so on.
fn is_evening(name: &str) -> bool {
    let number = name.strip_prefix("evening ").unwrap_or("");
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

impl EpochText {
    fn record(self) -> EpochRecord {
        let EpochText { epoch, train_loss, windowed_train_loss, valid_loss } = self;
        EpochRecord { epoch, train_loss, train_loss_without_dropout: windowed_train_loss, valid_loss }
    }
}

/// How the tokens of a file that says nothing about it are played.
fn default_playback(tokenizer: Tokenizer) -> Playback {
    let playback = tokenizer.default_playback();
    Playback {
        us_per_quarter: playback.us_per_quarter,
        beats: playback.beats,
        beat_log2: playback.beat_log2,
        program: playback.program,
        velocity: playback.velocity,
    }
}

/// What the pairs of strings say.
struct Training {
    settings: TrainingSettings,
    engine: Option<String>,
    /// Whether waltzes were played with their repeats.
    with_repeats: bool,
}

/// Reads the pairs of strings.
///
/// Settings that are not there are those of the lecture: the first programs drew weights as it does without saying so, and
/// files made by hand state no settings at all.
fn read_settings(text: &TrainingText, window: usize) -> Result<Training, DecodeModelError> {
    let lecture = TrainingSettings {
        objective: Objective::LastToken,
        optimizer: Optimizer::rms_prop(1e-3),
        schedule: Schedule::Constant,
        clip_norm: None,
        initialization: Initialization::Keras,
        window,
        batch_size: 64,
        hold_out: HoldOut::Tails(0.0),
        transpose: 0..=0,
        epochs: None,
        steps: None,
        epoch_steps: None,
        stop_at_loss: None,
        patience: None,
        seed: Seed(text.seed),
    };
    let mut training = Training { settings: lecture, engine: None, with_repeats: false };
    let mut learning_rate = training.settings.optimizer.learning_rate();
    for (name, value) in &text.settings {
        let unknown = || DecodeModelError::Setting { name: name.clone(), value: value.clone() };
        if name == "learning-rate" {
            learning_rate = value.parse().map_err(|_| unknown())?;
        } else {
            read_setting(&mut training, name, value).ok_or_else(unknown)?;
        }
    }
    training.settings.optimizer = match training.settings.optimizer {
        Optimizer::Adam(_) => Optimizer::adam(learning_rate),
        Optimizer::RmsProp(_) => Optimizer::rms_prop(learning_rate),
    };
    Ok(training)
}

/// Reads one pair of strings; none if the name or the value is unknown.
fn read_setting(training: &mut Training, name: &str, value: &str) -> Option<()> {
    let settings = &mut training.settings;
    match (name, value) {
        // Other parts of the file state these.
        ("kind" | "grid" | "rules" | "top" | "cell" | "embedding" | "hidden" | "layers" | "dropout", _) => {}
        ("window" | "seed", _) => {}
        ("objective", "every-word") => settings.objective = Objective::EveryToken,
        ("objective", "last-word") => settings.objective = Objective::LastToken,
        // The learning rate is read apart.
        ("optimizer", "adam") => settings.optimizer = Optimizer::adam(1.0),
        ("optimizer", "rmsprop") => settings.optimizer = Optimizer::rms_prop(1.0),
        ("clip-norm", "0") => settings.clip_norm = None,
        ("clip-norm", norm) => settings.clip_norm = Some(norm.parse().ok()?),
        ("initialization", "keras") => settings.initialization = Initialization::Keras,
        ("initialization", "normal-embedding") => settings.initialization = Initialization::NormalEmbedding,
        ("batch", size) => settings.batch_size = size.parse().ok()?,
        ("hold-out", share) => settings.hold_out = HoldOut::Tails(share.parse().ok()?),
        ("repeat", "yes") => training.with_repeats = true,
        ("transpose", range) => {
            let (lowest, highest) = range.split_once("..=")?;
            settings.transpose = lowest.parse().ok()?..=highest.parse().ok()?;
        }
        ("epochs", n) => settings.epochs = Some(n.parse().ok()?),
        ("stop-at-loss", loss) => settings.stop_at_loss = Some(loss.parse().ok()?),
        ("patience", n) => settings.patience = Some(n.parse().ok()?),
        ("engine", description) => training.engine = Some(description.to_owned()),
        _ => return None,
    }
    Some(())
}
