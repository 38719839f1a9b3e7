//! The models that the studio begins with: small networks, trained by the program, with weights of 8 bits.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use serde_json::Value;
use xshell::cmd;

use crate::command::{below_here, run as run_command};
use crate::corpus::{self, Set};
use crate::workspace::Workspace;

/// A model of the studio.
#[derive(Debug, Clone)]
pub(crate) struct StudioModel {
    /// Its name in files and addresses.
    pub(crate) name: &'static str,
    /// What the page calls it.
    pub(crate) title: &'static str,
    /// The model file.
    pub(crate) path: PathBuf,
}

/// How a model is trained.
struct Recipe {
    name: &'static str,
    title: &'static str,
    /// The settings of `galant train` but the corpus; steps, so that the same bytes are made on every machine.
    training: &'static [&'static str],
}

/// Pieces for piano by Mozart, which come with the program.
const MOZART: Recipe = Recipe {
    name: "mozart",
    title: "Mozart",
    training: &["--tokenizer", "notes", "--layers", "1", "--hidden-size", "112", "--steps", "900"],
};

/// Chorales that Bach harmonized, where `cargo xtask corpus chorales` has fetched them.
const CHOIR: Recipe = Recipe {
    name: "choir",
    title: "Bach’s chorales",
    training: &["--tokenizer", "voices", "--parts", "4", "--layers", "1", "--hidden-size", "112", "--steps", "1500"],
};

/// In place of the chorales: the piano pieces as so many parts as most of them have.
const DUET: Recipe = Recipe {
    name: "duet",
    title: "Mozart, in two parts",
    training: &["--tokenizer", "voices", "--layers", "1", "--hidden-size", "112", "--steps", "900"],
};

/// How much more surprise weights of 8 bits may cost.
const MOST_LOSS: f64 = 0.01;

/// Builds the program, and trains the models that are not there.
///
/// # Errors
///
/// As [`provide`].
pub(crate) fn run() -> anyhow::Result<()> {
    let workspace = Workspace::load()?;
    run_command(cmd!(workspace.sh, "cargo build --release -p galant-cli"))?;
    let program = workspace.release_program("", "galant");
    for StudioModel { name, title, path } in provide(&workspace, below_here(&program))? {
        println!("{name}, {title}: {}", path.display());
    }
    Ok(())
}

/// The models of the studio; those that are not in the build folder are trained, which takes a few minutes.
///
/// # Errors
///
/// If a command fails, or if a model loses more than a hundredth of its likelihood by its smaller weights.
pub(crate) fn provide(workspace: &Workspace, galant: &Path) -> anyhow::Result<Vec<StudioModel>> {
    let chorales = corpus::unpacked(Set::Chorales);
    if chorales.is_none() {
        println!(
            "no chorales: `cargo xtask corpus chorales` fetches them, and then the studio harmonizes in four parts"
        );
    }
    let voices = if chorales.is_some() { CHOIR } else { DUET };
    let second = chorales.unwrap_or_else(|| "mozart".into());
    let recipes = [(MOZART, PathBuf::from("mozart")), (voices, second)];
    recipes.into_iter().map(|(recipe, corpus)| recipe.provide(workspace, galant, &corpus)).collect()
}

impl Recipe {
    fn provide(&self, workspace: &Workspace, galant: &Path, corpus: &Path) -> anyhow::Result<StudioModel> {
        let (sh, folder) = (&workspace.sh, workspace.target.join("studio-models"));
        let path = folder.join(format!("{}.safetensors", self.name));
        if !path.is_file() {
            let trained = folder.join(self.name);
            sh.create_dir(&folder)?;
            let settings = self.training;
            run_command(cmd!(sh, "{galant} train --corpus {corpus} --out {trained} --force {settings...}"))?;
            let model = trained.join("model.safetensors");
            // It gets its name when it is measured.
            let small = folder.join(format!("{}-unmeasured.safetensors", self.name));
            run_command(cmd!(sh, "{galant} export {model} --weights i8 --out {small}"))?;
            let [before, after] = [&model, &small].map(|model| nats(workspace, galant, model, corpus));
            let (before, after) = (before?, after?);
            let loss = after / before - 1.0;
            println!(
                "{}: {before:.4} nats per token, with weights of 8 bits {after:.4}, {:+.2} %",
                self.name,
                100.0 * loss
            );
            ensure!(
                loss <= MOST_LOSS,
                "{} loses {:.2} % of its likelihood by weights of 8 bits, over the limit of {:.0} %",
                model.display(),
                100.0 * loss,
                100.0 * MOST_LOSS
            );
            std::fs::rename(&small, &path).with_context(|| format!("writing {}", path.display()))?;
        }
        Ok(StudioModel { name: self.name, title: self.title, path })
    }
}

/// The most pieces that a model is measured on.
const MOST_PIECES: usize = 100;

/// What the last tenth of each piece that it learned from costs a model, in nats per token.
fn nats(workspace: &Workspace, galant: &Path, model: &Path, corpus: &Path) -> anyhow::Result<f64> {
    let sh = &workspace.sh;
    let pieces = if corpus.is_absolute() {
        // Not all pieces of a folder have the parts of the model.
        let info: Value = serde_json::from_str(&cmd!(sh, "{galant} info --quiet --json {model}").read()?)
            .context("reading what galant info prints")?;
        let names = info["corpus"].as_array().into_iter().flatten().filter_map(|entry| entry["name"].as_str());
        names.map(|name| corpus.join(name)).filter(|path| path.is_file()).take(MOST_PIECES).collect()
    } else {
        // The bundled pieces are in the sources.
        vec![workspace.root.join("crates/galant-corpus/music").join(corpus)]
    };
    let evaluate = cmd!(sh, "{galant} evaluate --quiet --json --hold-out 0.1 --model {model} {pieces...}");
    // What is no music in the folder makes the exit code 1.
    let printed: Value =
        serde_json::from_str(&evaluate.ignore_status().read()?).context("reading what galant evaluate prints")?;
    let nats = printed["total"]["nats_per_token"].as_f64();
    nats.with_context(|| format!("galant evaluate printed no nats per token of {}", model.display()))
}
