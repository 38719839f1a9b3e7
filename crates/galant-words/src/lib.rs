//! Scores to and from words, with the vocabulary that numbers them.
//!
//! A word is what a network reads and writes one of at a time.
//! Chord words are the lecture's: the pitches struck together, whatever their lengths and the time between them.
//!
//! ```
//! use galant_types::{Note, Score, TokenId};
//! use galant_words::{ChordRules, ChordWords, Rendition, Vocabulary, parse_chord, score_from_chords};
//!
//! let note = |onset, pitch| Note { onset, length: 480, pitch, velocity: 64, channel: 0, track: 0 };
//! let score = Score { notes: vec![note(0, 60), note(0, 64), note(480, 62)], ..Score::new(480) };
//! let words = ChordWords { rules: ChordRules::Standard, top: 0 };
//! let chords = words.chords(&score);
//! assert_eq!(chords, [parse_chord("60.64")?, parse_chord("62")?]);
//!
//! let vocabulary = Vocabulary::new([chords.as_slice()])?;
//! assert_eq!(vocabulary.token(&chords[1]), Some(TokenId(1)));
//!
//! let back = score_from_chords(&chords, Rendition::default());
//! assert_eq!(words.chords(&back), chords);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod chords;
mod rendition;
mod text;
mod vocabulary;

pub use chords::{ChordRules, ChordWords};
pub use rendition::{Rendition, score_from_chords};
pub use text::{ParseWordError, parse_chord};
pub use vocabulary::{MAX_WORDS, Vocabulary, VocabularyError};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
