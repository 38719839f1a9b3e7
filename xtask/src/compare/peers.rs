//! The other programs, and the command that measures each.

use std::path::{Path, PathBuf};

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
    /// The command that measures a peer at `work`, none if it does not do that work.
    pub(crate) fn task(&self, name: &str, work: &str) -> Option<Task> {
        let arguments: Vec<&str> = work.split(' ').collect();
        let script = |path: PathBuf| Task::new("python3", self.python).args([path]);
        let lecture = |file: &str| script(self.folder.join(file)).args(&arguments);
        match (name, arguments.as_slice()) {
            ("torch", ["steps" | "generate", _]) => Some(lecture("torch_lecture.py")),
            // TensorFlow writes about itself to stderr, which is no result.
            ("keras", ["steps", "small" | "large"] | ["generate", _]) => {
                Some(lecture("keras_lecture.py").env("TF_CPP_MIN_LOG_LEVEL", "3"))
            }
            // Both are fastest when fed one column at a time; five steps of a slow program are enough.
            ("candle", ["steps", which]) => Some(self.cargo_run(name, &["steps", which, "step", "5"])),
            ("candle", ["generate", which]) => Some(self.cargo_run(name, &["generate", which])),
            ("burn", ["steps", which]) => Some(self.cargo_run(name, &["flex", "steps", which, "step", "5"])),
            ("burn", ["generate", which]) => Some(self.cargo_run(name, &["flex", "generate", which])),
            ("mido", ["decode"]) => {
                let task = script(self.workspace.root.join("benches/peers/mido_tokens.py"));
                Some(task.args([self.folder.join("../oracle")]).args(midi_files(self.folder)))
            }
            _ => None,
        }
    }

    /// A peer in Rust, built the first time.
    fn cargo_run(&self, name: &str, args: &[&str]) -> Task {
        let manifest = self.folder.join("rust-peers").join(name).join("Cargo.toml");
        let run = Task::cargo(&["run", "--release", "--locked", "--quiet", "--manifest-path"]).args([manifest]);
        run.args(["--target-dir"]).args([self.workspace.target.join("compare").join(name)]).args(["--"]).args(args)
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
