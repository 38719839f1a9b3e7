//! `galant corpus`: what a corpus holds, before it is trained on.

use std::io::Write;
use std::process::ExitCode;

use anyhow::ensure;
use galant_corpus::{Findings, HeldOut, Leak, Leaks, Piece, Relation, Strictness, Survey, TailsReason, Tune};
use galant_pipeline::{MakePlan, MakeRequest};

use crate::args::CorpusArgs;
use crate::books::{self, BookTally};
use crate::color::heading;
use crate::inputs::Inputs;
use crate::numbers::counted;
use crate::{files, progress};

pub(crate) fn run(args: &CorpusArgs, strictness: Strictness, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    ensure!((0.0..1.0).contains(&args.hold_out), "--hold-out is {}; it must be 0 to below 1", args.hold_out);
    let options = args.music.read_options(strictness);
    let mut survey = Survey::new(args.music.tokenizer(args.tokenizer)?, args.hold_out);
    let mut findings = Findings::default();
    let mut inputs = Inputs::default();
    let mut tunes = Tunes::default();
    let paths = inputs.files(&args.music.paths);
    if paths.is_empty() {
        return inputs.finish();
    }
    let bar = progress::bar(paths.len() as u64, "files");
    for path in paths {
        let mut tally = BookTally::default();
        books::each_piece(&path, options, &mut |found| {
            tally.add(&found);
            match found.piece {
                Ok(piece) => {
                    survey.add(&found.label, &piece);
                    findings.add(&found.label, &piece);
                    tunes.add(&found.label, &piece);
                }
                // The survey says it.
                Err(error) => {
                    survey.leave_out(&found.label, format!("{error:#}"));
                    findings.leave_out(&found.label, books::reason(&error));
                    inputs.count_failed();
                }
            }
            Ok(())
        })?;
        tally.add_to(&mut survey);
        bar.inc(1);
    }
    drop(bar);
    // A survey of files none of which can be read is one nevertheless.
    inputs.take(Ok(()));
    let n_learned = tunes.names.len();
    for path in inputs.files(&args.validation) {
        books::each_piece(&path, options, &mut |found| {
            if let Some(piece) = inputs.take(found.piece) {
                tunes.add(&found.label, &piece);
            }
            Ok(())
        })?;
    }
    if args.json {
        writeln!(out, "{}", findings.to_json())?;
    } else {
        write!(out, "{survey}")?;
        tunes.write_leaks(n_learned, args.hold_out, out)?;
        advise(args, &findings, out)?;
    }
    inputs.finish()
}

/// What was found as a musician would say it, and how to train on it.
fn advise(args: &CorpusArgs, findings: &Findings, out: &mut impl Write) -> anyhow::Result<()> {
    if findings.pieces().is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    for (name, text) in findings.lines() {
        writeln!(out, "{}{text}", heading(name, 9))?;
    }
    let plan = MakePlan::of(findings, &MakeRequest { minutes: f64::INFINITY, n_pieces: 1 });
    let minutes = plan.enough_minutes.ceil();
    let paths: Vec<String> = args.music.paths.iter().map(|path| files::quoted(&path.to_string_lossy())).collect();
    let tokenizer = plan.tokenizer.name();
    let why = plan.choices.iter().find(|choice| choice.what == "tokenizer").map_or("", |choice| choice.why.as_str());
    writeln!(
        out,
        "{}galant train --corpus {} --tokenizer {tokenizer} --minutes {minutes}",
        heading("advice", 9),
        paths.join(" ")
    )?;
    writeln!(out, "         {tokenizer}: {why}")?;
    writeln!(
        out,
        "         {} on two cores will do: longer would read the same music over and over",
        counted(minutes as usize, "minute")
    )?;
    plan.doubts.iter().try_for_each(|doubt| writeln!(out, "         {doubt}"))?;
    Ok(())
}

/// The tunes of the pieces, to look for those to validate on in the others.
#[derive(Debug, Default)]
struct Tunes {
    names: Vec<String>,
    tunes: Vec<Tune>,
}

impl Tunes {
    fn add(&mut self, name: &str, piece: &Piece) {
        if piece.score.pitched_notes().next().is_some() {
            self.names.push(name.to_owned());
            self.tunes.push(Tune::of(&piece.score));
        }
    }

    /// What the first `n_learned` pieces have in common, and with the others, which are to be validated on.
    fn write_leaks(&self, n_learned: usize, hold_out: f64, out: &mut impl Write) -> anyhow::Result<()> {
        let all: Vec<&Tune> = self.tunes.iter().collect();
        let learned = &all[..n_learned];
        if n_learned > 1 {
            writeln!(out, "whole pieces held out: {}", Leaks::of_each_other(learned))?;
        }
        let tails = Leaks::of(learned, &HeldOut::Tails { share: hold_out, reason: TailsReason::Asked });
        if tails.n_pieces > 0 {
            writeln!(out, "ends held out: {tails}")?;
        }
        if n_learned < all.len() {
            let flags = (0..all.len()).map(|piece| piece >= n_learned).collect();
            let leaks = Leaks::of(&all, &HeldOut::Named(flags));
            writeln!(out, "validation: {leaks}")?;
            leaks.leaks.iter().try_for_each(|leak| self.write_leak(leak, out))?;
        }
        Ok(())
    }

    fn write_leak(&self, leak: &Leak, out: &mut impl Write) -> anyhow::Result<()> {
        let percent = |share: f64| format!("{:.0} %", 100.0 * share);
        let (of_12, of_16) = (percent(leak.share_of_12), percent(leak.share_of_16));
        let source = leak.source.map_or(String::new(), |source| {
            let relation = match source.relation {
                Relation::SameNotes { semitones: 0 } => "the notes of".to_owned(),
                Relation::SameNotes { semitones } => format!("{semitones:+} semitones, the notes of"),
                Relation::Whole => "part of".to_owned(),
                Relation::InCommon => "most of it in".to_owned(),
            };
            format!("  {relation} {}", self.names[source.piece])
        });
        writeln!(out, "  {of_12:>5} by 12 {of_16:>5} by 16  {}{source}", self.names[leak.piece])?;
        Ok(())
    }
}
