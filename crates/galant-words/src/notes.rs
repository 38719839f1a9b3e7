//! Note words: an alphabet that can spell every chord and rhythm.

use std::fmt;
use std::num::NonZeroU16;

use galant_types::Score;
use thiserror::Error;

use crate::grid::GridNote;
use crate::{GridWords, Performance, Rounding};

/// A letter of the alphabet that spells notes one by one.
///
/// A note is its pitch and its length, `60 +6`; notes that begin together stand in order of pitch, each pitch once; time
/// passes between onsets, `>6`. What is longer than a word may tell takes several, the longest first: `>48 >12`.
/// So every score has one spelling; [`Grammar`](crate::Grammar) knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoteWord {
    /// Time passes, in steps of a grid: `>6`.
    Time(NonZeroU16),
    /// A key is struck: `60`.
    Pitch(u8),
    /// The key struck last sounds so many steps, or so many more: `+6`.
    Length(NonZeroU16),
}

impl fmt::Display for NoteWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoteWord::Time(steps) => write!(f, ">{steps}"),
            NoteWord::Pitch(pitch) => write!(f, "{pitch}"),
            NoteWord::Length(steps) => write!(f, "+{steps}"),
        }
    }
}

impl GridWords {
    /// The note words of `score`, and what became of its notes.
    pub fn note_words(self, score: &Score) -> (Vec<NoteWord>, Rounding) {
        let (notes, rounding) = self.notes(score);
        let mut words = Vec::with_capacity(3 * notes.len());
        let mut now = 0;
        for note in notes {
            self.chain(&mut words, note.onset - now, NoteWord::Time);
            words.push(NoteWord::Pitch(note.pitch));
            self.chain(&mut words, note.length, NoteWord::Length);
            now = note.onset;
        }
        (words, rounding)
    }

    /// As few words as make `steps`, the longest first.
    fn chain(self, words: &mut Vec<NoteWord>, mut steps: u64, word: impl Fn(NonZeroU16) -> NoteWord) {
        let most = u64::from(self.grid.steps_per_word());
        while let Some(part) = NonZeroU16::new(steps.min(most) as u16) {
            words.push(word(part));
            steps -= u64::from(part.get());
        }
    }

    /// The score that note words spell, as `performance` has it.
    ///
    /// It reads any row in which each pitch has a length; as for rhythm words a key sounds once at a time.
    ///
    /// # Errors
    ///
    /// If a pitch has no length, or a length no pitch.
    pub fn score_from_notes<'a>(
        self,
        words: impl IntoIterator<Item = &'a NoteWord>,
        performance: &Performance,
    ) -> Result<Score, SpellingError> {
        let (mut notes, mut now) = (Vec::<GridNote>::new(), 0);
        let mut before = None;
        let mut n_words = 0;
        for (place, word) in words.into_iter().enumerate() {
            let no_length = matches!(before, Some(NoteWord::Pitch(_))) && !matches!(word, NoteWord::Length(_));
            if no_length {
                return Err(SpellingError::NoLength { place: place - 1 });
            }
            match (word, before) {
                (NoteWord::Time(steps), _) => now += u64::from(steps.get()),
                (NoteWord::Pitch(pitch), _) => notes.push(GridNote { onset: now, pitch: *pitch, length: 0 }),
                (NoteWord::Length(steps), Some(NoteWord::Pitch(_) | NoteWord::Length(_))) => {
                    let last = notes.last_mut().expect("a length follows a pitch");
                    last.length += u64::from(steps.get());
                }
                (NoteWord::Length(_), _) => return Err(SpellingError::NoPitch { place }),
            }
            before = Some(*word);
            n_words = place + 1;
        }
        match before {
            Some(NoteWord::Pitch(_)) => Err(SpellingError::NoLength { place: n_words - 1 }),
            _ => Ok(performance.score(notes, self.grid)),
        }
    }
}

/// Why note words spell no score.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SpellingError {
    /// A pitch is followed by something else than its length.
    #[error("word {place} is a pitch without a length after it; write 60 +6")]
    NoLength {
        /// Where the pitch stands, from 0.
        place: usize,
    },
    /// A length does not follow a pitch.
    #[error("word {place} is a length without a pitch before it; write 60 +6")]
    NoPitch {
        /// Where the length stands, from 0.
        place: usize,
    },
}
