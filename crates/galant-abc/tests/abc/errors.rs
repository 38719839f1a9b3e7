use expect_test::expect;
use galant_abc::{Book, DecodeError, MAX_BARS, MAX_BOOK_EVENTS, MAX_FILE_BYTES, MAX_VOICES, decode, looks_like_abc};

use crate::marks::check;

#[test]
fn a_text_without_a_tune_is_refused() {
    let expected = expect![
        "the text has no tune; a tune begins with a field X:, or with a header that ends with a field K:, such as K:C"
    ];
    for text in ["", "Dear Constanze,\nC D E|", "\n\n", "T:x\nM:3/4\n", "K:C\n", "% X:1\nCDE|"] {
        expected.assert_eq(&decode(text).unwrap_err().to_string());
    }
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
fn numbers_and_pitches_out_of_range_are_repaired() {
    check(
        "C70000 D C0|",
        expect![[r#"
        60@0 62@1 60@2
        line 4, column 2: the number 70000 is out of range and was left out; 1 to 65535 are allowed
        line 4, column 11: the number 0 is out of range and was left out; 1 to 65535 are allowed"#]],
    );
    check(
        "C/0 D C/70000|",
        expect![[r#"
        60@0 62@0.5 60@1.5
        line 4, column 3: the number 0 is out of range and was left out; 1 to 65535 are allowed
        line 4, column 9: the number 70000 is out of range and was left out; 1 to 65535 are allowed"#]],
    );
    check(
        "C999|",
        expect![[r#"
        60@0
        line 4, column 1: the note or rest was shortened to 64 whole notes, the longest allowed
        line 4, column 1: bar 1 of voice 1 lasts 64/1 of a whole note, the meter asks for 1/1"#]],
    );
    check(
        "C4,,,,,, |C,,,,,,2 D2|",
        expect![[r#"
        60@0 62@6
        line 4, column 3: ',,,,,,' was skipped; music has notes, rests, chords, bar lines and decorations
        line 4, column 11: the note has MIDI pitch -12 and was replaced by a rest; 0 to 127 are allowed"#]],
    );
    check(
        "[C,,,,,,E]4|",
        expect![[r#"
        64@0
        line 4, column 2: the note has MIDI pitch -12 and was replaced by a rest; 0 to 127 are allowed"#]],
    );
    check(
        "(12CDE F|",
        expect![[r#"
        60@0 62@1 64@2 65@3
        line 4, column 2: '(12' was skipped; a tuplet of fewer than 2 or more than 9 notes needs the number of notes whose time it takes, as in (10:8"#]],
    );
}

#[test]
fn chords_and_repeats_over_a_limit_are_cut() {
    let read = |music: &str| decode(&format!("L:1/4\nK:C\n{music}")).unwrap();
    let chord = read(&format!("[{}]4|", "C".repeat(200)));
    assert_eq!((chord.score.notes.len(), chord.warnings.len()), (128, 1));
    for section in ["|:C|1-99D:|", "|:CD:::::::::::::::::::::::::::::::::|"] {
        let played = read(section);
        let starts = played.score.notes.iter().filter(|note| note.pitch == 60).count();
        assert_eq!((starts, played.warnings.len()), (32, 1), "{section}");
        expect!["a section is played"].assert_eq(&played.warnings[0].message[..19]);
    }
}

/// Tunes that a few bytes make large, each within its limits, are not all read.
#[test]
fn a_book_of_bombs_is_read_up_to_its_limit() {
    let bomb = format!("X:1\nM:4/4\nK:C\n|:{}{}|\n\n", "C".repeat(8000), ":".repeat(31));
    let rests = "X:1\nM:4/4\nK:C\nZ65535|\n\n";
    for tune in [bomb.as_str(), rests] {
        let book = Book::of_text(&tune.repeat(120)).unwrap();
        let (mut n_read, mut n_refused, mut n_notes) = (0, 0, 0);
        for (_, decoded) in book.decode_all() {
            match decoded {
                Ok(decoded) => (n_read, n_notes) = (n_read + 1, n_notes + decoded.score.notes.len()),
                Err(error) => {
                    assert_eq!(error, DecodeError::TooManyEvents);
                    n_refused += 1;
                }
            }
        }
        assert!(n_read > 10 && n_refused > 10, "{n_read} read, {n_refused} refused");
        assert!(n_notes <= MAX_BOOK_EVENTS + (1 << 18), "{n_notes} notes");
    }
}

#[test]
fn abc_is_known_by_its_content() {
    for text in [
        "X:1\nK:C\n",
        "%abc-2.1\n",
        "\u{feff}% a comment\n\nX: 1",
        "T:x\nK:C\nC|",
        "Dear Constanze,\n\nhere is a tune.\n\nX:1\nK:C\n",
        "M:3/4\rL:1/8\rK:D\rC|",
    ] {
        assert!(looks_like_abc(text.as_bytes()), "{text}");
    }
    let wide: Vec<u8> = "\u{feff}X:1\nK:C\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(looks_like_abc(&wide));
    for bytes in [
        b"MThd\0\0\0\x06\nX:1\n".as_slice(),
        b"RIFF\0\x01\0\x02\nX:1\n",
        b"",
        b"Dear X:1",
        b"% only a comment",
        b"T:x",
        b"<?xml?>\nX:1\n",
        b"PK\x03\x04\0\nK:C\n",
    ] {
        assert!(!looks_like_abc(bytes), "{bytes:?}");
    }
}
