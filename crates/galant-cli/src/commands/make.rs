//! `galant make`: from a folder of music to new pieces, in one command.
//!
//! It looks at the music, and then does what the commands that it prints would do.

mod earlier;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use galant_corpus::{Findings, Likeness, Strictness};
use galant_pipeline::{MakePlan, MakeRequest};

use crate::args::{Command, MakeArgs};
use crate::color::heading;
use crate::inputs::Inputs;
use crate::interrupt::{is_pressed, set_last_words};
use crate::{books, command_line, exit, files, music, progress};

use super::{compose, report, train};
use earlier::{Earlier, MODEL, PAGE, PIECE, remove_pieces};

pub(crate) fn run(args: &MakeArgs, strictness: Strictness, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let earlier = Earlier::of(args)?;
    set_last_words("stopped while reading the music; nothing was changed");
    let (findings, code) = look(args, strictness)?;
    for (name, text) in findings.lines() {
        writeln!(out, "{}{text}", heading(name, 11))?;
    }
    for (name, reason) in findings.left_out() {
        writeln!(out, "{}{name}: {reason}", heading("left out", 11))?;
    }
    let plan = MakePlan::of(&findings, &MakeRequest { minutes: args.minutes, n_pieces: usize::from(args.pieces) });
    match earlier {
        Earlier::Nothing => write_plan(&plan, out)?,
        Earlier::Stopped => write_going_on(args, "the training", out)?,
        Earlier::Trained => write_going_on(args, "the pieces by the model", out)?,
    }
    if args.force {
        remove_pieces(&args.out)?;
    }
    let reported: BTreeSet<String> = findings.left_out().iter().map(|(name, _)| name.clone()).collect();
    for words in commands(args, &plan, earlier) {
        let shown = line(&words);
        let mut command = command_line::read(words.into_iter().map(OsString::from).collect())?.command;
        match &mut command {
            // It has its own last words.
            Command::Train(train) => train.reported.clone_from(&reported),
            Command::Compose(_) => {
                set_last_words(last_words(args, "composing", "the model and each file that is there are whole"));
            }
            _ => set_last_words(last_words(args, "writing the page", "the model and the pieces are whole")),
        }
        writeln!(out, "\n$ {shown}")?;
        out.flush()?;
        let done = match command {
            Command::Train(train) => match train::run(&train, strictness, out) {
                Err(error) if earlier == Earlier::Stopped => return Err(error.context(going_on(args))),
                trained => trained?,
            },
            Command::Compose(compose) => compose::run(&compose, strictness, out)?,
            Command::Report(report) => report::run(&report, strictness, out)?,
            _ => ExitCode::SUCCESS,
        };
        // Ctrl-C ends all of it; that a file could not be read was said before.
        if is_pressed() || done == ExitCode::from(exit::INTERRUPTED) {
            writeln!(out, "to go on with all of it:\n  {}", again(args))?;
            return Ok(ExitCode::from(exit::INTERRUPTED));
        }
    }
    let piece = if args.pieces == 1 { "composed.wav" } else { "composed-001.wav" };
    writeln!(out, "\n{}{}", heading("listen", 11), args.out.join(piece).display())?;
    writeln!(out, "{}{}", heading("read", 11), args.out.join(PAGE).display())?;
    writeln!(
        out,
        "{}another --seed, or more --minutes; `galant compose --help` says what else",
        heading("dislike it?", 12)
    )?;
    Ok(code)
}

fn write_plan(plan: &MakePlan, out: &mut impl Write) -> anyhow::Result<()> {
    for choice in &plan.choices {
        writeln!(out, "{}{}: {}", heading(choice.what, 11), choice.choice, choice.why)?;
    }
    for doubt in &plan.doubts {
        writeln!(out, "{}{doubt}", heading("but", 11))?;
    }
    Ok(())
}

fn write_going_on(args: &MakeArgs, what: &str, out: &mut impl Write) -> anyhow::Result<()> {
    writeln!(out, "{}with {what} in {}; --force begins anew", heading("going on", 11), args.out.display())?;
    Ok(())
}

fn going_on(args: &MakeArgs) -> String {
    format!("going on in {}, where --force begins anew", args.out.display())
}

/// What is said if Ctrl-C ends it while it does something.
fn last_words(args: &MakeArgs, doing: &str, kept: &str) -> String {
    format!("stopped while {doing}; {kept}\nto go on with all of it:\n  {}", again(args))
}

/// The command that goes on with what was stopped.
fn again(args: &MakeArgs) -> String {
    let (pieces, seed) = (args.pieces.to_string(), args.seed.to_string());
    let [folder, out] = [&args.folder, &args.out].map(|path| path.to_string_lossy().into_owned());
    line(&["galant", "make", &folder, "--pieces", &pieces, "--seed", &seed, "--out", &out].map(str::to_owned))
}

fn line(words: &[String]) -> String {
    words.iter().map(|word| files::quoted(word)).collect::<Vec<_>>().join(" ")
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
                Ok(piece) => findings.add(&found.label, &piece, &Likeness::of(&piece.score)),
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

/// The commands that make what an earlier one left to be made.
fn commands(args: &MakeArgs, plan: &MakePlan, earlier: Earlier) -> Vec<Vec<String>> {
    let path = |name: &str| args.out.join(name).to_string_lossy().into_owned();
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let (folder, out) = (args.folder.to_string_lossy().into_owned(), args.out.to_string_lossy().into_owned());
    let (minutes, seed, pieces) =
        (format!("{:.2}", plan.training_minutes), args.seed.to_string(), args.pieces.to_string());
    let train = match earlier {
        Earlier::Nothing => {
            let anew = ["--tokenizer", plan.tokenizer.name(), "--minutes", &minutes];
            let force = if args.force { &["--force"][..] } else { &[] };
            Some([&anew[..], force].concat())
        }
        Earlier::Stopped => Some(vec!["--resume"]),
        Earlier::Trained => None,
    };
    let train = train.map(|how| {
        words(&[&["galant", "train", "--corpus", &folder][..], &how, &["--seed", &seed, "--out", &out]].concat())
    });
    let model = path(MODEL);
    let [midi, sound, roll] = PIECE.map(path);
    let compose =
        ["galant", "compose", "--model", &model, "--pieces", &pieces, "--seed", &seed, "--out", &midi, &sound, &roll];
    train.into_iter().chain([words(&compose), words(&["galant", "report", &out])]).collect()
}
