//! Pieces from the bytes of files.

use std::error::Error;
use std::fmt::Write;

use expect_test::expect;
use galant_checkpoint::{Sha256Hash, Source};
use galant_corpus::{ReadOptions, Strictness, read_piece, read_pieces, read_tune};
use galant_midi::ReadRules;
use galant_types::{Note, Score, Severity};

const STRICT: ReadOptions = ReadOptions { rules: ReadRules::Standard, strictness: Strictness::Refuse };

/// A bar that is too long: legal nowhere, and repaired.
const LONG_BAR: &[u8] = b"X:1\nM:3/4\nL:1/4\nK:C\nCDE|CDEF|C2E|\n";

fn midi() -> Vec<u8> {
    let note = |onset, pitch| Note { onset, length: 240, pitch, velocity: 80, channel: 0, track: 0 };
    galant_midi::encode(&Score { notes: vec![note(0, 60), note(240, 64)], ..Score::new(480) }).unwrap()
}

#[test]
fn midi_and_abc_are_told_apart_by_their_bytes() {
    let abc = b"%abc-2.1\nX:1\nL:1/8\nK:C\nCE|\n";
    let from_abc = read_piece("tune.mid", abc, ReadOptions::default()).unwrap();
    let from_midi = read_piece("tune.abc", &midi(), ReadOptions::default()).unwrap();
    let pitches = |score: &Score| score.notes.iter().map(|note| note.pitch).collect::<Vec<_>>();
    assert_eq!((pitches(&from_abc.score), pitches(&from_midi.score)), (vec![60, 64], vec![60, 64]));
    assert_eq!((from_midi.name.as_str(), from_midi.source), ("tune.abc", Source::File));
    assert_eq!(from_midi.sha256, Sha256Hash::of(&midi()));
    assert_ne!(from_midi.sha256, from_abc.sha256);
}

#[test]
fn files_within_their_standard_are_read_strictly_too() {
    assert_eq!(
        read_piece("a.mid", &midi(), STRICT).unwrap(),
        read_piece("a.mid", &midi(), ReadOptions::default()).unwrap()
    );
}

#[test]
fn repairs_are_warnings_or_refused() {
    let repaired = read_piece("a.abc", LONG_BAR, ReadOptions::default()).unwrap();
    assert!(repaired.warnings.iter().any(|warning| warning.severity == Severity::Repair), "{:#?}", repaired.warnings);
    assert!(read_piece("a.abc", LONG_BAR, STRICT).is_err());
}

fn refusal((bytes, options): (&[u8], ReadOptions)) -> String {
    let error = read_piece("a", bytes, options).unwrap_err();
    let mut message = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        write!(message, ": {error}").unwrap();
        source = error.source();
    }
    message + "\n"
}

#[test]
fn refusals_say_what_is_wrong() {
    let lenient = ReadOptions::default();
    let midi = midi();
    let refused = [
        (&b""[..], lenient),
        (b"just some text", lenient),
        (&midi[..12], lenient),
        (&midi[..40], STRICT),
        (b"X:1\nK:C\nC\xe9|\n", STRICT),
        (LONG_BAR, STRICT),
    ];
    expect![[r#"
        the file is empty; a MIDI file has at least 14 bytes
        not a standard MIDI file: it begins with 'just som', not 'MThd'
        byte 0: the header is cut short: 12 bytes of 14; the file may be an incomplete copy
        track 0, byte 14: the track is cut short: it declares 22 bytes and has 18; strict reading allows no repairs, and this file needs 2
        line 1, column 1: the text is not UTF-8 and was read as windows-1252; save it as UTF-8 if names look wrong; strict reading allows no repairs, and this file needs 2
        line 5, column 5: bar 2 of voice 1 lasts 1/1 of a whole note, the meter asks for 3/4; strict reading allows no repairs, and this file needs 1
    "#]].assert_eq(&refused.map(refusal).concat());
}

/// Three tunes, the second of which needs repairs and the third of which is over a limit.
fn book() -> Vec<u8> {
    format!("X:1\nT:One\nK:C\nC|\n\nX:2\nT:Two\nK:C\n@D|\n\nX:3\nT:Three\nK:C\n{}\n", "E".repeat(300_000)).into_bytes()
}

#[test]
fn a_book_is_as_many_pieces_as_it_has_tunes() {
    let bytes = book();
    let read = |options| -> Vec<(String, Option<usize>)> {
        let pieces = read_pieces("book.abc", &bytes, options).unwrap();
        assert_eq!(pieces.n_pieces(), 3);
        pieces.map(|(name, piece)| (name, piece.ok().map(|piece| piece.score.notes.len()))).collect()
    };
    let row = |name: &str, n_notes| (name.to_owned(), n_notes);
    let rows = [row("book.abc#1 One", Some(1)), row("book.abc#2 Two", Some(1)), row("book.abc#3 Three", None)];
    assert_eq!(read(ReadOptions::default()), rows);
    assert_eq!(read(STRICT)[1], row("book.abc#2 Two", None));
    let names: Vec<_> = read_pieces("book.abc", &bytes, ReadOptions::default())
        .unwrap()
        .filter_map(|(name, piece)| Some((name, piece.ok()?)))
        .collect();
    assert!(names.iter().all(|(name, piece)| *name == piece.name));
    assert_eq!(names[0].1.sha256, Sha256Hash::of(b"X:1\nT:One\nK:C\nC|\n"));
}

#[test]
fn a_file_of_one_piece_is_one_under_its_own_name() {
    for bytes in [midi(), b"X:7\nT:Seven\nK:C\nCD|\n".to_vec()] {
        let mut pieces = read_pieces("a.x", &bytes, ReadOptions::default()).unwrap();
        assert_eq!(pieces.n_pieces(), 1);
        let (name, piece) = pieces.next().unwrap();
        assert_eq!(
            (name.as_str(), piece.unwrap()),
            ("a.x", read_piece("a.x", &bytes, ReadOptions::default()).unwrap())
        );
        assert!(pieces.next().is_none());
    }
    let mut pieces = read_pieces("a.x", b"nothing", ReadOptions::default()).unwrap();
    assert!(pieces.next().unwrap().1.is_err());
}

#[test]
fn a_tune_is_read_by_its_number() {
    let bytes = book();
    let piece = read_tune("book.abc", &bytes, 2, ReadOptions::default()).unwrap();
    assert_eq!((piece.name.as_str(), piece.score.notes[0].pitch), ("book.abc#2 Two", 62));
    let refused =
        |bytes: &[u8], number| read_tune("a", bytes, number, ReadOptions::default()).unwrap_err().to_string() + "\n";
    expect![[r#"
        there is no tune 4; the file has 3 tunes with numbers from 1 to 3
        there is no tune 1; the only tune is 7
        the file is not ABC, and holds one piece only; leave out the number of the tune
    "#]]
    .assert_eq(&[refused(&bytes, 4), refused(b"X:7\nK:C\nC|", 1), refused(&midi(), 1)].concat());
}
