//! `cargo xtask ci`: everything a change must pass, in order.

use std::time::Instant;

use anyhow::ensure;

use crate::command::Task;
use crate::libtorch;
use crate::tidy;
use crate::workspace::Workspace;

/// Runs every step and stops at the first that fails.
///
/// # Errors
///
/// If a step fails, with its command.
pub(crate) fn run() -> anyhow::Result<()> {
    let workspace = Workspace::load()?;
    let start = Instant::now();
    let cargo = |args: &[&str]| Task::cargo(args).within(&workspace.root);
    timed(|| cargo(&["fmt", "--all", "--check"]).run())?;
    timed(|| cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]).run())?;
    timed(|| {
        println!("$ cargo xtask tidy");
        tidy::run()
    })?;
    timed(|| check_supply(&workspace))?;
    timed(|| cargo(&["test", "--workspace"]).run())?;
    // Each benchmark once, for what it asserts.
    timed(|| cargo(&["test", "-p", "galant-benches", "--benches"]).run())?;
    timed(|| cargo(&["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings").run())?;
    timed(|| train_a_little(&workspace))?;
    timed(|| libtorch::check(&workspace))?;
    println!("all passed in {:.0} s", start.elapsed().as_secs_f64());
    Ok(())
}

/// Runs one step and prints how long it took.
fn timed(step: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
    let start = Instant::now();
    let result = step();
    println!("  {:.1} s", start.elapsed().as_secs_f64());
    result
}

/// What deny.toml refuses, as far as it can be told without the network, where cargo-deny is installed.
fn check_supply(workspace: &Workspace) -> anyhow::Result<()> {
    let cargo = |args: &[&str]| Task::cargo(args).within(&workspace.root);
    if cargo(&["deny", "--version"]).output().is_err() {
        println!("skipped: cargo deny, which `cargo install --locked cargo-deny` brings");
        return Ok(());
    }
    if cargo(&["metadata", "--offline", "--locked", "--format-version", "1"]).output().is_err() {
        println!("skipped: cargo deny, for not all packages are on this machine; `cargo fetch` brings them");
        return Ok(());
    }
    cargo(&["deny", "--offline", "check", "licenses", "bans", "sources"]).run()
}

/// What the main job writes.
const LEFT_BEHIND: [&str; 8] = [
    "model.safetensors",
    "training.csv",
    "snapshot.galant",
    "composed.mid",
    "composed.wav",
    "composed.svg",
    "loss.svg",
    "report.html",
];

/// The main job as a user starts it, only shorter; what it leaves must be there and readable.
fn train_a_little(workspace: &Workspace) -> anyhow::Result<()> {
    let out = workspace.target.join("ci-mozart");
    if out.exists() {
        // What an earlier run left must not pass for what this one writes.
        std::fs::remove_dir_all(&out)?;
    }
    let train = Task::cargo(&["xtask", "train-mozart", "--evenings", "40", "--epochs", "2", "--out"]).args([&out]);
    train.within(&workspace.root).run()?;
    let model = out.join("model.safetensors");
    for name in LEFT_BEHIND {
        let size = std::fs::metadata(out.join(name)).map_or(0, |metadata| metadata.len());
        ensure!(size > 0, "train-mozart left {name} in {} missing or empty", out.display());
    }
    let program = workspace.target.join("release").join(format!("galant{}", std::env::consts::EXE_SUFFIX));
    Task::new(&program.to_string_lossy(), &program).args(["info".as_ref(), model.as_os_str()]).run()
}
