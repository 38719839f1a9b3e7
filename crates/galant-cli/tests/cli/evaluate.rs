//! What music costs a network, beside what it predicts.

use std::fs;
use std::path::Path;

use expect_test::expect;
use serde_json::Value;

use crate::{SMALL, folder, galant, run};

fn write_tune(folder: &Path, name: &str, bars: &str) {
    fs::write(folder.join(name), format!("X:1\nM:4/4\nL:1/4\nK:C\n{bars}\n")).unwrap();
}

#[test]
fn unknown_tokens_are_charged_and_named() {
    let folder = folder("evaluate_unknown");
    write_tune(&folder, "known.abc", &"CDEF|GFED|".repeat(12));
    write_tune(&folder, "other.abc", &"CDEF|GFE^D|".repeat(12));
    run(&folder, &format!("train --corpus known.abc --tokenizer rhythm --out out --epochs 1 {SMALL}"));
    let evaluate = "evaluate --model out/model.safetensors --json";
    let total = |args: &str| -> Value {
        serde_json::from_str::<Value>(&run(&folder, &format!("{evaluate} {args}"))).unwrap()["total"].take()
    };
    let number = |total: &Value, name: &str| total[name].as_f64().unwrap();

    let known = total("known.abc");
    assert_eq!(known["nats_per_note"], known["nats_per_known_note"]);
    // All but the first note are predicted; the piece has 96 quarter notes.
    assert_eq!((number(&known, "notes"), number(&known, "quarters"), number(&known, "unknown")), (95.0, 96.0, 0.0));
    let (per_note, per_quarter) = (number(&known, "nats_per_note"), number(&known, "nats_per_quarter"));
    assert!((95.0 * per_note - 96.0 * per_quarter).abs() < 1e-9);
    // One voice has as many onsets as notes; the grid has twelve steps a quarter note.
    assert_eq!((number(&known, "onsets"), number(&known, "frames")), (95.0, 12.0 * 96.0));
    assert!((number(&known, "first_nats") - 5.0_f64.ln()).abs() < 1e-9);
    assert!((95.0 * per_note - 12.0 * 96.0 * number(&known, "nats_per_frame")).abs() < 1e-9);

    let other = total("other.abc");
    assert_eq!((number(&other, "notes"), number(&other, "known_notes"), number(&other, "unknown")), (95.0, 83.0, 12.0));
    // Five tokens are known; an unknown one has a pitch, a length and a time.
    let each = 5.0_f64.ln() + 128.0_f64.ln() + 2.0 * 48.0_f64.ln();
    assert!((number(&other, "unknown_nats") - 12.0 * each).abs() < 1e-9);
    let all = 83.0 * number(&other, "nats_per_known_note") + 12.0 * each;
    assert!((95.0 * number(&other, "nats_per_note") - all).abs() < 1e-9);

    let warning = |file: &str| {
        let output = galant(&folder, &format!("evaluate --model out/model.safetensors {file}"));
        String::from_utf8(output.stderr).unwrap()
    };
    assert_eq!(warning("known.abc"), "");
    let said = warning("other.abc");
    let (text, nats) = said.trim_end().rsplit_once(' ').unwrap();
    assert!((nats.parse::<f64>().unwrap() - number(&other, "nats_per_known_note")).abs() < 1e-4);
    expect![[r#"warning: 12.6 % of the tokens are not in the vocabulary; nats/note and nats/quarter charge each for being spelled out at random, and without them nats/note is"#]].assert_eq(text);
}

#[test]
fn what_counts_the_corpus_stands_beside_the_network_and_is_not_given_the_answers() {
    let folder = folder("evaluate_counting");
    write_tune(&folder, "known.abc", &"CDEF|GFED|".repeat(12));
    write_tune(&folder, "other.abc", &"DEFG|FEDC|".repeat(12));
    run(&folder, &format!("train --corpus known.abc --tokenizer rhythm --out out --epochs 1 {SMALL}"));
    let evaluate = |args: &str| {
        let output = galant(&folder, &format!("evaluate --model out/model.safetensors --json {args}"));
        let value: Value = serde_json::from_slice(&output.stdout).unwrap();
        (value, String::from_utf8(output.stderr).unwrap())
    };
    let (alone, _) = evaluate("other.abc");
    assert_eq!(alone.get("unigram"), None);
    let (value, said) = evaluate("other.abc --corpus known.abc");
    let nats = |model: &str| value[model]["nats_per_token"].as_f64().unwrap();
    // Eight notes in turn are easy to count, and a network that was trained for one epoch has learned little.
    let unigram = nats("unigram");
    assert!(nats("ngrams").max(nats("ppm")) < unigram && unigram < 5.0_f64.ln(), "{value}");
    assert_eq!(said, "");
    let (_, said) = evaluate("known.abc --corpus known.abc");
    expect![[r#"
        warning: 1 of the pieces are in --corpus, too: what counts them knows them; name other music, or give --hold-out
    "#]]
    .assert_eq(&said);
    let (_, said) = evaluate("known.abc --corpus known.abc --hold-out 0.5");
    assert_eq!(said, "");
}
