//! Music read from files, MIDI, ABC or MusicXML; their content decides which, not their names.

use std::path::Path;

use anyhow::Context;
use galant_corpus::{Piece, ReadOptions, Strictness, read_piece};
use galant_midi::ReadRules;

use crate::numbers::thousands;
use crate::{files, printable};

/// Reads a file of music.
pub(crate) fn read_silently(path: &Path, options: ReadOptions) -> anyhow::Result<Piece> {
    let bytes = files::read(path, galant_midi::MAX_FILE_BYTES as u64)?;
    read_piece(&files::name(path), &bytes, options).with_context(|| format!("reading {}", path.display()))
}

/// Reads a file of music, and warns of how much of it was repaired.
pub(crate) fn read(path: &Path, options: ReadOptions) -> anyhow::Result<Piece> {
    let piece = read_silently(path, options)?;
    warn(path, &piece);
    Ok(piece)
}

/// Warns of how much of a file was repaired.
pub(crate) fn warn(path: &Path, piece: &Piece) {
    if let Some(first) = piece.warnings.first() {
        let (n, path) = (piece.warnings.len(), path.display());
        let all = if n == 1 { String::new() } else { format!("; {n} warnings in all, `galant tokenize` lists them") };
        printable::warn(&format!("{path}: {first}{all}"));
    }
}

/// Reads a file of music for its tokens, and warns of how much of it was repaired or has no pitch.
pub(crate) fn read_for_tokens(path: &Path, options: ReadOptions) -> anyhow::Result<Piece> {
    let piece = read(path, options)?;
    warn_of_percussion(path, &piece);
    Ok(piece)
}

/// Warns, once for a file, that some of its notes become no tokens.
pub(crate) fn warn_of_percussion(path: &Path, piece: &Piece) {
    let n_notes = piece.score.n_percussion();
    if n_notes > 0 {
        let notes = if n_notes == 1 { "note" } else { "notes" };
        printable::warn(&format!(
            "{}: {} {notes} of percussion (MIDI channel 10) left out, as percussion has no pitches",
            path.display(),
            thousands(n_notes)
        ));
    }
}

/// The options for a file that is only to be seen or heard.
pub(crate) fn standard(strictness: Strictness) -> ReadOptions {
    ReadOptions { rules: ReadRules::Standard, strictness }
}
