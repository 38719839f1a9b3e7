//! Development tasks and the main job, as `cargo xtask`.
//!
//! Each task prints the real commands and starts them: nothing here does what a cargo command or the program cannot.
#![forbid(unsafe_code)]

mod ci;
mod command;
mod libtorch;
mod options;
mod tidy;
mod train_mozart;
mod wasm;
mod workspace;

use std::process::ExitCode;

use crate::command::{CommandFailed, Task};
use crate::options::{Options, UsageError};

fn main() -> ExitCode {
    // Ctrl-C reaches the running command as well: it ends in its own way, and this program waits for it.
    if ctrlc::set_handler(|| ()).is_err() {
        eprintln!("warning: Ctrl-C will end this task before the command that it started");
    }
    match run(std::env::args().skip(1).collect()) {
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
  tidy                 check the structure of the project: layers, owners, circles of files, data
  ci                   everything a change must pass, in order
  help                 this text

`cargo xtask train-mozart --help`, and the same for compare and libtorch, lists the arguments.
";

fn run(mut args: Vec<String>) -> anyhow::Result<()> {
    if args.is_empty() {
        args.push("help".to_owned());
    }
    let task = args.remove(0);
    let help = match task.as_str() {
        "train-mozart" => train_mozart::HELP,
        "libtorch" => libtorch::HELP,
        _ => HELP,
    };
    // What follows a cargo command is that command's, its --help too.
    let asks = |arg: &String| arg == "--help" || arg == "-h";
    if ["help", "-h", "--help"].contains(&task.as_str())
        || if task == "libtorch" {
            args.first().is_some_and(asks)
        } else if task == "compare" {
            false
        } else {
            args.iter().any(asks)
        }
    {
        print!("{help}");
        return Ok(());
    }
    let options = Options(args);
    match task.as_str() {
        "train-mozart" => train_mozart::run(options),
        "compare" => compare(&options.0),
        "libtorch" => libtorch::run(&options.0),
        "tidy" => options.finish().map_err(Into::into).and_then(|()| tidy::run()),
        "ci" => options.finish().map_err(Into::into).and_then(|()| ci::run()),
        unknown => Err(UsageError(format!("there is no task '{unknown}'")).into()),
    }
}

/// Starts the program that measures Galant and others; it knows its options, `--help` too.
fn compare(args: &[String]) -> anyhow::Result<()> {
    Task::cargo(&["run", "--release", "-p", "galant-benches", "--bin", "compare", "--"]).args(args).run()
}

/// A failed command's own code; 2 for wrong usage; 1 for the rest.
fn exit_code(error: &anyhow::Error) -> ExitCode {
    match error.downcast_ref::<CommandFailed>() {
        Some(failed) => ExitCode::from(failed.code),
        None => ExitCode::from(if error.is::<UsageError>() { 2 } else { 1 }),
    }
}
