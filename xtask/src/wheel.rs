//! The program as a Python wheel, built and tried in a clean virtual environment.

use anyhow::{Context, bail, ensure};
use xshell::cmd;

use crate::command::run as run_command;
use crate::workspace::Workspace;

/// What `cargo xtask wheel --help` says.
pub(crate) const ABOUT: &str = "\
Build the program as a Python wheel, install it where nothing else is, and make music with what was installed

The wheel is left in target/wheels. It needs python3 and maturin: `python3 -m pip install maturin` in a virtual environment.";

/// Builds and tries the wheel.
///
/// # Errors
///
/// If Python or maturin is missing, or if a step fails.
pub(crate) fn run() -> anyhow::Result<()> {
    let workspace = Workspace::load()?;
    match missing(&workspace) {
        Some(tool) => bail!("{tool}"),
        None => build_and_try(&workspace),
    }
}

/// As [`run`], but skipped where a tool is missing.
///
/// # Errors
///
/// If a step fails.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<()> {
    match missing(workspace) {
        Some(tool) => {
            println!("skipped: {tool}");
            Ok(())
        }
        None => build_and_try(workspace),
    }
}

/// Which tool is missing, and what installs it.
fn missing(Workspace { sh, .. }: &Workspace) -> Option<String> {
    let is_missing = |tool: &&str| cmd!(sh, "{tool} --version").ignore_stderr().read().is_err();
    ["python3", "maturin"].into_iter().find(is_missing).map(|tool| {
        format!(
            "{tool} is not installed; `python3 -m pip install maturin` in a virtual environment installs what a wheel needs"
        )
    })
}

fn build_and_try(workspace: &Workspace) -> anyhow::Result<()> {
    let sh = &workspace.sh;
    let (wheels, environment, out) = (
        workspace.empty_folder("wheels")?,
        workspace.empty_folder("wheel-venv")?,
        workspace.empty_folder("wheel-made")?,
    );
    // In the same folder of builds and by the same profile as the program: only the program itself is linked again.
    let manifest = "crates/galant-cli/Cargo.toml";
    run_command(cmd!(sh, "maturin build --release --locked --manifest-path {manifest} --out {wheels}"))?;
    let wheel = std::fs::read_dir(&wheels)?.next().context("maturin wrote no wheel")??.path();
    run_command(cmd!(sh, "python3 -m venv {environment}"))?;
    // Nothing is looked for elsewhere: the wheel needs no other package.
    let programs = environment.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let [python, galant] = ["python", "galant"].map(|name| programs.join(name));
    run_command(cmd!(sh, "{python} -m pip install --quiet --no-index {wheel}"))?;
    run_command(cmd!(sh, "{galant} make crates/galant-corpus/music/mozart --minutes 0.2 --pieces 1 --out {out}"))?;
    for name in ["model.safetensors", "composed.mid", "composed.wav", "report.html"] {
        ensure!(out.join(name).is_file(), "galant make from the wheel left no {name} in {}", out.display());
    }
    Ok(())
}
