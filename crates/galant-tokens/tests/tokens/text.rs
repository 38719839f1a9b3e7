use std::error::Error;

use expect_test::{Expect, expect};
use galant_tokens::{ParseTokenError, parse_chord, parse_note, parse_rhythm};
use galant_types::{Chord, ChordError};
use proptest::prelude::*;

use crate::round_trip::{check, chord};

#[test]
fn texts_of_tokens_read_back() {
    check(chord(), |chord| {
        prop_assert_eq!(parse_chord(&chord.to_string()).unwrap(), chord);
        Ok(())
    });
}

#[test]
fn what_is_read_is_what_would_be_printed() {
    check("[0-9.+ ]{0,6}", |text| {
        if let Ok(chord) = parse_chord(&text) {
            prop_assert_eq!(chord.to_string(), text);
        }
        Ok(())
    });
}

#[track_caller]
fn check_refusals<T: std::fmt::Debug>(
    parse: impl Fn(&str) -> Result<T, ParseTokenError>,
    texts: &[&str],
    messages: Expect,
) {
    let message = |text: &&str| format!("{}\n", parse(text).unwrap_err());
    messages.assert_eq(&texts.iter().map(message).collect::<String>());
}

#[test]
fn texts_that_are_not_tokens_are_refused_with_the_part_that_is_wrong() {
    let long = "ö".repeat(99);
    check_refusals(
        parse_chord,
        &["", "33.x.61", "33..61", "33.128", "033", "+33", "33 .45", "60.59", &long],
        expect![[r#"
            the token is empty; a chord token is written like 33.45.61
            'x', part 1 of the token, counted from 0, is not a MIDI pitch; write 0 to 127
            '', part 1 of the token, counted from 0, is not a MIDI pitch; write 0 to 127
            '128', part 1 of the token, counted from 0, is not a MIDI pitch; write 0 to 127
            '033', part 0 of the token, counted from 0, is not a MIDI pitch; write 0 to 127
            '+33', part 0 of the token, counted from 0, is not a MIDI pitch; write 0 to 127
            '33 ', part 0 of the token, counted from 0, is not a MIDI pitch; write 0 to 127
            '60.59' is not a chord token
            'öööööööööööööööööööööööööööööööööööööööö…', part 0 of the token, counted from 0, is not a MIDI pitch; write 0 to 127
        "#]],
    );
    check_refusals(
        parse_rhythm,
        &["", "60", "60>6", "60+0>6", ">0", "60+6>-1", ">6145", "60.60+6>6", "x+6>6"],
        expect![[r#"
            '' is not a rhythm token; write 60.64+6>6 (pitches + length > time) or >6 for a rest
            '60' is not a rhythm token; write 60.64+6>6 (pitches + length > time) or >6 for a rest
            '60>6' is not a rhythm token; write 60.64+6>6 (pitches + length > time) or >6 for a rest
            '60+0>6' is not a rhythm token; write 60.64+6>6 (pitches + length > time) or >6 for a rest
            '>0' is not a rhythm token; write 60.64+6>6 (pitches + length > time) or >6 for a rest
            '-1' is not a number of steps; write 0 to 6144
            '6145' is not a number of steps; write 0 to 6144
            '60.60+6>6' is not a chord token
            'x', part 0 of the token, counted from 0, is not a MIDI pitch; write 0 to 127
        "#]],
    );
    check_refusals(
        parse_note,
        &["", "128", "+0", ">x", "60+6"],
        expect![[r#"
        '' is not a note token; write 60 for a pitch, +6 for a length or >6 for a time
        '128' is not a note token; write 60 for a pitch, +6 for a length or >6 for a time
        '+0' is not a note token; write 60 for a pitch, +6 for a length or >6 for a time
        '>x' is not a note token; write 60 for a pitch, +6 for a length or >6 for a time
        '60+6' is not a note token; write 60 for a pitch, +6 for a length or >6 for a time
    "#]],
    );
}

#[test]
fn pitches_that_do_not_make_a_chord_are_the_source_of_the_error() {
    let error = parse_chord("60.59").unwrap_err();
    let source = error.source().and_then(|source| source.downcast_ref::<ChordError>());
    assert_eq!(source, Some(&ChordError::NotAscending { first: 60, second: 59 }));
    let many = ["7"; Chord::MAX_NOTES + 1].join(".");
    let error = parse_chord(&many).unwrap_err();
    assert!(matches!(error, ParseTokenError::Chord { source: ChordError::TooManyNotes { n_notes: 2049 }, .. }));
    assert!(parse_chord(&many[2..]).is_ok());
}
