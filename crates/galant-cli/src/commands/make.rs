//! `galant make`: from a folder of music to new pieces, in one command.
//!
//! It looks at the music, and then does what the commands that it prints would do.

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use galant_corpus::{Findings, Strictness};
use galant_pipeline::{MakePlan, MakeRequest};

use crate::args::{Command, MakeArgs};
use crate::color::heading;
use crate::inputs::Inputs;
use crate::{books, command_line, files, music, progress};

use super::{compose, report, train};

pub(crate) fn run(args: &MakeArgs, strictness: Strictness, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let (findings, code) = look(args, strictness)?;
    for (name, text) in findings.lines() {
        writeln!(out, "{}{text}", heading(name, 11))?;
    }
    for (name, reason) in findings.left_out() {
        writeln!(out, "{}{name}: {reason}", heading("left out", 11))?;
    }
    let plan = MakePlan::of(&findings, &MakeRequest { minutes: args.minutes, n_pieces: usize::from(args.pieces) });
    for choice in &plan.choices {
        writeln!(out, "{}{}: {}", heading(choice.what, 11), choice.choice, choice.why)?;
    }
    for doubt in &plan.doubts {
        writeln!(out, "{}{doubt}", heading("but", 11))?;
    }
    for words in commands(args, &plan) {
        let line: Vec<String> = words.iter().map(|word| files::quoted(word)).collect();
        writeln!(out, "\n$ {}", line.join(" "))?;
        out.flush()?;
        let done = match command_line::read(words.into_iter().map(OsString::from).collect())?.command {
            Command::Train(args) => train::run(&args, strictness, out)?,
            Command::Compose(args) => compose::run(&args, strictness, out)?,
            Command::Report(args) => report::run(&args, strictness, out)?,
            _ => ExitCode::SUCCESS,
        };
        // Ctrl-C ends all of it; that a file could not be read was said before.
        if done == ExitCode::from(crate::exit::INTERRUPTED) {
            return Ok(done);
        }
    }
    let piece = if args.pieces == 1 { "composed.wav" } else { "composed-001.wav" };
    writeln!(out, "\n{}{}", heading("listen", 11), args.out.join(piece).display())?;
    writeln!(out, "{}{}", heading("read", 11), args.out.join("report.html").display())?;
    writeln!(
        out,
        "{}another --seed, or more --minutes; `galant compose --help` says what else",
        heading("dislike it?", 12)
    )?;
    Ok(code)
}

/// What the folder holds; the exit code is 1 if some of it is bad.
fn look(args: &MakeArgs, strictness: Strictness) -> anyhow::Result<(Findings, ExitCode)> {
    let mut findings = Findings::default();
    let mut inputs = Inputs::default();
    let paths = inputs.files_of(&args.folder);
    let job = progress::bar(paths.len() as u64, "files");
    let mut n_bad = 0;
    for path in &paths {
        books::each_piece(path, music::standard(strictness), &mut |found| {
            match found.piece {
                Ok(piece) => findings.add(&found.label, &piece),
                Err(error) => {
                    n_bad += 1;
                    findings.leave_out(&found.label, books::reason(&error));
                }
            }
            Ok(())
        })?;
        job.inc(1);
    }
    drop(job);
    (0..n_bad).for_each(|_| inputs.count_failed());
    if !findings.pieces().is_empty() {
        inputs.take(Ok(()));
    }
    anyhow::ensure!(
        paths.is_empty() || !findings.pieces().is_empty(),
        "{} has no music to learn from: none of its {} files can be read and has notes with a pitch",
        args.folder.display(),
        paths.len()
    );
    Ok((findings, inputs.finish()?))
}

/// The commands that carry out the plan.
fn commands(args: &MakeArgs, plan: &MakePlan) -> Vec<Vec<String>> {
    let path = |name: &str| args.out.join(name).to_string_lossy().into_owned();
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let (folder, out) = (args.folder.to_string_lossy().into_owned(), args.out.to_string_lossy().into_owned());
    let (minutes, seed, pieces) =
        (format!("{:.2}", plan.training_minutes), args.seed.to_string(), args.pieces.to_string());
    let train = ["galant", "train", "--corpus", &folder, "--tokenizer", plan.tokenizer.name(), "--minutes", &minutes];
    let mut train = [words(&train), words(&["--seed", &seed, "--out", &out])].concat();
    if args.force {
        train.push("--force".to_owned());
    }
    let model = path("model.safetensors");
    let [midi, sound, roll] = ["composed.mid", "composed.wav", "composed.svg"].map(path);
    let compose =
        ["galant", "compose", "--model", &model, "--pieces", &pieces, "--seed", &seed, "--out", &midi, &sound, &roll];
    vec![train, words(&compose), words(&["galant", "report", &out])]
}
