//! Tokens of every tokenizer, through every command.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use expect_test::{Expect, expect};
use galant_midi::{ReadRules, decode};
use galant_types::Score;
use serde_json::{Value, json};

use crate::errors::check;
use crate::{SMALL, folder, galant, run};

/// Tokens of a song in 3/4 for a violin, at 150 quarter notes a minute, in one of its keys.
fn song(n_bars: usize, key: u8) -> Value {
    let bar = |bar: usize| {
        let root = 55 + key + [0, 5, 7, 2, 9, 4][(bar * bar + bar / 6) % 6];
        let melody = root + 12 + (bar % 3) as u8;
        [
            format!("{melody}+6>0"),
            format!("{root}.{}+36>6", root + 4),
            format!("{melody}+6>6"),
            format!("{}+12>24", melody + 2),
        ]
    };
    let mut tokens: Vec<String> = (0..n_bars).flat_map(bar).collect();
    // After the last onset time passes until its longest note ends.
    let last = tokens.pop().unwrap().replace(">24", ">12");
    tokens.push(last);
    json!({
        "tokenizer": "rhythm", "grid": 12, "n_tokens": tokens.len(), "n_different": 0, "us_per_quarter": 400_000,
        "meter": [3, 2], "program": 40, "velocity": 70, "tokens": tokens,
    })
}

fn write_song(folder: &Path, name: &str, n_bars: usize, key: u8) {
    fs::write(folder.join("song.json"), song(n_bars, key).to_string()).unwrap();
    run(folder, &format!("detokenize song.json --out {name}"));
}

fn score(folder: &Path, name: &str) -> Score {
    decode(&fs::read(folder.join(name)).unwrap(), ReadRules::Standard).unwrap().score
}

/// Tempo, meter and program.
fn played(score: &Score) -> (u32, (u8, u8), Option<u8>) {
    let meter = score.meters[0];
    (score.tempos[0].us_per_quarter, (meter.numerator, meter.denominator_log2), score.parts[0].program)
}

#[test]
fn tokens_with_rhythm_and_how_they_are_played_come_back() {
    let folder = folder("tokenizers_back");
    write_song(&folder, "song.mid", 12, 0);
    let tokens: Value = serde_json::from_str(&run(&folder, "tokenize song.mid --tokenizer rhythm --json")).unwrap();
    let mut expected = song(12, 0);
    let texts: BTreeSet<String> =
        expected["tokens"].as_array().unwrap().iter().map(|token| token.as_str().unwrap().to_owned()).collect();
    expected["n_different"] = json!(texts.len());
    assert_eq!(tokens, expected);
    for tokenizer in ["rhythm", "notes"] {
        let tokens = run(&folder, &format!("tokenize song.mid --tokenizer {tokenizer} --json"));
        fs::write(folder.join("tokens.json"), &tokens).unwrap();
        run(&folder, "detokenize tokens.json --out again.mid");
        assert_eq!(
            fs::read(folder.join("song.mid")).unwrap(),
            fs::read(folder.join("again.mid")).unwrap(),
            "{tokenizer}"
        );
    }
}

#[test]
fn what_the_grid_changes_is_reported() {
    let folder = folder("tokenizers_report");
    write_song(&folder, "song.mid", 12, 0);
    let said = run(&folder, "tokenize song.mid song.mid --tokenizer rhythm --grid 4 --report");
    let rows: Vec<Vec<&str>> = said.lines().skip(1).map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0].last(), Some(&"file"));
    // Five notes a bar, all on sixteenths.
    assert_eq!(rows[1][3..], ["60", "0.00", "%", "0.00", "%", "0", "0", "0", "0", "0", "song.mid"]);
    let listed = run(&folder, "tokenize song.mid --tokenizer rhythm --grid 4");
    let tokens: Vec<&str> = listed.lines().skip(1).filter_map(|line| line.split(": ").nth(1)).collect();
    let n_once = tokens.iter().filter(|token| tokens.iter().filter(|other| other == token).count() == 1).count();
    assert!(n_once > 0 && rows[1][2] == n_once.to_string(), "{n_once} {rows:?}");
    assert_eq!(rows[3][0], "120");
    let said = run(&folder, "tokenize song.mid --tokenizer notes --grid 1 --report");
    // The second note of the tune begins on an eighth, the other onsets on quarters; two notes of five are eighths.
    assert!(said.contains(" 20.00 %   40.00 % "), "{said}");
}

