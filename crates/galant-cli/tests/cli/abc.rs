use std::fs;

use expect_test::expect;
use galant_corpus::bundled;

use crate::errors::check;
use crate::{SMALL, folder, galant, run};

const TUNE: &str = "X:1\nM:2/4\nL:1/4\nK:F\n|:FA|[FAc]2:|\n";

#[test]
fn abc_is_read_wherever_midi_is_and_whatever_its_name() {
    let folder = folder("abc_is_read");
    fs::write(folder.join("tune.abc"), TUNE).unwrap();
    fs::write(folder.join("tune.mid"), TUNE).unwrap();
    for name in ["tune.abc", "tune.mid"] {
        let said = run(&folder, &format!("tokenize {name}"));
        assert_eq!(
            said,
            format!("{name}: 6 tokens, 3 different\n#0: 65\n#1: 69\n#2: 65.69.72\n#3: 65\n#4: 69\n#5: 65.69.72\n")
        );
    }
    run(&folder, "plot roll tune.abc --out roll.svg");
    assert!(fs::read_to_string(folder.join("roll.svg")).unwrap().contains("tune.abc"));
    run(&folder, "render tune.abc --out tune.wav --soundfont none");
    assert!(fs::metadata(folder.join("tune.wav")).unwrap().len() > 1000);
}

#[test]
fn two_hands_are_read_together() {
    let folder = folder("two_hands");
    fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/scales.abc"), folder.join("scales.abc")).unwrap();
    let said = run(&folder, "tokenize scales.abc --tokenizer rhythm");
    // Both hands strike together, an octave apart, at every onset.
    assert!(said.starts_with("scales.abc: 60 tokens, 28 different\n#0: 48.60+6>6\n#1: 50.62+6>6\n"), "{said}");
    assert!(said.lines().skip(1).all(|line| line.matches('.').count() == 1), "{said}");
    assert_eq!(run(&folder, "tokenize scales.abc --tokenizer rhythm --strict"), said);
}

#[test]
fn what_is_wrong_with_abc_is_said_with_its_place() {
    let folder = folder("wrong_abc");
    fs::write(folder.join("wrong.abc"), "X:1\nK:C\nCD?\n").unwrap();
    check(
        &folder,
        "tokenize wrong.abc",
        expect![[r#"
        error: reading wrong.abc: line 3, column 3: '?' is not allowed here; music has notes, rests, chords, bar lines and decorations
    "#]],
    );
    fs::write(folder.join("latin.abc"), b"X:1\nT:Pr\xe9lude\nK:C\nC\n").unwrap();
    check(
        &folder,
        "tokenize latin.abc",
        expect![[r#"
        error: reading latin.abc: ABC must be UTF-8 text; save it as UTF-8: invalid utf-8 sequence of 1 bytes from index 8
    "#]],
    );
    fs::write(folder.join("graced.abc"), "X:1\nK:C\n{d}CD\n").unwrap();
    let said = String::from_utf8(galant(&folder, "tokenize graced.abc").stderr).unwrap();
    expect![[r#"
        warning: graced.abc: line 3, column 1: grace notes were left out
    "#]]
    .assert_eq(&said);
}

#[test]
fn the_bundled_pieces_are_corpora_alone_and_together() {
    let folder = folder("bundled");
    let train = |corpus: &str, out| run(&folder, &format!("train --corpus {corpus} --out {out} --epochs 1 {SMALL}"));
    let n_mozart = bundled::collection("mozart").unwrap().len();
    assert!(train("mozart", "out_1").starts_with(&format!("corpus   {n_mozart} songs, ")));
    assert!(train("bach", "out_2").starts_with("corpus   1 song, "));
    fs::write(folder.join("tune.abc"), TUNE.replace("[FAc]2", &"FA|".repeat(20))).unwrap();
    assert!(train("mozart bach tune.abc", "out_3").starts_with(&format!("corpus   {} songs, ", n_mozart + 2)));
}
