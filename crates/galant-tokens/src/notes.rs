//! Note tokens: an alphabet that can spell every chord and rhythm.

use std::fmt;
use std::num::NonZeroU16;

use galant_types::Score;
use thiserror::Error;

use crate::grid::GridNote;
use crate::{GridTokenizer, Playback, Rounding};

/// A letter of the alphabet that spells notes one by one.
///
/// A note is its pitch and its length, `60 +6`; notes that begin together stand in order of pitch, each pitch once; time
/// passes between onsets, `>6`. What is longer than a token may tell takes several, the longest first: `>48 >12`.
/// So every score has one spelling; [`Grammar`](crate::Grammar) knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoteToken {
    /// Time passes, in steps of a grid: `>6`.
    Time(NonZeroU16),
    /// A key is struck: `60`.
    Pitch(u8),
    /// The key struck last sounds so many steps, or so many more: `+6`.
    Length(NonZeroU16),
}

impl fmt::Display for NoteToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoteToken::Time(steps) => write!(f, ">{steps}"),
            NoteToken::Pitch(pitch) => write!(f, "{pitch}"),
            NoteToken::Length(steps) => write!(f, "+{steps}"),
        }
    }
}

impl GridTokenizer {
    /// The note tokens of `score`, and what became of its notes.
    pub fn note_tokens(self, score: &Score) -> (Vec<NoteToken>, Rounding) {
        let (notes, rounding) = self.notes(score);
        let mut tokens = Vec::with_capacity(3 * notes.len());
        let mut now = 0;
        for note in notes {
            self.chain(&mut tokens, note.onset - now, NoteToken::Time);
            tokens.push(NoteToken::Pitch(note.pitch));
            self.chain(&mut tokens, note.length, NoteToken::Length);
            now = note.onset;
        }
        (tokens, rounding)
    }

    /// As few tokens as make `steps`, the longest first.
    fn chain(self, tokens: &mut Vec<NoteToken>, mut steps: u64, token: impl Fn(NonZeroU16) -> NoteToken) {
        let most = u64::from(self.grid.steps_per_token());
        while let Some(part) = NonZeroU16::new(steps.min(most) as u16) {
            tokens.push(token(part));
            steps -= u64::from(part.get());
        }
    }

    /// The score that note tokens spell, as `playback` has it.
    ///
    /// It reads any row in which each pitch has a length; as for rhythm tokens a key sounds once at a time.
    ///
    /// # Errors
    ///
    /// If a pitch has no length, or a length no pitch.
    pub fn score_from_notes<'a>(
        self,
        tokens: impl IntoIterator<Item = &'a NoteToken>,
        playback: &Playback,
    ) -> Result<Score, TokenOrderError> {
        let (mut notes, mut now) = (Vec::<GridNote>::new(), 0);
        let mut before = None;
        let mut n_tokens = 0;
        for (place, token) in tokens.into_iter().enumerate() {
            let no_length = matches!(before, Some(NoteToken::Pitch(_))) && !matches!(token, NoteToken::Length(_));
            if no_length {
                return Err(TokenOrderError::NoLength { place: place - 1 });
            }
            match (token, before) {
                (NoteToken::Time(steps), _) => now += u64::from(steps.get()),
                (NoteToken::Pitch(pitch), _) => notes.push(GridNote { onset: now, pitch: *pitch, length: 0 }),
                (NoteToken::Length(steps), Some(NoteToken::Pitch(_) | NoteToken::Length(_))) => {
                    let last = notes.last_mut().expect("a length follows a pitch");
                    last.length += u64::from(steps.get());
                }
                (NoteToken::Length(_), _) => return Err(TokenOrderError::NoPitch { place }),
            }
            before = Some(*token);
            n_tokens = place + 1;
        }
        match before {
            Some(NoteToken::Pitch(_)) => Err(TokenOrderError::NoLength { place: n_tokens - 1 }),
            _ => Ok(playback.score(notes, self.grid)),
        }
    }
}

/// Why note tokens spell no score.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TokenOrderError {
    /// A pitch is followed by something else than its length.
    #[error("token {place} is a pitch without a length after it; write 60 +6")]
    NoLength {
        /// Where the pitch stands, from 0.
        place: usize,
    },
    /// A length does not follow a pitch.
    #[error("token {place} is a length without a pitch before it; write 60 +6")]
    NoPitch {
        /// Where the length stands, from 0.
        place: usize,
    },
}
