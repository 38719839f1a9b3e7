//! Model files, with snapshots to resume training from.
//!
//! A [`ModelFile`] is everything generation needs, as one safetensors file that PyTorch reads as it is.
//! A [`Snapshot`] is everything training needs to go on as if it had never stopped.
//! Both go to bytes and come from bytes; opening files is left to the caller.
//!
//! ```
//! use galant_checkpoint::{CorpusEntry, ModelFile, TrainingSummary, TokenSettings, decode_model, encode_model};
//! use galant_model::{Cell, ModelSpec, Weights};
//! use galant_types::Seed;
//!
//! let spec = ModelSpec { cell: Cell::Lstm, vocab_size: 3, embedding_size: 4, hidden_size: 8, n_layers: 2, dropout: 0.3 };
//! let file = ModelFile {
//!     weights: Weights::initial(spec, Seed(1))?,
//!     tokens: TokenSettings { kind: "chords".into(), reading: "standard".into(), top: Some(2), grid: None, playback: None },
//!     vocabulary: vec!["60".into(), "60.64".into(), "62".into()],
//!     corpus: vec![CorpusEntry::of("minuet.mid", b"the bytes of the MIDI file", 831)],
//!     training: TrainingSummary { settings: vec![], seed: Seed(1), epochs: vec![], kept_epoch: 0 },
//!     window: 128,
//!     program: "galant 0.1.0".into(),
//! };
//! let bytes = encode_model(&file)?;
//! assert_eq!(decode_model(&bytes)?, file);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod floats;
mod model_file;
mod snapshot;

pub use model_file::{
    CorpusEntry, DecodeModelError, EncodeModelError, EpochLosses, MAX_MODEL_BYTES, MAX_MODEL_HEADER_BYTES, ModelFile,
    ModelFileError, PlaybackSettings, TokenSettings, TrainingSummary, decode_model, encode_model,
};
pub use snapshot::{
    DecodeSnapshotError, EncodeSnapshotError, MAX_SNAPSHOT_BYTES, MAX_SNAPSHOT_EPOCHS, MAX_SNAPSHOT_SETTINGS_BYTES,
    Snapshot, SnapshotError, decode_snapshot, encode_snapshot,
};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
