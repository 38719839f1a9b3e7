//! `galant corpus`: what a corpus holds, before it is trained on.

use std::io::Write;
use std::process::ExitCode;

use anyhow::ensure;
use galant_corpus::{Findings, HeldOut, Leak, Leaks, Likeness, Piece, Relation, Strictness, Survey, TailsReason, Tune};
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
                    let likeness = Likeness::of(&piece.score);
                    survey.add(&found.label, &piece, &likeness);
                    findings.add(&found.label, &piece, &likeness);
                    tunes.add(&piece, likeness.into_tune());
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
    for path in inputs.files(&args.validation) {
        books::each_piece(&path, options, &mut |found| {
            if let Some(piece) = inputs.take(found.piece)
                && tunes.add(&piece, Tune::of(&piece.score))
            {
                tunes.names.push(found.label);
            }
            Ok(())
        })?;
    }
    if args.json {
        writeln!(out, "{}", findings.to_json())?;
    } else {
        write!(out, "{survey}")?;
        // Of hundreds of thousands of pieces, what follows takes as much memory again.
        drop(survey);
        tunes.write_leaks(&findings, args.hold_out, out)?;
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
    /// First those of the corpus, in the order of what was found there.
    tunes: Vec<Tune>,
    /// The names of the others.
    names: Vec<String>,
}

impl Tunes {
    /// Adds a piece, if it has notes that have a pitch.
    fn add(&mut self, piece: &Piece, tune: Tune) -> bool {
        let has_notes = piece.score.pitched_notes().next().is_some();
        self.tunes.extend(Some(tune).filter(|_| has_notes));
        has_notes
    }

    /// What the pieces of the corpus have in common, and with the others, which are to be validated on.
    fn write_leaks(&self, corpus: &Findings, hold_out: f64, out: &mut impl Write) -> anyhow::Result<()> {
        let n_learned = corpus.pieces().len();
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
            let of_corpus = corpus.pieces().iter().map(|piece| piece.name.as_str());
            let names: Vec<&str> = of_corpus.chain(self.names.iter().map(String::as_str)).collect();
            leaks.leaks.iter().try_for_each(|leak| write_leak(leak, &names, out))?;
        }
        Ok(())
    }
}

/// A piece to validate on of which much is learned from; `names` are those of all pieces.
fn write_leak(leak: &Leak, names: &[&str], out: &mut impl Write) -> anyhow::Result<()> {
    let percent = |share: f64| format!("{:.0} %", 100.0 * share);
    let (of_12, of_16) = (percent(leak.share_of_12), percent(leak.share_of_16));
    let source = leak.source.map_or(String::new(), |source| {
        let relation = match source.relation {
            Relation::SameNotes { semitones: 0 } => "the notes of".to_owned(),
            Relation::SameNotes { semitones } => format!("{semitones:+} semitones, the notes of"),
            Relation::Whole => "part of".to_owned(),
            Relation::InCommon => "most of it in".to_owned(),
        };
        format!("  {relation} {}", names[source.piece])
    });
    writeln!(out, "  {of_12:>5} by 12 {of_16:>5} by 16  {}{source}", names[leak.piece])?;
    Ok(())
}
