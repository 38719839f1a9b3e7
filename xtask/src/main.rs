//! Development tasks and the main job, as `cargo xtask`.
//!
//! Each task prints the real commands and starts them: nothing here does what a cargo command or the program cannot.
#![forbid(unsafe_code)]

mod cache;
mod ci;
mod command;
mod corpus;
mod judge;
mod libtorch;
mod mpi;
mod studio;
mod studio_models;
mod tidy;
mod train_bach;
mod train_mozart;
mod wasm;
mod wheel;
mod workspace;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use xshell::{Shell, cmd};

use crate::command::CommandFailed;

/// Development tasks and the main job of Galant.
#[derive(Parser)]
#[command(name = "xtask", bin_name = "cargo xtask")]
struct Xtask {
    #[command(subcommand)]
    task: Option<Task>,
}

#[derive(Subcommand)]
enum Task {
    /// Build the program, train it on Mozart and his dice game, compose a waltz and 16 bars, measure it
    #[command(long_about = train_mozart::ABOUT)]
    TrainMozart(train_mozart::Request),
    /// Build the program, train it on chorales that Bach harmonized, and harmonize a tune
    #[command(long_about = train_bach::ABOUT)]
    TrainBach(train_bach::Request),
    /// Measure Galant and other programs in turn, write benches/RESULTS.md
    #[command(disable_help_flag = true)]
    Compare {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Train and measure the published benchmarks, write benches/JUDGE.md
    #[command(long_about = judge::ABOUT)]
    Judge(judge::Request),
    /// Find or fetch libtorch, and build the program with the engine that runs on it
    #[command(after_help = libtorch::HELP)]
    Libtorch {
        /// Start this cargo command with libtorch instead of building the program, such as
        /// `test --release -p galant-engine-torch --features libtorch`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "COMMAND ARGS")]
        command: Vec<String>,
    },
    /// Build the program that trains on many processes, over MPI
    #[command(after_help = mpi::HELP)]
    Mpi,
    /// Build the studio, the page on which one composes in the browser, and open it
    #[command(long_about = studio::ABOUT)]
    Studio(studio::Request),
    /// Fetch music to train on: chorales, or books of tunes
    #[command(after_help = corpus::HELP)]
    Corpus {
        /// Which collection
        set: corpus::Set,
    },
    /// Build the Python wheel, install it into a clean virtual environment, make music with it
    #[command(long_about = wheel::ABOUT)]
    Wheel,
    /// Train the models that the studio begins with, unless they are there
    StudioModels,
    /// Check the structure of the project: layers, owners, circles of files, data
    Tidy,
    /// Everything a change must pass, in order
    Ci,
}

fn main() -> ExitCode {
    // Ctrl-C reaches the running command as well: it ends in its own way, and this program waits for it.
    if ctrlc::set_handler(|| ()).is_err() {
        eprintln!("warning: Ctrl-C will end this task before the command that it started");
    }
    match run(Xtask::parse_from(train_mozart::ours_first(std::env::args()))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            // A failed command's own code.
            error.downcast_ref::<CommandFailed>().map_or(ExitCode::FAILURE, |failed| failed.code().into())
        }
    }
}

fn run(xtask: Xtask) -> anyhow::Result<()> {
    match xtask.task {
        None => Ok(Xtask::command().print_help()?),
        Some(Task::TrainMozart(request)) => train_mozart::run(&request),
        Some(Task::TrainBach(request)) => train_bach::run(&request),
        Some(Task::Compare { args }) => {
            let sh = Shell::new()?;
            command::run(cmd!(sh, "cargo run --release -p galant-benches --bin compare -- {args...}"))
        }
        Some(Task::Judge(request)) => judge::run(&request),
        Some(Task::Libtorch { command }) => libtorch::run(&command),
        Some(Task::Mpi) => mpi::run(),
        Some(Task::Studio(request)) => studio::run(&request),
        Some(Task::Corpus { set }) => corpus::run(set),
        Some(Task::Wheel) => wheel::run(),
        Some(Task::StudioModels) => studio_models::run(),
        Some(Task::Tidy) => tidy::run(),
        Some(Task::Ci) => ci::run(),
    }
}
