//! What pieces have from a corpus, as a user asks for it.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::{folder, galant, run};

/// A folder with waltzes of the dice game, by seed.
fn waltzes(folder: &Path, name: &str, seeds: std::ops::Range<u32>) {
    fs::create_dir_all(folder.join(name)).unwrap();
    for seed in seeds {
        run(folder, &format!("dice --seed {seed} --out {name}/{seed}.mid"));
    }
}

#[track_caller]
fn refused(folder: &Path, args: &str) -> String {
    let output = galant(folder, args);
    assert_eq!(output.status.code(), Some(2), "galant {args}");
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(message.lines().count(), 1, "{message}");
    message
}

#[test]
fn pieces_are_compared_with_a_folder_and_a_piece_of_it_with_the_rest() {
    let folder = folder("originality");
    waltzes(&folder, "corpus", 1..5);
    fs::copy(folder.join("corpus/2.mid"), folder.join("copy.mid")).unwrap();
    waltzes(&folder, "fresh", 70..71);
    let said = run(&folder, "originality fresh/70.mid --corpus corpus");
    assert!(said.starts_with("corpus: 4 pieces, "), "{said}");
    assert!(said.contains("pitches and rhythm: ") && said.contains("fresh/70.mid\n"), "{said}");
    // By its bytes it is known to be of the corpus.
    let said = run(&folder, "originality copy.mid fresh --corpus corpus");
    assert!(said.contains("copy.mid (of the corpus; compared with the rest)"), "{said}");
    let json: Value =
        serde_json::from_str(&run(&folder, "originality copy.mid --corpus corpus --min-run 4 --json")).unwrap();
    assert_eq!((&json["min_run"], &json["pieces"][0]["in_corpus"]), (&4.into(), &"corpus/2.mid".into()));
    let runs = json["pieces"][0]["pitches_and_rhythm"]["runs"].as_array().unwrap();
    assert!(runs.iter().all(|run| run["source"] != "corpus/2.mid" && run["onsets"].as_u64() >= Some(4)), "{runs:?}");
    let each = json["pieces"][0]["each_onset"].as_array().unwrap();
    assert_eq!(each.len() as u64 + 1, json["pieces"][0]["onsets"].as_u64().unwrap());
    // Bundled music is a corpus too.
    assert!(run(&folder, "originality copy.mid --corpus mozart dice").contains("longest"));
}

#[test]
fn what_cannot_be_compared_is_said_in_a_line() {
    let folder = folder("originality-refused");
    waltzes(&folder, "corpus", 1..2);
    fs::create_dir_all(folder.join("empty")).unwrap();
    fs::write(folder.join("note.txt"), "no music").unwrap();
    for (args, part) in [
        ("originality", "--corpus"),
        ("originality corpus/1.mid", "--corpus"),
        ("originality none.mid --corpus corpus", "none.mid"),
        ("originality note.txt --corpus corpus", "note.txt"),
        ("originality corpus/1.mid --corpus empty", "empty"),
        ("originality empty --corpus corpus", "empty"),
        ("originality corpus/1.mid --corpus nowhere", "nowhere"),
        ("originality corpus/1.mid --model corpus/1.mid", "corpus/1.mid"),
        ("originality corpus/1.mid --corpus corpus --min-run 0", "--min-run"),
    ] {
        assert!(refused(&folder, args).contains(part), "galant {args}");
    }
}

const SMALL: &str =
    "--hidden-size 12 --embedding-size 8 --layers 1 --window 16 --batch 4 --epochs 1 --tokenizer rhythm";

