//! `galant tokenize`: the tokens of MIDI files.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use galant_tokens::{PlaybackTally, Rounding, Tokenizer};
use serde::Serialize;

use crate::args::{KindArg, TokenizeArgs};
use crate::corpus::{Piece, read_with_warnings};
use crate::reading::Reading;
use crate::{files, printable};

use super::detokenize::TokensJson;

/// What the lecture's reference prints of a file.
#[derive(Serialize)]
struct ChordsJson<'a> {
    #[serde(rename = "n_words")]
    n_tokens: usize,
    n_chords: usize,
    chords: Vec<&'a [u8]>,
}

pub(crate) fn run(args: &TokenizeArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let reading = Reading { kind: args.tokenizer, top: args.top, ..Reading::chords(args.rules) }.on_grid(args.grid)?;
    let paths = files::music_files(&args.files)?;
    if args.report {
        print_header(reading, out)?;
    }
    let (mut n_files, mut total) = (0, Rounding::default());
    for path in paths {
        let (piece, warnings) = read_with_warnings(&path, reading)?;
        if args.report {
            print_row(&path.display().to_string(), Some(&piece), piece.rounding.as_ref(), Some(warnings.len()), out)?;
            warnings.iter().try_for_each(|warning| writeln!(out, "    {warning}"))?;
            piece.rounding.iter().for_each(|rounding| total.add(rounding));
            n_files += 1;
            continue;
        }
        for warning in warnings {
            printable::warn(&format!("{}: {warning}", path.display()));
        }
        match (args.json, reading.kind) {
            (true, KindArg::Chords) => print_chords(&piece, out)?,
            (true, _) => print_json(&piece, reading.tokens(), out)?,
            (false, _) => print_text(&path, &piece, out)?,
        }
    }
    if args.report && n_files > 1 && reading.kind != KindArg::Chords {
        print_row(&format!("{n_files} files"), None, Some(&total), None, out)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn n_different(piece: &Piece) -> usize {
    piece.tokens.iter().collect::<BTreeSet<_>>().len()
}

fn print_chords(piece: &Piece, out: &mut impl Write) -> anyhow::Result<()> {
    let chords = piece.tokens.iter().map(|chord| chord.pitches()).collect();
    let tokens = ChordsJson { n_tokens: piece.tokens.len(), n_chords: n_different(piece), chords };
    writeln!(out, "{}", serde_json::to_string(&tokens)?)?;
    Ok(())
}

fn print_json(piece: &Piece, kind: Tokenizer, out: &mut impl Write) -> anyhow::Result<()> {
    let mut tally = PlaybackTally::default();
    tally.add(&piece.score);
    let tokens = TokensJson::of(&piece.tokens, n_different(piece), kind, tally.playback());
    writeln!(out, "{}", serde_json::to_string(&tokens)?)?;
    Ok(())
}

fn print_text(path: &Path, piece: &Piece, out: &mut impl Write) -> anyhow::Result<()> {
    let (n_tokens, n_different) = (piece.tokens.len(), n_different(piece));
    writeln!(out, "{}: {n_tokens} tokens, {n_different} different", path.display())?;
    for (number, token) in piece.tokens.iter().enumerate() {
        writeln!(out, "#{number}: {token}")?;
    }
    Ok(())
}

fn print_header(reading: Reading, out: &mut impl Write) -> anyhow::Result<()> {
    match reading.tokens().grid() {
        None => writeln!(out, "{:>8} {:>9} {:>7}  file", "tokens", "different", "repairs")?,
        Some(grid) => {
            let steps = grid.steps_per_quarter();
            writeln!(out, "on a grid of {steps} steps a quarter note; moved: share of all notes")?;
            writeln!(
                out,
                "{:>8} {:>9} {:>8} {:>9} {:>9} {:>6} {:>7} {:>5} {:>8} {:>7}  file",
                "tokens", "different", "notes", "onsets", "lengths", "merged", "dropped", "cut", "silences", "repairs"
            )?;
        }
    }
    Ok(())
}

fn print_row(
    name: &str,
    piece: Option<&Piece>,
    rounding: Option<&Rounding>,
    n_repairs: Option<usize>,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let count = |number: Option<usize>| number.map_or(String::new(), |number| number.to_string());
    write!(out, "{:>8} {:>9}", count(piece.map(|piece| piece.tokens.len())), count(piece.map(n_different)))?;
    if let Some(rounding) = rounding {
        let share = |part: u64| format!("{:.2} %", 100.0 * part as f64 / rounding.n_notes.max(1) as f64);
        write!(
            out,
            " {:>8} {:>9} {:>9} {:>6} {:>7} {:>5} {:>8}",
            rounding.n_notes,
            share(rounding.onsets_moved),
            share(rounding.lengths_moved),
            rounding.merged,
            rounding.left_out,
            rounding.shortened,
            rounding.silences_shortened
        )?;
    }
    writeln!(out, " {:>7}  {name}", count(n_repairs))?;
    Ok(())
}
