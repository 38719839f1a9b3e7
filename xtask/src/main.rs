//! Development tasks and the main job, as `cargo xtask`.
//!
//! Each task prints the real command and starts it: nothing here does what a cargo command or the program cannot.
#![forbid(unsafe_code)]

mod ci;
mod command;
mod compare;
mod libtorch;
mod tidy;
mod train_mozart;
mod workspace;

use std::process::ExitCode;

use crate::command::CommandFailed;

fn main() -> ExitCode {
    // Ctrl-C reaches the command that runs as well: it ends in its own way, and this program waits for it.
    if ctrlc::set_handler(|| ()).is_err() {
        eprintln!("warning: Ctrl-C will end this task before the command that it started");
    }
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (task, rest) = args.split_first().map_or(("", &[][..]), |(task, rest)| (task.as_str(), rest));
    let done = match (task, rest) {
        ("" | "help" | "-h" | "--help", []) => {
            print!("{HELP}");
            Ok(())
        }
        ("train-mozart", rest) => train_mozart::run(rest),
        ("compare", rest) => compare::run(rest),
        ("libtorch", rest) => libtorch::run(rest),
        ("tidy", []) => tidy::run(),
        ("ci", []) => ci::run(),
        ("tidy" | "ci", [extra, ..]) => return wrong_usage(&format!("{task} takes no argument, but got '{extra}'")),
        (unknown, _) => return wrong_usage(&format!("there is no task '{unknown}'")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            exit_code(&error)
        }
    }
}

const HELP: &str = "\
Development tasks and the main job of Galant.

Usage: cargo xtask <task>

Tasks:
  train-mozart [ARGS]  build the program, train it on Mozart and his dice game, compose a waltz, measure it
  compare [ARGS]       measure Galant and other programs in turn, write benches/RESULTS.md
  libtorch [COMMAND]   find or fetch libtorch, and build the program with the engine that runs on it
  tidy                 check the rules of the house: layers, owners, files, fixtures
  ci                   everything a change must pass, in order
  help                 this text

`cargo xtask train-mozart --help` says what ARGS may be.
";

fn wrong_usage(message: &str) -> ExitCode {
    eprintln!("error: {message}\n\n{HELP}");
    ExitCode::from(USAGE)
}

/// What programs exit with if they were called wrongly.
const USAGE: u8 = 2;

/// A failed command's own code; 2 for wrong usage; 1 for the rest.
fn exit_code(error: &anyhow::Error) -> ExitCode {
    if let Some(failed) = error.downcast_ref::<CommandFailed>() {
        return ExitCode::from(failed.code);
    }
    let usage = error.is::<train_mozart::UsageError>() || error.is::<compare::UsageError>();
    ExitCode::from(if usage { USAGE } else { 1 })
}
