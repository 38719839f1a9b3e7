//! Parts that keep their notes and instruments, through every command.

use std::fs;
use std::path::Path;

use expect_test::{Expect, expect};
use galant_midi::{ReadRules, decode};
use serde_json::Value;

use crate::errors::check;
use crate::{SMALL, folder, run};

/// A duet for flute and bassoon, `n_bars` long, of which the bassoon plays a chord at the end.
fn write_duet(folder: &Path, name: &str, n_bars: usize) {
    let bars = |bars: [&str; 3]| (0..n_bars).map(|bar| bars[(bar * bar + bar / 5) % 3]).collect::<String>();
    let (upper, lower) = (bars(["c2e2g2|", "f3ed2|", "e2z2c2|"]), bars(["C,6|", "D,2G,4|", "C,2E,2G,2|"]));
    let voice = |number: u8, name: &str, bars: &str| format!("V:{number} name=\"{name}\"\n{bars}\n");
    let voices = [voice(1, "Flute", &(upper + "c6|")), voice(2, "Bassoon", &(lower + "[C,E,G,]6|"))].concat();
    fs::write(folder.join(name), format!("X:1\nM:3/4\nL:1/8\nK:C\n{voices}")).unwrap();
}

#[track_caller]
fn check_output(folder: &Path, args: &str, expected: Expect) {
    expected.assert_eq(&run(folder, args));
}

