//! The program `galant`: trains recurrent networks on music, composes with them, measures them.
//!
//! All reading, writing and printing of Galant is done here.
#![forbid(unsafe_code)]

mod args;
mod books;
mod color;
mod command_line;
mod commands;
mod config;
mod corpus;
mod curve;
mod engine;
mod exit;
mod files;
mod format;
mod guide;
mod guides;
mod inputs;
mod interrupt;
mod model;
mod music;
mod numbers;
mod originality;
mod output;
mod picture;
mod printable;
mod progress;
mod reread;
mod sound;
mod suggest;
mod table;
mod threads;
mod usage_error;

use std::io::{self, Write};
use std::process::ExitCode;

use args::Command;
use command_line::Parsed;
use galant_corpus::Strictness;
use printable::Printable;

fn main() -> ExitCode {
    let args = match command_line::parse(std::env::args_os().collect()) {
        Parsed::Args(args) => args,
        Parsed::Printed(code) => return code,
    };
    if args.quiet {
        progress::silence();
    }
    interrupt::listen();
    let strictness = if args.strict { Strictness::Refuse } else { Strictness::Repair };
    let is_silent = args.quiet && !args.command.prints_results();
    let mut out: Box<dyn Write> = match &args.command {
        _ if is_silent => Box::new(io::sink()),
        Command::Tokenize(_)
        | Command::Corpus(_)
        | Command::Evaluate(_)
        | Command::Metrics(_)
        | Command::Info(_)
        | Command::Originality(_) => Box::new(Printable::new(anstream::stdout().lock())),
        _ => Box::new(FinishAnyway(Printable::new(anstream::stdout().lock()))),
    };
    let result = match &args.command {
        Command::Tokenize(args) => commands::tokenize::run(args, strictness, &mut out),
        Command::Corpus(args) => commands::corpus::run(args, strictness, &mut out),
        Command::Train(args) => commands::train::run(args, strictness, &mut out),
        Command::Make(args) => commands::make::run(args, strictness, &mut out),
        Command::Dice(args) => commands::dice::run(args, &mut out),
        Command::Compose(args) => commands::compose::run(args, strictness, &mut out),
        Command::Harmonize(args) => commands::harmonize::run(args, strictness, &mut out),
        Command::Export(args) => commands::export::run(args, &mut out),
        Command::Reproduce(args) => commands::reproduce::run(args, &mut out),
        Command::Evaluate(args) => commands::evaluate::run(args, strictness, &mut out),
        Command::Originality(args) => commands::originality::run(args, strictness, &mut out),
        Command::Metrics(args) => commands::metrics::run(args, strictness, &mut out),
        Command::Detokenize(args) => commands::detokenize::run(args, &mut out),
        Command::Info(args) => commands::info::run(args, strictness, &mut out),
        Command::Gradients(args) => commands::gradients::run(args, strictness, &mut out),
        Command::Render(args) => commands::render::run(args, strictness, &mut out),
        Command::Play(args) => commands::play::run(args, strictness, &mut out),
        Command::Studio(args) => commands::studio::run(args, &mut out),
        Command::Plot(args) => commands::plot::run(args, strictness, &mut out),
        Command::Report(args) => commands::report::run(args, strictness, &mut out),
        Command::Completions(args) => commands::completions::run(args, &mut out),
        Command::Man(args) => commands::man::run(args, &mut out),
    };
    match result {
        Ok(code) => code,
        // Whoever read the output has seen enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            printable::error(&format!("{error:#}"));
            ExitCode::from(exit::ERROR)
        }
    }
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

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io_errors = error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>());
    io_errors.into_iter().any(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
