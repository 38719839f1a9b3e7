//! Rhythm tokens: chords with their length and the time to the next onset.

use std::fmt;
use std::num::NonZeroU16;

use galant_types::{Chord, Playback, Score};

use crate::playback::PlayedNote;
use crate::{GridTokenizer, Rounding};

/// A chord with its length and the time to the next onset, in steps of a grid.
///
/// Notes that begin together and have the same length share a token. If their lengths differ there is a token for each
/// length, the shortest first, and all but the last have a time of 0: `60.64+3>0 48+12>6`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RhythmToken {
    /// Time that passes without an onset, before the first one or where a token's time is too short: `>12`.
    Rest {
        /// How long until the next token.
        time: NonZeroU16,
    },
    /// Notes struck together: `60.64.67+6>6`.
    Chord {
        /// The pitches, each once.
        chord: Chord,
        /// How long they sound.
        length: NonZeroU16,
        /// How long until the next token.
        time: u16,
    },
}

impl RhythmToken {
    /// How long until the next token, in steps.
    pub fn time(&self) -> u16 {
        match self {
            RhythmToken::Rest { time } => time.get(),
            RhythmToken::Chord { time, .. } => *time,
        }
    }
}

impl fmt::Display for RhythmToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RhythmToken::Rest { time } => write!(f, ">{time}"),
            RhythmToken::Chord { chord, length, time } => write!(f, "{chord}+{length}>{time}"),
        }
    }
}

impl GridTokenizer {
    /// The rhythm tokens of `score`, and what became of its notes.
    ///
    /// After the last onset time passes until its longest note ends.
    pub fn rhythm(self, score: &Score) -> (Vec<RhythmToken>, Rounding) {
        let (notes, rounding) = self.notes(score);
        let mut tokens = Vec::with_capacity(notes.len() / 2);
        self.rest(&mut tokens, notes.first().map_or(0, |first| first.onset));
        let mut onsets = notes.chunk_by(|a, b| a.onset == b.onset).peekable();
        let mut by_length: Vec<(u64, u8)> = Vec::new();
        while let Some(onset) = onsets.next() {
            by_length.clear();
            by_length.extend(onset.iter().map(|note| (note.length, note.pitch)));
            by_length.sort_unstable();
            let longest = by_length.last().map_or(0, |(length, _)| *length);
            let until_next = onsets.peek().map(|next| next[0].onset - onset[0].onset);
            self.push_onset(&mut tokens, &by_length, until_next.unwrap_or(longest));
            if let Some(time) = until_next {
                self.rest(&mut tokens, time.saturating_sub(self.grid.steps_per_token().into()));
            }
        }
        (tokens, rounding)
    }

    /// Adds a token for each length of an onset; the last one passes the `time`, or as much of it as a token can.
    fn push_onset(self, tokens: &mut Vec<RhythmToken>, by_length: &[(u64, u8)], time: u64) {
        for equal in by_length.chunk_by(|a, b| a.0 == b.0) {
            let chord = Chord::new(equal.iter().map(|(_, pitch)| *pitch).collect());
            tokens.push(RhythmToken::Chord {
                chord: chord.expect("notes of one onset and length have different pitches in order"),
                length: NonZeroU16::new(equal[0].0 as u16).expect("a note on the grid has at least 1 step"),
                time: 0,
            });
        }
        if let Some(RhythmToken::Chord { time: last, .. }) = tokens.last_mut() {
            *last = time.min(self.grid.steps_per_token().into()) as u16;
        }
    }

    /// Adds as few rests as make `time`, the longest first.
    fn rest(self, tokens: &mut Vec<RhythmToken>, mut time: u64) {
        let most = u64::from(self.grid.steps_per_token());
        while let Some(part) = NonZeroU16::new(time.min(most) as u16) {
            tokens.push(RhythmToken::Rest { time: part });
            time -= u64::from(part.get());
        }
    }

    /// The score of any sequence of rhythm tokens.
    pub(crate) fn score_from_rhythm<'a>(
        self,
        tokens: impl IntoIterator<Item = &'a RhythmToken>,
        playback: &Playback,
    ) -> Score {
        let (mut notes, mut onset) = (Vec::new(), 0);
        for token in tokens {
            if let RhythmToken::Chord { chord, length, .. } = token {
                let length = u64::from(length.get());
                notes.extend(chord.pitches().iter().map(|&pitch| PlayedNote { onset, pitch, length }));
            }
            onset += u64::from(token.time());
        }
        self.grid.score(notes, playback)
    }
}
