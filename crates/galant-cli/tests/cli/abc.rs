use std::fs;
use std::path::Path;

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
    let said = |command: &str| String::from_utf8(galant(&folder, command).stderr).unwrap();
    fs::write(folder.join("wrong.abc"), "X:1\nK:C\nCD?\n").unwrap();
    expect![[r#"
        warning: wrong.abc: line 3, column 3: '?' was skipped; music has notes, rests, chords, bar lines and decorations
    "#]]
    .assert_eq(&said("tokenize wrong.abc"));
    check(
        &folder,
        "tokenize wrong.abc --strict",
        expect![[r#"
        error: reading wrong.abc: line 3, column 3: '?' was skipped; music has notes, rests, chords, bar lines and decorations; strict reading allows no repairs, and this file needs 1
    "#]],
    );
    fs::write(folder.join("latin.abc"), b"X:1\nT:Pr\xe9lude\nK:C\nC\n").unwrap();
    expect![[r#"
        warning: latin.abc: line 1, column 1: the text is not UTF-8 and was read as windows-1252; save it as UTF-8 if names look wrong
    "#]]
    .assert_eq(&said("tokenize latin.abc"));
    fs::write(folder.join("letter.abc"), "Dear Constanze,\n").unwrap();
    check(
        &folder,
        "tokenize letter.abc",
        expect![[r#"
        error: reading letter.abc: the text has no tune; a tune begins with a field X:, or with a header that ends with a field K:, such as K:C
    "#]],
    );
    fs::write(folder.join("graced.abc"), "X:1\nK:C\n{d}CD\n").unwrap();
    expect![[r#"
        warning: graced.abc: line 3, column 1: grace notes were left out
    "#]]
    .assert_eq(&said("tokenize graced.abc"));
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

/// Three tunes, the second of which is over a limit.
fn write_book(folder: &Path) {
    let tune = |number: u32, title: &str, music: &str| format!("X:{number}\nT:{title}\nM:4/4\nL:1/4\nK:C\n{music}\n\n");
    let scales = "CDEF|GABc|".repeat(12);
    let book =
        [tune(7, "Up", &scales), tune(8, "Bomb", &"C".repeat(300_000)), tune(9, "Down", &"cBAG|{d}FEDC|".repeat(12))];
    fs::write(folder.join("book.abc"), format!("Tunes of our village.\n\n{}", book.concat())).unwrap();
}

#[test]
fn a_book_is_as_many_songs_as_it_has_tunes() {
    let folder = folder("book");
    write_book(&folder);
    // The exit code says that a tune could not be read, as with a file among others.
    let run_some = |command: &str| {
        let output = galant(&folder, command);
        assert_eq!(output.status.code(), Some(1), "{command}");
        String::from_utf8(output.stdout).unwrap()
    };
    let said = run_some("tokenize book.abc");
    let headers: Vec<&str> = said.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(headers, ["book.abc#7 Up: 96 tokens, 8 different", "book.abc#9 Down: 96 tokens, 8 different"]);
    let said = run(&folder, "tokenize book.abc --tune 9");
    assert!(said.starts_with("book.abc#9 Down: 96 tokens, 8 different\n#0: 72\n"), "{said}");
    check(
        &folder,
        "tokenize book.abc --tune 1",
        expect![[r#"
        error: reading book.abc: there is no tune 1; the file has 3 tunes with numbers from 7 to 9
    "#]],
    );
    expect![[r#"
        songs    notes   tokens   unseen warnings  file
            1       96       96    0.0 %        1  book.abc#7 Up
            0        0        0        -        0  book.abc#8 Bomb  left out: reading book.abc#8 Bomb: the tune with its repeats has more notes than the limit of 262144
            1       96       96    0.0 %       12  book.abc#9 Down

        1 file, books with 3 tunes among them: 2 songs, 1 left out
        192 notes, 192 tokens; 8 different ones in the training parts
        unseen in training: 0.0 % of the tokens of the validation parts, the last 10 % of each file
        0 files with the notes of an earlier one, 0 of them in another key
        0 files with music of an earlier one, these included: other editions, movements of a work, arrangements
        whole pieces held out: 0 of 2 pieces have half of their tune in other pieces, by runs of 12 intervals in any key; by runs of 16: 0; all notes of another piece: 0, in another key: 0; part of a longer piece: 0

        found    2 pieces, 1:36, 192 notes; 1 left out
        length   0:48 (24 bars) each
        keys     2 × C major
        meters   2 × 4/4
        parts    2 × 1 part
        advice   galant train --corpus book.abc --tokenizer notes --minutes 1
                 notes: it can play chords that are not in the music, and hears it in other keys too
                 1 minute on two cores will do: longer would read the same music over and over
                 192 notes are little to learn from: the pieces will quote the music; a network needs about ten minutes of music to begin to compose
    "#]]
    .assert_eq(&run_some("corpus book.abc"));
}

#[test]
fn a_training_says_how_many_tunes_of_a_book_were_read() {
    let folder = folder("book_training");
    write_book(&folder);
    let output = galant(&folder, &format!("train --corpus book.abc --tokenizer rhythm --out out --epochs 1 {SMALL}"));
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(out.starts_with("corpus   2 songs, "), "{out}\n{err}");
    let said: Vec<&str> = err.lines().filter(|line| line.contains("book.abc")).collect();
    expect![[r#"
        error: reading book.abc#8 Bomb: the tune with its repeats has more notes than the limit of 262144
        book.abc: 2 of 3 tunes were read; 2 of them have warnings, `galant tokenize` lists them"#]]
    .assert_eq(&said.join("\n"));
    assert_eq!(output.status.code(), Some(1));
    let measured = galant(&folder, "evaluate --model out/model.safetensors book.abc").stdout;
    let measured = String::from_utf8(measured).unwrap();
    assert!(measured.contains("book.abc#7 Up") && measured.contains("book.abc#9 Down"), "{measured}");
}
