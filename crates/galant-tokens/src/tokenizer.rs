//! Scores to tokens and back.

use std::num::NonZeroUsize;

use galant_types::{Playback, Score, Texture};

use crate::chords::score_from_chords;
use crate::voices::texture_of;
use crate::{
    ChordTokenizer, Clock, DecodeError, Grid, GridTokenizer, ParseTokenError, Rounding, Token, VoiceToken, VoicesError,
    VoicesTokenizer, parse_chord, parse_note, parse_rhythm, parse_voice,
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
    /// At each step of a grid a token for each part, which strikes a note, holds it, or is silent.
    Voices(VoicesTokenizer),
}

/// A score as tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    /// The tokens, in order.
    pub tokens: Vec<Token>,
    /// What became of the notes; none for chord tokens, which are not on a grid.
    pub rounding: Option<Rounding>,
    /// Why there are no tokens, of a score that has notes; only voices can refuse one.
    pub refused: Option<VoicesError>,
}

/// The program of decoded chord tokens, the orchestral harp: the lecture's.
const ORCHESTRAL_HARP: u8 = 46;

impl Tokenizer {
    /// Its name in files and on command lines: `chords`, `rhythm`, `notes` or `voices`.
    pub fn name(self) -> &'static str {
        match self {
            Tokenizer::Chords(_) => "chords",
            Tokenizer::Rhythm(_) => "rhythm",
            Tokenizer::Notes(_) => "notes",
            Tokenizer::Voices(_) => "voices",
        }
    }

    /// The grid that its tokens are on; none for chord tokens.
    pub fn grid(self) -> Option<Grid> {
        match self {
            Tokenizer::Chords(_) => None,
            Tokenizer::Rhythm(tokenizer) | Tokenizer::Notes(tokenizer) => Some(tokenizer.grid),
            Tokenizer::Voices(tokenizer) => Some(tokenizer.grid),
        }
    }

    /// How many notes of an onset it keeps, the highest ones; none if it keeps all.
    pub fn top(self) -> Option<NonZeroUsize> {
        match self {
            Tokenizer::Chords(tokenizer) => tokenizer.top,
            Tokenizer::Rhythm(tokenizer) | Tokenizer::Notes(tokenizer) => tokenizer.top,
            Tokenizer::Voices(_) => None,
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
        let (tokens, rounding) = match self {
            Tokenizer::Chords(tokenizer) => (tokenizer.chords(score).into_iter().map(Token::Chord).collect(), None),
            Tokenizer::Rhythm(tokenizer) => {
                let (tokens, rounding) = tokenizer.rhythm(score);
                (tokens.into_iter().map(Token::Rhythm).collect(), Some(rounding))
            }
            Tokenizer::Notes(tokenizer) => {
                let (tokens, rounding) = tokenizer.note_tokens(score);
                (tokens.into_iter().map(Token::Note).collect(), Some(rounding))
            }
            Tokenizer::Voices(tokenizer) => return encoded_voices(tokenizer, score),
        };
        Encoded { tokens, rounding, refused: None }
    }

    /// The score that tokens of this tokenizer describe, on channel 0 of one track, played as `playback` says; in voices,
    /// each part on a channel and a track of its own.
    ///
    /// Chord tokens are sixteenth notes. For the others a key sounds once at a time, as on an instrument: of notes that
    /// begin together on one key the longest sounds, and each ends where its key is struck again. Any sequence of
    /// rhythm tokens describes a score; in note tokens each pitch needs a length.
    ///
    /// # Errors
    ///
    /// If a token is of another tokenizer, if a note token is a pitch without a length or a length without a pitch, if a part
    /// holds a note and has struck none, or if nothing says how many parts the voices have.
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
            Tokenizer::Voices(tokenizer) => Ok(tokenizer.score(&self.texture(tokens)?, playback)),
        }
    }

    /// What the parts do by their tokens; those after the last whole step hold what they did.
    ///
    /// # Errors
    ///
    /// As [`Tokenizer::decode`], for tokens of voices.
    pub fn texture(self, tokens: &[Token]) -> Result<Texture, DecodeError> {
        let of_tokenizer = if let Tokenizer::Voices(tokenizer) = self { tokenizer.n_parts } else { None };
        let of_tokens = match tokens.first() {
            Some(Token::Voice(VoiceToken::Begin(n_parts))) => Some(*n_parts),
            _ => None,
        };
        let n_parts = of_tokens.or(of_tokenizer).ok_or(DecodeError::PartsUnknown)?;
        let voices =
            tokens.iter().filter_map(|token| if let Token::Voice(token) = token { Some(*token) } else { None });
        texture_of(n_parts.get().into(), voices).map_err(|position| match &tokens[position] {
            Token::Voice(VoiceToken::Hold) => DecodeError::HoldWithoutNote { position },
            _ => DecodeError::BeginsAgain { position },
        })
    }

    /// The step at which each token is, from the first.
    pub fn steps(tokens: &[Token]) -> impl Iterator<Item = u64> {
        let mut clock = Clock::default();
        tokens.iter().map(move |token| {
            let step = clock.step();
            clock.advance(token);
            step
        })
    }

    fn has(self, token: &Token) -> bool {
        matches!(
            (self, token),
            (Tokenizer::Chords(_), Token::Chord(_))
                | (Tokenizer::Rhythm(_), Token::Rhythm(_))
                | (Tokenizer::Notes(_), Token::Note(_))
                | (Tokenizer::Voices(_), Token::Voice(_))
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
            Tokenizer::Voices(_) => Token::Voice(parse_voice(text)?),
        })
    }

    /// How its tokens are played where nothing else is known.
    ///
    /// Chord tokens are played on a harp, as in the lecture; all else is as in [`Playback::default`].
    pub fn default_playback(self) -> Playback {
        match self {
            Tokenizer::Chords(_) => Playback { program: ORCHESTRAL_HARP, ..Playback::default() },
            Tokenizer::Rhythm(_) | Tokenizer::Notes(_) | Tokenizer::Voices(_) => Playback::default(),
        }
    }
}

fn encoded_voices(tokenizer: VoicesTokenizer, score: &Score) -> Encoded {
    let (tokens, rounding, refused) = match tokenizer.texture(score) {
        Ok(Some((texture, rounding))) => (VoicesTokenizer::tokens(&texture), rounding, None),
        Ok(None) => (Vec::new(), Rounding::default(), None),
        Err(error) => (Vec::new(), Rounding::default(), Some(error)),
    };
    Encoded { tokens: tokens.into_iter().map(Token::Voice).collect(), rounding: Some(rounding), refused }
}
