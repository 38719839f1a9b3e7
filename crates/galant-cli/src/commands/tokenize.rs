//! `galant tokenize`: the tokens of MIDI files.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use galant_corpus::{Piece, ReadOptions, Strictness, TokenList};
use galant_tokens::{Encoded, Rounding, Token, Tokenizer};

use crate::args::TokenizeArgs;
use crate::inputs::Inputs;
use crate::{books, files, music, printable};

pub(crate) fn run(args: &TokenizeArgs, strictness: Strictness, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let tokenizer = args.music.tokenizer(args.tokenizer)?;
    let options = args.music.read_options(strictness);
    let mut inputs = Inputs::default();
    let paths = inputs.files(&args.music.paths);
    if args.report {
        report(&paths, options, tokenizer, &mut inputs, out)?;
        return inputs.finish();
    }
    for path in paths {
        let mut print = |label: &str, piece: &Piece| -> anyhow::Result<()> {
            for warning in &piece.warnings {
                printable::warn(&format!("{label}: {warning}"));
            }
            music::warn_of_percussion(Path::new(label), piece);
            let list = TokenList::of(&piece.score, tokenizer).with_context(|| format!("reading {label}"))?;
            if args.json {
                writeln!(out, "{}", list.to_json())?;
            } else {
                print_text(label, &list, out)?;
            }
            Ok(())
        };
        if let Some(number) = args.tune {
            if let Some(piece) = inputs.take(books::tune(&path, number, options)) {
                print(&files::label(&path, &piece.name), &piece)?;
            }
            continue;
        }
        books::each_piece(&path, options, &mut |found| match inputs.take(found.piece) {
            Some(piece) => print(&found.label, &piece),
            None => Ok(()),
        })?;
    }
    inputs.finish()
}

/// A row for each file, its warnings below, and a last one for all together.
fn report(
    paths: &[PathBuf],
    options: ReadOptions,
    tokenizer: Tokenizer,
    inputs: &mut Inputs,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let mut total = Rounding::default();
    let (mut n_pieces, mut n_files) = (0, 0);
    for path in paths {
        n_files += 1;
        books::each_piece(path, options, &mut |found| {
            let Some(piece) = inputs.take(found.piece) else { return Ok(()) };
            if n_pieces == 0 {
                print_header(tokenizer, out)?;
            }
            n_pieces += 1;
            let encoded = tokenizer.encode(&piece.score);
            print_row(&found.label, Some((&piece, &encoded)), encoded.rounding.as_ref(), out)?;
            piece.warnings.iter().try_for_each(|warning| writeln!(out, "    {warning}"))?;
            encoded.refused.iter().try_for_each(|error| writeln!(out, "    no voices: {error}"))?;
            let n_percussion = piece.score.n_percussion();
            if n_percussion > 0 {
                writeln!(out, "    {n_percussion} of percussion left out")?;
            }
            encoded.rounding.iter().for_each(|rounding| total.add(rounding));
            Ok(())
        })?;
    }
    if n_pieces > 1 && tokenizer.grid().is_some() {
        let what = if n_pieces > n_files { "pieces" } else { "files" };
        print_row(&format!("{n_pieces} {what}"), None, Some(&total), out)?;
    }
    Ok(())
}

/// How many different tokens there are, and how many of them only once.
fn n_different(tokens: &[Token]) -> [usize; 2] {
    let mut counts = BTreeMap::new();
    for token in tokens {
        *counts.entry(token).or_insert(0_usize) += 1;
    }
    [counts.len(), counts.values().filter(|&&n| n == 1).count()]
}

fn print_text(label: &str, list: &TokenList, out: &mut impl Write) -> anyhow::Result<()> {
    writeln!(out, "{label}: {} tokens, {} different", list.tokens.len(), list.n_different())?;
    for (number, token) in list.tokens.iter().enumerate() {
        writeln!(out, "#{number}: {token}")?;
    }
    Ok(())
}

fn print_header(tokenizer: Tokenizer, out: &mut impl Write) -> anyhow::Result<()> {
    match tokenizer.grid() {
        None => writeln!(out, "{:>8} {:>9} {:>6} {:>8}  file", "tokens", "different", "once", "warnings")?,
        Some(grid) => {
            let steps = grid.steps_per_quarter();
            writeln!(out, "on a grid of {steps} steps per quarter note; onsets and lengths: share of notes moved")?;
            writeln!(
                out,
                "{:>8} {:>9} {:>6} {:>8} {:>9} {:>9} {:>6} {:>7} {:>5} {:>8} {:>8}  file",
                "tokens",
                "different",
                "once",
                "notes",
                "onsets",
                "lengths",
                "merged",
                "dropped",
                "cut",
                "silences",
                "warnings"
            )?;
        }
    }
    Ok(())
}

/// A row of the report; for all files together there is no piece.
fn print_row(
    name: &str,
    piece: Option<(&Piece, &Encoded)>,
    rounding: Option<&Rounding>,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let count = |number: Option<usize>| number.map_or(String::new(), |number| number.to_string());
    let n_tokens = piece.map(|(_, encoded)| encoded.tokens.len());
    let n_different = piece.map(|(_, encoded)| n_different(&encoded.tokens));
    let [different, once] = [0, 1].map(|number| count(n_different.map(|numbers| numbers[number])));
    write!(out, "{:>8} {different:>9} {once:>6}", count(n_tokens))?;
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
    writeln!(out, " {:>8}  {name}", count(piece.map(|(piece, _)| piece.warnings.len())))?;
    Ok(())
}
