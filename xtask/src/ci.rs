//! `cargo xtask ci`: everything a change must pass, in order.

use std::time::Instant;

use anyhow::ensure;

use crate::command::Task;
use crate::workspace::Workspace;
use crate::{libtorch, tidy, wasm};

/// A step and what is printed after it.
type Step = fn(&Workspace) -> anyhow::Result<()>;

const STEPS: [Step; 11] = [
    |workspace| cargo(workspace, &["fmt", "--all", "--check"]).run(),
    |workspace| cargo(workspace, &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]).run(),
    |_| {
        println!("$ cargo xtask tidy");
        tidy::run()
    },
    check_supply,
    |workspace| cargo(workspace, &["test", "--workspace"]).run(),
    // Each benchmark once, for what it asserts.
    |workspace| cargo(workspace, &["test", "-p", "galant-benches", "--benches"]).run(),
    |workspace| cargo(workspace, &["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings").run(),
    // Every crate can be packaged. To write a lock file and to build the packages, cargo would look for our own crates
    // at crates.io, where they are not (`publish = false`): hence neither.
    |workspace| {
        let flags = ["--no-verify", "--allow-dirty", "--exclude-lockfile", "--offline", "--quiet"];
        cargo(workspace, &["package", "--workspace"]).args(flags).run()
    },
    wasm::check,
    train_a_little,
    libtorch::check,
];

/// Runs every step and stops at the first that fails.
///
/// # Errors
///
/// If a step fails, with its command.
pub(crate) fn run() -> anyhow::Result<()> {
    let workspace = Workspace::load()?;
    let start = Instant::now();
    for step in STEPS {
        let step_start = Instant::now();
        let result = step(&workspace);
        println!("  {:.1} s", step_start.elapsed().as_secs_f64());
        result?;
    }
    println!("all passed in {:.0} s", start.elapsed().as_secs_f64());
    Ok(())
}

fn cargo(workspace: &Workspace, args: &[&str]) -> Task {
    Task::cargo(args).within(&workspace.root)
}

/// What deny.toml refuses, except advisories, which need the network: `cargo deny check` has them too.
fn check_supply(workspace: &Workspace) -> anyhow::Result<()> {
    if cargo(workspace, &["deny", "--version"]).output().is_err() {
        println!("skipped: cargo deny is not installed; `cargo install --locked cargo-deny` installs it");
        return Ok(());
    }
    // All packages, also those that other systems or features need.
    cargo(workspace, &["fetch", "--locked", "--quiet"]).run()?;
    cargo(workspace, &["deny", "--offline", "check", "licenses", "bans", "sources"]).run()
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

/// The main job as a user starts it, only shorter, and the same way through the libraries on waltzes of the dice game.
fn train_a_little(workspace: &Workspace) -> anyhow::Result<()> {
    let out = workspace.empty_folder("ci-mozart")?;
    let train = cargo(workspace, &["xtask", "train-mozart", "--waltzes", "1600", "--epochs", "2", "--out"]);
    train.args([&out]).run()?;
    for name in LEFT_BEHIND {
        let size = std::fs::metadata(out.join(name)).map_or(0, |metadata| metadata.len());
        ensure!(size > 0, "train-mozart left {name} in {} missing or empty", out.display());
    }
    let galant = || Task::program(&workspace.release_program("galant"));
    galant().args(["info"]).args([out.join("model.safetensors")]).run()?;

    let (music, out) = (workspace.empty_folder("ci-music")?, workspace.empty_folder("ci-example")?);
    for seed in ["1", "2", "3", "4"] {
        galant().args(["dice", "--seed", seed, "--out"]).args([music.join(format!("{seed}.mid"))]).run()?;
    }
    let example = ["run", "--release", "-p", "galant-pipeline", "--example", "folder_to_music", "--"];
    cargo(workspace, &example).args([&music, &out]).run()?;
    ensure!(std::fs::read_dir(&out)?.next().is_some(), "the example left nothing in {}", out.display());
    Ok(())
}
