use std::fs;
use std::path::Path;

use expect_test::{Expect, expect};

use crate::{SMALL, folder, galant, run, write_song};

/// Runs a command that must fail with exit code 2 and one line of error, as expected.
#[track_caller]
pub(crate) fn check(folder: &Path, args: &str, expected: Expect) {
    expected.assert_eq(&format!("{}\n", error(folder, args)));
}

/// The line of error of a command that must fail with it and exit code 2.
#[track_caller]
pub(crate) fn error(folder: &Path, args: &str) -> String {
    let output = galant(folder, args);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "galant {args}\n{said}");
    let errors: Vec<&str> = said.lines().filter(|line| !line.starts_with("warning: ")).collect();
    assert!(errors.len() == 1 && errors[0].starts_with("error: "), "galant {args}\n{said}");
    errors[0].to_owned()
}

/// The errors of several commands, a line each.
#[track_caller]
pub(crate) fn check_all<'a>(folder: &Path, commands: impl IntoIterator<Item = &'a str>, expected: Expect) {
    let errors: Vec<String> = commands.into_iter().map(|args| error(folder, args)).collect();
    expected.assert_eq(&errors.join("\n"));
}

#[test]
fn a_file_that_is_not_there() {
    let folder = folder("no_such_file");
    let commands = [
        "tokenize no.mid",
        "train --corpus no.mid",
        "info no.mid",
        "detokenize no.mid --out x.mid",
        "compose --model no.safetensors --out x.mid",
    ];
    check_all(
        &folder,
        commands,
        expect![[r#"
        error: reading no.mid: No such file or directory (os error 2)
        error: reading no.mid: No such file or directory (os error 2)
        error: reading no.mid: No such file or directory (os error 2)
        error: reading no.mid: No such file or directory (os error 2)
        error: reading no.safetensors: No such file or directory (os error 2)"#]],
    );
}

#[test]
fn an_empty_folder() {
    let folder = folder("empty_folder");
    fs::create_dir(folder.join("music")).unwrap();
    check_all(
        &folder,
        ["tokenize music", "train --corpus music"],
        expect![[r#"
        error: no MIDI, ABC or MusicXML files in music: their names must end in .mid, .midi, .smf, .rmi, .kar, .abc, .musicxml, .mxl, .xml
        error: no MIDI, ABC or MusicXML files in music: their names must end in .mid, .midi, .smf, .rmi, .kar, .abc, .musicxml, .mxl, .xml"#]],
    );
}

#[test]
fn a_song_shorter_than_the_window() {
    let folder = folder("short_song");
    write_song(&folder, "short.mid", 50);
    check(
        &folder,
        "train --corpus short.mid --tokenizer rhythm --window 128",
        expect![[r#"
            error: no song has a training part longer than the window of 128 tokens: the longest of 1, "short.mid", has 45; choose a shorter window or longer songs
        "#]],
    );
}

#[test]
fn text_named_midi() {
    let folder = folder("text_named_midi");
    fs::write(folder.join("letter.mid"), "Dear Constanze,\n").unwrap();
    check(
        &folder,
        "tokenize letter.mid",
        expect![[r#"
        error: reading letter.mid: not a standard MIDI file: it begins with 'Dear Con', not 'MThd'
    "#]],
    );
    // In a folder it is left out and named; the rest is read.
    write_song(&folder, "song.mid", 100);
    let output = galant(&folder, &format!("train --corpus . --out out --epochs 1 {SMALL}"));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("error: reading ./letter.mid") && folder.join("out/model.safetensors").exists(), "{said}");
}

#[test]
fn a_model_file_cut_short() {
    let folder = folder("cut_model");
    write_song(&folder, "song.mid", 100);
    run(&folder, &format!("train --corpus song.mid --out out --epochs 1 {SMALL}"));
    let bytes = fs::read(folder.join("out/model.safetensors")).unwrap();
    for len in [0, 7, 100, bytes.len() - 1] {
        fs::write(folder.join("cut.safetensors"), &bytes[..len]).unwrap();
        for args in ["info cut.safetensors", "compose --model cut.safetensors --out x.mid"] {
            let said = error(&folder, args);
            assert!(said.starts_with("error: reading cut.safetensors: "), "{said}");
        }
    }
    assert!(!folder.join("x.mid").exists());
}

#[test]
fn nothing_to_resume_and_nowhere_to_write() {
    let folder = folder("nowhere");
    write_song(&folder, "song.mid", 100);
    let train = format!("train --corpus song.mid --epochs 1 {SMALL}");
    check(
        &folder,
        &format!("{train} --out new --resume"),
        expect![[r#"
        error: nothing to resume: there is no new/snapshot.galant; train without --resume first
    "#]],
    );
    check(
        &folder,
        &format!("{train} --out song.mid"),
        expect![[r#"
        error: writing to song.mid: it is a file; name a folder with --out
    "#]],
    );
    fs::create_dir(folder.join("folder.mid")).unwrap();
    check(
        &folder,
        "detokenize song.json --out folder.mid",
        expect![[r#"
        error: writing folder.mid: it is a folder; name a file
    "#]],
    );
}

#[test]
fn a_file_is_not_replaced_by_what_is_made_of_it() {
    let folder = folder("itself");
    write_song(&folder, "song.mid", 100);
    let before = fs::read(folder.join("song.mid")).unwrap();
    check(
        &folder,
        "render song.mid --out ./song.mid",
        expect![[r#"
        error: --out is song.mid itself; name another file
    "#]],
    );
    check(
        &folder,
        "detokenize song.json --out song.json",
        expect![[r#"
        error: --out is song.json itself; name another file
    "#]],
    );
    assert_eq!(fs::read(folder.join("song.mid")).unwrap(), before);
}

#[test]
fn one_kind_of_file_is_not_written_under_the_name_of_another() {
    let folder = folder("endings");
    write_song(&folder, "song.mid", 100);
    check(
        &folder,
        "render song.mid --out song.mp3",
        expect![[r#"
        error: writing song.mp3: its name must end in .wav
    "#]],
    );
    check(
        &folder,
        "detokenize song.json --out song.json2",
        expect![[r#"
        error: writing song.json2: its name must end in .mid or .midi or .musicxml or .xml or .mxl
    "#]],
    );
    check(
        &folder,
        "compose --model no.safetensors --out song",
        expect![[r#"
            error: writing song: its name must end in .mid, .midi, .musicxml, .xml, .mxl, .wav, .svg, .png
        "#]],
    );
    check(
        &folder,
        "reproduce song.mid --model no.safetensors --out song.wav",
        expect![[r#"
        error: writing song.wav: its name must end in .mid or .midi or .musicxml or .xml or .mxl
    "#]],
    );
    assert!(!folder.join("song.mp3").exists());
}

#[cfg(unix)]
#[test]
fn nobody_listening_is_no_reason_not_to_finish() {
    use std::process::{Command, Stdio};

    let folder = folder("nobody_listening");
    write_song(&folder, "song.mid", 100);
    let mut command = Command::new(env!("CARGO_BIN_EXE_galant"));
    let args = format!("train --corpus song.mid --out out --epochs 1 {SMALL}");
    command.current_dir(&folder).args(args.split_whitespace()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // The reading end of the pipe is closed before the program says anything.
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
    assert!(folder.join("out/model.safetensors").exists());
}

#[test]
fn tokens_that_are_no_tokens() {
    let folder = folder("no_tokens");
    let files =
        ["[[60],[64,-3]]", "[[60],[64,300]]", "[[60],[]]", "{\"tokens\":[]}", "60 64 67", "[[60],", "[[60],67]"];
    let errors = files.map(|json| {
        fs::write(folder.join("tokens.json"), json).unwrap();
        error(&folder, "detokenize tokens.json --out x.mid")
    });
    expect![[r#"
        error: reading tokens.json: token 1: -3 is not a MIDI pitch; pitches are 0 to 127 at line 1 column 13
        error: reading tokens.json: token 1: 300 is not a MIDI pitch; pitches are 0 to 127 at line 1 column 14
        error: reading tokens.json: token 1: a chord needs at least one pitch at line 1 column 8
        error: reading tokens.json: it holds no list of chords; give what `galant tokenize --json` prints of one file, or a list such as [[60,64],[67]]
        error: reading tokens.json: invalid type: integer `60`, expected a list of chords, or what `galant tokenize --json` prints of one file at line 1 column 2
        error: reading tokens.json: it is not JSON; give what `galant tokenize --json` prints of one file, or a list such as [[60,64],[67]]: EOF while parsing a value at line 1 column 6
        error: reading tokens.json: invalid type: integer `67`, expected a list of pitches such as [60,64,67] as token 1 at line 1 column 8"#]].assert_eq(&errors.join("\n"));
    assert!(!folder.join("x.mid").exists());
}

#[test]
fn settings_out_of_range() {
    let folder = folder("settings");
    write_song(&folder, "song.mid", 300);
    let settings =
        ["--dropout 1", "--hidden-size 0", "--learning-rate -1", "--hold-out 1", "--clip-norm -1", "--window 0"];
    let errors = settings.map(|setting| error(&folder, &format!("train --corpus song.mid --out out {setting}")));
    expect![[r#"
        error: dropout is 1; it must be at least 0 and below 1
        error: hidden size is 0; it must be 1 to 16384
        error: learning rate is -1; it must be above 0 and finite
        error: the share held out for validation is 1; it must be at least 0 and below 1
        error: the norm at which gradients are clipped is -1; it must be above 0 and finite
        error: the window is 0; it must be at least 1"#]]
    .assert_eq(&errors.join("\n"));
}

#[test]
fn settings_without_end_or_measure() {
    let folder = folder("no_measure");
    for setting in
        ["--epochs -1", "--batch 99999999999", "--batch 0", "--threads 99999999", "--threads 0", "--stop-at-loss nan"]
    {
        let output = galant(&folder, &format!("train {setting}"));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{setting}\n{said}");
        let option = setting.split(' ').next().unwrap();
        assert!(said.starts_with(&format!("error: {option} is '")), "{setting}\n{said}");
    }
}

#[test]
fn arguments_that_are_wrong() {
    let folder = folder("wrong_arguments");
    check(
        &folder,
        "composee",
        expect![[r#"
            error: there is no command 'composee'; did you mean compose? (see galant --help)
        "#]],
    );
    check(
        &folder,
        "info",
        expect![[r#"
            error: FILE is missing; see galant info --help
        "#]],
    );
    check(
        &folder,
        "info x --qiet",
        expect![[r#"
            error: there is no option --qiet; did you mean --quiet? (see galant info --help)
        "#]],
    );
    check(
        &folder,
        "compose --strategy best",
        expect![[r#"
            error: --strategy is 'best'; give greedy, random, beam or stochastic-beam; see galant compose --help
        "#]],
    );
}

#[test]
fn no_arguments_show_the_help() {
    let output = galant(&folder("no_arguments"), "");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("Usage: galant [OPTIONS] <COMMAND>"));
}
