//! The text forms of tokens.

use std::num::{NonZeroU8, NonZeroU16};

use galant_types::{Chord, ChordError};
use thiserror::Error;

use crate::{Grid, NoteToken, RhythmToken, VoiceToken, VoicesTokenizer};

/// The most steps in the text of a token: the longest note on the finest grid.
const MAX_STEPS: u16 = Grid::MAX * Grid::MAX_QUARTERS;

/// Reads a chord token from its text form, `33.45.61`.
///
/// It accepts exactly what [`Chord`]'s `Display` writes, so that each token has one text.
///
/// # Errors
///
/// If a part between full stops is not a number from 0 to 127 without sign or leading zeros, or the numbers do not
/// ascend.
pub fn parse_chord(text: &str) -> Result<Chord, ParseTokenError> {
    if text.is_empty() {
        return Err(ParseTokenError::Empty);
    }
    let mut pitches = Vec::new();
    for (index, part) in text.split('.').enumerate() {
        pitches.push(parse_pitch(part).ok_or_else(|| ParseTokenError::Pitch { index, part: shown(part) })?);
    }
    Chord::new(pitches).map_err(|source| ParseTokenError::Chord { text: shown(text), source })
}

/// Reads a rhythm token from its text form, `60.64.67+6>6` or `>6`.
///
/// It accepts exactly what [`RhythmToken`]'s `Display` writes for tokens within the limits of [`Grid`].
///
/// # Errors
///
/// If a part of the form is missing, if the pitches do not ascend, or if a part is not a number of steps.
pub fn parse_rhythm(text: &str) -> Result<RhythmToken, ParseTokenError> {
    let refused = || ParseTokenError::Rhythm { text: shown(text) };
    let (notes, time) = text.split_once('>').ok_or_else(refused)?;
    let steps = |part: &str| parse_steps(part).ok_or_else(|| ParseTokenError::Steps { part: shown(part) });
    if notes.is_empty() {
        let time = NonZeroU16::new(steps(time)?).ok_or_else(refused)?;
        return Ok(RhythmToken::Rest { time });
    }
    let (chord, length) = notes.split_once('+').ok_or_else(refused)?;
    let length = NonZeroU16::new(steps(length)?).ok_or_else(refused)?;
    let chord = parse_chord(chord)?;
    if let Some(pair) = chord.pitches().windows(2).find(|pair| pair[0] == pair[1]) {
        let source = ChordError::NotAscending { first: pair[0], second: pair[1] };
        return Err(ParseTokenError::Chord { text: shown(text), source });
    }
    Ok(RhythmToken::Chord { chord, length, time: steps(time)? })
}

/// Reads a note token from its text form, `60`, `+6` or `>6`.
///
/// # Errors
///
/// If it is neither a pitch, nor a sign with a number of steps above 0.
pub fn parse_note(text: &str) -> Result<NoteToken, ParseTokenError> {
    let refused = || ParseTokenError::Note { text: shown(text) };
    let steps = |part| parse_steps(part).and_then(NonZeroU16::new).ok_or_else(refused);
    match text.as_bytes().first() {
        Some(b'>') => Ok(NoteToken::Time(steps(&text[1..])?)),
        Some(b'+') => Ok(NoteToken::Length(steps(&text[1..])?)),
        _ => parse_pitch(text).map(NoteToken::Pitch).ok_or_else(refused),
    }
}

/// Reads a token of voices from its text form, `60`, `=`, `-` or `^4`.
///
/// # Errors
///
/// If it is neither a pitch, nor a hold, a rest or the beginning of a piece of at most [`VoicesTokenizer::MAX_PARTS`] parts.
pub fn parse_voice(text: &str) -> Result<VoiceToken, ParseTokenError> {
    let refused = || ParseTokenError::Voice { text: shown(text) };
    match text.strip_prefix('^') {
        Some(number) => {
            let n_parts = parse_pitch(number).filter(|n_parts| *n_parts <= VoicesTokenizer::MAX_PARTS);
            n_parts.and_then(NonZeroU8::new).map(VoiceToken::Begin).ok_or_else(refused)
        }
        None if text == "=" => Ok(VoiceToken::Hold),
        None if text == "-" => Ok(VoiceToken::Rest),
        None => parse_pitch(text).map(VoiceToken::Strike).ok_or_else(refused),
    }
}

/// Why a text is not a token.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ParseTokenError {
    /// The text is empty.
    #[error("the token is empty; a chord token is written like 33.45.61")]
    Empty,
    /// A part of the text is not a MIDI pitch.
    #[error("'{part}', part {index} of the token, counted from 0, is not a MIDI pitch; write 0 to 127")]
    Pitch {
        /// Which part, from 0.
        index: usize,
        /// The part, shortened if it is long.
        part: String,
    },
    /// The pitches do not make a chord.
    #[error("'{text}' is not a chord token")]
    Chord {
        /// The text, shortened if it is long.
        text: String,
        /// What is wrong with the pitches.
        source: ChordError,
    },
    /// It is not written as rhythm tokens are.
    #[error("'{text}' is not a rhythm token; write 60.64+6>6 (pitches + length > time) or >6 for a rest")]
    Rhythm {
        /// The text, shortened if it is long.
        text: String,
    },
    /// A length or a time is not a number of steps.
    #[error("'{part}' is not a number of steps; write 0 to {MAX_STEPS}")]
    Steps {
        /// The part, shortened if it is long.
        part: String,
    },
    /// It is not written as tokens of voices are.
    #[error(
        "'{text}' is not a token of voices; write 60 for a pitch, = for a hold, - for a rest or ^4 for the beginning of four \
         parts, which may be 1 to {}",
        VoicesTokenizer::MAX_PARTS
    )]
    Voice {
        /// The text, shortened if it is long.
        text: String,
    },
    /// It is not written as note tokens are.
    #[error("'{text}' is not a note token; write 60 for a pitch, +6 for a length or >6 for a time")]
    Note {
        /// The text, shortened if it is long.
        text: String,
    },
}

/// A MIDI pitch without a sign or leading zeros.
fn parse_pitch(part: &str) -> Option<u8> {
    is_plain(part).then(|| part.parse().ok())?.filter(|&pitch| pitch < 128)
}

/// A number of steps without a sign or leading zeros.
fn parse_steps(part: &str) -> Option<u16> {
    is_plain(part).then(|| part.parse().ok())?.filter(|&steps| steps <= MAX_STEPS)
}

fn is_plain(number: &str) -> bool {
    number == "0" || number.starts_with(|first: char| ('1'..='9').contains(&first))
}

/// The beginning of `text`, enough to recognize it in a message.
fn shown(text: &str) -> String {
    const MAX_CHARS: usize = 40;
    match text.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
