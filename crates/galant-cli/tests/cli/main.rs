//! The program as a user meets it: commands, files, messages, exit codes.

mod abc;
mod command_line;
mod dice;
mod engine;
mod errors;
mod evaluate;
mod inputs;
mod make;
mod metrics;
mod model_file;
mod musicxml;
mod originality;
mod plans;
mod plot;
mod render;
mod report;
mod studio;
mod tokenizers;
mod validation;
mod voices;
mod waltzes;
mod whole_way;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder of its own for a test, empty at its start.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Runs the program in `folder`.
fn galant(folder: &Path, args: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_galant"));
    command.current_dir(folder).args(args.split_whitespace()).output().unwrap()
}

/// Runs the program, which must succeed, and returns what it prints.
#[track_caller]
fn run(folder: &Path, args: &str) -> String {
    let output = galant(folder, args);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "galant {args}\n{stderr}");
    String::from_utf8(output.stdout).unwrap()
}

/// Writes a song of `n_tokens` chords, which repeats itself, as a MIDI file made by the program.
fn write_song(folder: &Path, name: &str, n_tokens: usize) {
    let chord = |i: usize| {
        let root = 48 + (i * i + i / 9) % 7;
        if i.is_multiple_of(4) { format!("[{root},{},{}]", root + 4, root + 7) } else { format!("[{}]", root + 12) }
    };
    let chords: Vec<String> = (0..n_tokens).map(chord).collect();
    fs::write(folder.join("song.json"), format!("[{}]", chords.join(","))).unwrap();
    run(folder, &format!("detokenize song.json --out {name}"));
}

/// Settings of a training that takes no time.
const SMALL: &str = "--hidden-size 12 --embedding-size 8 --layers 2 --window 16 --batch 8";
