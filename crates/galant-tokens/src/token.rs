//! A token of any tokenizer.

use std::fmt;
use std::ops::RangeInclusive;
use std::slice;

use galant_types::Chord;

use crate::{NoteToken, RhythmToken, VoiceToken};

/// A token of any tokenizer; its text is that of its tokenizer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Token {
    /// The pitches struck together: `60.64.67`.
    Chord(Chord),
    /// A chord with its length and the time to the next onset: `60.64.67+6>6`.
    Rhythm(RhythmToken),
    /// A part of a note: `60`, `+6` or `>6`.
    Note(NoteToken),
    /// What one part does in one step: `60`, `=` or `-`.
    Voice(VoiceToken),
}

impl Token {
    /// The pitches it strikes, ascending; none if it only lets time pass.
    pub fn pitches(&self) -> &[u8] {
        match self {
            Token::Chord(chord) | Token::Rhythm(RhythmToken::Chord { chord, .. }) => chord.pitches(),
            Token::Note(NoteToken::Pitch(pitch)) | Token::Voice(VoiceToken::Strike(pitch)) => slice::from_ref(pitch),
            Token::Rhythm(RhythmToken::Rest { .. }) | Token::Note(_) | Token::Voice(_) => &[],
        }
    }

    /// Its pitch classes (pitches up to octaves), a bit each from C.
    pub fn pitch_classes(&self) -> u16 {
        self.pitches().iter().fold(0, |classes, pitch| classes | 1 << (pitch % 12))
    }

    /// How many steps of its grid pass before the next token; 0 for a chord token, which has no time, and in voices, where
    /// a step passes after the last part: a [`Clock`](crate::Clock) counts these.
    pub fn time(&self) -> u16 {
        match self {
            Token::Rhythm(token) => token.time(),
            Token::Note(NoteToken::Time(steps)) => steps.get(),
            Token::Chord(_) | Token::Note(_) | Token::Voice(_) => 0,
        }
    }

    /// How many steps of its grid its notes, or the note before it, sound; 0 if it does not say.
    pub fn length(&self) -> u16 {
        match self {
            Token::Rhythm(RhythmToken::Chord { length, .. }) | Token::Note(NoteToken::Length(length)) => length.get(),
            Token::Chord(_) | Token::Rhythm(RhythmToken::Rest { .. }) | Token::Note(_) | Token::Voice(_) => 0,
        }
    }

    /// The token `semitones` higher; none if a pitch would leave `range`.
    pub fn transposed(&self, semitones: i8, range: &RangeInclusive<u8>) -> Option<Token> {
        let pitch = |pitch: u8| pitch.checked_add_signed(semitones).filter(|pitch| range.contains(pitch));
        let chord = |chord: &Chord| {
            let pitches = chord.pitches().iter().map(|&old| pitch(old)).collect::<Option<Vec<u8>>>()?;
            Chord::new(pitches).ok()
        };
        Some(match self {
            Token::Chord(old) => Token::Chord(chord(old)?),
            Token::Rhythm(RhythmToken::Chord { chord: old, length, time }) => {
                Token::Rhythm(RhythmToken::Chord { chord: chord(old)?, length: *length, time: *time })
            }
            Token::Note(NoteToken::Pitch(old)) => Token::Note(NoteToken::Pitch(pitch(*old)?)),
            Token::Voice(VoiceToken::Strike(old)) => Token::Voice(VoiceToken::Strike(pitch(*old)?)),
            Token::Rhythm(RhythmToken::Rest { .. }) | Token::Note(_) | Token::Voice(_) => self.clone(),
        })
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Token::Chord(chord) => chord.fmt(f),
            Token::Rhythm(token) => token.fmt(f),
            Token::Note(token) => token.fmt(f),
            Token::Voice(token) => token.fmt(f),
        }
    }
}
