//! Training that is killed, interrupted or disturbed: nothing is lost, and what is wrong is reported.
#![cfg(unix)]

// Killed at fifty moments.
mod kills;
// Ctrl-C.
mod interrupts;
// Ctrl-C in `galant make`.
mod making;
// Full disks, folders that cannot be written to, two trainings at once.
mod folders;
// Numbers that grow without bound, and settings that no training can have.
mod refusals;
// Files that break their standard, and names that would control the terminal.
mod strangers;
// Memory and open files of a training of many epochs.
mod long_run;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use expect_test::Expect;

/// Settings of a training that takes no time: three steps an epoch.
const SMALL: &str = "--tokenizer rhythm --objective last-token --hidden-size 8 --embedding-size 4 --layers 2 --window 16 --batch 64 --threads 2 --patience 1000000";

/// A network of some megabytes, on one thread: with several, the system's allocator settles only after some epochs.
#[cfg(target_os = "linux")]
const LARGER: &str = "--tokenizer rhythm --objective last-token --hidden-size 64 --embedding-size 32 --layers 2 --window 16 --batch 64 --threads 1";

/// A folder of its own for a test, with a song of 200 tokens in it.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("safety-{test}"));
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    write_song(&folder, "song.mid", 200);
    folder
}

/// Writes a song of `n_tokens` chords, as a MIDI file made by the program.
fn write_song(folder: &Path, name: &str, n_tokens: usize) {
    let chords: Vec<String> = (0..n_tokens).map(|i| format!("[{}]", 60 + (i * i + i / 9) % 7)).collect();
    fs::write(folder.join("song.json"), format!("[{}]", chords.join(","))).unwrap();
    run(folder, &format!("detokenize song.json --out {name}"));
}

fn command(folder: &Path, args: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_galant"));
    command.current_dir(folder).args(args.split_whitespace());
    command
}

fn galant(folder: &Path, args: &str) -> Output {
    command(folder, args).output().unwrap()
}

/// Runs the program, which must succeed, and returns what it prints.
#[track_caller]
fn run(folder: &Path, args: &str) -> String {
    let output = galant(folder, args);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "galant {args}\n{stderr}");
    String::from_utf8(output.stdout).unwrap()
}

/// Checks that a run failed with exit code 2 and one line of error, as expected.
#[track_caller]
fn check_failed(output: &Output, expected: Expect) {
    expected.assert_eq(&format!("{}\n", error(output)));
}

/// The one line of error of a run that must have failed with exit code 2.
#[track_caller]
fn error(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    let errors: Vec<&str> = said.lines().filter(|line| line.starts_with("error: ")).collect();
    assert_eq!(errors.len(), 1, "{said}");
    errors[0].to_owned()
}

/// A training that runs, and what it prints.
struct Running {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Running {
    fn start(folder: &Path, args: &str) -> Running {
        let mut child = command(folder, args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Running { child, lines }
    }

    /// Waits for the line of the next epoch; none if the program ends before.
    fn next_epoch(&mut self) -> Option<u64> {
        let mut line = String::new();
        while self.lines.read_line(&mut line).unwrap() > 0 {
            // Of all the lines only those of epochs begin with a number.
            if let Some(epoch) = line.split_whitespace().next().and_then(|token| token.parse().ok()) {
                return Some(epoch);
            }
            line.clear();
        }
        None
    }
}

/// The names of the files in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    let mut names: Vec<String> = fs::read_dir(folder).unwrap().map(name).collect();
    names.sort();
    names
}

/// What a finished training leaves.
const FILES: [&str; 4] = [".galant.lock", "model.safetensors", "snapshot.galant", "training.csv"];
