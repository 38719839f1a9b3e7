use expect_test::{Expect, expect};
use galant_midi::ReadRules::{Lecture, Standard};
use galant_midi::{MAX_TEXT_BYTES, MAX_TEXTS, MAX_WARNINGS_PER_KIND, decode};
use galant_types::{KeySignature, Place, Severity};

use crate::bytes::{NOTE, check, file, notes, read};

/// Compares all warnings of a file of one track, of which one note of ten ticks must be left, which begins at `onset`.
#[track_caller]
fn check_events(events: &[&[u8]], onset: u64, warnings: Expect) {
    let bytes = file(&events.concat());
    check(&bytes, warnings);
    assert_eq!(notes(&bytes, Standard), [(onset, 60, 10, 100)]);
}

#[test]
fn notes_without_an_end_or_a_beginning_are_named() {
    check_events(
        &[&[5, 0x80, 61, 0, 1, 0x91, 60, 0], NOTE],
        6,
        expect![[r#"
        Note: track 0, byte 22: note-off for key 61 on channel 0, which is silent; dropped
        Note: track 0, byte 26: note-off for key 60 on channel 1, which is silent; dropped
    "#]],
    );
    check_events(
        &[&[0, 0x90, 60, 100, 10, 0xb0, 1, 1]],
        0,
        expect![[r#"
        Repair: track 0, byte 22: key 60 on channel 0 never ends; ended with the track at tick 10
    "#]],
    );
    check_events(
        &[NOTE, &[0, 0x95, 62, 1, 0, 0x85, 62, 1]],
        0,
        expect![[r#"
        Note: track 0, byte 30: key 62 on channel 5 ends at tick 10, where it begins; dropped
    "#]],
    );
}

#[test]
fn the_lecture_ends_sounding_notes_with_the_last_event_of_their_track() {
    let bytes = file(&[0, 0x90, 60, 100, 10, 0xb0, 1, 1]);
    assert_eq!(notes(&bytes, Lecture), [(0, 60, 10, 100)]);
    let warnings = decode(&bytes, Lecture).unwrap().warnings;
    assert_eq!(warnings, read(&bytes).warnings);
}

#[test]
fn bad_messages_of_known_length_are_stepped_over() {
    check_events(
        &[&[1, 0xf1, 0, 1, 0xf2, 1, 2, 1, 0xf8, 1, 0xf4], NOTE],
        4,
        expect![[r#"
        Repair: track 0, byte 22: system message 0xf1 is not allowed in a file; dropped
        Repair: track 0, byte 25: system message 0xf2 is not allowed in a file; dropped
        Repair: track 0, byte 29: system message 0xf8 is not allowed in a file; dropped
        Repair: track 0, byte 31: system message 0xf4 is not allowed in a file; dropped
    "#]],
    );
    check_events(
        &[&[3, 0x90, 0x80, 1, 0, 0xb0, 1, 0xff], NOTE],
        3,
        expect![[r#"
            Repair: track 0, byte 22: message 0x90 has data byte 0x80, over 0x7f; dropped
            Repair: track 0, byte 26: message 0xb0 has data byte 0xff, over 0x7f; dropped
        "#]],
    );
    // A message dropped in the middle leaves the running status as it was.
    check_events(
        &[&[0, 0x90, 60, 100, 10, 0xf8, 0, 60, 0]],
        0,
        expect![[r#"
        Repair: track 0, byte 26: system message 0xf8 is not allowed in a file; dropped
    "#]],
    );
}

#[test]
fn a_note_counts_whatever_its_velocity() {
    let bytes = file(&[0, 0x90, 60, 0xf0, 10, 0x80, 60, 0xf0, 0, 62, 0x80, 1, 0x92, 62, 0x80, 9, 62, 0]);
    // mido with clip=True reads the same.
    assert_eq!(notes(&bytes, Standard), [(0, 60, 10, 127), (11, 62, 9, 127)]);
    check(
        &bytes,
        expect![[r#"
        Repair: track 0, byte 22: note message 0x90 has a velocity of 240, over 127; 127 was assumed
        Repair: track 0, byte 26: note message 0x80 has a velocity of 240, over 127; 127 was assumed
        Repair: track 0, byte 30: note message 0x80 has a velocity of 128, over 127; 127 was assumed
        Note: track 0, byte 30: note-off for key 62 on channel 0, which is silent; dropped
        Repair: track 0, byte 33: note message 0x92 has a velocity of 128, over 127; 127 was assumed
    "#]],
    );
}

#[test]
fn a_key_signature_of_unknown_mode_keeps_its_accidentals() {
    for (mode, minor) in [(0, false), (1, true), (2, false), (255, false)] {
        let keys = read(&file(&[&[0, 0xff, 0x59, 2, 0xfd, mode], NOTE].concat())).score.keys;
        assert_eq!(keys, [KeySignature { tick: 0, sharps: -3, minor }]);
    }
    check_events(
        &[&[0, 0xff, 0x59, 2, 2, 2, 0, 0xff, 0x59, 3, 2, 7, 1], NOTE],
        0,
        expect![[r#"
        Repair: track 0, byte 22: a key signature has mode 2, neither major (0) nor minor (1); major was assumed
        Repair: track 0, byte 28: a key signature event has 3 bytes instead of 2; the surplus was dropped
        Repair: track 0, byte 28: a key signature has mode 7, neither major (0) nor minor (1); major was assumed
    "#]],
    );
}

#[test]
fn a_status_that_a_meta_event_ended_is_assumed() {
    check_events(
        &[&[0, 0x90, 60, 100, 0, 0xff, 1, 0, 10, 60, 0]],
        0,
        expect![[r#"
        Repair: track 0, byte 30: an event right after a meta or system exclusive event has no status byte; the last one, 0x90, was assumed
    "#]],
    );
}

#[test]
fn what_cannot_be_followed_ends_the_track() {
    check(
        &file(&[0, 60, 100]),
        expect![[r#"
        Repair: track 0, byte 22: an event has no status byte; the rest of the track, 7 bytes, was dropped
        Repair: track 0, byte 29: the track has no end-of-track event
    "#]],
    );
    check_events(
        &[NOTE, &[0x80, 0x80, 0x80, 0x80, 0, 0x90, 1, 1]],
        0,
        expect![[r#"
        Repair: track 0, byte 30: a delta time or length takes more than four bytes; the rest of the track, 12 bytes, was dropped
        Repair: track 0, byte 42: the track has no end-of-track event
    "#]],
    );
    check_events(
        &[NOTE, &[0, 0xf0, 0x80, 0x80, 0x80, 0x80, 0]],
        0,
        expect![[r#"
        Repair: track 0, byte 30: a delta time or length takes more than four bytes; the rest of the track, 11 bytes, was dropped
        Repair: track 0, byte 41: the track has no end-of-track event
    "#]],
    );
    check_events(
        &[NOTE, &[0, 0xff, 1, 99]],
        0,
        expect![[r#"
            Repair: track 0, byte 30: the track's last event is cut short after 8 bytes; dropped
            Repair: track 0, byte 38: the track has no end-of-track event
        "#]],
    );
}

#[test]
fn meta_events_without_a_meaning_are_dropped() {
    check_events(
        &[&[1, 0xff, 0x51, 2, 7, 8, 1, 0xff, 0x59, 0, 1, 0xff, 0x58, 5, 4, 2, 24, 8, 9], NOTE],
        3,
        expect![[r#"
            Repair: track 0, byte 22: a tempo event has 2 bytes instead of 3; dropped
            Repair: track 0, byte 28: a key signature event has 0 bytes instead of 2; dropped
            Repair: track 0, byte 32: a time signature event has 5 bytes instead of 4; the surplus was dropped
        "#]],
    );
    check_events(
        &[
            &[
                0, 0xff, 0x51, 3, 0, 0, 0, 0, 0xff, 0x59, 2, 0xf8, 0, 0, 0xff, 0x58, 4, 4, 16, 24, 8, 0, 0xff, 0x58, 4,
                0, 2, 24, 8,
            ],
            NOTE,
        ],
        0,
        expect![[r#"
            Repair: track 0, byte 22: a tempo event has the invalid value 0; dropped
            Repair: track 0, byte 29: a key signature event has the invalid value -8; dropped
            Repair: track 0, byte 35: a time signature event has the invalid value 16; dropped
            Repair: track 0, byte 43: a time signature event has the invalid value 0; dropped
        "#]],
    );
}

#[test]
fn second_names_and_later_programs_are_named() {
    check_events(
        &[&[0, 0xff, 3, 1, b'a', 0, 0xff, 3, 1, b'b', 0, 0xc0, 4, 0, 0xc0, 4, 0, 0xc0, 5], NOTE],
        0,
        expect![[r#"
            Note: track 0, byte 27: the track already has a name; the later one was dropped
            Note: track 0, byte 38: channel 0 changes to program 5; dropped, as a part keeps its first program
        "#]],
    );
    let long = [&[0, 0xff, 3, 0x82, 1], [b'x'; 257].as_slice(), NOTE].concat();
    check(
        &file(&long),
        expect![[r#"
        Note: track 0, byte 22: the track's name of 257 bytes was cut at 256
    "#]],
    );
    assert_eq!(read(&file(&long)).score.parts[0].name.len(), 256);
}

#[test]
fn texts_over_a_limit_are_dropped_with_a_warning() {
    let many = [&[0, 0xff, 1, 1, b'a'].repeat(MAX_TEXTS + 1), NOTE].concat();
    check(
        &file(&many),
        expect![[r#"
            Note: track 0, byte 5142: a text of 1 byte is over the limit of 1048576 bytes or of 1024 texts; dropped
        "#]],
    );
    assert_eq!(read(&file(&many)).score.texts, vec!["a"; MAX_TEXTS]);
    let long = [&[0, 0xff, 1, 0xc0, 0x80, 1], [b'x'; MAX_TEXT_BYTES + 1].as_slice(), NOTE].concat();
    check(
        &file(&long),
        expect![[r#"
        Note: track 0, byte 22: a text of 1048577 bytes is over the limit of 1048576 bytes or of 1024 texts; dropped
    "#]],
    );
}

#[test]
fn warnings_of_one_kind_are_counted_past_a_limit() {
    let warnings = read(&file(&[1, 0x80, 60, 0].repeat(MAX_WARNINGS_PER_KIND + 5))).warnings;
    assert_eq!(warnings.len(), MAX_WARNINGS_PER_KIND + 1);
    let last = warnings.last().unwrap();
    assert_eq!(last.severity, Severity::Note);
    assert_eq!(last.place, Place::Byte { track: Some(0), offset: 22 + 4 * MAX_WARNINGS_PER_KIND });
    expect!["and 5 more note-offs for silent keys, which are not listed"].assert_eq(&last.message);
}