#[test]
fn a_network_of_rhythm_tokens_composes_as_its_corpus_is_played() {
    let folder = folder("tokenizers_rhythm");
    write_song(&folder, "song.mid", 60, 0);
    let said = run(&folder, &format!("train --corpus song.mid --tokenizer rhythm --out out --epochs 2 {SMALL}"));
    assert!(said.contains(" nats per note ("), "{said}");
    let said = run(&folder, "info out/model.safetensors");
    assert!(said.contains("rhythm on a grid of 12 steps per quarter note"), "{said}");
    let compose = "compose --model out/model.safetensors --out composed.mid --bars 5";
    run(&folder, compose);
    let composed = score(&folder, "composed.mid");
    assert_eq!(played(&composed), (400_000, (3, 2), Some(40)));
    let bars = |score: &Score| score.notes.last().unwrap().onset / (3 * u64::from(score.ticks_per_quarter));
    assert_eq!(bars(&composed), 4);
    let said = run(&folder, "reproduce composed.mid --model out/model.safetensors --out again.mid");
    assert!(said.contains("the same"), "{said}");

    run(&folder, &format!("{compose} --tempo 90 --meter 6/8 --program 6"));
    assert_eq!(played(&score(&folder, "composed.mid")), (666_667, (6, 3), Some(6)));
    // A primer brings its own, and is played first.
    write_song(&folder, "primer.mid", 3, 1);
    let mut tokens = song(4, 0);
    (tokens["us_per_quarter"], tokens["meter"], tokens["program"]) = (json!(300_000), json!([6, 3]), json!(0));
    fs::write(folder.join("primer.json"), tokens.to_string()).unwrap();
    run(&folder, "detokenize primer.json --out primer.mid");
    run(&folder, &format!("{compose} --primer primer.mid --primer-bars 2"));
    let (composed, primer) = (score(&folder, "composed.mid"), score(&folder, "primer.mid"));
    assert_eq!(played(&composed), (300_000, (6, 3), Some(0)));
    assert_eq!(composed.notes[..10], primer.notes[..10]);
    assert_eq!(bars(&composed), 6);
}

#[test]
fn a_network_of_note_tokens_composes_what_can_be_decoded() {
    let folder = folder("tokenizers_notes");
    write_song(&folder, "song.mid", 40, 0);
    run(&folder, &format!("train --corpus song.mid --tokenizer notes --grid 4 --out out --epochs 1 {SMALL}"));
    let compose = "compose --model out/model.safetensors --out composed.mid --temperature 1.5";
    for seed in 1..6 {
        run(&folder, &format!("{compose} --tokens 150 --seed {seed}"));
        let said = run(&folder, "tokenize composed.mid --tokenizer notes --grid 4");
        let n_tokens: usize = said.split_whitespace().nth(1).unwrap().parse().unwrap();
        // The first token is that of a piece of the corpus.
        assert!((1..=151).contains(&n_tokens), "{said}");
    }
    run(&folder, &format!("{compose} --bars 3 --max-notes 1 --primer song.mid --primer-bars 1 --omit-primer"));
    let composed = score(&folder, "composed.mid");
    assert!(composed.notes.windows(2).all(|pair| pair[0].onset < pair[1].onset), "one note at a time");
    run(&folder, "plot surprise song.mid --model out/model.safetensors --out surprise.svg");
    let said = run(&folder, "evaluate --model out/model.safetensors song.mid --hold-out 0.25 --json");
    let total = &serde_json::from_str::<Value>(&said).unwrap()["total"];
    let number = |name: &str| total[name].as_f64().unwrap();
    assert!((number("nats_per_token") * number("tokens") - number("nats_per_note") * number("notes")).abs() < 1e-6);
    assert!((0.0..=1.0).contains(&number("accuracy")) && number("notes") < 60.0, "{said}");
}

