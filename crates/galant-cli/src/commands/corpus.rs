//! `galant corpus`: what a corpus holds, before it is trained on.
//!
//! Files are read one at a time; of each, counts and hashes are kept, so that a hundred thousand fit into little memory.

mod fingerprint;
mod outside;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::ensure;

use crate::args::CorpusArgs;
use crate::corpus::{Piece, read_with_warnings};
use crate::files;
use crate::progress;
use crate::reading::Reading;

use fingerprint::Fingerprint;
use outside::{Outside, Share};

/// What is kept of a file.
struct Row {
    path: PathBuf,
    n_notes: u64,
    n_tokens: u64,
    n_warnings: usize,
    found: Found,
}

/// What a file turned out to be.
enum Found {
    Song,
    /// The same notes as an earlier file, so many semitones higher.
    Twin {
        first: usize,
        semitones: i16,
    },
    LeftOut {
        why: String,
    },
}

pub(crate) fn run(args: &CorpusArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    ensure!((0.0..1.0).contains(&args.hold_out), "--hold-out is {}; it must be 0 to below 1", args.hold_out);
    let reading = Reading { kind: args.tokenizer, top: args.top, ..Reading::chords(args.rules) }.on_grid(args.grid)?;
    let mut corpus = Looked::default();
    let paths = files::music_files(&args.paths)?;
    let bar = progress::bar(paths.len() as u64, "files");
    for path in paths {
        corpus.look(path, reading, args.hold_out);
        bar.inc(1);
    }
    bar.finish_and_clear();
    corpus.print(args.hold_out, out)?;
    Ok(ExitCode::SUCCESS)
}

/// All files looked at so far.
#[derive(Default)]
struct Looked {
    rows: Vec<Row>,
    /// The first file of each fingerprint, with the pitch that it begins with.
    firsts: BTreeMap<u64, (usize, u8)>,
    outside: Outside,
}

impl Looked {
    fn look(&mut self, path: PathBuf, reading: Reading, hold_out: f64) {
        let read = read_with_warnings(&path, reading);
        let row = match read {
            Err(error) => Row::left_out(path, 0, format!("{error:#}")),
            Ok((piece, warnings)) if piece.tokens.is_empty() => {
                Row::left_out(path, warnings.len(), "no notes".to_owned())
            }
            Ok((piece, warnings)) => self.row(path, &piece, warnings.len(), hold_out),
        };
        self.rows.push(row);
    }

    fn row(&mut self, path: PathBuf, piece: &Piece, n_warnings: usize, hold_out: f64) -> Row {
        let number = self.rows.len();
        let n_training = piece.tokens.len() - (piece.tokens.len() as f64 * hold_out) as usize;
        let (training, held_out) = piece.tokens.split_at(n_training);
        training.iter().for_each(|token| self.outside.train(token));
        held_out.iter().for_each(|token| self.outside.hold_out(number, token));
        let Fingerprint { hash, first_pitch } = Fingerprint::of(&piece.score);
        let (first, pitch) = *self.firsts.entry(hash).or_insert((number, first_pitch));
        let found = if first == number {
            Found::Song
        } else {
            Found::Twin { first, semitones: i16::from(first_pitch) - i16::from(pitch) }
        };
        let (n_notes, n_tokens) = (piece.score.notes.len() as u64, piece.tokens.len() as u64);
        Row { path, n_notes, n_tokens, n_warnings, found }
    }

    fn print(&self, hold_out: f64, out: &mut impl Write) -> anyhow::Result<()> {
        let shares = self.outside.shares(self.rows.len());
        writeln!(out, "{:>5} {:>8} {:>8} {:>8} {:>8}  file", "songs", "notes", "tokens", "outside", "warnings")?;
        for (row, share) in self.rows.iter().zip(&shares) {
            let n_songs = u8::from(!matches!(row.found, Found::LeftOut { .. }));
            let Row { n_notes, n_tokens, n_warnings, .. } = row;
            write!(out, "{n_songs:>5} {n_notes:>8} {n_tokens:>8} {share:>8} {n_warnings:>8}  {}", row.path.display())?;
            self.print_found(&row.found, out)?;
            writeln!(out)?;
        }
        self.print_total(hold_out, &shares, out)
    }

    fn print_found(&self, found: &Found, out: &mut impl Write) -> anyhow::Result<()> {
        match found {
            Found::Song => {}
            Found::Twin { first, semitones } => {
                let unit = if semitones.abs() == 1 { "semitone" } else { "semitones" };
                let key = match semitones {
                    0 => String::new(),
                    n if *n > 0 => format!(", {n} {unit} higher"),
                    n => format!(", {} {unit} lower", n.unsigned_abs()),
                };
                write!(out, "  the notes of {}{key}", self.rows[*first].path.display())?;
            }
            Found::LeftOut { why } => write!(out, "  left out: {why}")?,
        }
        Ok(())
    }

    fn print_total(&self, hold_out: f64, shares: &[Share], out: &mut impl Write) -> anyhow::Result<()> {
        let count = |is: fn(&Found) -> bool| self.rows.iter().filter(|row| is(&row.found)).count();
        let n_left_out = count(|found| matches!(found, Found::LeftOut { .. }));
        let n_twins = count(|found| matches!(found, Found::Twin { .. }));
        let n_transposed = count(|found| matches!(found, Found::Twin { semitones, .. } if *semitones != 0));
        let sum = |of: fn(&Row) -> u64| self.rows.iter().map(of).sum::<u64>();
        let (n_files, n_songs) = (self.rows.len(), self.rows.len() - n_left_out);
        writeln!(out, "\n{n_files} files: {n_songs} songs, {n_left_out} left out")?;
        let about = if self.outside.is_exact() { "" } else { "about " };
        writeln!(
            out,
            "{} notes, {} tokens; {about}{} different ones in the parts for training",
            sum(|row| row.n_notes),
            sum(|row| row.n_tokens),
            self.outside.n_different()
        )?;
        let total = Share::sum(shares);
        writeln!(
            out,
            "outside of these: {total} of the tokens held out, the last {} % of each file",
            100.0 * hold_out
        )?;
        writeln!(out, "{n_twins} files have the notes of an earlier one, {n_transposed} of them in another key")?;
        Ok(())
    }
}

impl Row {
    fn left_out(path: PathBuf, n_warnings: usize, why: String) -> Row {
        Row { path, n_notes: 0, n_tokens: 0, n_warnings, found: Found::LeftOut { why } }
    }
}
