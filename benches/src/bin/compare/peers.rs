//! The other programs, and the command that measures each.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::command::cargo;

pub(crate) const PEERS: [&str; 5] = ["torch", "keras", "candle", "burn", "mido"];

/// What is needed to run them.
pub(crate) struct Peers<'a> {
    /// The folder of their scripts.
    pub(crate) folder: &'a Path,
    pub(crate) python: &'a str,
    /// The top folder of the project.
    pub(crate) root: &'a Path,
    /// Where builds go.
    pub(crate) target: &'a Path,
}

/// What tells other programs to use no better instructions than those of a level of Galant's; none if nothing has to.
///
/// PyTorch, its MKL and oneDNN listen to it, and so does TensorFlow; candle and burn choose for themselves.
pub(crate) fn environment(level: &str) -> &'static [(&'static str, &'static str)] {
    match level {
        "avx2+fma" => &[
            ("ATEN_CPU_CAPABILITY", "avx2"),
            ("MKL_ENABLE_INSTRUCTIONS", "AVX2"),
            ("ONEDNN_MAX_CPU_ISA", "AVX2"),
            ("DNNL_MAX_CPU_ISA", "AVX2"),
        ],
        _ => &[],
    }
}

impl Peers<'_> {
    /// The command that measures a peer at `work`, none if it does not do that work.
    pub(crate) fn command(&self, name: &str, work: &str) -> Option<Command> {
        // The scripts' word for it.
        let work = work.replace("every-token", "every-word");
        let arguments: Vec<&str> = work.split(' ').collect();
        let script = |path: PathBuf| {
            let mut command = Command::new(self.python);
            command.arg(path);
            command
        };
        let lecture = |file: &str| {
            let mut command = script(self.folder.join(file));
            // TensorFlow writes about itself to stderr, which is no result.
            command.args(&arguments).env("TF_CPP_MIN_LOG_LEVEL", "3");
            command
        };
        match (name, arguments.as_slice()) {
            ("torch", ["steps" | "generate", _]) => Some(lecture("torch_lecture.py")),
            ("keras", ["steps", "small" | "large"] | ["generate", _]) => Some(lecture("keras_lecture.py")),
            // Both are fastest when fed one column at a time; five steps of a slow program are enough.
            ("candle", ["steps", which]) => Some(self.cargo_run(name, &["steps", which, "step", "5"])),
            ("candle", ["generate", which]) => Some(self.cargo_run(name, &["generate", which])),
            ("burn", ["steps", which]) => Some(self.cargo_run(name, &["flex", "steps", which, "step", "5"])),
            ("burn", ["generate", which]) => Some(self.cargo_run(name, &["flex", "generate", which])),
            ("mido", ["decode"]) => {
                let mut command = script(self.root.join("benches/peers/mido_tokens.py"));
                command.arg(self.folder.join("../oracle")).args(midi_files(self.folder));
                Some(command)
            }
            _ => None,
        }
    }

    /// A peer in Rust, built the first time.
    fn cargo_run(&self, name: &str, args: &[&str]) -> Command {
        let mut command = cargo(&["run", "--release", "--locked", "--quiet", "--manifest-path"]);
        command.arg(self.folder.join("rust-peers").join(name).join("Cargo.toml"));
        command.arg("--target-dir").arg(self.target.join("compare").join(name)).arg("--").args(args);
        command
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
