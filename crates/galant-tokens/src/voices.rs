//! Voices: at each step of a grid, a token for each part.

mod error;
mod limits;
mod lines;
mod parts;

use std::fmt;
use std::num::NonZeroU8;

use galant_types::{PartStep, Playback, Score, Texture};

pub use error::VoicesError;
use lines::lines;
pub use parts::voice_parts;
use parts::{part_score, pitched_parts};

use crate::playback::PlayedNote;
use crate::{Grid, Rounding};

/// What one part does in one step, or the beginning of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VoiceToken {
    /// A piece of so many parts begins: `^4`. It is the first token of a piece, and no other.
    Begin(NonZeroU8),
    /// The part holds its note: `=`.
    Hold,
    /// The part is silent: `-`.
    Rest,
    /// The part strikes a note of this MIDI pitch: `60`.
    Strike(u8),
}

impl fmt::Display for VoiceToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            VoiceToken::Begin(n_parts) => write!(f, "^{n_parts}"),
            VoiceToken::Hold => f.write_str("="),
            VoiceToken::Rest => f.write_str("-"),
            VoiceToken::Strike(pitch) => write!(f, "{pitch}"),
        }
    }
}

/// How a score becomes voices: at each step of a grid a token for each part, from the first to the last.
///
/// The parts are those of [`voice_parts`]. A part has one note at a time: of notes that it strikes together the highest
/// sounds, a note that begins under a longer and higher one is left out, and otherwise a note ends where the next begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VoicesTokenizer {
    /// What onsets and ends of notes are rounded to.
    pub grid: Grid,
    /// How many parts a score must have, at most [`VoicesTokenizer::MAX_PARTS`]; none for as many as it has.
    pub n_parts: Option<NonZeroU8>,
}

impl Default for VoicesTokenizer {
    /// Sixteenth notes, and as many parts as there are.
    fn default() -> VoicesTokenizer {
        VoicesTokenizer { grid: Grid::SIXTEENTHS, n_parts: None }
    }
}

impl VoicesTokenizer {
    /// The most parts: as many as MIDI has channels, but for that of percussion.
    pub const MAX_PARTS: u8 = limits::MAX_PARTS;

    /// The longest piece, in steps: four and a half hours of sixteenth notes at 120 quarter notes a minute.
    ///
    /// It limits how many tokens a short file with a few notes far apart can become.
    pub const MAX_STEPS: u64 = limits::MAX_STEPS;

    /// What the parts of `score` do, and what became of its notes; none if it has no notes but percussion.
    ///
    /// # Errors
    ///
    /// If it has another number of parts than it must have, or more than the limit, or if it is too long.
    pub fn texture(self, score: &Score) -> Result<Option<(Texture, Rounding)>, VoicesError> {
        let parts = pitched_parts(score);
        let n_parts = parts.len();
        if n_parts == 0 {
            return Ok(None);
        }
        if let Some(expected) = self.n_parts.filter(|expected| usize::from(expected.get()) != n_parts) {
            return Err(VoicesError::Parts { n_parts, expected });
        }
        if n_parts > usize::from(VoicesTokenizer::MAX_PARTS) {
            return Err(VoicesError::TooManyParts { n_parts });
        }
        let (lines, rounding) = lines(score, &parts, self.grid);
        let n_steps = lines.iter().flatten().map(|note| note.onset + note.length).max().unwrap_or(0);
        if n_steps > VoicesTokenizer::MAX_STEPS {
            return Err(VoicesError::TooLong { n_steps });
        }
        let mut part_steps = vec![PartStep::Rest; n_steps as usize * n_parts];
        for (part, line) in lines.iter().enumerate() {
            for PlayedNote { onset, pitch, length } in line {
                let at = |step: u64| step as usize * n_parts + part;
                part_steps[at(*onset)] = PartStep::Strike(*pitch);
                (onset + 1..onset + length).for_each(|step| part_steps[at(step)] = PartStep::Hold(*pitch));
            }
        }
        Ok(Some((Texture::new(n_parts, part_steps), rounding)))
    }

    /// The tokens of what the parts do, from the beginning on.
    ///
    /// # Panics
    ///
    /// If there are more than [`VoicesTokenizer::MAX_PARTS`].
    pub fn tokens(texture: &Texture) -> Vec<VoiceToken> {
        let n_parts = u8::try_from(texture.n_parts()).ok().filter(|n_parts| *n_parts <= VoicesTokenizer::MAX_PARTS);
        let n_parts = n_parts.and_then(NonZeroU8::new).expect("a texture of at most 15 parts");
        let token = |step: &PartStep| match *step {
            PartStep::Rest => VoiceToken::Rest,
            PartStep::Strike(pitch) => VoiceToken::Strike(pitch),
            PartStep::Hold(_) => VoiceToken::Hold,
        };
        let steps = texture.steps().flatten().map(token);
        [VoiceToken::Begin(n_parts)].into_iter().chain(steps).collect()
    }

    /// The music of what the parts do: a track and a channel for each, all played as `playback` says.
    pub fn score(self, texture: &Texture, playback: &Playback) -> Score {
        part_score(texture, self.grid, playback)
    }
}

/// What the parts of `n_parts` do by their tokens, whose last step is completed with holds, or rests where nothing sounds.
///
/// # Errors
///
/// The place of a token that is out of place: a beginning after the first token, or a hold of a part that is silent.
pub(crate) fn texture_of(n_parts: usize, tokens: impl Iterator<Item = VoiceToken>) -> Result<Texture, usize> {
    let mut part_steps: Vec<PartStep> = Vec::new();
    let before =
        |part_steps: &[PartStep]| part_steps.len().checked_sub(n_parts).and_then(|before| part_steps[before].pitch());
    for (place, token) in tokens.enumerate() {
        part_steps.push(match token {
            VoiceToken::Begin(_) if place == 0 => continue,
            VoiceToken::Begin(_) => return Err(place),
            VoiceToken::Rest => PartStep::Rest,
            VoiceToken::Strike(pitch) => PartStep::Strike(pitch),
            VoiceToken::Hold => PartStep::Hold(before(&part_steps).ok_or(place)?),
        });
    }
    while !part_steps.len().is_multiple_of(n_parts) {
        part_steps.push(before(&part_steps).map_or(PartStep::Rest, PartStep::Hold));
    }
    Ok(Texture::new(n_parts, part_steps))
}
