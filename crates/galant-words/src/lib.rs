//! Scores to and from words, with the vocabulary that numbers them.
//!
//! A word is what a network reads and writes one of at a time. There are three kinds, [`WordKind`]:
//! chord words are the lecture's, the pitches struck together, whatever their lengths and the time between them;
//! rhythm words are chords with their length and the time to the next onset;
//! note words spell notes one by one, so that a few hundred of them can tell any score.
//!
//! ```
//! use galant_types::{Note, Score, TokenId};
//! use galant_words::{Grid, GridWords, Performance, Vocabulary, WordKind};
//!
//! let note = |onset, length, pitch| Note { onset, length, pitch, velocity: 64, channel: 0, track: 0 };
//! let score = Score { notes: vec![note(0, 240, 60), note(0, 240, 64), note(240, 480, 62)], ..Score::new(480) };
//!
//! let kind = WordKind::Rhythm(GridWords { grid: Grid::new(12)?, top: 0 });
//! let words = kind.spell(&score).words;
//! assert_eq!(words, [kind.parse("60.64+6>6")?, kind.parse("62+12>12")?]);
//!
//! let vocabulary = Vocabulary::new(kind, [words.as_slice()], 0..=0)?;
//! assert_eq!(vocabulary.token(&words[1]), Some(TokenId(1)));
//!
//! let back = kind.score(&words, &Performance::default())?;
//! assert_eq!(kind.spell(&back).words, words);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod chords;
mod grammar;
mod grid;
mod notes;
mod performance;
mod rendition;
mod rhythm;
mod text;
mod vocabulary;
mod word;

pub use chords::{ChordRules, ChordWords};
pub use grammar::Grammar;
pub use grid::{Grid, GridError, GridWords, Rounding};
pub use notes::{NoteWord, SpellingError};
pub use performance::{Performance, PerformanceError, PerformanceTally};
pub use rendition::{Rendition, score_from_chords};
pub use rhythm::RhythmWord;
pub use text::{ParseWordError, parse_chord, parse_note, parse_rhythm};
pub use vocabulary::{MAX_WORDS, Vocabulary, VocabularyError};
pub use word::{Spelled, TellError, Word, WordKind};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
