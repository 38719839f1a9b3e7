//! Music read from files, MIDI or ABC; which of them tells the content, not the name.

use std::path::Path;

use anyhow::Context;
use galant_midi::ReadRules;
use galant_types::Score;

use crate::files;

/// What a file of music holds.
pub(crate) struct Music {
    /// The file as it stands.
    pub(crate) bytes: Vec<u8>,
    pub(crate) score: Score,
    /// All that was repaired, left out or doubted, with its place.
    pub(crate) warnings: Vec<String>,
}

/// Reads a file of music; the rules are for MIDI.
pub(crate) fn read_with_warnings(path: &Path, rules: ReadRules) -> anyhow::Result<Music> {
    let bytes = files::read(path, galant_midi::MAX_FILE_BYTES as u64)?;
    let reading = || format!("reading {}", path.display());
    if galant_abc::looks_like_abc(&bytes) {
        let text = str::from_utf8(&bytes).context("ABC is read as UTF-8").with_context(reading)?;
        let decoded = galant_abc::decode(text).with_context(reading)?;
        let warnings = decoded.warnings.iter().map(ToString::to_string).collect();
        return Ok(Music { score: decoded.score, warnings, bytes });
    }
    let decoded = galant_midi::decode(&bytes, rules).with_context(reading)?;
    let warnings = decoded.warnings.iter().map(ToString::to_string).collect();
    Ok(Music { score: decoded.score, warnings, bytes })
}

/// Reads a file of music and tells how much of it was repaired.
pub(crate) fn read(path: &Path, rules: ReadRules) -> anyhow::Result<Music> {
    let music = read_with_warnings(path, rules)?;
    if let Some(first) = music.warnings.first() {
        let (n, path) = (music.warnings.len(), path.display());
        eprintln!("warning: {path}: {first}; {n} such repairs in all, `galant words` lists them");
    }
    Ok(music)
}
