//! `cargo xtask ci`: everything a change must pass, in order.

use std::time::Instant;

use anyhow::ensure;
use xshell::cmd;

use crate::command::{below_here, run as run_command};
use crate::workspace::Workspace;
use crate::{libtorch, mpi, studio, tidy, train_mozart, wasm, wheel};

type Step = fn(&Workspace) -> anyhow::Result<()>;

const STEPS: [Step; 15] = [
    |Workspace { sh, .. }| run_command(cmd!(sh, "cargo fmt --all --check")),
    |Workspace { sh, .. }| run_command(cmd!(sh, "cargo clippy --workspace --all-targets -- -D warnings")),
    |_| {
        println!("$ cargo xtask tidy");
        tidy::run()
    },
    check_supply,
    |Workspace { sh, .. }| run_command(cmd!(sh, "cargo test --workspace")),
    // Each benchmark once, for what it asserts.
    |Workspace { sh, .. }| run_command(cmd!(sh, "cargo test -p galant-benches --benches")),
    |Workspace { sh, .. }| run_command(cmd!(sh, "cargo doc --workspace --no-deps").env("RUSTDOCFLAGS", "-D warnings")),
    // Every crate can be packaged. To write a lock file and to build the packages, cargo would look for our own crates
    // at crates.io, where they are not (`publish = false`): hence neither.
    |Workspace { sh, .. }| {
        let flags = ["--no-verify", "--allow-dirty", "--exclude-lockfile", "--offline", "--quiet"];
        run_command(cmd!(sh, "cargo package --workspace {flags...}"))
    },
    run_examples,
    wasm::check,
    studio::check,
    train_a_little,
    wheel::check,
    libtorch::check,
    mpi::check,
];

/// Runs every step at the top level and stops at the first that fails.
///
/// # Errors
///
/// If a step fails, with its command.
pub(crate) fn run() -> anyhow::Result<()> {
    std::env::set_current_dir(Workspace::load()?.root)?;
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

/// What deny.toml refuses, except advisories, which need the network: `cargo deny check` has them too.
fn check_supply(Workspace { sh, .. }: &Workspace) -> anyhow::Result<()> {
    if cmd!(sh, "cargo deny --version").ignore_stderr().read().is_err() {
        println!("skipped: cargo deny is not installed; `cargo install --locked cargo-deny` installs it");
        return Ok(());
    }
    // All packages, also those that other systems or features need.
    run_command(cmd!(sh, "cargo fetch --locked --quiet"))?;
    run_command(cmd!(sh, "cargo deny --offline check licenses bans sources"))
}

/// The programs of docs/CRATES.md, as its reader starts them.
fn run_examples(workspace: &Workspace) -> anyhow::Result<()> {
    let (sh, out) = (&workspace.sh, workspace.empty_folder("ci-examples")?);
    let tune = "fixtures/ah-vous-dirai-je.abc";
    run_command(cmd!(sh, "cargo run --release -p galant-corpus --example describe -- {tune}"))?;
    run_command(cmd!(sh, "cargo run --release -p galant-pipeline --example dice_to_music -- {out}"))?;
    ensure!(out.join("waltz.mid").is_file(), "the example dice_to_music left no waltz in {}", out.display());
    Ok(())
}

/// What the main job writes of each piece.
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

/// The main job as a user starts it, only shorter, and the same way through the libraries on the pieces of Mozart.
fn train_a_little(workspace: &Workspace) -> anyhow::Result<()> {
    let (sh, out) = (&workspace.sh, workspace.empty_folder("ci-mozart")?);
    run_command(cmd!(sh, "cargo xtask train-mozart --waltzes 1600 --epochs 2 --out {out}"))?;
    for folder in [out.clone(), out.join(train_mozart::SIXTEEN_BARS_FOLDER)] {
        for name in LEFT_BEHIND {
            let size = std::fs::metadata(folder.join(name)).map_or(0, |metadata| metadata.len());
            ensure!(size > 0, "train-mozart left {name} in {} missing or empty", folder.display());
        }
    }
    let (program, model) = (workspace.release_program("", "galant"), out.join("model.safetensors"));
    let galant = below_here(&program);
    run_command(cmd!(sh, "{galant} info {model}"))?;
    let (music, out) = ("crates/galant-corpus/music/mozart", workspace.empty_folder("ci-example")?);
    run_command(cmd!(sh, "cargo run --release -p galant-pipeline --example folder_to_music -- {music} {out}"))?;
    ensure!(std::fs::read_dir(&out)?.next().is_some(), "the example left nothing in {}", out.display());
    Ok(())
}
