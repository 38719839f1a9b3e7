//! `galant words`: the words of MIDI files.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use serde::Serialize;

use crate::args::WordsArgs;
use crate::corpus::{Piece, Reading, read_with_warnings};
use crate::files;

/// What the lecture's reference prints of a file.
#[derive(Serialize)]
struct WordsJson<'a> {
    n_words: usize,
    n_chords: usize,
    chords: Vec<&'a [u8]>,
}

pub(crate) fn run(args: &WordsArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let reading = Reading { rules: args.rules, top: args.top };
    for path in files::music_files(&args.files)? {
        let (piece, warnings) = read_with_warnings(&path, reading)?;
        for warning in warnings {
            eprintln!("warning: {}: {warning}", path.display());
        }
        if args.json { print_json(&piece, out)? } else { print_text(&path, &piece, out)? }
    }
    Ok(ExitCode::SUCCESS)
}

fn n_different(piece: &Piece) -> usize {
    piece.chords.iter().collect::<BTreeSet<_>>().len()
}

fn print_json(piece: &Piece, out: &mut impl Write) -> anyhow::Result<()> {
    let chords = piece.chords.iter().map(|chord| chord.pitches()).collect();
    let words = WordsJson { n_words: piece.chords.len(), n_chords: n_different(piece), chords };
    writeln!(out, "{}", serde_json::to_string(&words)?)?;
    Ok(())
}

fn print_text(path: &Path, piece: &Piece, out: &mut impl Write) -> anyhow::Result<()> {
    let (n_words, n_different) = (piece.chords.len(), n_different(piece));
    writeln!(out, "{}: {n_words} words, {n_different} different", path.display())?;
    for (number, chord) in piece.chords.iter().enumerate() {
        writeln!(out, "#{number}: {chord}")?;
    }
    Ok(())
}
