//! Model files, with snapshots to resume training from.
//!
//! A [`ModelFile`] is everything that composing needs, as one safetensors file that PyTorch reads as it is.
//! A [`Snapshot`] is everything that training needs to continue as if it had never stopped.
//! Both are encoded to bytes and decoded from bytes; opening files is left to the caller.
//!
//! ```
//! use galant_checkpoint::{CorpusEntry, ModelFile, Sha256Hash, Source, decode_model, encode_model};
//! use galant_midi::ReadRules;
//! use galant_model::{Cell, HoldOut, Initialization, Inputs, ModelSpec, Objective, Optimizer, Schedule, TrainingSettings, Weights};
//! use galant_tokens::stream::StreamSet;
//! use galant_tokens::{ChordTokenizer, Tokenizer, Vocabulary};
//! use galant_types::{Playback, Seed};
//!
//! let tokenizer = Tokenizer::Chords(ChordTokenizer::default());
//! let tokens = ["60", "60.64", "62"].map(|text| tokenizer.parse(text));
//! let spec = ModelSpec { cell: Cell::Lstm, inputs: Inputs::tokens(3, 4), hidden_size: 8, n_layers: 2, dropout: 0.3, residual: false };
//! let file = ModelFile {
//!     weights: Weights::initial(spec, Initialization::Keras, Seed(1))?,
//!     read_rules: ReadRules::Standard,
//!     tokenizer,
//!     vocabulary: Vocabulary::from_tokens(tokens.into_iter().collect::<Result<_, _>>()?)?,
//!     streams: StreamSet::default(),
//!     openings: Vec::new(),
//!     parts: Vec::new(),
//!     playback: Playback::default(),
//!     corpus: vec![CorpusEntry {
//!         name: "minuet.mid".into(),
//!         source: Source::File,
//!         sha256: Sha256Hash::of(b"the bytes of the MIDI file"),
//!         n_tokens: 831,
//!     }],
//!     settings: TrainingSettings {
//!         objective: Objective::LastToken,
//!         optimizer: Optimizer::rms_prop(1e-3),
//!         schedule: Schedule::Constant,
//!         clip_norm: None,
//!         initialization: Initialization::Keras,
//!         window: 128,
//!         batch_size: 64,
//!         hold_out: HoldOut::Tails(0.0),
//!         transpose: 0..=0,
//!         epochs: Some(200),
//!         steps: None,
//!         epoch_steps: None,
//!         stop_at_loss: None,
//!         patience: None,
//!         seed: Seed(1),
//!     },
//!     engine: None,
//!     epochs: vec![],
//!     kept_epoch: 0,
//!     unfinished_after: None,
//!     unigram_loss: None,
//!     program: "galant 0.1.0".into(),
//! };
//! let bytes = encode_model(&file)?;
//! assert_eq!(decode_model(&bytes)?, file);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod floats;
mod magic;
mod model_file;
mod sha256;
mod snapshot;

pub use model_file::{
    CorpusEntry, DecodeModelError, EncodeModelError, MAX_MODEL_BYTES, MAX_MODEL_HEADER_BYTES, MAX_OPENINGS,
    MAX_PART_NAME_BYTES, ModelFile, ModelFileError, Opening, Source, TrainingDescription, VoicePart, WeightType,
    decode_model, encode_model, encode_model_as,
};
pub use sha256::{ParseSha256Error, Sha256Hash};
pub use snapshot::{
    DecodeSnapshotError, EncodeSnapshotError, MAX_SNAPSHOT_BYTES, MAX_SNAPSHOT_EPOCHS, MAX_SNAPSHOT_SETTINGS_BYTES,
    Snapshot, SnapshotError, decode_snapshot, encode_snapshot,
};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
