//! Scores to and from tokens, with the vocabulary that numbers them.
//!
//! A token is what a network reads and writes one of at a time. There are three kinds, [`Tokenizer`]:
//! chord tokens are the lecture's, the pitches struck together, whatever their lengths and the time between them;
//! rhythm tokens are chords with their length and the time to the next onset;
//! note tokens spell notes one by one, so that a few hundred of them can tell any score.
//!
//! ```
//! use galant_types::{Note, Score, TokenId};
//! use galant_tokens::{Grid, GridTokenizer, Playback, Vocabulary, Tokenizer};
//!
//! let note = |onset, length, pitch| Note { onset, length, pitch, velocity: 64, channel: 0, track: 0 };
//! let score = Score { notes: vec![note(0, 240, 60), note(0, 240, 64), note(240, 480, 62)], ..Score::new(480) };
//!
//! let tokenizer = Tokenizer::Rhythm(GridTokenizer { grid: Grid::new(12)?, top: 0 });
//! let tokens = tokenizer.encode(&score).tokens;
//! assert_eq!(tokens, [tokenizer.parse("60.64+6>6")?, tokenizer.parse("62+12>12")?]);
//!
//! let vocabulary = Vocabulary::new(tokenizer, [tokens.as_slice()], 0..=0)?;
//! assert_eq!(vocabulary.id(&tokens[1]), Some(TokenId(1)));
//!
//! let back = tokenizer.decode(&tokens, &Playback::default())?;
//! assert_eq!(tokenizer.encode(&back).tokens, tokens);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod chords;
mod grammar;
mod grid;
mod notes;
mod playback;
mod rendition;
mod rhythm;
mod text;
mod token;
mod vocabulary;

pub use chords::{ChordRules, ChordTokenizer};
pub use grammar::Grammar;
pub use grid::{Grid, GridError, GridTokenizer, Rounding};
pub use notes::{NoteToken, TokenOrderError};
pub use playback::{Playback, PlaybackError, PlaybackTally};
pub use rendition::{Rendition, score_from_chords};
pub use rhythm::RhythmToken;
pub use text::{ParseTokenError, parse_chord, parse_note, parse_rhythm};
pub use token::{DecodeTokensError, Encoded, Token, Tokenizer};
pub use vocabulary::{MAX_TOKENS, Vocabulary, VocabularyError};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
