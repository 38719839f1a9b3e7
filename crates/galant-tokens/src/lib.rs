//! Scores to and from tokens, with the vocabulary that numbers them.
//!
//! A token is what a network reads and predicts, one at a time. There are four tokenizers, [`Tokenizer`]:
//! chord tokens are the lecture's, the pitches struck together, without their lengths and the time between them;
//! rhythm tokens are chords with their length and the time to the next onset;
//! note tokens write notes one by one, so that a few hundred different tokens are enough for any score;
//! voices say of each part at each step of a grid what it does, so that parts keep their notes and instruments.
//! Rules on what may be composed from such tokens, such as a key or a range, are in [`constraint`];
//! what a network is told beside the tokens, such as the place in the bar, is in [`stream`].
//!
//! ```
//! use galant_types::{Note, Playback, Score, TokenId};
//! use galant_tokens::{Grid, GridTokenizer, Tokenizer, Vocabulary};
//!
//! let note = |onset, length, pitch| Note { onset, length, pitch, velocity: 64, channel: 0, track: 0 };
//! let score = Score { notes: vec![note(0, 240, 60), note(0, 240, 64), note(240, 480, 62)], ..Score::new(480) };
//!
//! let tokenizer = Tokenizer::Rhythm(GridTokenizer { grid: Grid::new(12)?, top: None });
//! let tokens = tokenizer.encode(&score).tokens;
//! assert_eq!(tokens, [tokenizer.parse("60.64+6>6")?, tokenizer.parse("62+12>12")?]);
//!
//! let vocabulary = Vocabulary::new(tokenizer, [tokens.as_slice()], 0..=0)?;
//! assert_eq!(vocabulary.ids(&tokens).ids, [TokenId(0), TokenId(1)]);
//!
//! let back = tokenizer.decode(&tokens, &Playback::default())?;
//! assert_eq!(tokenizer.encode(&back).tokens, tokens);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod chords;
mod clock;
pub mod constraint;
mod cuts;
mod decode_error;
mod grid;
mod key;
mod notes;
mod playback;
mod rhythm;
pub mod stream;
mod text;
mod token;
mod tokenizer;
mod vocabulary;
mod voices;

pub use chords::{CHORD_TOKENS_PER_QUARTER, ChordRules, ChordTokenizer};
pub use clock::Clock;
pub use decode_error::DecodeError;
pub use grid::{Grid, GridError, GridTokenizer, Rounding};
pub use key::{estimate_key, estimate_tune_key};
pub use notes::NoteToken;
pub use playback::PlaybackTally;
pub use rhythm::RhythmToken;
pub use text::{ParseTokenError, parse_chord, parse_note, parse_rhythm, parse_voice};
pub use token::Token;
pub use tokenizer::{Encoded, Tokenizer};
pub use vocabulary::{TokenIds, Vocabulary, VocabularyError};
pub use voices::{VoiceToken, VoicesError, VoicesTokenizer, voice_parts};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
