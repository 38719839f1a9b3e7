//! `galant man`: manual pages.

use std::io::Write;
use std::process::ExitCode;

use clap::Command;
use clap_mangen::Man;

use crate::args::ManArgs;
use crate::command_line::{Help, command};
use crate::files;

pub(crate) fn run(args: &ManArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let mut program = command(Help::All).disable_help_subcommand(true);
    program.build();
    match &args.out {
        None => out.write_all(&page(program)?)?,
        Some(folder) => {
            let mut n_pages = 0;
            for (name, command) in pages(program) {
                files::write(&folder.join(format!("{name}.1")), &page(command)?)?;
                n_pages += 1;
            }
            writeln!(out, "wrote {n_pages} pages to {}", folder.display())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The program and all its commands under the names of their pages, such as `galant-plot-roll`.
fn pages(program: Command) -> Vec<(String, Command)> {
    let mut pages = Vec::new();
    let mut open = vec![(program.get_name().to_owned(), program)];
    while let Some((name, command)) = open.pop() {
        open.extend(command.get_subcommands().map(|inner| (format!("{name}-{}", inner.get_name()), inner.clone())));
        pages.push((name, command));
    }
    pages
}

fn page(command: Command) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    Man::new(command).render(&mut bytes)?;
    Ok(bytes)
}
