//! The program `galant`: trains recurrent networks on music, composes with them, measures them.
//!
//! All reading, writing and printing of Galant is done here.
#![forbid(unsafe_code)]

mod args;
mod books;
mod commands;
mod corpus;
mod curve;
mod engine;
mod exit;
mod files;
mod format;
mod inputs;
mod model;
mod music;
mod numbers;
mod printable;
mod progress;
mod table;
mod threads;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Arg, CommandFactory, FromArgMatches};

use args::{Args, Command};
use galant_corpus::Strictness;
use printable::Printable;

fn main() -> ExitCode {
    let args = match parse() {
        Ok(args) => args,
        Err(error) if error.use_stderr() && error.kind() != ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            eprintln!("{}", one_line(&error.to_string()));
            return ExitCode::from(exit::ERROR);
        }
        Err(error) => error.exit(),
    };
    if args.quiet {
        progress::silence();
    }
    let strictness = if args.strict { Strictness::Refuse } else { Strictness::Repair };
    let is_silent = args.quiet && !args.command.prints_results();
    let mut out: Box<dyn Write> = match &args.command {
        _ if is_silent => Box::new(io::sink()),
        Command::Tokenize(_) | Command::Corpus(_) | Command::Evaluate(_) | Command::Info(_) => {
            Box::new(Printable::new(io::stdout().lock()))
        }
        _ => Box::new(FinishAnyway(Printable::new(io::stdout().lock()))),
    };
    let result = match &args.command {
        Command::Tokenize(args) => commands::tokenize::run(args, strictness, &mut out),
        Command::Corpus(args) => commands::corpus::run(args, strictness, &mut out),
        Command::Train(args) => commands::train::run(args, strictness, &mut out),
        Command::Dice(args) => commands::dice::run(args, &mut out),
        Command::Compose(args) => commands::compose::run(args, strictness, &mut out),
        Command::Harmonize(args) => commands::harmonize::run(args, strictness, &mut out),
        Command::Reproduce(args) => commands::reproduce::run(args, &mut out),
        Command::Evaluate(args) => commands::evaluate::run(args, strictness, &mut out),
        Command::Detokenize(args) => commands::detokenize::run(args, &mut out),
        Command::Info(args) => commands::info::run(args, &mut out),
        Command::Gradients(args) => commands::gradients::run(args, strictness, &mut out),
        Command::Render(args) => commands::render::run(args, strictness, &mut out),
        Command::Play(args) => commands::play::run(args, strictness, &mut out),
        Command::Plot(args) => commands::plot::run(args, strictness, &mut out),
        Command::Report(args) => commands::report::run(args, strictness, &mut out),
    };
    match result {
        Ok(code) => code,
        // Whoever read the output has seen enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", printable::text(&format!("{error:#}")));
            ExitCode::from(exit::ERROR)
        }
    }
}

/// The command line, where a number below 0 is the value of an option, to be accepted or refused as such.
fn parse() -> Result<Args, clap::Error> {
    let mut command = with_negative_numbers(Args::command());
    let matches = command.try_get_matches_from_mut(std::env::args_os())?;
    Args::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
}

fn with_negative_numbers(command: clap::Command) -> clap::Command {
    let with_values = |arg: Arg| {
        let is_option = !arg.is_positional() && arg.get_action().takes_values();
        if is_option { arg.allow_negative_numbers(true) } else { arg }
    };
    command.mut_args(with_values).mut_subcommands(with_negative_numbers)
}

/// The output of a command that writes files: the command finishes even if nobody reads its output any more.
struct FinishAnyway<W>(W);

impl<W: Write> Write for FinishAnyway<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes).or_else(|error| unless_broken_pipe(error, bytes.len()))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush().or_else(|error| unless_broken_pipe(error, ()))
    }
}

fn unless_broken_pipe<T>(error: io::Error, done: T) -> io::Result<T> {
    if error.kind() == io::ErrorKind::BrokenPipe { Ok(done) } else { Err(error) }
}

/// What clap says about wrong arguments, without the usage and on one line.
fn one_line(message: &str) -> String {
    let lines = message.lines().map(str::trim).filter(|line| !line.is_empty());
    let lines = lines.take_while(|line| !line.starts_with("Usage: ") && !line.starts_with("For more information"));
    let message: Vec<&str> = lines.collect();
    format!("{}; see --help", message.join(" ").replace(" tip: ", "; "))
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io_errors = error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>());
    io_errors.into_iter().any(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
