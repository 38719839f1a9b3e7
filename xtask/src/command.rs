//! Printing a command as one would type it, and running it.

use std::ffi::OsString;
use std::fmt;
use std::path::Path;
use std::process::Command;

/// A program and its arguments, run where the caller stands unless [`Task::within`] says otherwise.
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

    pub(crate) fn args<S: AsRef<std::ffi::OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Task {
        self.command.args(args);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Task {
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
        if status.success() {
            return Ok(());
        }
        // A command that a signal ended has no code; a code over 255 does not fit the caller's.
        let code = status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
        Err(CommandFailed { command: self.to_string(), status: status.to_string(), code }.into())
    }

    /// Runs the command without printing it and returns what it writes.
    pub(crate) fn output(mut self) -> anyhow::Result<String> {
        let output = self.command.output().map_err(|error| anyhow::anyhow!("starting `{self}`: {error}"))?;
        let code = output.status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
        if !output.status.success() {
            let status = format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
            return Err(CommandFailed { command: self.to_string(), status, code }.into());
        }
        Ok(String::from_utf8(output.stdout)?)
    }
}

impl fmt::Display for Task {
    /// The command as one would type it into a shell.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in self.command.get_envs() {
            let value = value.unwrap_or_default().to_string_lossy();
            write!(f, "{}={} ", name.to_string_lossy(), quoted(&value))?;
        }
        f.write_str(&quoted(&self.shown))?;
        for arg in self.command.get_args() {
            write!(f, " {}", quoted(&arg.to_string_lossy()))?;
        }
        Ok(())
    }
}

/// A command that ended with another code than 0.
#[derive(Debug)]
pub(crate) struct CommandFailed {
    /// The command as printed.
    command: String,
    /// How it ended.
    status: String,
    /// Its exit code, for our own.
    pub(crate) code: u8,
}

impl fmt::Display for CommandFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` failed with {}", self.command, self.status)
    }
}

impl std::error::Error for CommandFailed {}

/// A token as a POSIX shell reads it back.
fn quoted(token: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-+=./:,@%".contains(c);
    if !token.is_empty() && token.chars().all(plain) {
        token.to_owned()
    } else {
        format!("'{}'", token.replace('\'', r"'\''"))
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
        let failed = error.downcast_ref::<CommandFailed>().unwrap();
        assert_eq!(failed.code, 101);
        assert!(error.to_string().starts_with("`cargo no-such-command-here` failed with exit status: 101"), "{error}");
        let error = Task::new("nothing", "./there-is-no-such-program").run().unwrap_err();
        assert!(error.to_string().starts_with("starting `nothing`: "), "{error}");
    }
}
