use std::fs;
use std::path::Path;

use crate::{SMALL, folder, galant, run, write_song};

/// Runs a command that must fail with exit code 2 and one line that holds all of `parts`.
#[track_caller]
pub(crate) fn check(folder: &Path, args: &str, parts: &[&str]) {
    let output = galant(folder, args);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "galant {args}\n{said}");
    let errors: Vec<&str> = said.lines().filter(|line| !line.starts_with("warning: ")).collect();
    assert!(errors.len() == 1 && errors[0].starts_with("error: "), "galant {args}\n{said}");
    for part in parts {
        assert!(errors[0].contains(part), "galant {args}: no {part:?} in\n{said}");
    }
}

#[test]
fn a_file_that_is_not_there() {
    let folder = folder("no_such_file");
    for args in ["tokenize no.mid", "train --corpus no.mid", "info no.mid", "detokenize no.mid --out x.mid"] {
        check(&folder, args, &["reading no.mid", "No such file"]);
    }
    check(&folder, "compose --model no.safetensors --out x.mid", &["reading no.safetensors", "No such file"]);
}

#[test]
fn an_empty_folder() {
    let folder = folder("empty_folder");
    fs::create_dir(folder.join("music")).unwrap();
    for command in ["tokenize", "train --corpus"] {
        check(&folder, &format!("{command} music"), &["no MIDI or ABC files in music", ".mid"]);
    }
}

#[test]
fn a_song_shorter_than_the_window() {
    let folder = folder("short_song");
    write_song(&folder, "short.mid", 50);
    let parts = ["window of 128 tokens", "short.mid with 45", "shorter window"];
    check(&folder, "train --corpus short.mid", &parts);
}

#[test]
fn text_named_midi() {
    let folder = folder("text_named_midi");
    fs::write(folder.join("letter.mid"), "Dear Constanze,\n").unwrap();
    check(&folder, "tokenize letter.mid", &["reading letter.mid", "Dear Con", "MThd"]);
    // In a folder it is left out and named; the rest is read.
    write_song(&folder, "song.mid", 100);
    let output = galant(&folder, &format!("train --corpus . --out out --epochs 1 {SMALL}"));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && said.contains("left out: reading ./letter.mid"), "{said}");
}

#[test]
fn a_model_file_cut_short() {
    let folder = folder("cut_model");
    write_song(&folder, "song.mid", 100);
    run(&folder, &format!("train --corpus song.mid --out out --epochs 1 {SMALL}"));
    let bytes = fs::read(folder.join("out/model.safetensors")).unwrap();
    for len in [0, 7, 100, bytes.len() - 1] {
        fs::write(folder.join("cut.safetensors"), &bytes[..len]).unwrap();
        check(&folder, "info cut.safetensors", &["reading cut.safetensors"]);
        check(&folder, "compose --model cut.safetensors --out x.mid", &["reading cut.safetensors"]);
    }
    assert!(!folder.join("x.mid").exists());
}

#[test]
fn nothing_to_resume_and_nowhere_to_write() {
    let folder = folder("nowhere");
    write_song(&folder, "song.mid", 100);
    let train = format!("train --corpus song.mid --epochs 1 {SMALL}");
    check(&folder, &format!("{train} --out new --resume"), &["nothing to resume", "snapshot.galant"]);
    check(&folder, &format!("{train} --out song.mid"), &["song.mid", "it is a file", "--out"]);
    fs::create_dir(folder.join("folder.mid")).unwrap();
    check(&folder, "detokenize song.json --out folder.mid", &["it is a folder"]);
}

#[test]
fn a_file_is_not_replaced_by_what_is_made_of_it() {
    let folder = folder("itself");
    write_song(&folder, "song.mid", 100);
    let before = fs::read(folder.join("song.mid")).unwrap();
    check(&folder, "render song.mid --out ./song.mid", &["--out is song.mid itself"]);
    check(&folder, "detokenize song.json --out song.json", &["--out is song.json itself"]);
    assert_eq!(fs::read(folder.join("song.mid")).unwrap(), before);
}

#[test]
fn one_kind_of_file_is_not_written_under_the_name_of_another() {
    let folder = folder("endings");
    write_song(&folder, "song.mid", 100);
    check(&folder, "render song.mid --out song.mp3", &["writing song.mp3", ".wav"]);
    check(&folder, "detokenize song.json --out song.json2", &["writing song.json2", ".mid or .midi"]);
    check(&folder, "compose --model no.safetensors --out song", &["writing song", ".mid or .midi"]);
    check(&folder, "reproduce song.mid --model no.safetensors --out song.wav", &["writing song.wav", ".mid or .midi"]);
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
    let files = [
        ("[[60],[64,-3]]", ["token 1", "-3 is no MIDI pitch"]),
        ("[[60],[64,300]]", ["token 1", "300 is no MIDI pitch"]),
        ("[[60],[]]", ["token 1", "at least one pitch"]),
        ("{\"tokens\":[]}", ["no list of chords", "galant tokenize --json"]),
        ("60 64 67", ["expected a list of chords", "galant tokenize --json"]),
        ("[[60],", ["no JSON", "galant tokenize --json"]),
        ("[[60],67]", ["as token 1", "a list of pitches"]),
    ];
    for (json, parts) in files {
        fs::write(folder.join("tokens.json"), json).unwrap();
        check(&folder, "detokenize tokens.json --out x.mid", &parts);
    }
}

#[test]
fn settings_out_of_range() {
    let folder = folder("settings");
    write_song(&folder, "song.mid", 300);
    let settings = [
        ("--dropout 1", ["dropout is 1", "below 1"]),
        ("--hidden-size 0", ["hidden size is 0", "must be 1 to"]),
        ("--learning-rate -1", ["learning rate is -1", "above 0"]),
        ("--hold-out 1", ["held out is 1", "below 1"]),
        ("--clip-norm -1", ["norm of -1", "above 0"]),
        ("--window 0", ["window is 0", "must be 1 to"]),
    ];
    for (setting, parts) in settings {
        check(&folder, &format!("train --corpus song.mid --out out {setting}"), &parts);
    }
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
        assert!(said.contains("invalid value"), "{setting}\n{said}");
    }
}

#[test]
fn arguments_that_are_wrong() {
    let folder = folder("wrong_arguments");
    check(&folder, "composee", &["'composee'", "'compose'", "--help"]);
    check(&folder, "info", &["not provided: <FILE>", "--help"]);
    check(&folder, "info x --qiet", &["'--qiet'", "exists: '--quiet'", "--help"]);
    check(&folder, "compose --strategy best", &["'best'", "greedy, random, beam", "--help"]);
}

#[test]
fn no_arguments_show_the_help() {
    let output = galant(&folder("no_arguments"), "");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("Usage: galant [OPTIONS] <COMMAND>"));
}
