//! The other programs: how each is made ready, and the command that measures it.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};

use crate::command::Task;
use crate::workspace::Workspace;

pub(crate) const PEERS: [&str; 5] = ["torch", "keras", "candle", "burn", "mido"];

/// What is needed to run them.
pub(crate) struct Peers<'a> {
    /// The folder of their scripts.
    pub(crate) folder: &'a Path,
    pub(crate) python: &'a str,
    pub(crate) workspace: &'a Workspace,
}

impl Peers<'_> {
    /// Builds a peer, or looks whether Python has it.
    ///
    /// # Errors
    ///
    /// If it is not there, with what to do.
    pub(crate) fn prepare(&self, name: &str) -> anyhow::Result<()> {
        let module = match name {
            "candle" | "burn" => {
                let manifest = self.folder.join("rust-peers").join(name).join("Cargo.toml");
                ensure!(manifest.is_file(), "{} is missing", manifest.display());
                let build = Task::cargo(&["build", "--release", "--locked", "--manifest-path"]).args([manifest]);
                return build.args(["--target-dir"]).args([self.target(name)]).run();
            }
            "keras" => "tensorflow",
            module => module,
        };
        let python = self.python;
        let ask = Task::new("python3", python).args(["-c", &format!("import {module}")]);
        ask.output().map(drop).with_context(|| format!("{python} has no {module}; name another Python by --python"))
    }

    /// The command that measures a peer at `work`, none if it does not do that work.
    pub(crate) fn task(&self, name: &str, work: &str) -> Option<Task> {
        let arguments: Vec<&str> = work.split(' ').collect();
        let script = |path: PathBuf| Task::new("python3", self.python).args([path]);
        let lecture = |file: &str| Some(script(self.folder.join(file)).args(&arguments));
        match (name, arguments.as_slice()) {
            ("torch", ["steps" | "generate", _]) => lecture("torch_lecture.py"),
            // TensorFlow writes about itself to stderr, which is no result.
            ("keras", ["steps", "small" | "large"] | ["generate", _]) => {
                Some(lecture("keras_lecture.py")?.env("TF_CPP_MIN_LOG_LEVEL", "3"))
            }
            // Both are fastest when fed one column at a time; five steps of a slow program are enough.
            ("candle", ["steps", which]) => Some(self.built(name)?.args(["steps", which, "step", "5"])),
            ("candle", ["generate", _]) => Some(self.built(name)?.args(&arguments)),
            ("burn", ["steps", which]) => Some(self.built(name)?.args(["flex", "steps", which, "step", "5"])),
            ("burn", ["generate", which]) => Some(self.built(name)?.args(["flex", "generate", which])),
            ("mido", ["decode"]) => {
                let task = script(self.workspace.root.join("benches/peers/mido_tokens.py"));
                Some(task.args([self.folder.join("../oracle")]).args(midi_files(self.folder)))
            }
            _ => None,
        }
    }

    fn target(&self, name: &str) -> PathBuf {
        self.workspace.target.join("compare").join(name)
    }

    /// The program that cargo built for a peer: the only one in its folder.
    fn built(&self, name: &str) -> Option<Task> {
        let entries = std::fs::read_dir(self.target(name).join("release")).ok()?;
        let is_program = |path: &PathBuf| {
            let extension = path.extension().unwrap_or_default();
            let starts = path.file_name().is_some_and(|file| file.to_string_lossy().starts_with(name));
            path.is_file() && starts && (extension.is_empty() || extension == "exe")
        };
        let program = entries.flatten().map(|entry| entry.path()).find(is_program)?;
        Some(Task::new(name, program))
    }
}

/// The MIDI files of the Mozart folders next to the peers, in order.
pub(crate) fn midi_files(peers: &Path) -> Vec<PathBuf> {
    let folders = ["mozart-concertos", "mozart-cc0-quartets", "mozart-mutopia-pd"];
    let entries = folders.iter().filter_map(|name| std::fs::read_dir(peers.join("../data").join(name)).ok());
    let paths = entries.flatten().flatten().map(|entry| entry.path());
    let is_midi = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "mid" || extension == "midi");
    let mut files: Vec<PathBuf> = paths.filter(is_midi).collect();
    files.sort();
    files
}
