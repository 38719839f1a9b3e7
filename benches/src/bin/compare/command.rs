//! Commands, and what they print.

use std::process::Command;

use anyhow::{Context, ensure};

/// The cargo that started us.
pub(crate) fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args);
    command
}

/// Runs a command and returns what it prints.
///
/// # Errors
///
/// If it cannot start, or ends with another code than 0: then with what it wrote about that.
pub(crate) fn printed(command: &mut Command) -> anyhow::Result<String> {
    let output = command.output().with_context(|| format!("starting {command:?}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?} failed with {}: {}", output.status, said.trim());
    Ok(String::from_utf8(output.stdout)?)
}
