//! The other programs: how each is made ready, and the command that measures it.

use std::path::Path;

use anyhow::Context;

use super::results::Measure;
use crate::command::Task;
use crate::workspace::Workspace;

/// Another program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Peer {
    Torch,
    Keras,
    Candle,
    Burn,
    Mido,
}

impl Peer {
    pub(crate) fn all() -> [Peer; 5] {
        [Peer::Torch, Peer::Keras, Peer::Candle, Peer::Burn, Peer::Mido]
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Peer::Torch => "torch",
            Peer::Keras => "keras",
            Peer::Candle => "candle",
            Peer::Burn => "burn",
            Peer::Mido => "mido",
        }
    }

    /// Builds it, or looks whether Python has it.
    ///
    /// # Errors
    ///
    /// If it is not there, with what to do.
    pub(crate) fn prepare(self, folder: &Path, python: &str, workspace: &Workspace) -> anyhow::Result<()> {
        match self {
            Peer::Torch => has_module(python, "torch"),
            Peer::Keras => has_module(python, "tensorflow"),
            Peer::Mido => has_module(python, "mido"),
            Peer::Candle | Peer::Burn => {
                let manifest = folder.join("rust-peers").join(self.name()).join("Cargo.toml");
                anyhow::ensure!(manifest.is_file(), "{} is missing", manifest.display());
                let target = workspace.target.join("compare").join(self.name());
                let build = Task::cargo(&["build", "--release", "--locked", "--manifest-path"]).args([&manifest]);
                build.args(["--target-dir".as_ref(), target.as_os_str()]).run()
            }
        }
    }

    /// The command that measures it at `measure`, none if that is not its work.
    pub(crate) fn task(self, measure: &Measure, folder: &Path, python: &str, workspace: &Workspace) -> Option<Task> {
        let tokens: Vec<&str> = measure.task.split(' ').collect();
        let script = |name: &str| Task::new("python3", python).args([folder.join(name)]);
        match (self, tokens.as_slice()) {
            (Peer::Torch, ["steps" | "generate", _]) => Some(script("torch_lecture.py").args(tokens)),
            (Peer::Keras, ["steps", "small" | "large"] | ["generate", _]) => {
                // TensorFlow tells on stderr about itself, which is no result.
                Some(script("keras_lecture.py").args(tokens).env("TF_CPP_MIN_LOG_LEVEL", "3"))
            }
            // Both are fastest when fed one column at a time; five steps tell enough of a slow program.
            (Peer::Candle, ["steps", which]) => {
                Some(built(workspace, self, "candle")?.args(["steps", which, "step", "5"]))
            }
            (Peer::Candle, ["generate", _]) => Some(built(workspace, self, "candle")?.args(tokens)),
            (Peer::Burn, ["steps", which]) => {
                Some(built(workspace, self, "burn")?.args(["flex", "steps", which, "step", "5"]))
            }
            (Peer::Burn, ["generate", which]) => {
                Some(built(workspace, self, "burn")?.args(["flex", "generate", which]))
            }
            (Peer::Mido, ["decode"]) => {
                let script = workspace.root.join("benches/peers/mido_tokens.py");
                let task = Task::new("python3", python).args([script, folder.join("../oracle")]);
                Some(task.args(midi_files(folder)))
            }
            _ => None,
        }
    }
}

/// The MIDI files of the Mozart folders beside the peers, in order.
pub(crate) fn midi_files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for name in ["mozart-concertos", "mozart-cc0-quartets", "mozart-mutopia-pd"] {
        let Ok(entries) = std::fs::read_dir(folder.join("../data").join(name)) else { continue };
        files.extend(
            entries
                .flatten()
                .map(|entry| entry.path())
                .filter(|path| path.extension().is_some_and(|extension| extension == "mid" || extension == "midi")),
        );
    }
    files.sort();
    files
}

/// The program that cargo built for a peer: the only one in its folder that can be started.
fn built(workspace: &Workspace, peer: Peer, starts_with: &str) -> Option<Task> {
    let folder = workspace.target.join("compare").join(peer.name()).join("release");
    let entries = std::fs::read_dir(folder).ok()?;
    let program = entries.flatten().map(|entry| entry.path()).find(|path| {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let extension = path.extension().unwrap_or_default().to_string_lossy();
        path.is_file() && stem.starts_with(starts_with) && (extension.is_empty() || extension == "exe")
    })?;
    Some(Task::new(peer.name(), program))
}

fn has_module(python: &str, module: &str) -> anyhow::Result<()> {
    let task = Task::new("python3", python).args(["-c", &format!("import {module}; print({module}.__name__)")]);
    task.output()
        .map(drop)
        .with_context(|| format!("{python} has no {module}: install it, or name another Python with --python"))
}
