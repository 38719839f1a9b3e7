use expect_test::{Expect, expect};
use galant_abc::{DecodeError, MAX_BARS, MAX_FILE_BYTES, MAX_VOICES, decode, looks_like_abc};

/// Music after a header of one line that must be refused with a message.
#[track_caller]
fn check(music: &str, expected: Expect) {
    check_text(&format!("K:C\n{music}"), expected);
}

/// A text that must be refused with a message.
#[track_caller]
fn check_text(text: &str, expected: Expect) {
    expected.assert_eq(&decode(text).unwrap_err().to_string());
}

#[test]
fn what_is_not_abc_is_refused_with_line_and_column() {
    check(
        "CD\nE?F",
        expect!["line 3, column 2: '?' is not allowed here; music has notes, rests, chords, bar lines and decorations"],
    );
    check(
        "C D ♪",
        expect!["line 2, column 5: '♪' is not allowed here; music has notes, rests, chords, bar lines and decorations"],
    );
    check("^^^C", expect!["line 2, column 1: '^^^' is not allowed here; an accidental is one of ^ ^^ _ __ ="]);
    check(
        "C ^",
        expect!["line 2, column 4: 'the end of the line' is not allowed here; a note is one of A to G, a to g"],
    );
    check("[C!E]", expect!["line 2, column 3: '!' is not allowed here; a chord has notes with their lengths and ties"]);
    check("C : D", expect!["line 2, column 3: ': ' is not allowed here; a repeat is written as |:, :| or ::"]);
    check("|>C", expect!["line 2, column 2: '>' is not allowed here; a broken rhythm is between two notes of a bar"]);
    check(
        "Z2",
        expect!["line 2, column 1: 'Z' is not allowed here; a rest of whole bars needs a meter, and begins a bar"],
    );
    check("[CE", expect!["line 2, column 1: a chord opened here must end with ']' on the same line"]);
    check("{ga C", expect!["line 2, column 1: grace notes opened here must end with '}' on the same line"]);
    check("C !p D", expect!["line 2, column 3: a decoration opened here must end with '!' on the same line"]);
}

#[test]
fn an_invalid_header_is_refused() {
    check_text(
        "Dear Constanze,",
        expect![
            "line 1, column 1: 'Dear Constanze,' is not allowed here; a header has fields, such as T:Title, and ends with K:"
        ],
    );
    check_text(
        "X:1\nT:x\n",
        expect!["line 2: the header has no K: field, with which it must end; add one, such as K:C"],
    );
    check_text("", expect!["line 1: the header has no K: field, with which it must end; add one, such as K:C"]);
    check_text(
        "K:H\nC",
        expect!["line 1, column 3: the field K: has the value 'H'; a key is written as G, Bb, F#m, D dor or none"],
    );
    check_text(
        "M:3/5\nK:C",
        expect![
            "line 1, column 3: the field M: has the value '3/5'; a meter is written as 3/4, C, C| or none, with 1 to 255 beats of 1/1 to 1/128"
        ],
    );
    for text in
        ["M:0/4\nK:C", "M:4/0\nK:C", "M:256/4\nK:C", "L:1/0\nK:C", "L:3/8\nK:C", "Q:1/4=0\nK:C", "V:\nK:C", "Q:0\nK:C"]
    {
        assert!(matches!(decode(text), Err(DecodeError::Field { .. })), "{text}: {:?}", decode(text));
    }
}

#[test]
fn numbers_and_lengths_have_limits() {
    check("C70000", expect!["line 2, column 2: the number 70000 is out of range; 1 to 65535 are allowed"]);
    check("C/0", expect!["line 2, column 3: the number 0 is out of range; 1 to 65535 are allowed"]);
    check("C999", expect!["line 2, column 1: a note or rest is longer than the limit of 64 whole notes"]);
    check(
        "C/11",
        expect![
            "line 2, column 1: a length of 1/88 of a whole note is not a whole number of ticks, of which a quarter note has 10080"
        ],
    );
    check("C,,,,,,", expect!["line 2, column 1: the note has MIDI pitch -12; 0 to 127 are allowed"]);
    check(
        "|:C:::::::::::::::::::::::::::::::::|",
        expect!["line 2, column 4: a section is played 34 times, over the limit of 32"],
    );
    check("|:C|1-99D:|", expect!["line 2, column 5: a section is played 99 times, over the limit of 32"]);
    check(
        &format!("[{}]", "C".repeat(200)),
        expect!["line 2, column 1: the chord has more notes than the limit of 128"],
    );
}

#[test]
fn bombs_are_refused() {
    let large = "x".repeat(MAX_FILE_BYTES + 1);
    assert_eq!(decode(&large), Err(DecodeError::FileTooLarge { n_bytes: MAX_FILE_BYTES + 1 }));
    // Notes, written and multiplied by repeats.
    assert_eq!(decode(&format!("K:C\n{}", "C".repeat(300_000))), Err(DecodeError::TooManyNotes));
    let bomb = format!("K:C\n|:{}{}|", "C".repeat(100_000), ":".repeat(31));
    assert_eq!(decode(&bomb), Err(DecodeError::TooManyNotes));
    // Bars, written, rested and repeated.
    let voice = || "1".to_owned();
    assert_eq!(decode("M:4/4\nK:C\nZ65535|Z2|"), Err(DecodeError::TooManyBars { voice: voice() }));
    assert_eq!(
        decode(&format!("M:4/4\nK:C\n|:Z{}:|", MAX_BARS / 2 + 1)),
        Err(DecodeError::TooManyBars { voice: voice() })
    );
    let rests: String = (0..9).map(|voice| format!("[V:{voice}]Z9999|\n")).collect();
    assert_eq!(decode(&format!("M:4/4\nK:C\n{rests}")), Err(DecodeError::TooManyBars { voice: "6".into() }));
    assert_eq!(decode(&format!("K:C\n{}", "[K:D]".repeat(70_000))), Err(DecodeError::TooManyChanges));
    let voices: String = (0..=MAX_VOICES).map(|voice| format!("[V:{voice}]C")).collect();
    assert!(matches!(decode(&format!("K:C\n{voices}")), Err(DecodeError::TooManyVoices { .. })));
}

#[test]
fn abc_is_known_by_its_first_line() {
    for text in ["X:1\nK:C\n", "%abc-2.1\n", "\u{feff}% a comment\n\nX: 1", "T:x"] {
        assert!(looks_like_abc(text.as_bytes()), "{text}");
    }
    for bytes in [b"MThd\0\0\0\x06".as_slice(), b"", b"Dear X:1", b"% only a comment"] {
        assert!(!looks_like_abc(bytes), "{bytes:?}");
    }
}
