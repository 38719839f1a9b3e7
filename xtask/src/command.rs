//! Printing a command as one would type it, and running it.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::Path;
use std::process::{Command, ExitStatus};

/// A program and its arguments; it runs in the caller's folder unless [`Task::within`] names another.
pub(crate) struct Task {
    /// What is printed for the program.
    shown: String,
    command: Command,
}

impl Task {
    /// The cargo that started us, shown as `cargo`.
    pub(crate) fn cargo(args: &[&str]) -> Task {
        Task::new("cargo", std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())).args(args)
    }

    /// A program, and how it is printed.
    pub(crate) fn new(shown: &str, program: impl Into<OsString>) -> Task {
        Task { shown: shown.to_owned(), command: Command::new(program.into()) }
    }

    /// A program, printed with the part of its path below the current folder.
    pub(crate) fn program(path: &Path) -> Task {
        let here = std::env::current_dir().unwrap_or_default();
        Task::new(&path.strip_prefix(here).unwrap_or(path).to_string_lossy(), path)
    }

    pub(crate) fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Task {
        self.command.args(args);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Task {
        self.command.env(name, value);
        self
    }

    pub(crate) fn within(mut self, folder: &Path) -> Task {
        self.command.current_dir(folder);
        self
    }

    /// Prints the command and runs it to its end.
    ///
    /// # Errors
    ///
    /// If it cannot start, or ends with another code than 0 ([`CommandFailed`]).
    pub(crate) fn run(mut self) -> anyhow::Result<()> {
        println!("$ {self}");
        let status = self.command.status().map_err(|error| anyhow::anyhow!("starting `{self}`: {error}"))?;
        self.checked(status, "")
    }

    /// Runs the command without printing it and returns what it writes.
    ///
    /// # Errors
    ///
    /// As of [`Task::run`], and if it writes no text.
    pub(crate) fn output(mut self) -> anyhow::Result<String> {
        let output = self.command.output().map_err(|error| anyhow::anyhow!("starting `{self}`: {error}"))?;
        self.checked(output.status, String::from_utf8_lossy(&output.stderr).trim())?;
        Ok(String::from_utf8(output.stdout)?)
    }

    fn checked(&self, status: ExitStatus, said: &str) -> anyhow::Result<()> {
        if status.success() {
            return Ok(());
        }
        // A command that a signal ended has no code; a code above 255 does not fit into ours.
        let code = status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
        let message = format!("`{self}` failed with {status}{}{said}", if said.is_empty() { "" } else { ": " });
        Err(CommandFailed { message, code }.into())
    }
}

impl fmt::Display for Task {
    /// The command as one would type it into a shell.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in self.command.get_envs() {
            write!(f, "{}={} ", name.to_string_lossy(), quoted(value.unwrap_or_default()))?;
        }
        f.write_str(&quoted(self.shown.as_ref()))?;
        self.command.get_args().try_for_each(|arg| write!(f, " {}", quoted(arg)))
    }
}

/// A command that ended with another code than 0.
#[derive(Debug)]
pub(crate) struct CommandFailed {
    message: String,
    /// Its exit code, for our own.
    pub(crate) code: u8,
}

impl fmt::Display for CommandFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for CommandFailed {}

/// A word as a POSIX shell reads it back.
fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-+=./:,@%".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.into()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_printed_as_one_would_type_it() {
        let task = Task::cargo(&["run", "--out=a b", "", "it's", "x/y.mid"]).env("RUSTDOCFLAGS", "-D warnings");
        assert_eq!(task.to_string(), r"RUSTDOCFLAGS='-D warnings' cargo run '--out=a b' '' 'it'\''s' x/y.mid");
    }

    #[test]
    fn a_failure_names_the_command_and_carries_its_code() {
        let error = Task::cargo(&["no-such-command-here"]).output().unwrap_err();
        assert_eq!(error.downcast_ref::<CommandFailed>().unwrap().code, 101);
        assert!(
            error.to_string().starts_with("`cargo no-such-command-here` failed with exit status: 101: "),
            "{error}"
        );
        let error = Task::new("nothing", "./there-is-no-such-program").run().unwrap_err();
        assert!(error.to_string().starts_with("starting `nothing`: "), "{error}");
    }
}
