//! The program as a Python wheel, built and tried in a clean virtual environment where Python and maturin are.

use anyhow::{Context, ensure};
use xshell::cmd;

use crate::command::run as run_command;
use crate::workspace::Workspace;

/// Builds the wheel, installs it where nothing else is, and makes music with what was installed.
///
/// # Errors
///
/// If a step fails.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<()> {
    let sh = &workspace.sh;
    for tool in ["python3", "maturin"] {
        if cmd!(sh, "{tool} --version").ignore_stderr().read().is_err() {
            println!(
                "skipped: {tool} is not installed; `python3 -m pip install maturin` in a virtual environment installs it"
            );
            return Ok(());
        }
    }
    let (wheels, environment, out) = (
        workspace.empty_folder("wheels")?,
        workspace.empty_folder("wheel-venv")?,
        workspace.empty_folder("wheel-made")?,
    );
    run_command(cmd!(sh, "maturin build --release --manifest-path crates/galant-cli/Cargo.toml --out {wheels}"))?;
    let wheel = std::fs::read_dir(&wheels)?.next().context("maturin wrote no wheel")??.path();
    run_command(cmd!(sh, "python3 -m venv {environment}"))?;
    // Nothing is looked for elsewhere: the wheel needs no other package.
    let python = environment.join("bin/python");
    run_command(cmd!(sh, "{python} -m pip install --quiet --no-index {wheel}"))?;
    let galant = environment.join("bin/galant");
    run_command(cmd!(sh, "{galant} make crates/galant-corpus/music/mozart --minutes 0.2 --pieces 1 --out {out}"))?;
    ensure!(out.join("report.html").is_file(), "galant make from the wheel left no page in {}", out.display());
    Ok(())
}
