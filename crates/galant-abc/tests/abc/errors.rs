use galant_abc::{DecodeError, MAX_BARS, MAX_FILE_BYTES, MAX_VOICES, decode, looks_like_abc};

/// Music after a header of one line that must be refused with a message.
#[track_caller]
fn check(music: &str, expected: &str) {
    assert_eq!(decode(&format!("K:C\n{music}")).unwrap_err().to_string(), expected, "{music}");
}

#[test]
fn what_means_nothing_is_named_with_line_and_column() {
    let music = "notes, rests, chords, bar lines and decorations may stand in music";
    check("CD\nE?F", &format!("line 3, column 2: '?' means nothing here; {music}"));
    check("C D ♪", &format!("line 2, column 5: '♪' means nothing here; {music}"));
    check("^^^C", "line 2, column 1: '^^^' means nothing here; an accidental is one of ^ ^^ _ __ =");
    check("C ^", "line 2, column 4: 'the end of the line' means nothing here; a note is one of A to G, a to g");
    check("[C!E]", "line 2, column 3: '!' means nothing here; notes with their lengths and ties may stand in a chord");
    check("C : D", "line 2, column 3: ': ' means nothing here; a repeat is written as |:, :| or ::");
    check("|>C", "line 2, column 2: '>' means nothing here; a broken rhythm stands between two notes of a bar");
    check("Z2", "line 2, column 1: 'Z' means nothing here; rests of whole bars need a meter, and begin with a bar");
    check("[CE", "line 2, column 1: a chord opened here must end with ']' on the same line");
    check("{ga C", "line 2, column 1: grace notes opened here must end with '}' on the same line");
    check("C !p D", "line 2, column 3: a decoration opened here must end with '!' on the same line");
}

#[test]
fn a_header_that_is_none_is_refused() {
    let error = |text| decode(text).unwrap_err().to_string();
    let fields = "a header has fields, such as T:Title, and ends with K:";
    assert_eq!(error("Dear Constanze,"), format!("line 1, column 1: 'Dear Constanze,' means nothing here; {fields}"));
    assert_eq!(error("X:1\nT:x\n"), "line 2: the header has no K: field, with which it must end; add one, such as K:C");
    assert_eq!(error(""), "line 1: the header has no K: field, with which it must end; add one, such as K:C");
    let key = "a key is written as G, Bb, F#m, D dor or none";
    assert_eq!(error("K:H\nC"), format!("line 1, column 3: the field K: has the value 'H'; {key}"));
    let meter = "a meter is written as 3/4, C, C| or none, with at most 255 beats of down to 1/128";
    assert_eq!(error("M:3/5\nK:C"), format!("line 1, column 3: the field M: has the value '3/5'; {meter}"));
    for text in
        ["M:0/4\nK:C", "M:4/0\nK:C", "M:256/4\nK:C", "L:1/0\nK:C", "L:3/8\nK:C", "Q:1/4=0\nK:C", "V:\nK:C", "Q:0\nK:C"]
    {
        assert!(matches!(decode(text), Err(DecodeError::Field { .. })), "{text}: {:?}", decode(text));
    }
}

#[test]
fn numbers_and_lengths_have_limits() {
    check("C70000", "line 2, column 2: the number 70000 is not within 1 and 65535");
    check("C/0", "line 2, column 3: the number 0 is not within 1 and 65535");
    check("C999", "line 2, column 1: a single note or rest is longer than 64 whole notes, the limit");
    let grid = "is no whole number of ticks, of which a quarter has 10080";
    check("C/11", &format!("line 2, column 1: a length of 1/88 of a whole note {grid}"));
    check("C,,,,,,", "line 2, column 1: the note has MIDI pitch -12, not within 0 and 127");
    check(
        "|:C:::::::::::::::::::::::::::::::::|",
        "line 2, column 4: a section is to be played 34 times, over the limit of 32",
    );
    check("|:C|1-99D:|", "line 2, column 5: a section is to be played 99 times, over the limit of 32");
    check(&format!("[{}]", "C".repeat(200)), "line 2, column 1: the chord has more than 128 notes, the limit");
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
