//! The parts that voices are written for.

use galant_tokens::{Tokenizer, Vocabulary};
use galant_types::Playback;

use super::ModelFileError;
use super::format::MAX_PART_NAME_BYTES;

/// One of the parts that a model of voices writes for, as it was in the corpus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoicePart {
    /// What it is called, at most [`MAX_PART_NAME_BYTES`]; empty if it has no name.
    pub name: String,
    /// The MIDI program that plays it, 0 to 127.
    pub program: u8,
    /// Its lowest pitch.
    pub lowest: u8,
    /// Its highest pitch.
    pub highest: u8,
}

/// Checks that there is a part for each voice, and none without voices.
pub(super) fn check(
    parts: &[VoicePart],
    tokenizer: Tokenizer,
    vocabulary: &Vocabulary,
    playback: &Playback,
) -> Result<(), ModelFileError> {
    let expected = match tokenizer {
        Tokenizer::Voices(tokenizer) => tokenizer.n_parts.map_or(0, |n_parts| usize::from(n_parts.get())),
        Tokenizer::Chords(_) | Tokenizer::Rhythm(_) | Tokenizer::Notes(_) => 0,
    };
    let in_vocabulary = vocabulary.n_parts().map_or(0, |n_parts| usize::from(n_parts.get()));
    let is_voices = matches!(tokenizer, Tokenizer::Voices(_));
    if parts.len() != expected || in_vocabulary != expected || is_voices && expected == 0 {
        return Err(ModelFileError::Parts { n_parts: parts.len(), in_vocabulary, expected });
    }
    for (number, VoicePart { name, program, lowest, highest }) in parts.iter().enumerate() {
        if name.len() > MAX_PART_NAME_BYTES {
            return Err(ModelFileError::PartName { number, n_bytes: name.len() });
        }
        if lowest > highest || *highest > 127 {
            return Err(ModelFileError::PartRange { number, lowest: *lowest, highest: *highest });
        }
        Playback { program: *program, ..*playback }.validate()?;
    }
    Ok(())
}
