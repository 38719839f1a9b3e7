//! What the constraints on note tokens must know of a piece.

use crate::NoteToken;

/// What a piece of note tokens has come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NotePiece {
    /// In steps from the start.
    pub(super) now: u64,
    pub(super) last: Last,
    /// How many steps the time or length at the end has so far, in one or several tokens.
    pub(super) run: u64,
    /// Whether the last token of that is as long as a token can be.
    pub(super) is_full: bool,
    /// The highest pitch struck now.
    pub(super) last_pitch: Option<u8>,
    /// By pitch.
    keys: [Key; 128],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Last {
    Nothing,
    Time,
    Pitch,
    Length,
}

/// The last note of a key, in steps from the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Key {
    onset: u64,
    end: u64,
}

impl Default for NotePiece {
    fn default() -> NotePiece {
        let keys = [Key { onset: 0, end: 0 }; 128];
        NotePiece { now: 0, last: Last::Nothing, run: 0, is_full: false, last_pitch: None, keys }
    }
}

impl NotePiece {
    /// When a key falls silent; 0 if it is older than any note may be, which an invalid primer can have.
    pub(super) fn silent_at(&self, pitch: u8, max_steps: u64) -> u64 {
        let Key { onset, end } = self.keys[usize::from(pitch)];
        if self.now - onset > max_steps { 0 } else { end }
    }

    pub(super) fn push(&mut self, token: NoteToken, steps_per_token: u64) {
        let last = match token {
            NoteToken::Time(_) => Last::Time,
            NoteToken::Pitch(_) => Last::Pitch,
            NoteToken::Length(_) => Last::Length,
        };
        match token {
            NoteToken::Time(steps) | NoteToken::Length(steps) => {
                let steps = u64::from(steps.get());
                let run = if last == self.last { self.run } else { 0 };
                self.run = run + steps;
                self.is_full = steps == steps_per_token;
                if last == Last::Time {
                    self.now += steps;
                    self.last_pitch = None;
                } else if let Some(pitch) = self.last_pitch {
                    self.keys[usize::from(pitch)].end += steps;
                }
            }
            NoteToken::Pitch(pitch) => {
                self.last_pitch = Some(pitch);
                self.keys[usize::from(pitch)] = Key { onset: self.now, end: self.now };
            }
        }
        self.last = last;
    }
}
