//! Model files of earlier versions compose what they composed then.
//!
//! The note lists were made by the program before its model files had format 3, from networks trained on this project's
//! own fixtures.

use std::fs;
use std::path::Path;

use expect_test::{ExpectFile, expect_file};
use galant_midi::encode;
use galant_types::Score;

use crate::{folder, run, score};

/// Tempo, meter and program, and then onset, length, pitch, velocity, channel and track of each note.
fn played(score: &Score) -> String {
    let meter = score.meters.first().map(|meter| (meter.numerator, 1 << meter.denominator_log2));
    let program = score.parts.first().and_then(|part| part.program);
    let mut text = format!(
        "{} ticks per quarter, {} us per quarter, meter {meter:?}, program {program:?}\n",
        score.ticks_per_quarter, score.tempos[0].us_per_quarter
    );
    for note in &score.notes {
        text += &format!(
            "{} {} {} {} {} {}\n",
            note.onset, note.length, note.pitch, note.velocity, note.channel, note.track
        );
    }
    text
}

#[track_caller]
fn check(tokenizer: &str, expected: ExpectFile) {
    let folder = folder(&format!("old-{tokenizer}"));
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../galant-checkpoint/tests/golden");
    let model = golden.join(format!("old-{tokenizer}.safetensors"));
    let model = model.to_str().unwrap();
    let mut args = vec!["compose", "--model", model, "--tokens", "40", "--seed", "2", "--out", "out.mid"];
    if tokenizer != "chords" {
        // What was the default then.
        args.extend(["--temperature", "0.5", "--loop-lengths", "2,3,4", "--top-p", "1", "--best-of", "1"]);
    }
    run(&folder, &args);
    expected.assert_eq(&played(&score(&folder.join("out.mid"))));

    // With a record as it was then.
    let mut piece = score(&folder.join("out.mid"));
    piece.texts[0] = "galant piece 1".to_owned();
    piece.texts.retain(|text| !text.starts_with("told-") && text != "top-p 1");
    fs::write(folder.join("then.mid"), encode(&piece).unwrap()).unwrap();
    run(&folder, &["reproduce", "then.mid", "--model", model, "--out", "again.mid"]);
    expected.assert_eq(&played(&score(&folder.join("again.mid"))));
}

#[test]
fn an_old_model_of_chord_tokens_composes_the_same_notes() {
    check("chords", expect_file!["old/chords.txt"]);
}

#[test]
fn an_old_model_of_rhythm_tokens_composes_the_same_notes() {
    check("rhythm", expect_file!["old/rhythm.txt"]);
}

#[test]
fn an_old_model_of_note_tokens_composes_the_same_notes() {
    check("notes", expect_file!["old/notes.txt"]);
}

#[test]
fn an_old_model_of_the_dice_game_composes_the_same_notes() {
    check("dice", expect_file!["old/dice.txt"]);
}
