//! Help, colors, completions, manuals, and values as people write them.

use std::fs;
use std::process::Command;

use expect_test::expect;
use serde_json::Value;

use crate::errors::{check_all, error};
use crate::{SMALL, folder, galant, run, write_song};

#[test]
fn wrong_values_are_refused_in_plain_words() {
    let folder = folder("plain_words");
    check_all(
        &folder,
        [
            "train --hidden-size abc",
            "train --epochs 0",
            "train --threads 0",
            "train --steps 99999999999999999999999",
            "train --dropout x",
            "train --hidden 5",
            "train --frobnicate",
            "train --minutes",
            "play a b",
            "compose -m x -o y.mid --program voilin",
            "compose -m x -o y.mid --program 128",
            "compose -m x -o y.mid --pitch-range C6-C3",
            "compose -m x -o y.mid --meter 6/7",
            "compose -m x -o y.mp3",
            "train --preset lecture-song",
        ],
        expect![[r#"
            error: --hidden-size is 'abc': give a whole number; see galant train --help
            error: --epochs is '0': give a whole number from 1; see galant train --help
            error: --threads is '0': give a whole number from 1 to 1024; see galant train --help
            error: --steps is '99999999999999999999999': that number is too large; see galant train --help
            error: --dropout is 'x': give a number; see galant train --help
            error: there is no option --hidden; did you mean --hidden-size? (see galant train --help)
            error: there is no option --frobnicate; see galant train --help
            error: --minutes M needs a value; see galant train --help
            error: 'b' is one argument too many; see galant play --help
            error: --program is 'voilin': there is no such instrument; did you mean violin? (see galant compose --help)
            error: --program is '128': give a MIDI program from 0 to 127, or an instrument such as violin; see galant compose --help
            error: --pitch-range is 'C6-C3': give two pitches, the lower first, such as C3-C6 or 48-84; see galant compose --help
            error: --meter is '6/7': give 1 to 255 beats and a power of two up to 256, such as 3/4 or 6/8; see galant compose --help
            error: writing y.mp3: its name must end in .mid, .midi, .musicxml, .xml, .mxl, .wav, .svg, .png
            error: --preset lecture-song learns one song by heart, and there is none: name it with --corpus FILE.mid"#]],
    );
    // Nothing of what the libraries say.
    for args in ["train --epochs x", "train --batch -5", "compose -m x -o y.mid --bars 1.5", "train --waltzes 0"] {
        let said = error(&folder, args);
        for leak in ["invalid digit", "non-zero", "number would", "invalid value", "..="] {
            assert!(!said.contains(leak), "{said}");
        }
    }
}

#[test]
fn common_help_is_shorter_than_all_of_it() {
    let folder = folder("help");
    let (common, all) = (run(&folder, "compose -h"), run(&folder, "compose --help"));
    for shown in ["--model", "--key", "Examples:", "If you dislike it:"] {
        assert!(common.contains(shown) && all.contains(shown), "{shown}\n{common}");
    }
    assert!(!common.contains("--block-ngrams") && all.contains("--block-ngrams"), "{common}");
    assert_eq!(run(&folder, "help compose"), all);
    assert_eq!(run(&folder, "compose --bars 3 --help"), all);
}

#[test]
fn colors_are_for_terminals_unless_they_are_asked_for() {
    let folder = folder("colors");
    let said = |args: &str| String::from_utf8(galant(&folder, args).stderr).unwrap();
    assert!(!said("info no.mid").contains('\u{1b}'));
    assert!(said("info no.mid --color always").starts_with("\u{1b}[1m\u{1b}[31merror:"));
    assert!(said("--color=always train --frob").contains('\u{1b}'));
    assert!(!said("info no.mid --color never").contains('\u{1b}'));
    assert!(run(&folder, "train -h --color always").contains('\u{1b}'));
    assert!(!run(&folder, "train -h").contains('\u{1b}'));
}

#[test]
fn completions_and_manuals_are_of_all_commands() {
    let folder = folder("manuals");
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = run(&folder, &format!("completions {shell}"));
        assert!(script.contains("compose") && script.contains("print-config"), "{shell}");
    }
    assert!(run(&folder, "man").contains(".TH galant 1"));
    run(&folder, "man -o pages");
    for page in ["galant.1", "galant-compose.1", "galant-plot-next.1", "galant-make.1"] {
        assert!(fs::read_to_string(folder.join("pages").join(page)).unwrap().contains(".SH OPTIONS"), "{page}");
    }
}

#[test]
fn a_piece_is_written_in_every_form_at_once() {
    let folder = folder("forms");
    write_song(&folder, "song.mid", 200);
    run(&folder, &format!("train --corpus song.mid --tokenizer rhythm --out model --epochs 1 {SMALL}"));
    let model = "-m model/model.safetensors";
    let out = run(
        &folder,
        &format!("compose {model} --bars 2 --open-end --program violin -o a.mid a.wav a.svg a.musicxml a.png"),
    );
    assert!(out.starts_with("wrote a.mid, a.wav, a.svg, a.musicxml, a.png: "), "{out}");
    for (name, begin) in
        [("a.mid", "MThd"), ("a.wav", "RIFF"), ("a.svg", "<svg"), ("a.musicxml", "<?xml"), ("a.png", "\u{fffd}PNG")]
    {
        let bytes = fs::read(folder.join(name)).unwrap();
        assert!(String::from_utf8_lossy(&bytes[..8]).starts_with(begin), "{name}");
    }
    assert!(run(&folder, "info a.mid").contains(", violin"));
    run(&folder, &format!("compose {model} --bars 2 --open-end -n 2 -o b.mid -o b.wav"));
    assert!(["b-001.mid", "b-001.wav", "b-002.mid", "b-002.wav"].iter().all(|name| folder.join(name).exists()));
}

/// Every line of an output as JSON.
fn json(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"))).collect()
}

#[test]
fn reports_have_a_json_form() {
    let folder = folder("json");
    write_song(&folder, "song.mid", 200);
    let events = json(&run(
        &folder,
        &format!("train --json --corpus song.mid --tokenizer rhythm --out model --epochs 2 {SMALL}"),
    ));
    let kinds: Vec<&str> = events.iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!([kinds[0], kinds[1], kinds[2], kinds[kinds.len() - 1]], ["corpus", "plan", "epoch", "end"]);
    assert_eq!(events[0]["songs"], 1);
    assert!(events[2]["train_loss"].as_f64().unwrap() > 0.0);
    assert_eq!(events[events.len() - 1]["reason"], "finished");
    let model = json(&run(&folder, "info --json model/model.safetensors"));
    assert_eq!(
        (&model[0]["tokenizer"], &model[0]["settings"]["hidden-size"]),
        (&Value::from("rhythm"), &Value::from("12"))
    );
    let piece = json(&run(&folder, "info --json song.mid"));
    assert_eq!((piece.len(), &piece[0]["meters"][0]), (1, &Value::from("4/4")));
    assert_eq!(json(&run(&folder, "corpus --json song.mid"))[0]["pieces"], 1);
    assert_eq!(json(&run(&folder, "tokenize --json song.mid")).len(), 1);
}

#[test]
fn info_says_what_a_piece_is_and_a_folder_is_no_piece() {
    let folder = folder("info");
    fs::write(folder.join("tune.abc"), "X:1\nT:Tune\nM:3/4\nL:1/4\nQ:1/4=90\nK:G\nGAB|ABc|BGA|G3|\n").unwrap();
    expect![[r#"
        tune.abc
        length      0:08, 4 bars at 90 quarter notes a minute
        meter       3/4
        key         G major
        notes       10, pitches 67 to 72
        parts       1: 10 notes, acoustic grand piano  1

    "#]]
    .assert_eq(&run(&folder, "info tune.abc"));
    assert_eq!(error(&folder, "info ."), "error: . is a folder; `galant corpus` says what it holds");
}

#[test]
fn what_a_preset_sets_is_a_file_that_sets_it() {
    let folder = folder("config");
    for args in [
        "--preset lecture-song --corpus a.mid",
        "--preset lecture-concertos --corpus a.mid",
        "",
        "--minutes 3 --corpus mozart dice --waltzes 20 --repeat",
        "--tokenizer voices --corpus a.mid b.mid --hold-out 0.2",
        "--streams none --clip-norm 0 --validation v.mid --threads 2 --transpose 0..=0 --window 64",
    ] {
        let printed = run(&folder, &format!("train --print-config {args}"));
        fs::write(folder.join("train.toml"), &printed).unwrap();
        assert_eq!(run(&folder, "train --print-config --config train.toml"), printed, "{args}");
    }
}

#[test]
fn the_command_line_overrides_a_file_of_settings() {
    let folder = folder("override");
    write_song(&folder, "song.mid", 200);
    fs::write(
        folder.join("train.toml"),
        "corpus = [\"song.mid\"]\ntokenizer = \"rhythm\"\nhidden-size = 12\nepochs = 3\nstreams = [\"meter\", \"position\"]\nrepeat = false\n",
    )
    .unwrap();
    let printed = run(&folder, "train --config train.toml --steps 5 --hidden-size 20 --print-config");
    for line in [
        "hidden-size = 20",
        "steps = 5",
        "streams = \"meter,position\"",
        "tokenizer = \"rhythm\"",
        "corpus = [\"song.mid\"]",
    ] {
        assert!(printed.lines().any(|other| other == line), "{line}\n{printed}");
    }
    // Minutes exclude the epochs of the file.
    assert!(!run(&folder, "train --config train.toml --minutes 1 --print-config").contains("epochs"));
    let errors = [
        ("hiden-size = 5", "there is no setting 'hiden-size'"),
        ("force = true", "cannot be in a file of settings"),
        ("repeat = 1", "it must be true or false"),
        ("steps = [", "line 1: "),
        ("steps = \"many\"", "--steps is 'many': give a whole number"),
    ];
    for (text, expected) in errors {
        fs::write(folder.join("bad.toml"), text).unwrap();
        let said = error(&folder, "train --config bad.toml");
        assert!(said.contains(expected), "{said}");
    }
    fs::write(folder.join("bad.toml"), " ".repeat((1 << 20) + 1)).unwrap();
    assert!(error(&folder, "train --config bad.toml").contains("it has more than 1048576 bytes"));
    assert!(error(&folder, "train --config no.toml").starts_with("error: reading no.toml: "));
}

#[cfg(unix)]
#[test]
fn play_takes_what_the_machine_has_and_fails_if_it_has_nothing() {
    use std::os::unix::fs::PermissionsExt;

    let folder = folder("play");
    write_song(&folder, "song.mid", 8);
    let bin = folder.join("bin");
    fs::create_dir(&bin).unwrap();
    let play = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_galant"));
        command
            .current_dir(&folder)
            .env("PATH", &bin)
            .args(["play", "song.mid", "--soundfont", "none"])
            .output()
            .unwrap()
    };
    let output = play();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("nothing here plays sound") && said.contains("galant render song.mid"), "{said}");
    // The command works as it is printed.
    run(&folder, "render song.mid --out song.wav --soundfont none");
    // A player that keeps what it was given.
    let script = format!("#!/bin/sh\n/bin/cp \"$2\" {}\n", folder.join("played.wav").display());
    fs::write(bin.join("aplay"), script).unwrap();
    fs::set_permissions(bin.join("aplay"), fs::Permissions::from_mode(0o755)).unwrap();
    let output = play();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("with aplay"));
    assert!(fs::read(folder.join("played.wav")).unwrap().starts_with(b"RIFF"));
}
