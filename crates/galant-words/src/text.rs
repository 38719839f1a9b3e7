//! The text form of words.

use galant_types::{Chord, ChordError};
use thiserror::Error;

/// Reads a chord word from its text form, `33.45.61`.
///
/// It accepts exactly what [`Chord`]'s `Display` writes, so that each word has one text.
///
/// # Errors
///
/// If a part between full stops is no number from 0 to 127 as it is written usually, or the numbers do not ascend.
pub fn parse_chord(text: &str) -> Result<Chord, ParseWordError> {
    if text.is_empty() {
        return Err(ParseWordError::Empty);
    }
    let mut pitches = Vec::new();
    for (index, part) in text.split('.').enumerate() {
        pitches.push(parse_pitch(part).ok_or_else(|| ParseWordError::Pitch { index, part: shown(part) })?);
    }
    Chord::new(pitches).map_err(|source| ParseWordError::Chord { text: shown(text), source })
}

/// Why a text is no chord word.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ParseWordError {
    /// The text is empty.
    #[error("the word is empty; a chord word is written like 33.45.61")]
    Empty,
    /// A part of the text is no MIDI pitch.
    #[error("'{part}', part {index} of the word counted from 0, is no MIDI pitch; those are written 0 to 127")]
    Pitch {
        /// Which part, from 0.
        index: usize,
        /// The part, shortened if it is long.
        part: String,
    },
    /// The pitches make no chord.
    #[error("'{text}' is no chord word")]
    Chord {
        /// The text, shortened if it is long.
        text: String,
        /// What is wrong with the pitches.
        source: ChordError,
    },
}

/// A MIDI pitch without a sign or leading zeros.
fn parse_pitch(part: &str) -> Option<u8> {
    let plain = part == "0" || part.starts_with(|first: char| ('1'..='9').contains(&first));
    part.parse().ok().filter(|&pitch| plain && pitch < 128)
}

/// The beginning of `text`, enough to recognise it in a message.
fn shown(text: &str) -> String {
    const MAX_CHARS: usize = 40;
    match text.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
