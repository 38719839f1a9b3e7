//! `galant tokenize`: the tokens of MIDI files.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use galant_corpus::{Piece, ReadOptions, Strictness};
use galant_tokens::{Encoded, PlaybackTally, Rounding, Token, Tokenizer};
use serde::Serialize;

use crate::args::{TokenizeArgs, tokenizer};
use crate::{files, music, printable};

use super::detokenize::TokensJson;

/// What the lecture's reference prints of a file.
#[derive(Serialize)]
struct ChordsJson<'a> {
    #[serde(rename = "n_words")]
    n_tokens: usize,
    n_chords: usize,
    chords: Vec<&'a [u8]>,
}

pub(crate) fn run(args: &TokenizeArgs, strictness: Strictness, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let tokenizer = tokenizer(args.tokenizer, args.rules, args.top.0, args.grid)?;
    let options = ReadOptions { rules: args.rules.read_rules(), strictness };
    let paths = files::music_files(&args.files)?;
    if args.report {
        print_header(tokenizer, out)?;
    }
    let (mut n_files, mut total) = (0, Rounding::default());
    for path in paths {
        let piece = music::read_silently(&path, options)?;
        let encoded = tokenizer.encode(&piece.score);
        if args.report {
            print_row(&path.display().to_string(), Some((&piece, &encoded)), encoded.rounding.as_ref(), out)?;
            piece.warnings.iter().try_for_each(|warning| writeln!(out, "    {warning}"))?;
            encoded.rounding.iter().for_each(|rounding| total.add(rounding));
            n_files += 1;
            continue;
        }
        for warning in &piece.warnings {
            printable::warn(&format!("{}: {warning}", path.display()));
        }
        match (args.json, tokenizer) {
            (true, Tokenizer::Chords(_)) => print_chords(&encoded.tokens, out)?,
            (true, _) => print_json(&piece, &encoded.tokens, tokenizer, out)?,
            (false, _) => print_text(&path, &encoded.tokens, out)?,
        }
    }
    if args.report && n_files > 1 && tokenizer.grid().is_some() {
        print_row(&format!("{n_files} files"), None, Some(&total), out)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn n_different(tokens: &[Token]) -> usize {
    tokens.iter().collect::<BTreeSet<_>>().len()
}

fn print_chords(tokens: &[Token], out: &mut impl Write) -> anyhow::Result<()> {
    let chords = tokens.iter().map(Token::pitches).collect();
    let json = ChordsJson { n_tokens: tokens.len(), n_chords: n_different(tokens), chords };
    writeln!(out, "{}", serde_json::to_string(&json)?)?;
    Ok(())
}

fn print_json(piece: &Piece, tokens: &[Token], tokenizer: Tokenizer, out: &mut impl Write) -> anyhow::Result<()> {
    let mut tally = PlaybackTally::default();
    tally.add(&piece.score);
    let json = TokensJson::of(tokens, n_different(tokens), tokenizer, tally.playback());
    writeln!(out, "{}", serde_json::to_string(&json)?)?;
    Ok(())
}

fn print_text(path: &Path, tokens: &[Token], out: &mut impl Write) -> anyhow::Result<()> {
    writeln!(out, "{}: {} tokens, {} different", path.display(), tokens.len(), n_different(tokens))?;
    for (number, token) in tokens.iter().enumerate() {
        writeln!(out, "#{number}: {token}")?;
    }
    Ok(())
}

fn print_header(tokenizer: Tokenizer, out: &mut impl Write) -> anyhow::Result<()> {
    match tokenizer.grid() {
        None => writeln!(out, "{:>8} {:>9} {:>8}  file", "tokens", "different", "warnings")?,
        Some(grid) => {
            let steps = grid.steps_per_quarter();
            writeln!(out, "on a grid of {steps} steps per quarter note; onsets and lengths: share of notes moved")?;
            writeln!(
                out,
                "{:>8} {:>9} {:>8} {:>9} {:>9} {:>6} {:>7} {:>5} {:>8} {:>8}  file",
                "tokens", "different", "notes", "onsets", "lengths", "merged", "dropped", "cut", "silences", "warnings"
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
    let (n_tokens, n_different) =
        (piece.map(|(_, encoded)| encoded.tokens.len()), piece.map(|(_, encoded)| n_different(&encoded.tokens)));
    write!(out, "{:>8} {:>9}", count(n_tokens), count(n_different))?;
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