#[test]
fn a_composed_piece_has_a_receipt_copies_no_more_than_asked_and_is_reproduced_without_the_corpus() {
    let folder = folder("originality-compose");
    waltzes(&folder, "music", 1..13);
    run(&folder, &format!("train --corpus music --out model {SMALL}"));
    let compose = "compose --model model/model.safetensors --seed 3 --bars 8 --out piece.mid";
    let said = run(&folder, &format!("{compose} --avoid-copying 3 --receipt receipt.txt"));
    assert!(said.contains("wrote receipt.txt: the longest run that the corpus has is of "), "{said}");
    assert!(fs::read_to_string(folder.join("receipt.txt")).unwrap().starts_with("corpus: 12 pieces, "));
    let json: Value = serde_json::from_str(&run(&folder, "originality piece.mid --corpus music --json")).unwrap();
    assert!(json["pieces"][0]["pitches"]["longest"].as_u64() <= Some(3), "{json}");
    // The same from a receipt as JSON, with the corpus named.
    run(&folder, &format!("{compose} --avoid-copying 3 --corpus music --receipt receipt.json"));
    let again: Value = serde_json::from_slice(&fs::read(folder.join("receipt.json")).unwrap()).unwrap();
    assert_eq!(again["pieces"][0]["pitches"], json["pieces"][0]["pitches"]);

    // What changed or is gone is said, and nothing that is left is an error.
    fs::remove_file(folder.join("music/1.mid")).unwrap();
    let output = galant(&folder, "originality piece.mid --model model/model.safetensors");
    let warning = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && warning.contains("1 of 12 pieces") && warning.contains("1.mid"), "{warning}");
    fs::remove_dir_all(folder.join("music")).unwrap();
    assert!(refused(&folder, &format!("{compose} --receipt receipt.txt")).contains("--corpus"));
    fs::remove_file(folder.join("model/snapshot.galant")).unwrap();
    assert!(refused(&folder, &format!("{compose} --receipt receipt.txt")).contains("--corpus"));
    let said = run(&folder, "reproduce piece.mid --model model/model.safetensors --out again.mid");
    assert!(said.contains("the same "), "{said}");

    for (args, part) in [
        ("--receipt receipt.pdf", "receipt.pdf"),
        ("--corpus mozart", "--receipt"),
        ("--avoid-copying 0", "--avoid-copying"),
        ("--avoid-copying 3 --corpus mozart --strategy beam", "beam"),
        ("--avoid-copying 3 --corpus mozart --strategy beam --n-best 2", "--n-best"),
    ] {
        assert!(refused(&folder, &format!("{compose} {args}")).contains(part), "{args}");
    }
}

#[test]
fn bundled_music_is_found_without_a_snapshot() {
    let folder = folder("originality-bundled");
    run(&folder, &format!("train --corpus mozart dice --waltzes 80 --out model {SMALL} --steps 2"));
    fs::remove_file(folder.join("model/snapshot.galant")).unwrap();
    run(&folder, "dice --seed 1 --out waltz.mid");
    let said = run(&folder, "originality waltz.mid --model model/model.safetensors");
    assert!(said.starts_with("corpus: 11 pieces, "), "{said}");
}

#[test]
fn what_leaks_into_a_validation_part_is_listed() {
    let folder = folder("leaks");
    fs::create_dir_all(folder.join("corpus")).unwrap();
    let tune = "CDEFGABcdBGEFDGcAFDBGECEGBdfaecAFdGBEC";
    let book = |key: &str, tune: &str| format!("X:1\nT:{key}\nM:4/4\nL:1/8\nK:{key}\n{tune}|\n");
    fs::write(folder.join("corpus/a.abc"), book("C", tune)).unwrap();
    fs::write(folder.join("corpus/b.abc"), book("C", "GEGcdefgfedcBAGFEDCDEFDGE")).unwrap();
    let next = |letter: char| {
        let letters = "CDEFGABcdefgab";
        letters.chars().nth(letters.find(letter).unwrap() + 1).unwrap()
    };
    fs::write(folder.join("moved.abc"), book("D", &tune.chars().map(next).collect::<String>())).unwrap();
    let said = run(&folder, "corpus corpus --validation moved.abc");
    assert!(said.contains("validation: 1 of 1 pieces have half of their tune in what is learned from"), "{said}");
    assert!(said.contains("100 % by 12 100 % by 16  moved.abc  +2 semitones, the notes of corpus/a.abc"), "{said}");
    assert!(said.contains("whole pieces held out: 0 of 2 pieces"), "{said}");
}
