//! Tokens of any tokenizer, and the kinds there are.

use std::fmt;
use std::ops::RangeInclusive;
use std::slice;

use galant_types::{Chord, Meter, Score};
use thiserror::Error;

use crate::{
    ChordTokenizer, Grid, GridTokenizer, NoteToken, ParseTokenError, Playback, Rendition, RhythmToken, Rounding,
    TokenOrderError, parse_chord, parse_note, parse_rhythm, score_from_chords,
};

/// A token of any tokenizer; its text is that of its tokenizer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Token {
    /// The pitches struck together: `60.64.67`.
    Chord(Chord),
    /// A chord with its length and the time to the next onset: `60.64.67+6>6`.
    Rhythm(RhythmToken),
    /// A part of a note: `60`, `+6` or `>6`.
    Note(NoteToken),
}

impl Token {
    /// The pitches it strikes, ascending; none if it only lets time pass.
    pub fn pitches(&self) -> &[u8] {
        match self {
            Token::Chord(chord) | Token::Rhythm(RhythmToken::Chord { chord, .. }) => chord.pitches(),
            Token::Note(NoteToken::Pitch(pitch)) => slice::from_ref(pitch),
            Token::Rhythm(RhythmToken::Rest { .. }) | Token::Note(_) => &[],
        }
    }

    /// How many steps of its grid pass before the next token; 0 for a chord token, which knows no time.
    pub fn time(&self) -> u16 {
        match self {
            Token::Rhythm(token) => token.time(),
            Token::Note(NoteToken::Time(steps)) => steps.get(),
            Token::Chord(_) | Token::Note(_) => 0,
        }
    }

    /// How many steps of its grid its notes, or the note before it, sound; 0 where it does not say.
    pub fn length(&self) -> u16 {
        match self {
            Token::Rhythm(RhythmToken::Chord { length, .. }) | Token::Note(NoteToken::Length(length)) => length.get(),
            Token::Chord(_) | Token::Rhythm(RhythmToken::Rest { .. }) | Token::Note(_) => 0,
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
            Token::Rhythm(RhythmToken::Rest { .. }) | Token::Note(_) => self.clone(),
        })
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Token::Chord(chord) => chord.fmt(f),
            Token::Rhythm(token) => token.fmt(f),
            Token::Note(token) => token.fmt(f),
        }
    }
}

/// The kinds of tokens there are, each with its settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tokenizer {
    /// The pitches struck together, without rhythm: the lecture's tokens.
    Chords(ChordTokenizer),
    /// A chord with its length and the time to the next onset.
    Rhythm(GridTokenizer),
    /// One token for a time, a pitch or a length: an alphabet that spells chords nobody wrote.
    Notes(GridTokenizer),
}

/// A score as tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    /// The tokens, in order.
    pub tokens: Vec<Token>,
    /// What became of the notes; none for chord tokens, which are not on a grid.
    pub rounding: Option<Rounding>,
}

