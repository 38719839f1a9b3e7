//! What cannot be composed: one line each, and exit code 2.

use std::fs;
use std::path::Path;

use expect_test::{Expect, expect};

use crate::{compose, folder, galant, run, trained};

/// Runs a command that must fail with exit code 2 and one line of error, as expected.
#[track_caller]
fn check(folder: &Path, args: &[&str], expected: Expect) {
    expected.assert_eq(&format!("{}\n", without_places_and_hashes(&error(folder, args))));
}

/// The line of error of a command that must fail with it and exit code 2.
#[track_caller]
fn error(folder: &Path, args: &[&str]) -> String {
    let output = galant(folder, args);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{args:?}\n{stderr}");
    let last = stderr.lines().last().unwrap_or_default();
    assert!(last.starts_with("error: "), "{args:?}\n{stderr}");
    last.to_owned()
}

/// A message without what differs from machine to machine: the folder of the tests, and the hash of a model.
fn without_places_and_hashes(message: &str) -> String {
    let message = message.replace(env!("CARGO_TARGET_TMPDIR"), "TESTS");
    let is_hash = |word: &str| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let word = |word: &str| {
        let bare = word.trim_end_matches(',');
        if is_hash(bare) { word.replace(bare, "HASH") } else { word.to_owned() }
    };
    message.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn check_compose(folder: &Path, args: &[&str], expected: Expect) {
    expected.assert_eq(&format!("{}\n", compose_error(folder, args)));
}

#[track_caller]
fn compose_error(folder: &Path, args: &[&str]) -> String {
    let model = trained().join("model.safetensors");
    let said = error(folder, &[&["compose", "--model", model.to_str().unwrap(), "--out", "out.mid"], args].concat());
    assert_eq!(fs::read_dir(folder).unwrap().count(), 0, "{args:?}");
    said
}

#[test]
fn settings_out_of_range_or_without_use_are_refused() {
    let folder = folder("settings");
    check_compose(
        &folder,
        &["--strategy", "greedy", "--temperature", "1"],
        expect![[r#"
        error: --temperature only applies to --strategy random or stochastic-beam
    "#]],
    );
    check_compose(
        &folder,
        &["--beam-width", "4"],
        expect![[r#"
        error: --beam-width only applies to --strategy beam or stochastic-beam
    "#]],
    );
    check_compose(
        &folder,
        &["--n-best", "2"],
        expect![[r#"
        error: --n-best only applies to --strategy beam or stochastic-beam
    "#]],
    );
    let beam = ["--strategy", "beam", "--tokens", "2"];
    check_compose(
        &folder,
        &[&beam[..], &["--n-best", "9"]].concat(),
        expect![[r#"
        error: 9 pieces are asked for, but the beam is 8 wide; make it wider
    "#]],
    );
    check_compose(
        &folder,
        &[&beam[..], &["--rank", "9"]].concat(),
        expect![[r#"
        error: piece 9 of the beam is asked for, and it found 8; make the beam wider
    "#]],
    );
    check_compose(
        &folder,
        &[&beam[..], &["--beam-width", "0"]].concat(),
        expect![[r#"
        error: beam width is 0; it must be 1 to 4096
    "#]],
    );
    check_compose(
        &folder,
        &["--temperature", "0"],
        expect![[r#"
        error: temperature is 0; it must be above 0 and finite
    "#]],
    );
    check_compose(
        &folder,
        &["--temperature", "NaN"],
        expect![[r#"
        error: temperature is NaN; it must be above 0 and finite
    "#]],
    );
    check_compose(
        &folder,
        &["--top-k", "0"],
        expect![[r#"
        error: top-k is 0; it must keep at least 1 token
    "#]],
    );
    check_compose(
        &folder,
        &["--loop-lengths", "0"],
        expect![[r#"
        error: loop control has length 0; it must be 1 to 1024
    "#]],
    );
    check_compose(
        &folder,
        &["--tokens", "99999999"],
        expect![[r#"
        error: 99999999 tokens to compose, over the limit of 1048576; compose several pieces
    "#]],
    );
    check_compose(
        &folder,
        &["--bars", "18446744073709551615"],
        expect![[r#"
        error: 1048577 tokens to compose, over the limit of 1048576; compose several pieces
    "#]],
    );
    check_compose(
        &folder,
        &["--seconds", "inf"],
        expect![[r#"
        error: the length is inf seconds; it must be above 0 and at most 131072
    "#]],
    );
    check_compose(
        &folder,
        &["--key", "H major"],
        expect![[r#"
            error: --key is 'H major': 'H' is not a note; notes are written C, F# or Bb; see galant compose --help
        "#]],
    );
    check_compose(
        &folder,
        &["--no-notes", "C,X"],
        expect![[r#"
            error: --no-notes is 'C,X': 'X' is not a note; notes are written C, F# or Bb; see galant compose --help
        "#]],
    );
    check_compose(
        &folder,
        &["--primer-tokens", "60 x"],
        expect![[r#"
        error: primer, token 1: 'x', part 0 of the token, counted from 0, is not a MIDI pitch; write 0 to 127
    "#]],
    );
    check_compose(
        &folder,
        &["--primer-tokens", " "],
        expect![[r#"
        error: the primer has no tokens; write them like "60 64.67"
    "#]],
    );
    check_compose(
        &folder,
        &["--primer", "none.mid"],
        expect![[r#"
        error: reading none.mid: No such file or directory (os error 2)
    "#]],
    );
}

#[test]
fn rules_that_leave_nothing_name_the_place() {
    let folder = folder("rules");
    check_compose(
        &folder,
        &["--pitch-range", "0-9"],
        expect![[r#"
        error: token 0: the rule 'range 0-9' forbids all 14 tokens that the rules before it allow; relax a rule
    "#]],
    );
    check_compose(
        &folder,
        &["--key", "C major", "--no-notes", "C,D,E,F,G,A,B"],
        expect![[r#"
        error: token 0: the rule 'without the excluded pitch classes' forbids all 14 tokens that the rules before it allow; relax a rule
    "#]],
    );
    // Which token comes first that cannot be played depends on the weights, and so on the kind of processor.
    let blocked = |args: &[&str], begin: &str| {
        let said = compose_error(&folder, &[&["--block-ngrams", "1", "--tokens", "99"], args].concat());
        assert!(said.starts_with(begin) && said.contains("the rule 'no 1-gram twice' forbids all "), "{said}");
    };
    blocked(&[], "error: token ");
    blocked(&["--pieces", "3"], "error: piece 1: token ");
}

#[test]
fn reproducing_needs_a_composed_file_and_its_model() {
    let folder = folder("again-refusals");
    let model = trained().join("model.safetensors");
    let model = model.to_str().unwrap();
    let again = |file: &str, model: &str, expected: Expect| {
        check(&folder, &["reproduce", file, "--model", model, "--out", "again.mid"], expected);
        assert!(!folder.join("again.mid").exists());
    };
    let song = trained().join("song.mid");
    again(
        song.to_str().unwrap(),
        model,
        expect![[r#"
        error: reading TESTS/compose-trained/song.mid: it does not say how it was composed; give a file that `galant compose` wrote
    "#]],
    );
    again(
        "none.mid",
        model,
        expect![[r#"
        error: reading none.mid: No such file or directory (os error 2)
    "#]],
    );
    let said = error(&folder, &["reproduce", model, "--model", model, "--out", "again.mid"]);
    assert!(said.contains("model.safetensors: not a standard MIDI file: "), "{said}");
    compose(&folder, &["--tokens", "4"]);
    check(
        &folder,
        &["reproduce", "out.mid", "--model", model, "--out", "out.mid"],
        expect![[r#"
        error: --out is out.mid itself; name another file
    "#]],
    );
    let mut other = fs::read(model).unwrap();
    // The name of the program that wrote it.
    let at = other.windows(8).position(|bytes| bytes == b"galant 0").unwrap();
    other[at] = b'G';
    fs::write(folder.join("other.safetensors"), other).unwrap();
    again(
        "out.mid",
        "other.safetensors",
        expect![[r#"
        error: out.mid was composed by another model: its sha256 is HASH, that of other.safetensors is HASH
    "#]],
    );
    again(
        "out.mid",
        "none.safetensors",
        expect![[r#"
        error: reading none.safetensors: No such file or directory (os error 2)
    "#]],
    );
}

#[test]
fn a_piece_that_was_changed_by_hand_is_distinguished_from_its_own() {
    let folder = folder("again-changed");
    compose(&folder, &["--tokens", "4"]);
    let mut bytes = fs::read(folder.join("out.mid")).unwrap();
    // The velocity in the first note-on.
    let at = bytes.windows(2).position(|pair| pair[0] == 0x90).unwrap() + 2;
    bytes[at] -= 1;
    fs::write(folder.join("out.mid"), bytes).unwrap();
    let model = trained().join("model.safetensors");
    let args = ["reproduce", "out.mid", "--model", model.to_str().unwrap(), "--out", "again.mid"];
    check(
        &folder,
        &args,
        expect![[r#"
        error: again.mid is written, but differs from out.mid: that was composed by galant 0.1.0, this by 0.1.0; another version or another kind of processor may round otherwise
    "#]],
    );
    // What it wrote is a piece of its own.
    run(&folder, &["reproduce", "again.mid", "--model", model.to_str().unwrap(), "--out", "third.mid"]);
}
