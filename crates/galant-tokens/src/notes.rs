//! Note tokens: times, pitches and lengths, with which every chord and rhythm can be written.

use std::fmt;
use std::num::NonZeroU16;

use galant_types::{Playback, Score};

use crate::playback::PlayedNote;
use crate::{DecodeError, GridTokenizer, Rounding};

/// A part of a note.
///
/// A note is its pitch and its length, `60 +6`; notes that begin together are in order of pitch, each pitch once; time
/// passes between onsets, `>6`. What is longer than a token can say takes several, the longest first: `>48 >12`.
/// So every score is encoded in exactly one way; [`NoteGrammar`](crate::constraint::NoteGrammar) allows nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoteToken {
    /// Time passes, in steps of a grid: `>6`.
    Time(NonZeroU16),
    /// A key is struck: `60`.
    Pitch(u8),
    /// The key struck last sounds for this many steps, or for this many more: `+6`.
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
            self.push_steps(&mut tokens, note.onset - now, NoteToken::Time);
            tokens.push(NoteToken::Pitch(note.pitch));
            self.push_steps(&mut tokens, note.length, NoteToken::Length);
            now = note.onset;
        }
        (tokens, rounding)
    }

    /// Adds as few tokens as make `steps`, the longest first.
    fn push_steps(self, tokens: &mut Vec<NoteToken>, mut steps: u64, token: impl Fn(NonZeroU16) -> NoteToken) {
        let most = u64::from(self.grid.steps_per_token());
        while let Some(part) = NonZeroU16::new(steps.min(most) as u16) {
            tokens.push(token(part));
            steps -= u64::from(part.get());
        }
    }

    /// The score of any sequence of note tokens in which each pitch has a length.
    ///
    /// # Errors
    ///
    /// If a pitch has no length, or a length no pitch.
    pub(crate) fn score_from_notes(
        self,
        tokens: impl IntoIterator<Item = NoteToken>,
        playback: &Playback,
    ) -> Result<Score, DecodeError> {
        let (mut notes, mut now) = (Vec::<PlayedNote>::new(), 0);
        let mut before = None;
        let mut n_tokens = 0;
        for (position, token) in tokens.into_iter().enumerate() {
            let no_length = matches!(before, Some(NoteToken::Pitch(_))) && !matches!(token, NoteToken::Length(_));
            if no_length {
                return Err(DecodeError::PitchWithoutLength { position: position - 1 });
            }
            match (token, before) {
                (NoteToken::Time(steps), _) => now += u64::from(steps.get()),
                (NoteToken::Pitch(pitch), _) => notes.push(PlayedNote { onset: now, pitch, length: 0 }),
                (NoteToken::Length(steps), Some(NoteToken::Pitch(_) | NoteToken::Length(_))) => {
                    let last = notes.last_mut().expect("a length follows a pitch");
                    last.length += u64::from(steps.get());
                }
                (NoteToken::Length(_), _) => return Err(DecodeError::LengthWithoutPitch { position }),
            }
            before = Some(token);
            n_tokens = position + 1;
        }
        match before {
            Some(NoteToken::Pitch(_)) => Err(DecodeError::PitchWithoutLength { position: n_tokens - 1 }),
            _ => Ok(self.grid.score(notes, playback)),
        }
    }
}
