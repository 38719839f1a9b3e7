//! What model files and snapshots keep, and what they refuse.

mod damage;
mod golden;
mod model_attacks;
mod model_file;
mod snapshot;

use galant_checkpoint::{
    CorpusEntry, EpochLosses, ModelFile, PlaybackSettings, Snapshot, TokenSettings, TrainingSummary,
};
use galant_model::{Cell, EpochRecord, Loss, ModelSpec, Progress, TrainingState, Weights};
use galant_types::Seed;

fn spec(cell: Cell) -> ModelSpec {
    ModelSpec { cell, vocab_size: 5, embedding_size: 3, hidden_size: 4, n_layers: 2, dropout: 0.3 }
}

/// A small model with something in every field.
fn small_model(cell: Cell) -> ModelFile {
    let losses = |epoch: u64, valid_loss| EpochLosses {
        epoch,
        train_loss: 5.0 / epoch as f64,
        windowed_train_loss: 0.1 + 0.2,
        valid_loss,
    };
    ModelFile {
        weights: Weights::initial(spec(cell), Seed(7)).unwrap(),
        tokens: TokenSettings {
            kind: "rhythm".into(),
            reading: "standard".into(),
            top: Some(2),
            grid: Some(12),
            playback: Some(PlaybackSettings {
                us_per_quarter: 666_667,
                beats: 3,
                beat_log2: 3,
                program: 6,
                velocity: 72,
            }),
        },
        vocabulary: ["33.45.61", "60", "60.64.67", "Ω \"quoted\"\n", ""].map(String::from).to_vec(),
        corpus: vec![CorpusEntry::of("first.mid", b"abc", 3556), CorpusEntry::of("second.mid", b"", 0)],
        training: TrainingSummary {
            settings: vec![("optimizer".into(), "adam".into()), ("batch".into(), "64".into())],
            seed: Seed(u64::MAX),
            epochs: vec![losses(1, Some(4.75)), losses(2, None)],
            kept_epoch: 1,
        },
        window: 128,
        program: "galant 0.1.0".into(),
    }
}

/// A small snapshot with something in every field.
fn small_snapshot(cell: Cell) -> Snapshot {
    let n = spec(cell).n_parameters();
    let record = |epoch: u64, valid_loss| EpochRecord {
        epoch,
        seconds: 1.5 * epoch as f64,
        tokens_per_second: 1e5,
        train_loss: 2.0,
        windowed_train_loss: 1.75,
        valid_loss,
    };
    Snapshot {
        state: TrainingState {
            weights: Weights::initial(spec(cell), Seed(1)).unwrap(),
            n_updates: 99,
            first_moment: (0..n).map(|i| i as f32 - 7.5).collect(),
            second_moment: (0..n).map(|i| i as f32 * 1e-30).collect(),
        },
        progress: Progress {
            records: vec![record(1, Some(2.5)), record(2, None)],
            step_in_epoch: 17,
            epoch_loss: Loss { nats: 123.456, n_tokens: 640 },
            epoch_tokens: 641,
            epoch_seconds: 0.25,
            best: Some(Weights::initial(spec(cell), Seed(2)).unwrap()),
        },
        settings: "epochs = 200\nbatch = 64\n".into(),
        seed: Seed(0xfeed_beef_dead_cafe),
    }
}
