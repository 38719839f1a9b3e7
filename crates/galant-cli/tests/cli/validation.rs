//! What is held out for validation, and how the program says so.

use std::fs;
use std::path::{Path, PathBuf};

use expect_test::{Expect, expect};

use crate::{SMALL, folder, galant, run};

/// Writes a tune of 96 notes as ABC, another for each number; `octave` follows each note.
fn write_tune(folder: &Path, name: &str, number: u64, octave: &str) {
    let mut state = number;
    let mut note = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let letter = char::from(b"CDEFGABcdefgab"[(state >> 33) as usize % 14]);
        format!("{letter}{octave}")
    };
    let bars: String = (0..24).map(|_| (0..4).map(|_| note()).collect::<String>() + "|").collect();
    fs::write(folder.join(name), format!("X:1\nM:4/4\nL:1/4\nK:C\n{bars}\n")).unwrap();
}

/// Twelve tunes in a folder.
fn tunes(test: &str) -> PathBuf {
    let folder = folder(test);
    fs::create_dir(folder.join("tunes")).unwrap();
    (1..=12).for_each(|number| write_tune(&folder.join("tunes"), &format!("{number:02}.abc"), number, ""));
    folder
}

/// The lines of the plan that say what is trained on, for a training of one epoch.
#[track_caller]
fn check(folder: &Path, args: &str, expected: Expect) {
    let said = run(folder, &format!("train --epochs 1 --tokenizer rhythm --top 1 --force {SMALL} {args}"));
    let lines: Vec<&str> =
        said.lines().filter(|line| line.starts_with("corpus ") || line.starts_with("held out ")).collect();
    expected.assert_eq(&lines.join("\n"));
}

#[test]
fn the_plan_says_what_is_held_out() {
    let folder = tunes("held_out");
    check(
        &folder,
        "--corpus tunes",
        expect![[r#"
        corpus   12 songs, 1,152 tokens, 14 different; 1,056 for training in 880 windows of 16, 96 for validation
        held out 1 of 12 pieces, 8.3 % of the tokens: 02.abc"#]],
    );
    check(
        &folder,
        "--corpus tunes --hold-out 0.25",
        expect![[r#"
        corpus   12 songs, 1,152 tokens, 14 different; 864 for training in 720 windows of 16, 288 for validation
        held out 3 of 12 pieces, 25 % of the tokens: 02.abc, 08.abc, 10.abc"#]],
    );
    check(
        &folder,
        "--corpus tunes --hold-out-tail",
        expect![[r#"
        corpus   12 songs, 1,152 tokens, 14 different; 1,044 for training in 852 windows of 16, 108 for validation
        held out the last 10 % of each piece"#]],
    );
    check(
        &folder,
        "--corpus tunes --hold-out 0",
        expect![[r#"
        corpus   12 songs, 1,152 tokens, 14 different; 1,152 for training in 960 windows of 16, 0 for validation
        held out nothing"#]],
    );
    check(
        &folder,
        "--corpus tunes/01.abc tunes/02.abc tunes/03.abc",
        expect![[r#"
        corpus   3 songs, 288 tokens, 14 different; 261 for training in 213 windows of 16, 27 for validation
        held out the last 10 % of each piece, since there are only 3 pieces"#]],
    );
    check(
        &folder,
        "--corpus tunes/01.abc",
        expect![[r#"
        corpus   1 song, 96 tokens, 14 different; 87 for training in 71 windows of 16, 9 for validation
        held out the last 10 % of each piece, since there is only one piece"#]],
    );
    check(
        &folder,
        "--corpus tunes/01.abc tunes/01.abc",
        expect![[r#"
            corpus   2 songs, 192 tokens, 14 different; 174 for training in 142 windows of 16, 18 for validation
            held out the last 10 % of each piece, since the 2 pieces have music in common"#]],
    );
}

#[test]
fn pieces_named_for_validation_are_not_trained_on() {
    let folder = tunes("validation");
    write_tune(&folder, "new.abc", 77, "");
    write_tune(&folder, "known.abc", 3, ",");
    check(
        &folder,
        "--corpus tunes --validation new.abc",
        expect![[r#"
            corpus   13 songs, 1,248 tokens, 14 different; 1,152 for training in 960 windows of 16, 96 for validation
            held out nothing of the corpus; 1 piece for validation: new.abc"#]],
    );
    let output = galant(
        &folder,
        &format!(
            "train --corpus tunes --validation known.abc new.abc --epochs 1 --tokenizer rhythm --top 1 --force {SMALL}"
        ),
    );
    assert!(output.status.success());
    expect![[r#"
        warning: 03.abc: left out, it has music of the validation piece known.abc
        warning: 47 of the 192 tokens to validate on are not in the corpus; each is taken for the nearest that is
    "#]]
    .assert_eq(&String::from_utf8(output.stderr).unwrap());
    let refused = |args: &str| {
        let output = galant(&folder, &format!("train --epochs 1 --tokenizer rhythm --force {SMALL} {args}"));
        assert_eq!(output.status.code(), Some(2), "{args}");
        String::from_utf8(output.stderr).unwrap()
    };
    expect![[r#"
        error: nothing is left to train on: all 12 pieces have music of the validation pieces; validate on other music
    "#]]
    .assert_eq(&refused("--corpus tunes --validation tunes"));
    expect![[r#"
        error: reading nothing.abc: No such file or directory (os error 2)
        error: no music to validate on: none of the files of --validation has notes
    "#]]
    .assert_eq(&refused("--corpus tunes --validation nothing.abc"));
    let conflict = refused("--corpus tunes --hold-out 0.1 --validation new.abc");
    assert!(conflict.contains("cannot be used with"), "{conflict}");
}
