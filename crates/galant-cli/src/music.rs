//! Music read from files, MIDI or ABC; which of them tells the content, not the name.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, bail};
use galant_midi::ReadRules;
use galant_types::Score;

use crate::{files, printable};

/// Whether files that need a repair are refused; set once, before any is read.
static STRICT: AtomicBool = AtomicBool::new(false);

/// Refuses files that need a repair from now on.
pub(crate) fn be_strict() {
    STRICT.store(true, Ordering::Relaxed);
}

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
        let warnings: Vec<String> = decoded.warnings.iter().map(ToString::to_string).collect();
        refuse_if_strict(&warnings).with_context(reading)?;
        return Ok(Music { score: decoded.score, warnings, bytes });
    }
    let decoded = galant_midi::decode(&bytes, rules).with_context(reading)?;
    let repairs = decoded.warnings.iter().filter(|warning| warning.kind.is_repair());
    refuse_if_strict(&repairs.map(ToString::to_string).collect::<Vec<_>>()).with_context(reading)?;
    let warnings = decoded.warnings.iter().map(ToString::to_string).collect();
    Ok(Music { score: decoded.score, warnings, bytes })
}

fn refuse_if_strict(repairs: &[String]) -> anyhow::Result<()> {
    match repairs.first() {
        Some(first) if STRICT.load(Ordering::Relaxed) => {
            bail!("{first}; --strict refuses a file that needs a repair, and this one needs {}", repairs.len())
        }
        _ => Ok(()),
    }
}

/// Reads a file of music and tells how much of it was repaired.
pub(crate) fn read(path: &Path, rules: ReadRules) -> anyhow::Result<Music> {
    let music = read_with_warnings(path, rules)?;
    if let Some(first) = music.warnings.first() {
        let (n, path) = (music.warnings.len(), path.display());
        let all = if n == 1 { String::new() } else { format!("; {n} such in all, `galant tokenize` lists them") };
        printable::warn(&format!("{path}: {first}{all}"));
    }
    Ok(music)
}
