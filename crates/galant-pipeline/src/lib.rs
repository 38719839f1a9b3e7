//! The two ways through Galant: from music to a model file, and from a model file to music.
//!
//! [`Training`] takes a corpus and [`Settings`] to a [`ModelFile`](galant_checkpoint::ModelFile).
//! [`LoadedModel`] takes a model file and a [`ComposeRequest`] to a [`ComposedPiece`], whose MIDI file carries a
//! [`Record`] of what made it.
//! Both report by events and return values; nothing here opens a file, prints or reads a clock, so that a program and a
//! page in a browser can both use it.
//!
//! ```
//! use std::ops::ControlFlow;
//!
//! use galant_corpus::{CorpusBuilder, bundled};
//! use galant_pipeline::{ComposeRequest, LoadedModel, Preset, Settings, Training};
//!
//! // Small and short, for the sake of the example.
//! let mut settings = Preset::Default.settings();
//! settings.network.hidden_size = 16;
//! settings.network.n_layers = 1;
//! settings.training.epochs = Some(1);
//!
//! let mut builder = CorpusBuilder::new(settings.tokenizer);
//! for piece in bundled::collection("bach").into_iter().flatten() {
//!     builder.add(&piece.read()?);
//! }
//! let corpus = builder.build(settings.training.transpose.clone())?;
//! let training = Training::new(corpus, settings)?;
//! let mut engine = training.engine(1)?;
//! let outcome = training.run(&mut engine, Default::default(), &mut |_, _, _| ControlFlow::Continue(()))?;
//!
//! let model = LoadedModel::new(training.model_file(&outcome, None))?;
//! let piece = model.compose(&model.complete(&ComposeRequest::default())?)?;
//! let midi: Vec<u8> = model.midi(&piece)?;
//! assert!(midi.starts_with(b"MThd"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod avoid;
mod baseline;
mod beginning;
mod best_of;
mod budget;
mod compose;
mod composition;
mod constraints;
mod defaults;
mod ending;
mod form;
mod harmonize;
mod harmonize_settings;
mod harmony_score;
mod length;
mod make_plan;
mod model;
mod network;
mod part_names;
mod piece_settings;
mod place;
mod plan;
mod prepare_error;
mod primer;
mod record;
mod request;
mod request_error;
mod resume;
mod seeds;
mod settings;
mod settings_rows;
mod streams;
mod training;
mod tune;
mod vocabulary_share;
mod watch;

pub use avoid::Avoidance;
pub use baseline::Baseline;
pub use best_of::{Rank, compose_all, compose_all_avoiding};
pub use budget::Speed;
pub use compose::{ComposePieceError, ComposedPiece, MidiError};
pub use composition::Composition;
pub use harmonize::{Harmonization, HarmonizeError, Harmonized};
pub use harmonize_settings::HarmonizeSettings;
pub use length::Length;
pub use make_plan::{Choice, MakePlan, MakeRequest};
pub use model::LoadedModel;
pub use network::Network;
pub use part_names::PartNamesError;
pub use piece_settings::{
    Avoided, ConstraintSettings, EndingSettings, Method, PiecePlan, PieceSettings, PrimerSettings,
};
pub use prepare_error::PrepareError;
pub use primer::{Excerpt, ExcerptError, UnknownToken, excerpt, parse_tokens};
pub use record::{HarmonyRecord, ParseRecordError, Record};
pub use request::{ComposeRequest, End, Form};
pub use request_error::{MAX_STEPS, RequestError};
pub use resume::ResumeError;
pub use seeds::Seeds;
pub use settings::{Preset, Settings};
pub use settings_rows::OtherSetting;
pub use training::Training;
pub use tune::{Tune, TuneError, TuneRequest};
pub use vocabulary_share::{RARE, VocabularyShare};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