#[test]
fn a_transposed_training_resumes_to_the_same_bytes_and_knows_other_keys() {
    let folder = folder("tokenizers_transpose");
    write_song(&folder, "song.mid", 40, 2);
    let train = |out: &str, options: &str| {
        run(&folder, &format!("train --corpus song.mid --out {out} {SMALL} {options}"));
        fs::read(folder.join(out).join("model.safetensors")).unwrap()
    };
    // A rate that falls would depend on the length.
    let train = |out: &str, options: &str| train(out, &format!("{options} --tokenizer rhythm --schedule constant"));
    let whole = train("whole", "--epochs 3 --transpose -6..=5");
    assert!(train("halves", "--epochs 2 --transpose -6..=5") != whole);
    assert!(train("halves", "--epochs 3 --transpose -6..=5 --resume") == whole);
    train("plain", "--epochs 3");
    let n_tokens = |out: &str| -> usize {
        let said = run(&folder, &format!("info {out}/model.safetensors"));
        let line = said.lines().find(|line| line.starts_with("vocabulary")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    };
    assert!(2 * n_tokens("whole") > 3 * n_tokens("plain"), "{} and {}", n_tokens("whole"), n_tokens("plain"));
    let output =
        galant(&folder, "train --out halves --tokenizer rhythm --schedule constant --transpose 0..=0 --resume");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("'transpose -6..=5'") && said.contains("'transpose 0..=0'"), "{said}");
}

#[test]
fn the_lecture_and_the_highest_notes_are_trained_as_chords() {
    let folder = folder("tokenizers_usual");
    write_song(&folder, "song.mid", 40, 0);
    for (options, tokenizer) in [
        ("", "notes"),
        ("--tokenizer rhythm", "rhythm"),
        ("--top 2", "chords"),
        ("--rules lecture", "chords"),
        ("--top 2 --tokenizer rhythm", "rhythm"),
        ("--tokenizer notes", "notes"),
    ] {
        run(&folder, &format!("train --corpus song.mid --out out --force --epochs 1 {SMALL} {options}"));
        let said = run(&folder, "info out/model.safetensors");
        assert!(said.contains(&format!("tokens      {tokenizer}")), "{options}\n{said}");
    }
}

