//! `cargo xtask train-bach`: from chorales to a tune in four parts.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use xshell::cmd;

use crate::command::{below_here, run as run_command};
use crate::corpus::{self, Set};
use crate::workspace::Workspace;

pub(crate) const ABOUT: &str = "\
Builds the program, fetches the chorales that Bach harmonized (see `cargo xtask corpus --help`), trains a network on them
for eight minutes, and harmonizes a tune with it: as MusicXML, MIDI, sound, a picture and a page.

Paths are relative to the current folder. Every command is printed before it runs.";

/// What the caller wants.
#[derive(clap::Args)]
pub(crate) struct Request {
    /// The tune to harmonize [default: fixtures/ah-vous-dirai-je.abc]
    #[arg(long, value_name = "FILE")]
    tune: Option<PathBuf>,
    /// Where the model and the music go; what is there is replaced
    #[arg(long, value_name = "DIR", default_value = "out/bach")]
    out: PathBuf,
    /// Go to `galant train` as they are, such as `-- --steps 100`
    #[arg(last = true, value_name = "ARGS")]
    rest: Vec<String>,
}

/// Builds, fetches, trains, harmonizes, and lists what was written.
///
/// # Errors
///
/// If a command fails, or if the chorales cannot be had.
pub(crate) fn run(Request { tune, out, rest }: &Request) -> anyhow::Result<()> {
    let workspace = Workspace::load()?;
    let sh = &workspace.sh;
    run_command(cmd!(sh, "cargo build --release -p galant-cli"))?;
    let program = workspace.release_program("", "galant");
    let galant = below_here(&program);
    let chorales = corpus::provide(&workspace, Set::Chorales)?;
    let tune = tune.clone().unwrap_or_else(|| workspace.root.join("fixtures/ah-vous-dirai-je.abc"));
    let tune = below_here(&tune);

    let file = |name: &str| out.join(name);
    let (model, score, piece) = (file("model.safetensors"), file("composed.musicxml"), file("composed.mid"));
    let (sound, roll, report) = (file("composed.wav"), file("composed.svg"), file("report.html"));
    let is_planned = rest.iter().any(|arg| LENGTHS.contains(&arg.split('=').next().unwrap_or_default()));
    let length: &[&str] = if is_planned { &[] } else { &["--minutes", "8"] };
    let voices = ["--tokenizer", "voices", "--parts", "4", "--force"];
    run_command(cmd!(sh, "{galant} train --out {out} --corpus {chorales} {voices...} {length...} {rest...}"))?;
    for harmonized in [&score, &piece] {
        run_command(cmd!(sh, "{galant} harmonize {tune} --model {model} --out {harmonized}"))?;
    }
    run_command(cmd!(sh, "{galant} render {piece} --out {sound}"))?;
    run_command(cmd!(sh, "{galant} plot roll {piece} --out {roll}"))?;
    run_command(cmd!(sh, "{galant} report {out} --out {report}"))?;

    println!("\nwritten:");
    for path in [model, score, piece, sound, roll, report] {
        let size = fs::metadata(&path).with_context(|| format!("{} was not written", path.display()))?.len();
        println!("  {} ({size} bytes)", path.display());
    }
    println!("\nnext:\n  {} harmonize --help", galant.display());
    Ok(())
}

/// The options of `galant train` that say how long it lasts.
const LENGTHS: [&str; 4] = ["--minutes", "--steps", "--passes", "--epochs"];
