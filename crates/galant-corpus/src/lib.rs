//! Pieces of music from bytes, gathered into a corpus to train on.
//!
//! [`read_piece`] reads a MIDI, ABC or MusicXML file from its bytes, [`read_pieces`] all tunes of a book; [`bundled`] has pieces that need no file, and [`dice`] rolls
//! waltzes of Mozart's musical dice game.
//! A [`CorpusBuilder`] encodes pieces as tokens, one after the other, and numbers the tokens at the end.
//! A [`Survey`] reports what a corpus holds before anything is trained on it.
//! [`Findings`] describes it as a musician would, and [`PieceFacts`] a single piece.
//! A [`TokenList`] is the tokens of one piece, with a JSON form.
//! Nothing here opens a file.
//!
//! ```
//! use galant_corpus::{CorpusBuilder, ReadOptions, read_piece};
//! use galant_tokens::{GridTokenizer, Tokenizer};
//!
//! let bytes = b"X:1\nT:Scale\nM:4/4\nL:1/4\nK:C\nCDEF|GABc|\n";
//! let piece = read_piece("scale.abc", bytes, ReadOptions::default())?;
//! assert_eq!(piece.score.notes.len(), 8);
//!
//! let mut builder = CorpusBuilder::new(Tokenizer::Rhythm(GridTokenizer::default()));
//! builder.add(&piece);
//! let corpus = builder.build(0..=0)?;
//! assert_eq!((corpus.songs.len(), corpus.vocabulary.len()), (1, 8));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

pub mod bundled;
mod corpus;
pub mod dice;
mod facts;
mod findings;
mod fingerprint;
mod hash;
mod hold_out;
mod leaks;
mod likeness;
mod near_duplicates;
mod numbered_tokens;
mod part_tally;
mod piece;
mod pieces;
mod source;
mod survey;
mod token_list;
mod tune;
mod unseen;

pub use corpus::{BuildCorpusError, Corpus, CorpusBuilder, LeftOut, LeftOutReason, PieceInfo, Role};
pub use facts::{PartFacts, PieceFacts};
pub use findings::{Findings, PieceFound};
pub use fingerprint::Fingerprint;
pub use hold_out::{HeldOut, TailsReason};
pub use leaks::{Leak, LeakSource, Leaks, Relation};
pub use likeness::Likeness;
pub use near_duplicates::NearDuplicates;
pub use piece::{Piece, ReadOptions, ReadPieceError, Strictness, read_piece, style};
pub use pieces::{Pieces, read_pieces, read_tune};
pub use source::Source;
pub use survey::{Finding, Survey, SurveyRow, SurveyTotal};
pub use token_list::{ParseTokenListError, TokenList};
pub use tune::Tune;
pub use unseen::Share;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