#[test]
fn tokens_of_voices_are_printed_and_read_back() {
    let folder = folder("voices_tokens");
    write_duet(&folder, "duet.abc", 1);
    check_output(
        &folder,
        "tokenize --tokenizer voices --grid 2 duet.abc",
        expect![[r#"
            duet.abc: 25 tokens, 7 different
            #0: ^2
            #1: 72
            #2: 48
            #3: =
            #4: =
            #5: 76
            #6: =
            #7: =
            #8: =
            #9: 79
            #10: =
            #11: =
            #12: =
            #13: 72
            #14: 55
            #15: =
            #16: =
            #17: =
            #18: =
            #19: =
            #20: =
            #21: =
            #22: =
            #23: =
            #24: =
        "#]],
    );
    check_output(
        &folder,
        "tokenize --tokenizer voices --report duet.abc",
        expect![[r#"
            on a grid of 4 steps per quarter note; onsets and lengths: share of notes moved
              tokens different   once    notes    onsets   lengths merged dropped   cut silences warnings  file
                  49         7      5        8    0.00 %    0.00 %      0       2     0        0        0  duet.abc
        "#]],
    );
    let json = run(&folder, "tokenize --tokenizer voices --json duet.abc");
    fs::write(folder.join("duet.json"), &json).unwrap();
    run(&folder, "detokenize duet.json --out duet.mid");
    let again: Value = serde_json::from_str(&run(&folder, "tokenize --tokenizer voices --json duet.mid")).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&json).unwrap()["tokens"], again["tokens"]);
}

#[test]
fn a_model_of_voices_is_trained_measured_and_composed_with() {
    let folder = folder("voices_whole_way");
    write_duet(&folder, "one.abc", 12);
    write_duet(&folder, "two.abc", 17);
    fs::write(folder.join("solo.abc"), "X:1\nM:3/4\nL:1/4\nK:C\ncde|\n").unwrap();
    let train = format!("train --corpus one.abc two.abc solo.abc --tokenizer voices --out out --steps 4 {SMALL}");
    let output = crate::galant(&folder, &train);
    expect![[r#"
        warning: solo.abc: left out, it has 1 part with notes, and must have 2; give music of as many
        warning: 4 of 142 notes are left out: a part that plays chords gives its highest notes to voices
    "#]]
    .assert_eq(&String::from_utf8(output.stderr).unwrap());
    let info = run(&folder, "info out/model.safetensors");
    let lines = info.lines().filter(|line| !line.contains("sha256")).skip(2).take(12);
    expect![[r#"
        tokens      voices on a grid of 4 steps per quarter note, read by standard rules
        playback    120.0 quarter notes a minute, 3/4, program 0
        parts       1: pitches 72 to 79, program 0  Flute
                    2: pitches 48 to 55, program 0  Bassoon
        vocabulary  35 tokens
        streams     meter, position, bars-played, bars-left, key, voice, held, own, previous, lookback-1, lookback-next-1, sounding-1, sounding-2, held-1, held-2, given-1, ahead-1, until-1, given-2, ahead-2, until-2
          meters    3/4
        openings    2 beginnings of pieces
        window      16 tokens
        corpus      2 songs, 746 tokens
        settings    tokenizer voices, grid 4, parts 2, rules standard, top all, objective every-token, cell lstm, optimizer adam, learning-rate 0.003, schedule cosine, clip-norm 1, initialization normal-embedding, embedding-size 8, hidden-size 12, layers 2, dropout 0.3, connections residual, streams meter,position,bars-played,bars-left,key,voice,held,own,previous,lookback-1,lookback-next-1,sounding-1,sounding-2,held-1,held-2,given-1,ahead-1,until-1,given-2,ahead-2,until-2, window 16, batch 8, hold-out 0.1 of the pieces, transpose -6..=6, seed 1, steps 4, epoch-steps 1
        training    4 epochs, weights of epoch 4 kept
    "#]].assert_eq(&lines.map(|line| format!("{line}\n")).collect::<String>());

    let total = |args: &str| -> Value {
        let json = run(&folder, &format!("evaluate --model out/model.safetensors one.abc --json {args}"));
        serde_json::from_str::<Value>(&json).unwrap()["total"].take()
    };
    // Thirteen bars of twelve frames; the two parts together cost what the frames do.
    let free = total("");
    assert_eq!((free["frames"].as_u64(), free["tokens"].as_u64()), (Some(156), Some(312)));
    for given in ["bassoon", "2", "bass"] {
        assert_eq!(total(&format!("--given {given}"))["tokens"].as_u64(), Some(156));
    }
    let (nats, frames) = (free["nats_per_frame"].as_f64().unwrap(), 156.0);
    assert!((nats * frames - free["nats_per_token"].as_f64().unwrap() * 312.0).abs() < 1e-6);

    run(&folder, "compose --model out/model.safetensors --out piece.mid --bars 4 --key G --meter 3/4");
    let score = decode(&fs::read(folder.join("piece.mid")).unwrap(), ReadRules::Standard).unwrap().score;
    let parts: Vec<_> = score.parts.iter().map(|part| (part.name.as_str(), part.program)).collect();
    assert_eq!(parts, [("Flute", Some(0)), ("Bassoon", Some(0))]);
    // The last bar is a chord of G major.
    assert_eq!(score.end(), 4 * 3 * 480);
    let last: Vec<u8> =
        score.notes.iter().filter(|note| note.onset >= 3 * 3 * 480).map(|note| note.pitch % 12).collect();
    assert!(last.len() == 2 && last[1] == 7 && [7, 11, 2].contains(&last[0]), "{last:?}");
    run(&folder, "reproduce piece.mid --model out/model.safetensors --out again.mid");
    assert_eq!(fs::read(folder.join("again.mid")).unwrap(), fs::read(folder.join("piece.mid")).unwrap());

    check(
        &folder,
        "evaluate --model out/model.safetensors solo.abc",
        expect![[r#"
        error: reading solo.abc: it has 1 part with notes, and must have 2; give music of as many
    "#]],
    );
    check(
        &folder,
        "evaluate --model out/model.safetensors one.abc --given oboe",
        expect![[r#"
        error: no part of the model is called 'oboe', or not one alone; its parts are 1 Flute, 2 Bassoon
    "#]],
    );
    check(
        &folder,
        "evaluate --model out/model.safetensors one.abc --given 1,2",
        expect![[r#"
        error: all 2 parts are given; leave one to the model
    "#]],
    );
    check(
        &folder,
        "evaluate --model out/model.safetensors dice",
        expect![[r#"
        error: the dice game is piano music with chords, which voices leave out; judge another model by it
    "#]],
    );
    check(
        &folder,
        "compose --model out/model.safetensors --out b.mid --primer solo.abc",
        expect![[r#"
        error: reading solo.abc: it is no music for the voices of the model: it has 1 part with notes, and must have 2; give music of as many
    "#]],
    );
}

#[test]
fn options_that_do_not_go_with_voices_are_refused() {
    let folder = folder("voices_options");
    write_duet(&folder, "duet.abc", 4);
    check(
        &folder,
        "tokenize --tokenizer notes --parts 2 duet.abc",
        expect![[r#"
        error: --parts only applies to --tokenizer voices
    "#]],
    );
    check(
        &folder,
        "tokenize --tokenizer voices --top 2 duet.abc",
        expect![[r#"
        error: --top does not apply to --tokenizer voices, whose parts have one note each
    "#]],
    );
    check(
        &folder,
        "tokenize --tokenizer voices --parts 3 duet.abc",
        expect![[r#"
        error: reading duet.abc: it has 2 parts with notes, and must have 3; give music of as many
    "#]],
    );
    check(
        &folder,
        "train --tokenizer voices --parts 3 --corpus duet.abc --out out",
        expect![[r#"
        error: no music to train on: duet.abc: left out, it has 2 parts with notes, and must have 3; give music of as many
    "#]],
    );
    check(
        &folder,
        "train --tokenizer notes --streams held --corpus duet.abc --out out",
        expect![[r#"
        error: the stream held needs parts, which notes tokens do not have; use the tokenizer voices
    "#]],
    );
}

#[test]
fn a_tune_is_harmonized_kept_and_harmonized_again_to_the_byte() {
    let folder = folder("voices_harmonize");
    write_duet(&folder, "one.abc", 12);
    write_duet(&folder, "two.abc", 17);
    run(&folder, &format!("train --corpus one.abc two.abc --tokenizer voices --out out --steps 4 {SMALL}"));
    // With a triplet, in the compass of the flute.
    fs::write(folder.join("tune.abc"), "X:1\nM:3/4\nL:1/4\nK:C\nc3|efg|(3fedc|c3|\n").unwrap();
    let printed = run(&folder, "harmonize tune.abc --model out/model.safetensors --particles 4 --out duet.mid");
    assert!(printed.starts_with("wrote duet.mid: 4 bars, "), "{printed}");
    assert!(printed.contains(" chords (") && printed.contains("parallel-fifths"), "{printed}");
    let read = |name: &str| decode(&fs::read(folder.join(name)).unwrap(), ReadRules::Standard).unwrap().score;
    let score = read("duet.mid");
    let line = |track: u16| score.notes.iter().filter(move |note| note.track == track);
    let pitches: Vec<u8> = line(0).map(|note| note.pitch).collect();
    assert_eq!(pitches, [72, 76, 77, 79, 77, 76, 74, 72, 72]);
    assert!(line(1).next_back().is_some_and(|last| last.pitch % 12 == 0));
    assert_eq!(score.parts.iter().map(|part| part.name.as_str()).collect::<Vec<_>>(), ["Flute", "Bassoon"]);
    run(&folder, "reproduce duet.mid --model out/model.safetensors --out again.mid");
    assert_eq!(fs::read(folder.join("again.mid")).unwrap(), fs::read(folder.join("duet.mid")).unwrap());

    let several =
        "harmonize tune.abc --model out/model.safetensors --n-best 2 --rule all=off --rule range=veto --out many.mid";
    run(&folder, several);
    assert_ne!(fs::read(folder.join("many-001.mid")).unwrap(), fs::read(folder.join("many-002.mid")).unwrap());

    let refused = |args: &str, expected: Expect| {
        check(&folder, &format!("harmonize {args} --model out/model.safetensors --out bad.mid"), expected);
    };
    refused(
        "one.abc",
        expect![[r#"
        error: reading one.abc: it has 2 parts with notes, and the model 2: name the parts of the model that are given, such as 1
    "#]],
    );
    refused(
        "tune.abc --given oboe",
        expect![[r#"
        error: reading tune.abc: no part of the model is called 'oboe', or not one alone; its parts are 1 Flute, 2 Bassoon
    "#]],
    );
    refused(
        "tune.abc --rule fifths=veto",
        expect![[r#"
            error: --rule is 'fifths=veto': 'fifths' is not a rule of part-writing; the rules are parallel-fifths, parallel-octaves, contrary-perfects, hidden-fifths, hidden-octaves, crossing, overlap, spacing, range, wide-leap, dissonant-leap, augmented-second, leading-note, or all of them with 'all'; see galant harmonize --help
        "#]],
    );
    refused(
        "tune.abc --rule range=-1",
        expect![[r#"
            error: --rule is 'range=-1': '-1' is not veto, off or a number of nats from 0; see galant harmonize --help
        "#]],
    );
    refused(
        "tune.abc --particles 0",
        expect![[r#"
        error: 0 particles; there must be 1 to 4096
    "#]],
    );
    refused(
        "tune.abc --style baroque",
        expect![[r#"
        error: the model knows no style 'baroque'; it knows none
    "#]],
    );
}
