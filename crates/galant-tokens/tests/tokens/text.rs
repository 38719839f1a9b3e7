use std::error::Error;

use galant_tokens::{ParseTokenError, parse_chord};
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
fn refuse(text: &str, message: &str) {
    assert_eq!(parse_chord(text).unwrap_err().to_string(), message);
}

#[test]
fn texts_that_are_no_tokens_are_refused_with_the_part_that_is_wrong() {
    refuse("", "the token is empty; a chord token is written like 33.45.61");
    let pitch = |part, index| {
        format!("'{part}', part {index} of the token counted from 0, is no MIDI pitch; those are written 0 to 127")
    };
    refuse("33.x.61", &pitch("x", 1));
    refuse("33..61", &pitch("", 1));
    refuse("33.128", &pitch("128", 1));
    refuse("033", &pitch("033", 0));
    refuse("+33", &pitch("+33", 0));
    refuse("33 .45", &pitch("33 ", 0));
    refuse(&"ö".repeat(99), &pitch(&format!("{}…", "ö".repeat(40)), 0));
}

#[test]
fn pitches_that_make_no_chord_are_the_source_of_the_error() {
    let error = parse_chord("60.59").unwrap_err();
    assert_eq!(error.to_string(), "'60.59' is no chord token");
    let source = error.source().and_then(|source| source.downcast_ref::<ChordError>());
    assert_eq!(source, Some(&ChordError::NotAscending { first: 60, second: 59 }));
    let many = ["7"; Chord::MAX_NOTES + 1].join(".");
    let error = parse_chord(&many).unwrap_err();
    assert!(matches!(error, ParseTokenError::Chord { source: ChordError::TooManyNotes { n_notes: 2049 }, .. }));
    assert!(parse_chord(&many[2..]).is_ok());
}