impl Tokenizer {
    /// What files and command lines call it: `chords`, `rhythm` or `notes`.
    pub fn name(self) -> &'static str {
        match self {
            Tokenizer::Chords(_) => "chords",
            Tokenizer::Rhythm(_) => "rhythm",
            Tokenizer::Notes(_) => "notes",
        }
    }

    /// The grid that its tokens are on; none for chord tokens.
    pub fn grid(self) -> Option<Grid> {
        match self {
            Tokenizer::Chords(_) => None,
            Tokenizer::Rhythm(tokens) | Tokenizer::Notes(tokens) => Some(tokens.grid),
        }
    }

    /// The tokens of `score`, in order of time.
    ///
    /// # Panics
    ///
    /// If a pitch of the score is over 127, or, for chord tokens, its notes are not sorted by onset.
    pub fn encode(self, score: &Score) -> Encoded {
        match self {
            Tokenizer::Chords(tokens) => {
                Encoded { tokens: tokens.chords(score).into_iter().map(Token::Chord).collect(), rounding: None }
            }
            Tokenizer::Rhythm(tokens) => {
                let (tokens, rounding) = tokens.rhythm(score);
                Encoded { tokens: tokens.into_iter().map(Token::Rhythm).collect(), rounding: Some(rounding) }
            }
            Tokenizer::Notes(tokens) => {
                let (tokens, rounding) = tokens.note_tokens(score);
                Encoded { tokens: tokens.into_iter().map(Token::Note).collect(), rounding: Some(rounding) }
            }
        }
    }

    /// Reads a token of this tokenizer from its text.
    ///
    /// # Errors
    ///
    /// If the text is not one that a token of this tokenizer prints.
    pub fn parse(self, text: &str) -> Result<Token, ParseTokenError> {
        Ok(match self {
            Tokenizer::Chords(_) => Token::Chord(parse_chord(text)?),
            Tokenizer::Rhythm(_) => Token::Rhythm(parse_rhythm(text)?),
            Tokenizer::Notes(_) => Token::Note(parse_note(text)?),
        })
    }

    /// How tokens of this tokenizer sound unless something else is known: chord tokens as in the lecture, on a harp.
    pub fn default_playback(self) -> Playback {
        match self {
            Tokenizer::Chords(_) => {
                let Rendition { us_per_quarter, velocity, program, .. } = Rendition::default();
                Playback { us_per_quarter, program, velocity, ..Playback::default() }
            }
            Tokenizer::Rhythm(_) | Tokenizer::Notes(_) => Playback::default(),
        }
    }

    /// The score that tokens of this tokenizer tell; chord tokens are sixteenth notes.
    ///
    /// # Errors
    ///
    /// If a token is of another tokenizer, or if note tokens are no spelling.
    pub fn decode(self, tokens: &[Token], playback: &Playback) -> Result<Score, DecodeTokensError> {
        if let Some(place) = tokens.iter().position(|token| !self.has(token)) {
            return Err(DecodeTokensError::Kind { place, token: tokens[place].to_string(), tokenizer: self.name() });
        }
        match self {
            Tokenizer::Chords(_) => {
                let chord = |token: &Token| if let Token::Chord(chord) = token { Some(chord.clone()) } else { None };
                let chords: Vec<Chord> = tokens.iter().filter_map(chord).collect();
                Ok(score_of_chords(&chords, playback))
            }
            Tokenizer::Rhythm(grid_tokens) => {
                let rhythm =
                    tokens.iter().filter_map(|token| if let Token::Rhythm(token) = token { Some(token) } else { None });
                Ok(grid_tokens.score_from_rhythm(rhythm, playback))
            }
            Tokenizer::Notes(grid_tokens) => {
                let notes =
                    tokens.iter().filter_map(|token| if let Token::Note(token) = token { Some(token) } else { None });
                Ok(grid_tokens.score_from_notes(notes, playback)?)
            }
        }
    }

    fn has(self, token: &Token) -> bool {
        matches!(
            (self, token),
            (Tokenizer::Chords(_), Token::Chord(_))
                | (Tokenizer::Rhythm(_), Token::Rhythm(_))
                | (Tokenizer::Notes(_), Token::Note(_))
        )
    }
}

fn score_of_chords(chords: &[Chord], playback: &Playback) -> Score {
    let Playback { us_per_quarter, beats, beat_log2, program, velocity } = *playback;
    let mut score = score_from_chords(chords, Rendition { us_per_quarter, program, velocity, ..Rendition::default() });
    // 4/4 is what a score has that names no meter, as the lecture's.
    if (beats, beat_log2) != (4, 2) {
        score.meters.push(Meter { tick: 0, numerator: beats, denominator_log2: beat_log2 });
    }
    score
}

/// Why tokens tell no score.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeTokensError {
    /// A token is of another tokenizer.
    #[error("token {place}, '{token}', is no token of the tokenizer {tokenizer}")]
    Kind {
        /// Where it stands, from 0.
        place: usize,
        /// The token.
        token: String,
        /// The tokenizer it should be of.
        tokenizer: &'static str,
    },
    /// Note tokens are no spelling.
    #[error(transparent)]
    Order(#[from] TokenOrderError),
}
