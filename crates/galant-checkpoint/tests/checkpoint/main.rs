//! What model files and snapshots keep, and what they refuse.

mod damage;
mod golden;
mod model_attacks;
mod model_file;
mod old_formats;
mod parts;
mod snapshot;

use galant_checkpoint::{CorpusEntry, ModelFile, Sha256Hash, Snapshot, Source};
use galant_midi::ReadRules;
use galant_model::{
    Cell, HoldOut, Initialization, Loss, ModelSpec, Objective, Optimizer, Progress, TrainingSettings, TrainingState,
    Weights,
};
use galant_tokens::{Grid, GridTokenizer, Tokenizer, Vocabulary};
use galant_types::{EpochRecord, Playback, Seed};

fn spec(cell: Cell) -> ModelSpec {
    ModelSpec { cell, vocab_size: 5, embedding_size: 3, hidden_size: 4, n_layers: 2, dropout: 0.3, residual: false }
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
        playback: Playback { us_per_quarter: 666_667, beats: 3, beat_log2: 3, program: 6, velocity: 72 },
        corpus: vec![
            entry("first.mid", Source::File, b"abc", 3556),
            entry("K. 2, minuet", Source::Bundled, b"", 0),
            entry("evening 1", Source::DiceGame { with_repeats: true }, b"abc", 1),
        ],
        settings: TrainingSettings {
            objective: Objective::EveryToken,
            optimizer: Optimizer::adam(3e-3),
            clip_norm: Some(0.7),
            initialization: Initialization::NormalEmbedding,
            window: 128,
            batch_size: 64,
            hold_out: HoldOut::Pieces(0.1),
            transpose: -6..=5,
            epochs: Some(12),
            stop_at_loss: Some(0.25),
            patience: Some(10),
            seed: Seed(u64::MAX),
        },
        engine: Some("torch on cpu".into()),
        epochs: vec![record(1, Some(4.75)), record(2, None)],
        kept_epoch: 1,
        program: "galant 0.1.0".into(),
    }
}

fn record(epoch: u64, valid_loss: Option<f64>) -> EpochRecord {
    EpochRecord { epoch, train_loss: 5.0 / epoch as f64, train_loss_without_dropout: 0.1 + 0.2, valid_loss }
}

/// A small snapshot with a value in every field.
fn small_snapshot(cell: Cell) -> Snapshot {
    let n = spec(cell).n_parameters();
    Snapshot {
        state: TrainingState {
            weights: weights(cell, 1),
            n_updates: 99,
            first_moment: (0..n).map(|i| i as f32 - 7.5).collect(),
            second_moment: (0..n).map(|i| i as f32 * 1e-30).collect(),
        },
        progress: Progress {
            records: vec![record(1, Some(2.5)), record(2, None)],
            step_in_epoch: 17,
            epoch_loss: Loss { nats: 123.456, n_tokens: 640 },
            epoch_tokens: 641,
            best: Some(weights(cell, 2)),
        },
        settings: "epochs = 200\nbatch = 64\n".into(),
        seed: Seed(0xfeed_beef_dead_cafe),
    }
}
