//! Pieces from the bytes of files.

use std::error::Error;
use std::fmt::Write;

use expect_test::expect;
use galant_checkpoint::{Sha256Hash, Source};
use galant_corpus::{ReadOptions, Strictness, read_piece};
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
        (b"X:1\nK:C\nC\xe9|\n", lenient),
        (LONG_BAR, STRICT),
    ];
    expect![[r#"
        the file is empty; a MIDI file has at least 14 bytes
        not a standard MIDI file: it begins with 'just som', not 'MThd'
        byte 0: the header is cut short: 12 bytes of 14; the file may be an incomplete copy
        track 0, byte 14: the track is cut short: it declares 22 bytes and has 18; strict reading allows no repairs, and this file needs 2
        ABC must be UTF-8 text; save it as UTF-8: invalid utf-8 sequence of 1 bytes from index 9
        line 5, column 5: bar 2 of voice 1 lasts 1/1 of a whole note, the meter asks for 3/4; strict reading allows no repairs, and this file needs 1
    "#]].assert_eq(&refused.map(refusal).concat());
}
