use expect_test::{Expect, expect};
use galant_midi::{DecodeError, EncodeError, MAX_FILE_BYTES, MAX_NAME_BYTES, MAX_NOTES, MAX_TRACKS, ReadRules};
use galant_midi::{MAX_CHANGES, MAX_TEXT_BYTES, MAX_TEXTS, decode, encode};
use galant_types::{KeySignature, Meter, Note, Part, Score, Tempo};

use crate::bytes::{END, chunk, file, header, riff, track};

#[track_caller]
fn check_decode(bytes: &[u8], message: Expect) {
    message.assert_eq(&decode(bytes, ReadRules::Standard).unwrap_err().to_string());
}

#[test]
fn what_is_no_midi_file_is_refused_with_its_first_bytes() {
    check_decode(b"", expect!["the file is empty; a MIDI file has at least 14 bytes"]);
    check_decode(b"Hello world", expect!["not a standard MIDI file: it begins with 'Hello wo', not 'MThd'"]);
    check_decode(b"\xf0~\x7f", expect![[r#"not a standard MIDI file: it begins with '\xf0~\x7f', not 'MThd'"#]]);
    check_decode(
        &[b"mailed: ".to_vec(), file(&[])].concat(),
        expect![
            "not a standard MIDI file: it begins with 'mailed: ', not 'MThd'; a MIDI header begins at byte 8, so remove what is before it"
        ],
    );
    check_decode(&riff(b"MTrk"), expect!["not a standard MIDI file: it begins with 'MTrk', not 'MThd'"]);
    check_decode(
        b"RIFF\x04\0\0\0WAVE",
        expect!["a RIFF file of form 'WAVE', not 'RMID'; only RIFF files that wrap MIDI can be read"],
    );
    check_decode(b"RIFF", expect!["a RIFF file of form '', not 'RMID'; only RIFF files that wrap MIDI can be read"]);
    check_decode(
        b"RIFF\x04\0\0\0RMID",
        expect!["the RIFF file has no 'data' chunk in its 12 bytes, so it holds no MIDI data"],
    );
}

#[test]
fn a_header_that_is_cut_or_too_short_is_refused() {
    check_decode(
        &header(1, 1)[..13],
        expect!["byte 0: the header is cut short: 13 bytes of 14; the file may be an incomplete copy"],
    );
    check_decode(
        &riff(b"MThd"),
        expect!["byte 30: the header is cut short: 4 bytes of 14; the file may be an incomplete copy"],
    );
    check_decode(
        b"MThd\0\0\0\x05\0\0\0\0\0\x60",
        expect!["byte 4: the header declares 5 bytes; it must have at least 6"],
    );
}

#[test]
fn files_over_a_limit_are_refused() {
    let bytes = vec![0; MAX_FILE_BYTES + 1];
    let expected = DecodeError::FileTooLarge { n_bytes: MAX_FILE_BYTES + 1 };
    assert_eq!(decode(&bytes, ReadRules::Standard), Err(expected));

    let tracks = track(&[]).repeat(MAX_TRACKS);
    let mut bytes = [header(1, MAX_TRACKS as u16), tracks].concat();
    assert_eq!(decode(&bytes, ReadRules::Standard).unwrap().warnings, []);
    let offset = bytes.len();
    bytes.extend(track(&[]));
    assert_eq!(decode(&bytes, ReadRules::Standard), Err(DecodeError::TooManyTracks { offset }));

    let note = [1, 60, 9, 1, 60, 0];
    let mut events = [[0, 0xb0, 0, 0, 0, 0x90, 60, 0].as_slice(), note.repeat(MAX_NOTES).as_slice()].concat();
    assert_eq!(decode(&file(&events), ReadRules::Standard).unwrap().score.notes.len(), MAX_NOTES);
    let offset = 22 + events.len();
    events.extend(note);
    assert_eq!(decode(&file(&events), ReadRules::Standard), Err(DecodeError::TooManyNotes { track: 0, offset }));

    let events = [0, 0xff, 0x59, 2, 0, 0].repeat(MAX_CHANGES + 1);
    let offset = 22 + MAX_CHANGES * 6;
    let expected = DecodeError::TooManyChanges { what: "key", track: 0, offset };
    assert_eq!(decode(&file(&events), ReadRules::Standard), Err(expected));
}

#[test]
fn an_unknown_chunk_cannot_claim_more_than_the_file_has() {
    let mut huge = chunk(b"XFIH", END);
    huge[4..8].copy_from_slice(&[0xff; 4]);
    let bytes = [header(0, 0), huge].concat();
    assert_eq!(decode(&bytes, ReadRules::Standard).unwrap().warnings.len(), 1);
}

const NOTE: Note = Note { onset: 0, length: 10, pitch: 60, velocity: 64, channel: 0, track: 0 };

fn part(track: u16, channel: u8, name: &str, program: Option<u8>) -> Part {
    Part { track, channel, name: name.into(), program }
}

#[track_caller]
fn check_encode(change: impl FnOnce(&mut Score), message: Expect) {
    let mut score = Score { notes: vec![NOTE], ..Score::new(480) };
    change(&mut score);
    message.assert_eq(&encode(&score).unwrap_err().to_string());
}

#[test]
fn values_a_file_cannot_state_are_refused() {
    check_encode(|score| score.ticks_per_quarter = 0, expect!["0 ticks per quarter note; a file can state 1 to 32767"]);
    check_encode(
        |score| score.ticks_per_quarter = 1 << 15,
        expect!["32768 ticks per quarter note; a file can state 1 to 32767"],
    );
    check_encode(|score| score.notes[0].pitch = 128, expect!["note 0: pitch 128; a file can state 0 to 127"]);
    check_encode(|score| score.notes[0].channel = 16, expect!["note 0: channel 16; a file can state 0 to 15"]);
    check_encode(|score| score.notes[0].velocity = 0, expect!["note 0: velocity 0; a file can state 1 to 127"]);
    check_encode(|score| score.notes[0].velocity = 128, expect!["note 0: velocity 128; a file can state 1 to 127"]);
    check_encode(
        |score| score.notes[0].length = 0,
        expect!["note 0: length 0; a file cannot hold a note that ends where it begins"],
    );
    check_encode(
        |score| score.tempos.push(Tempo { tick: 0, us_per_quarter: 1 << 24 }),
        expect!["tempo 0: 16777216 µs per quarter note; a file can state 1 to 16777215"],
    );
    check_encode(
        |score| score.tempos.push(Tempo { tick: 0, us_per_quarter: 0 }),
        expect!["tempo 0: 0 µs per quarter note; a file can state 1 to 16777215"],
    );
    check_encode(
        |score| score.meters.push(Meter { tick: 0, numerator: 0, denominator_log2: 2 }),
        expect!["meter 0: 0 beats of 1/2^2 of a whole note; a file can state 1 to 255 beats of 1/2^0 to 1/2^15"],
    );
    check_encode(
        |score| score.keys.push(KeySignature { tick: 0, sharps: -8, minor: false }),
        expect!["key 0: -8 sharps; a key signature has -7 (flats) to 7"],
    );
    check_encode(
        |score| score.texts = vec![String::new(), "x".repeat(MAX_TEXT_BYTES + 1)],
        expect!["text 1: 1048577 bytes, over the limit of 1048576"],
    );
    check_encode(
        |score| score.texts = vec![String::new(); MAX_TEXTS + 1],
        expect!["1025 texts, over the limit of 1024"],
    );
    check_encode(
        |score| score.parts.push(part(0, 16, "", None)),
        expect!["part 0: channel 16; a file can state 0 to 15"],
    );
    check_encode(
        |score| score.parts.push(part(0, 0, "", Some(128))),
        expect!["part 0: program 128; a file can state 0 to 127"],
    );
}

#[test]
fn a_note_within_another_of_its_key_is_refused() {
    let second = Note { onset: 3, length: 6, velocity: 65, ..NOTE };
    check_encode(
        |score| score.notes.push(second),
        expect![
            "note 1: key 60 on channel 0 of track 0 sounds from tick 3 to 9, within a note until 10; a file cannot keep the two notes apart, so give them different channels or tracks"
        ],
    );
    let free = [
        Note { length: 7, ..second },
        Note { onset: 0, ..second },
        Note { onset: 10, ..second },
        Note { channel: 1, ..second },
        Note { track: 1, ..second },
    ];
    for free in free {
        assert!(encode(&Score { notes: vec![NOTE, free], ..Score::new(480) }).is_ok(), "{free:?}");
    }
}

#[test]
fn gaps_over_28_bits_are_refused() {
    let late = Note { onset: 10 + (1 << 28), ..NOTE };
    check_encode(
        |score| score.notes.push(late),
        expect![
            "track 0: 268435456 ticks pass before tick 268435466 without an event; a file can state at most 268435455"
        ],
    );
    let just = Note { onset: late.onset - 1, ..NOTE };
    assert!(encode(&Score { notes: vec![NOTE, just], ..Score::new(480) }).is_ok());
    let never = Note { onset: u64::MAX, ..NOTE };
    let result = encode(&Score { notes: vec![never], ..Score::new(480) });
    assert!(matches!(result, Err(EncodeError::GapTooLong { tick: u64::MAX, .. })));
}

#[test]
fn parts_a_file_cannot_hold_are_refused() {
    check_encode(
        |score| score.parts = vec![part(0, 0, "a", None), part(0, 1, "b", Some(1))],
        expect!["part 1: 'b' is the second name of track 0, after 'a'; a track has one name"],
    );
    check_encode(
        |score| score.parts = vec![part(0, 0, "a", None), part(0, 0, "a", None)],
        expect!["part 1: track 0 already has a part for channel 0"],
    );
    check_encode(
        |score| score.parts.push(part(2, 3, "a", None)),
        expect![
            "part 0: channel 3 of track 2 has neither notes nor a program, so a file cannot hold it; give it a program or leave it out"
        ],
    );
    // The program makes a part for channel 3 alone; a name makes one for channel 0 only in a track without others.
    check_encode(
        |score| score.parts = vec![part(2, 0, "a", None), part(2, 3, "a", Some(1))],
        expect![
            "part 0: channel 0 of track 2 has neither notes nor a program, so a file cannot hold it; give it a program or leave it out"
        ],
    );
    check_encode(
        |score| score.parts.push(part(0, 0, &"a".repeat(MAX_NAME_BYTES + 1), None)),
        expect!["part 0: a name of 257 bytes, over the limit of 256"],
    );
}

#[test]
fn scores_over_a_limit_are_refused() {
    check_encode(
        |score| score.notes[0].track = 4096,
        expect!["track 4096, counted from 0, is over the limit of 4096 tracks"],
    );
    check_encode(|score| score.notes = vec![NOTE; MAX_NOTES + 1], expect!["1048577 notes, over the limit of 1048576"]);
    check_encode(
        |score| score.tempos = vec![Tempo { tick: 0, us_per_quarter: 1 }; MAX_CHANGES + 1],
        expect!["262145 tempo changes, over the limit of 262144"],
    );
}
