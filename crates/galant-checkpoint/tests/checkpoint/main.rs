//! What model files and snapshots keep, and what they refuse.

mod damage;
mod golden;
mod model_attacks;
mod model_file;
mod old_formats;
mod parts;
mod snapshot;
mod streams;
mod voices;
mod weight_types;

use galant_checkpoint::{CorpusEntry, ModelFile, Opening, Sha256Hash, Snapshot, Source, TrainingDescription};
use galant_midi::ReadRules;
use galant_model::{
    Cell, HoldOut, Initialization, Inputs, Loss, ModelSpec, Objective, Optimizer, Progress, Schedule, TrainingSettings,
    TrainingState, Weights,
};
use galant_tokens::stream::{Stream, StreamSet};
use galant_tokens::{Grid, GridTokenizer, Tokenizer, Vocabulary};
use galant_types::{EpochRecord, Meter, Playback, Seed, TokenId};

fn spec(cell: Cell) -> ModelSpec {
    ModelSpec { cell, inputs: Inputs::tokens(5, 3), hidden_size: 4, n_layers: 2, dropout: 0.3, residual: false }
}

fn weights(cell: Cell, seed: u64) -> Weights {
    Weights::initial(spec(cell), Initialization::Keras, Seed(seed)).unwrap()
}

/// The vocabulary of the tokens that `tokenizer` writes as `texts`.
fn vocabulary(tokenizer: Tokenizer, texts: &[&str]) -> Vocabulary {
    Vocabulary::from_tokens(texts.iter().map(|text| tokenizer.parse(text).unwrap()).collect()).unwrap()
}

/// A small model with a value in every field.
fn small_model(cell: Cell) -> ModelFile {
    let tokenizer =
        Tokenizer::Rhythm(GridTokenizer { grid: Grid::new(12).unwrap(), top: std::num::NonZeroUsize::new(2) });
    let entry = |name: &str, source, bytes: &[u8], n_tokens| CorpusEntry {
        name: name.to_owned(),
        source,
        sha256: Sha256Hash::of(bytes),
        n_tokens,
    };
    ModelFile {
        weights: weights(cell, 7),
        read_rules: ReadRules::Standard,
        tokenizer,
        vocabulary: vocabulary(tokenizer, &["33.45.61+3>3", "60+6>6", "60.64.67+12>0", ">6", "60+6>12"]),
        streams: StreamSet::default(),
        openings: vec![Opening { token: TokenId(1), meter: meter(3, 2), key: None, style: Some("minuets".to_owned()) }],
        parts: Vec::new(),
        playback: Playback { us_per_quarter: 666_667, beats: 3, beat_log2: 3, program: 6, velocity: 72 },
        corpus: vec![
            entry("first.mid", Source::File, b"abc", 3556),
            entry("K. 2, minuet", Source::Bundled, b"", 0),
            entry("evening 1", Source::DiceGame { with_repeats: true }, b"abc", 1),
        ],
        settings: TrainingSettings {
            objective: Objective::EveryToken,
            optimizer: Optimizer::adam(3e-3),
            schedule: Schedule::Cosine,
            clip_norm: Some(0.7),
            initialization: Initialization::NormalEmbedding,
            window: 128,
            batch_size: 64,
            hold_out: HoldOut::Pieces(0.1),
            transpose: -6..=5,
            epochs: Some(12),
            steps: Some(5000),
            epoch_steps: Some(50),
            stop_at_loss: Some(0.25),
            patience: Some(10),
            seed: Seed(u64::MAX),
        },
        engine: Some("torch on cpu".into()),
        epochs: vec![record(1, Some(4.75)), record(2, None)],
        kept_epoch: 1,
        unfinished_after: Some(1234),
        unigram_loss: Some(5.5),
        program: "galant 0.1.0".into(),
    }
}

fn meter(numerator: u8, denominator_log2: u8) -> Meter {
    Meter { tick: 0, numerator, denominator_log2 }
}

fn record(epoch: u64, valid_loss: Option<f64>) -> EpochRecord {
    EpochRecord { epoch, train_loss: 5.0 / epoch as f64, train_loss_without_dropout: 0.1 + 0.2, valid_loss }
}

/// What the small model was trained on, and how, with a value in every field.
fn small_description(cell: Cell) -> TrainingDescription {
    let ModelFile { read_rules, tokenizer, settings, corpus, .. } = small_model(cell);
    let sources = vec!["mozart".into(), "/music/first.mid".into()];
    let streams = vec![Stream::Position, Stream::Key];
    let validation = vec![corpus[1].clone()];
    TrainingDescription { read_rules, tokenizer, settings, streams, corpus, validation, sources }
}

/// A small snapshot with a value in every field.
fn small_snapshot(cell: Cell) -> Snapshot {
    let n = spec(cell).n_parameters();
    Snapshot {
        state: TrainingState {
            weights: weights(cell, 1),
            n_updates: 99,
            reduction_plan: Some(2),
            first_moment: (0..n).map(|i| i as f32 - 7.5).collect(),
            second_moment: (0..n).map(|i| i as f32 * 1e-30).collect(),
        },
        progress: Progress {
            records: vec![record(1, Some(2.5)), record(2, None)],
            n_steps: 99,
            round: 3,
            step_in_round: 12,
            step_in_epoch: 17,
            epoch_loss: Loss { nats: 123.456, n_tokens: 640 },
            epoch_tokens: 641,
            best: Some(weights(cell, 2)),
        },
        description: small_description(cell),
    }
}
