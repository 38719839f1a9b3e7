//! Running a command as one would type it.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, ExitStatus};

use anyhow::Context;
use xshell::Cmd;

/// A command that ended with another code than 0.
#[derive(Debug, thiserror::Error)]
#[error("`{line}` failed with {status}")]
pub(crate) struct CommandFailed {
    line: String,
    status: ExitStatus,
}

impl CommandFailed {
    /// An exit code for this program; a command that a signal ended has none, and a larger one does not fit.
    pub(crate) fn code(&self) -> u8 {
        self.status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
    }
}

/// Prints a command with its variables and runs it to its end.
///
/// # Errors
///
/// If it cannot start, or ends with another code than 0 ([`CommandFailed`]).
pub(crate) fn run(cmd: Cmd<'_>) -> anyhow::Result<()> {
    let mut command = Command::from(cmd);
    let line = typed(&command);
    println!("$ {line}");
    let status = command.status().with_context(|| format!("starting `{line}`"))?;
    if status.success() { Ok(()) } else { Err(CommandFailed { line, status }.into()) }
}

fn typed(command: &Command) -> String {
    let quoted = |word: &OsStr| shlex::try_quote(&word.to_string_lossy()).unwrap_or_default().into_owned();
    let variables = command
        .get_envs()
        .map(|(name, value)| format!("{}={}", name.to_string_lossy(), quoted(value.unwrap_or_default())));
    let words = std::iter::once(command.get_program()).chain(command.get_args()).map(quoted);
    variables.chain(words).collect::<Vec<_>>().join(" ")
}

/// The path of a program below the current folder, as it is printed.
pub(crate) fn below_here(program: &Path) -> &Path {
    std::env::current_dir().ok().and_then(|here| program.strip_prefix(here).ok()).unwrap_or(program)
}

#[cfg(test)]
mod tests {
    use super::*;
    use xshell::{Shell, cmd};

    #[test]
    fn a_command_is_printed_as_one_would_type_it() {
        let (sh, args) = (Shell::new().unwrap(), ["a b", "", "it's", "x/y.mid"]);
        let command = cmd!(sh, "cargo run {args...}").env("RUSTDOCFLAGS", "-D warnings");
        assert_eq!(typed(&command.into()), r#"RUSTDOCFLAGS='-D warnings' cargo run 'a b' '' "it's" x/y.mid"#);
    }

    #[test]
    fn a_failure_names_the_command_and_carries_its_code() {
        let sh = Shell::new().unwrap();
        let error = run(cmd!(sh, "cargo no-such-command-here")).unwrap_err();
        assert_eq!(error.downcast_ref::<CommandFailed>().unwrap().code(), 101);
        assert!(error.to_string().starts_with("`cargo no-such-command-here` failed with exit status: 101"), "{error}");
        let error = run(cmd!(sh, "./there-is-no-such-program")).unwrap_err();
        assert!(error.to_string().starts_with("starting `./there-is-no-such-program`"), "{error}");
    }
}
