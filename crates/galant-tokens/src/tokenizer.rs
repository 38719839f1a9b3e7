//! Scores to tokens and back.

use std::num::NonZeroUsize;

use galant_types::{Playback, Score};

use crate::chords::score_from_chords;
use crate::{
    ChordTokenizer, DecodeError, Grid, GridTokenizer, ParseTokenError, Rounding, Token, parse_chord, parse_note,
    parse_rhythm,
};

/// The tokenizers there are, each with its settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tokenizer {
    /// The pitches struck together, without rhythm: the lecture's tokens.
    Chords(ChordTokenizer),
    /// A chord with its length and the time to the next onset.
    Rhythm(GridTokenizer),
    /// One token for each time, pitch and length: with them the network can write chords that are not in its corpus.
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

/// The program of decoded chord tokens, the orchestral harp: the lecture's.
const ORCHESTRAL_HARP: u8 = 46;

impl Tokenizer {
    /// Its name in files and on command lines: `chords`, `rhythm` or `notes`.
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
            Tokenizer::Rhythm(tokenizer) | Tokenizer::Notes(tokenizer) => Some(tokenizer.grid),
        }
    }

    /// How many notes of an onset it keeps, the highest ones; none if it keeps all.
    pub fn top(self) -> Option<NonZeroUsize> {
        match self {
            Tokenizer::Chords(tokenizer) => tokenizer.top,
            Tokenizer::Rhythm(tokenizer) | Tokenizer::Notes(tokenizer) => tokenizer.top,
        }
    }

    /// The tokens of `score`, in order of time.
    ///
    /// Percussion, [MIDI channel 10](galant_types::PERCUSSION_CHANNEL), is left out, as it has no pitches.
    ///
    /// # Panics
    ///
    /// If a pitch of the score is over 127, or, for chord tokens, its notes are not sorted by onset.
    pub fn encode(self, score: &Score) -> Encoded {
        match self {
            Tokenizer::Chords(tokenizer) => {
                Encoded { tokens: tokenizer.chords(score).into_iter().map(Token::Chord).collect(), rounding: None }
            }
            Tokenizer::Rhythm(tokenizer) => {
                let (tokens, rounding) = tokenizer.rhythm(score);
                Encoded { tokens: tokens.into_iter().map(Token::Rhythm).collect(), rounding: Some(rounding) }
            }
            Tokenizer::Notes(tokenizer) => {
                let (tokens, rounding) = tokenizer.note_tokens(score);
                Encoded { tokens: tokens.into_iter().map(Token::Note).collect(), rounding: Some(rounding) }
            }
        }
    }

    /// The score that tokens of this tokenizer describe, on channel 0 of one track, played as `playback` says.
    ///
    /// Chord tokens are sixteenth notes. For the others a key sounds once at a time, as on an instrument: of notes that
    /// begin together on one key the longest sounds, and each ends where its key is struck again. Any sequence of
    /// rhythm tokens describes a score; in note tokens each pitch needs a length.
    ///
    /// # Errors
    ///
    /// If a token is of another tokenizer, or if a note token is a pitch without a length or a length without a pitch.
    pub fn decode(self, tokens: &[Token], playback: &Playback) -> Result<Score, DecodeError> {
        if let Some(position) = tokens.iter().position(|token| !self.has(token)) {
            let token = tokens[position].to_string();
            return Err(DecodeError::WrongTokenizer { position, token, tokenizer: self.name() });
        }
        match self {
            Tokenizer::Chords(_) => {
                let chords = tokens.iter().filter_map(|token| match token {
                    Token::Chord(chord) => Some(chord),
                    _ => None,
                });
                Ok(score_from_chords(chords, playback))
            }
            Tokenizer::Rhythm(tokenizer) => {
                let rhythm = tokens.iter().filter_map(|token| match token {
                    Token::Rhythm(token) => Some(token),
                    _ => None,
                });
                Ok(tokenizer.score_from_rhythm(rhythm, playback))
            }
            Tokenizer::Notes(tokenizer) => {
                let notes = tokens.iter().filter_map(|token| match token {
                    Token::Note(token) => Some(*token),
                    _ => None,
                });
                tokenizer.score_from_notes(notes, playback)
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

    /// Reads a token of this tokenizer from its text.
    ///
    /// # Errors
    ///
    /// If the text is not how a token of this tokenizer is printed.
    pub fn parse(self, text: &str) -> Result<Token, ParseTokenError> {
        Ok(match self {
            Tokenizer::Chords(_) => Token::Chord(parse_chord(text)?),
            Tokenizer::Rhythm(_) => Token::Rhythm(parse_rhythm(text)?),
            Tokenizer::Notes(_) => Token::Note(parse_note(text)?),
        })
    }

    /// How its tokens are played where nothing else is known.
    ///
    /// Chord tokens are played on a harp, as in the lecture; all else is as in [`Playback::default`].
    pub fn default_playback(self) -> Playback {
        match self {
            Tokenizer::Chords(_) => Playback { program: ORCHESTRAL_HARP, ..Playback::default() },
            Tokenizer::Rhythm(_) | Tokenizer::Notes(_) => Playback::default(),
        }
    }
}
