//! Measures how well a network predicts music and what becomes of the music it composes.
//!
//! [`Likelihood`] is what tokens cost a model, in nats per token, per note and per quarter note; [`note_surprise`] divides
//! that among the notes of a score.
//! [`Collapse`] counts composed pieces that got stuck, [`Failures`] those that failed as music, and [`dice`] judges a network by the waltzes of Mozart's dice
//! game, of which everything is known exactly.
//! [`PieceReading`] has a model read a piece, its tokens and the streams beside them, [`LayerStates`] records a layer meanwhile, and [`GradientProbe`] measures how
//! far gradients reach back.
//! [`originality`] finds what a piece has from a corpus.
//! [`model_summary`] says what a model file holds, and [`report_page`] puts all that a training came to on one page of HTML.
//! Nothing here opens a file or prints.
//!
//! ```
//! use galant_evaluate::{Likelihood, PieceTokens};
//! use galant_model::{Cell, Initialization, Inputs, ModelSpec, Reference, Weights};
//! use galant_tokens::{GridTokenizer, Tokenizer, Vocabulary};
//! use galant_types::Seed;
//!
//! let tokenizer = Tokenizer::Rhythm(GridTokenizer::default());
//! let tokens = ["60+6>6", "64+6>6", "67+12>12", "60+6>6"].map(|text| tokenizer.parse(text)).into_iter().collect::<Result<Vec<_>, _>>()?;
//! let vocabulary = Vocabulary::new(tokenizer, [tokens.as_slice()], 0..=0)?;
//!
//! // An untrained network guesses: about ln 3 nats for one of three tokens.
//! let spec = ModelSpec { cell: Cell::Lstm, inputs: Inputs::tokens(3, 4), hidden_size: 8, n_layers: 1, dropout: 0.0, residual: false };
//! let model = Reference::new(&Weights::initial(spec, Initialization::NormalEmbedding, Seed(1))?);
//! let piece = PieceTokens::new(tokenizer, &vocabulary, tokens);
//! let likelihood = Likelihood::measure(&model, &piece, 0)?;
//! assert!((likelihood.nats_per_token().unwrap() - 3.0_f64.ln()).abs() < 0.5);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod collapse;
mod counting;
pub mod dice;
mod embedding;
mod failures;
mod gradients;
mod layer_states;
mod likelihood;
mod likelihood_table;
mod next_token;
mod note_surprise;
pub mod originality;
mod piece;
mod piece_tokens;
mod reading;
mod report;
mod summary;

pub use collapse::Collapse;
pub use counting::{Counting, CountingLikelihood};
pub use embedding::EmbeddingPlane;
pub use failures::Failures;
pub use gradients::{GradientComparison, GradientError, GradientNorm, GradientProbe};
pub use layer_states::{LayerStates, LayerStatesError, StateRecord};
pub use likelihood::Likelihood;
pub use likelihood_table::LikelihoodTable;
pub use next_token::NextToken;
pub use note_surprise::{SurprisingScore, note_surprise};
pub use piece::{PieceReading, Predictions, SurpriseError};
pub use piece_tokens::PieceTokens;
pub use reading::{ReadError, read_tokens, surprises};
pub use report::{
    ComparedWith, CountingLosses, EpochTime, ReportCorpus, ReportCorpusPiece, ReportInput, ReportPiece, report_page,
};
pub use summary::model_summary;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
