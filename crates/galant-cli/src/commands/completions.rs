//! `galant completions`: what shells need to complete commands and options.

use std::io::Write;
use std::process::ExitCode;

use crate::args::CompletionsArgs;
use crate::command_line::{Help, command};

pub(crate) fn run(args: &CompletionsArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command(Help::All), "galant", &mut script);
    out.write_all(&script)?;
    Ok(ExitCode::SUCCESS)
}
