//! `galant make`: from a folder to new pieces.

use std::fs;
use std::path::Path;

use crate::errors::error;
use crate::{folder, galant, run};

const BUNDLED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../galant-corpus/music/mozart");

fn music(folder: &Path, names: &[&str]) {
    fs::create_dir_all(folder.join("music")).unwrap();
    for name in names {
        fs::copy(Path::new(BUNDLED).join(name), folder.join("music").join(name)).unwrap();
    }
}

#[test]
fn a_musician_gets_pieces_and_a_page_and_reads_why() {
    let folder = folder("make");
    music(&folder, &["k331-1-theme.abc", "k331-1-variation-1.abc", "k2-minuet.abc"]);
    fs::write(folder.join("music/letter.mid"), "Dear Constanze,\n").unwrap();
    let output = galant(&folder, "make music --minutes 0.1 --pieces 2");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    // One file could not be read.
    assert_eq!(output.status.code(), Some(1), "{out}\n{said}");
    for line in [
        "found      3 pieces, ",
        "keys       ",
        "meters     ",
        "left out   music/letter.mid: ",
        "tokenizer  notes: ",
        "but        ",
    ] {
        assert!(out.lines().any(|other| other.starts_with(line)), "{line}\n{out}");
    }
    for command in ["$ galant train --corpus music ", "$ galant compose ", "$ galant report made"] {
        assert!(out.contains(command), "{command}\n{out}");
    }
    for name in ["model.safetensors", "composed-001.mid", "composed-002.wav", "composed-002.svg", "report.html"] {
        assert!(folder.join("made").join(name).exists(), "{name}\n{out}");
    }
    let page = fs::read_to_string(folder.join("made/report.html")).unwrap();
    assert_eq!(page.matches("<audio").count(), 2);
    // A second time nothing is replaced, unless that is wanted.
    let again = galant(&folder, "make music --minutes 0.1 --pieces 1");
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&again.stderr).contains("made has a finished training; replace it with --force"));
}

#[test]
fn a_folder_without_music_is_an_error_that_says_so() {
    let folder = folder("make_nothing");
    fs::create_dir(folder.join("music")).unwrap();
    assert!(error(&folder, "make music").starts_with("error: no MIDI, ABC or MusicXML files in music"));
    assert!(error(&folder, "make no").starts_with("error: reading no: "));
    fs::write(folder.join("music/letter.mid"), "Dear Constanze,\n").unwrap();
    let said = error(&folder, "make music");
    assert!(said.contains("music has no music to learn from: none of its 1 files can be read"), "{said}");
    assert!(!folder.join("made").exists());
}

#[test]
fn a_survey_ends_with_advice() {
    let folder = folder("advice");
    music(&folder, &["k331-1-theme.abc", "k331-3-rondo.abc"]);
    let out = run(&folder, "corpus music");
    assert!(out.contains("advice   galant train --corpus music --tokenizer notes --minutes "), "{out}");
    assert!(out.contains("keys     "), "{out}");
}
