//! What cannot be composed: one line each, and exit code 2.

use std::fs;
use std::path::Path;

use crate::{compose, folder, galant, run, trained};

#[track_caller]
fn check(folder: &Path, args: &[&str], message: &str) {
    let output = galant(folder, args);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{args:?}\n{stderr}");
    let last = stderr.lines().last().unwrap_or_default();
    assert!(last.starts_with("error: ") && last.contains(message), "{args:?}\n{stderr}");
}

#[track_caller]
fn check_compose(folder: &Path, args: &[&str], message: &str) {
    let model = trained().join("model.safetensors");
    check(folder, &[&["compose", "--model", model.to_str().unwrap(), "--out", "out.mid"], args].concat(), message);
    assert_eq!(fs::read_dir(folder).unwrap().count(), 0, "{args:?}");
}

#[test]
fn settings_that_cannot_be_are_named() {
    let folder = folder("settings");
    check_compose(
        &folder,
        &["--strategy", "greedy", "--temperature", "1"],
        "--temperature is of use with --strategy random",
    );
    check_compose(
        &folder,
        &["--beam-width", "4"],
        "--beam-width is of use with --strategy beam or stochastic-beam only",
    );
    check_compose(&folder, &["--n-best", "2"], "--n-best is of use with --strategy beam or stochastic-beam only");
    let beam = ["--strategy", "beam", "--tokens", "2"];
    check_compose(&folder, &[&beam[..], &["--n-best", "9"]].concat(), "--n-best is 9, but the beam is 8 wide");
    check_compose(&folder, &[&beam[..], &["--rank", "9"]].concat(), "piece 9 of the beam is asked for");
    check_compose(&folder, &[&beam[..], &["--beam-width", "0"]].concat(), "beam width is 0; it must be 1 to 4096");
    check_compose(&folder, &["--temperature", "0"], "temperature is 0; it must be above 0 and finite");
    check_compose(&folder, &["--temperature", "NaN"], "temperature is NaN; it must be above 0 and finite");
    check_compose(&folder, &["--top-k", "0"], "top-k is 0; it must keep at least 1 token");
    check_compose(&folder, &["--loop-lengths", "0"], "loop control has length 0; it must be 1 to 1024");
    check_compose(&folder, &["--tokens", "99999999"], "99999999 tokens asked for, over the limit of 1048576");
    check_compose(&folder, &["--bars", "18446744073709551615"], "tokens asked for, over the limit of 1048576");
    check_compose(&folder, &["--seconds", "inf"], "--seconds is inf; it must be above 0 and at most 131072");
    check_compose(&folder, &["--key", "H major"], "--key 'H major': 'H' is not a note; notes are written C, F# or Bb");
    check_compose(&folder, &["--no-notes", "C,X"], "--no-notes 'C,X': 'X' is no note");
    check_compose(&folder, &["--primer-tokens", "60 x"], "primer, token 1: 'x'");
    check_compose(&folder, &["--primer-tokens", " "], "the primer has no tokens");
    check_compose(&folder, &["--primer", "none.mid"], "reading none.mid");
}

#[test]
fn rules_that_leave_nothing_name_the_token() {
    let folder = folder("rules");
    check_compose(&folder, &["--pitch-range", "0-9"], "token 0: range 0-9 forbids all ");
    check_compose(&folder, &["--key", "C major", "--no-notes", "C,D,E,F,G,A,B"], "token 0: no-notes forbids all ");
    check_compose(&folder, &["--block-ngrams", "1", "--tokens", "99"], "the block of 1-grams forbids all ");
    check_compose(&folder, &["--block-ngrams", "1", "--tokens", "99", "--pieces", "3"], "piece 1: token ");
}

#[test]
fn again_needs_a_composed_file_and_its_model() {
    let folder = folder("again-refusals");
    let model = trained().join("model.safetensors");
    let model = model.to_str().unwrap();
    let again = |file: &str, model: &str, message: &str| {
        check(&folder, &["reproduce", file, "--model", model, "--out", "again.mid"], message);
        assert!(!folder.join("again.mid").exists());
    };
    let song = trained().join("song.mid");
    again(song.to_str().unwrap(), model, "song.mid: it does not say how it was composed");
    again("none.mid", model, "reading none.mid");
    again(model, model, "not a standard MIDI file");
    compose(&folder, &["--tokens", "4"]);
    check(&folder, &["reproduce", "out.mid", "--model", model, "--out", "out.mid"], "--out is out.mid itself");
    let mut other = fs::read(model).unwrap();
    // The last byte is of the last weight.
    *other.last_mut().unwrap() ^= 1;
    fs::write(folder.join("other.safetensors"), other).unwrap();
    again("out.mid", "other.safetensors", "out.mid was composed by another model: its sha256 is ");
    again("out.mid", "none.safetensors", "reading none.safetensors");
}

#[test]
fn a_piece_that_was_changed_by_hand_is_told_from_its_own() {
    let folder = folder("again-changed");
    compose(&folder, &["--tokens", "4"]);
    let mut bytes = fs::read(folder.join("out.mid")).unwrap();
    // The velocity in the first note-on.
    let at = bytes.windows(2).position(|pair| pair[0] == 0x90).unwrap() + 2;
    bytes[at] -= 1;
    fs::write(folder.join("out.mid"), bytes).unwrap();
    let model = trained().join("model.safetensors");
    let args = ["reproduce", "out.mid", "--model", model.to_str().unwrap(), "--out", "again.mid"];
    check(&folder, &args, "again.mid is written, but is not as out.mid was");
    // What it wrote is a piece of its own.
    run(&folder, &["reproduce", "again.mid", "--model", model.to_str().unwrap(), "--out", "third.mid"]);
}
