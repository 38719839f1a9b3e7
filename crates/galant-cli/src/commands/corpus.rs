//! `galant corpus`: what a corpus holds, before it is trained on.

use std::io::Write;
use std::process::ExitCode;

use anyhow::ensure;
use galant_corpus::{Findings, Strictness, Survey};
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
    if args.json {
        writeln!(out, "{}", findings.to_json())?;
    } else {
        write!(out, "{survey}")?;
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