#[test]
fn a_corpus_is_surveyed() {
    let folder = folder("tokenizers_corpus");
    fs::create_dir(folder.join("music")).unwrap();
    write_song(&folder, "music/a.mid", 20, 0);
    write_song(&folder, "music/b.mid", 20, 3);
    write_song(&folder, "music/c.mid", 20, 0);
    write_song(&folder, "music/d.mid", 21, 0);
    fs::write(folder.join("music/e.mid"), "Dear Constanze,\n").unwrap();
    let output = galant(&folder, "corpus music");
    // One file cannot be read, and the others are surveyed.
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = said.lines().collect();
    assert!(lines[1].ends_with("music/a.mid") && lines[4].ends_with("music/d.mid"), "{said}");
    assert!(lines[2].ends_with("music/b.mid  the notes of music/a.mid, 3 semitones higher"), "{said}");
    assert!(lines[3].ends_with("music/c.mid  the notes of music/a.mid"), "{said}");
    assert!(lines[5].contains("music/e.mid  left out: reading music/e.mid"), "{said}");
    assert!(said.contains("5 files: 4 songs, 1 left out\n405 notes, 324 tokens; "), "{said}");
    assert!(said.contains("2 files with the notes of an earlier one, 1 of them in another key"), "{said}");
    check(
        &folder,
        "corpus music --hold-out 1",
        expect![[r#"
        error: --hold-out is 1; it must be 0 to below 1
    "#]],
    );
    check(
        &folder,
        "corpus nowhere",
        expect![[r#"
        error: reading nowhere: No such file or directory (os error 2)
    "#]],
    );
}

#[test]
fn settings_that_do_not_apply_to_a_tokenizer_are_refused() {
    let folder = folder("tokenizers_refused");
    write_song(&folder, "song.mid", 40, 0);
    check(
        &folder,
        "tokenize song.mid --grid 4",
        expect![[r#"
        error: --grid only applies to --tokenizer rhythm, notes and voices
    "#]],
    );
    check(
        &folder,
        "tokenize song.mid --tokenizer notes --grid 97",
        expect![[r#"
        error: a grid of 97 steps per quarter note; it must have 1 to 96
    "#]],
    );
    check(
        &folder,
        "train --corpus song.mid --transpose 5",
        expect![[r#"
            error: --transpose is '5': give two numbers of semitones from -24 to 24, the lower first, such as -6..=5; see galant train --help
        "#]],
    );
    check(
        &folder,
        "train --corpus song.mid --transpose 5..=-6",
        expect![[r#"
            error: --transpose is '5..=-6': give two numbers of semitones from -24 to 24, the lower first, such as -6..=5; see galant train --help
        "#]],
    );
    run(&folder, &format!("train --corpus song.mid --tokenizer notes --out notes --epochs 1 {SMALL}"));
    run(&folder, &format!("train --corpus song.mid --tokenizer chords --out chords --epochs 1 {SMALL}"));
    let compose = |model: &str, options: &str, expected: Expect| {
        check(&folder, &format!("compose --model {model}/model.safetensors --out x.mid {options}"), expected);
    };
    compose(
        "chords",
        "--steps 96",
        expect![[r#"
        error: a length in steps only applies to tokens with rhythm; this model has chord tokens, give bars or tokens
    "#]],
    );
    compose(
        "notes",
        "--steps 999999999",
        expect![[r#"
        error: 999999999 steps asked for, over the limit of 131072; compose several pieces
    "#]],
    );
    compose(
        "notes",
        "--bars 99999999",
        expect![[r#"
        error: 3599999964 steps asked for, over the limit of 131072; compose several pieces
    "#]],
    );
    compose(
        "notes",
        "--key C --end-on-tonic --tokens 9",
        expect![[r#"
            error: a piece of note tokens or voices ends on the tonic in the last of two bars or more; give its length in bars or seconds, and do not leave its end open
        "#]],
    );
    compose(
        "notes",
        "--tempo 0",
        expect![[r#"
        error: the tempo is 0; it must be 3.6 to 60000000 quarter notes a minute
    "#]],
    );
    compose(
        "notes",
        "--meter 3/5",
        expect![[r#"
            error: --meter is '3/5': give 1 to 255 beats and a power of two up to 256, such as 3/4 or 6/8; see galant compose --help
        "#]],
    );
    compose(
        "notes",
        "--program 128",
        expect![[r#"
            error: --program is '128': give a MIDI program from 0 to 127, or an instrument such as violin; see galant compose --help
        "#]],
    );
    compose(
        "notes",
        "--primer-tokens 60.64",
        expect![[r#"
        error: primer, token 0: '60.64' is not a note token; write 60 for a pitch, +6 for a length or >6 for a time
    "#]],
    );
    fs::write(folder.join("tokens.json"), r#"{"grid":12}"#).unwrap();
    check(
        &folder,
        "detokenize tokens.json --out x.mid",
        expect![[r#"
        error: reading tokens.json: missing field `tokenizer` at line 1 column 11
    "#]],
    );
    assert!(!folder.join("x.mid").exists());
}
