use galant_abc::{Book, DecodeError, decode};
use galant_types::{Place, Severity};

/// The number, title and pitches of each tune.
fn tunes(text: &str) -> Vec<(u32, String, Vec<u8>)> {
    let book = Book::of_text(text).unwrap();
    let read = book.decode_all().map(|(tune, decoded)| {
        let pitches = decoded.unwrap().score.notes.iter().map(|note| note.pitch).collect();
        (tune.number, tune.title.clone(), pitches)
    });
    read.collect()
}

#[track_caller]
fn check(text: &str, expected: &[(u32, &str, &[u8])]) {
    let expected: Vec<_> =
        expected.iter().map(|&(number, title, pitches)| (number, title.to_owned(), pitches.to_vec())).collect();
    assert_eq!(tunes(text), expected, "{text}");
}

#[test]
fn each_tune_of_a_book_is_a_tune() {
    check("X:1\nT:One\nK:C\nCD|\n\nX:2\nT:Two\nK:G\nF|\n", &[(1, "One", &[60, 62]), (2, "Two", &[66])]);
    // Without an empty line between them too.
    check("X:1\nT:One\nK:C\nC|\nX:2\nT:Two\nK:C\nD|", &[(1, "One", &[60]), (2, "Two", &[62])]);
    check("X:1\r\nT:One\r\nK:C\r\nC|\r\n\r\nX:2\r\nK:C\r\nD|\r\n", &[(1, "One", &[60]), (2, "", &[62])]);
    check("X:1\rT:One\rK:C\rC|\r\rX:2\rK:C\rD|\r", &[(1, "One", &[60]), (2, "", &[62])]);
}

#[test]
fn tunes_are_numbered_by_place_where_their_numbers_do_not_tell_them_apart() {
    check("X:7\nK:C\nC|\n\nX:3\nK:C\nD|", &[(7, "", &[60]), (3, "", &[62])]);
    check("X:7\nK:C\nC|\n\nX:7\nK:C\nD|", &[(1, "", &[60]), (2, "", &[62])]);
    check("X:7\nK:C\nC|\n\nT:No number\nK:C\nD|", &[(1, "", &[60]), (2, "No number", &[62])]);
    check("X:\nK:C\nC|", &[(1, "", &[60])]);
}

#[test]
fn text_before_between_and_after_tunes_is_no_tune() {
    let text = "Tunes from our village.\nR: the reader may skip this.\n\nX:1\nK:C\nC|\n\nFrom the second night.\nK is a key.\n\n\
                X:2\nK:C\nD|\n\nThe end.\n";
    check(text, &[(1, "", &[60]), (2, "", &[62])]);
    let warnings = |index: usize| -> Vec<Severity> {
        let decoded = Book::of_text(text).unwrap().decode(index).unwrap();
        decoded.warnings.iter().map(|warning| warning.severity).collect()
    };
    assert_eq!(warnings(0), [Severity::Note, Severity::Note]);
    assert_eq!(warnings(1), [Severity::Note]);
    check("% a comment\n%%a directive\n\n% another\nX:1\nK:C\nC|", &[(1, "", &[60])]);
    check("X:1\nK:C\nC|\n%%begintext\nX marks\n\nthe spot\n%%endtext\nD|", &[(1, "", &[60, 62])]);
}

#[test]
fn a_tune_needs_no_number() {
    check("T:One\nM:3/4\nK:C\nC|\n\nT:Two\nK:D\nF|", &[(1, "One", &[60]), (2, "Two", &[66])]);
    check("K:C\nC|", &[(1, "", &[60])]);
    check("Some text.\nT:One\nK:C\nC|", &[(1, "One", &[60])]);
}

/// ABC 2.1, 2.2.2.
#[test]
fn the_header_of_a_file_goes_for_all_tunes() {
    let text = "%abc-2.1\nM:3/4\nL:1/4\nQ:1/4=60\nC:Anon.\nU:W=!trill!\nI:propagate-accidentals octave\n\n\
                X:1\nK:C\n^CcW|\n\nX:2\nL:1/8\nC:Bach\nK:C\nC6|";
    let book = Book::of_text(text).unwrap();
    let (one, two) = (book.decode(0).unwrap().score, book.decode(1).unwrap().score);
    assert_eq!((one.meters[0].numerator, one.tempos[0].us_per_quarter), (3, 1_000_000));
    assert_eq!(one.notes.iter().map(|note| note.pitch).collect::<Vec<_>>(), [61, 72]);
    assert_eq!(one.notes[1].onset, u64::from(one.ticks_per_quarter));
    assert_eq!(one.texts, ["Anon."]);
    assert_eq!((two.meters[0].numerator, two.tempos[0].us_per_quarter), (3, 1_000_000));
    assert_eq!(two.notes[0].length, 3 * u64::from(two.ticks_per_quarter));
    // The header may stand directly before the first tune.
    let score = decode("L:1/4\nX:1\nK:C\nC|").unwrap().score;
    assert_eq!(score.notes[0].length, u64::from(score.ticks_per_quarter));
}

#[test]
fn a_bad_tune_costs_only_itself() {
    let bomb = format!("X:2\nK:C\n{}\n\n", "C".repeat(300_000));
    let book = Book::of_text(&format!("X:1\nK:C\nC|\n\n{bomb}X:3\nK:C\nD|")).unwrap();
    let read: Vec<_> = book.decode_all().map(|(tune, decoded)| (tune.number, decoded.map(|_| ()))).collect();
    assert_eq!(read, [(1, Ok(())), (2, Err(DecodeError::TooManyNotes)), (3, Ok(()))]);
}

#[test]
fn warnings_have_the_lines_of_the_file() {
    let book = Book::of_text("X:1\nK:C\nC|\n\nX:2\nK:C\n%%begintext\na\n%%endtext\nw:x\n+:y\nC @D|").unwrap();
    let warnings = book.decode(1).unwrap().warnings;
    assert_eq!(warnings.last().unwrap().place, Place::Line { line: 12, column: 3 });
}

#[test]
fn the_first_tune_says_that_there_are_others() {
    let decoded = decode("X:1\nK:C\nC|\n\nX:2\nK:C\nD|\n\nX:3\nK:C\nE|").unwrap();
    let last = decoded.warnings.last().unwrap();
    assert_eq!(last.to_string(), "line 5, column 1: the text has 3 tunes; only the first was read");
}

#[test]
fn headers_with_faults_are_read() {
    let repaired = |text: &str, pitches: &[u8]| {
        let decoded = decode(text).unwrap();
        assert_eq!(decoded.score.notes.iter().map(|note| note.pitch).collect::<Vec<_>>(), pitches, "{text}");
        assert!(decoded.warnings.iter().any(|warning| warning.severity == Severity::Repair), "{text}");
    };
    repaired("X:1\nT:No key\nM:3/4\nL:1/4\nCDE|\n", &[60, 62, 64]);
    repaired("X:1\nT:No key at first\nL:1/4\nCDE|\nK:G\nF|", &[60, 62, 64, 66]);
    repaired("X:1\nT:x\nTranscribed by A Fiddler\nK:C\nCDE|", &[60, 62, 64]);
    repaired("X:1\nT:x\nbars 3 and 4 are |f2ed| in print\nZ:A\nK:C\nCDE|", &[60, 62, 64]);
    repaired("X:1\nT:x\n\nK:C\nCDE|", &[60, 62, 64]);
    repaired("X:1\nT:x\nL:1/3\nM:3\nQ:fast 0\nV:\nK:C\nCDE|", &[60, 62, 64]);
    // A tune without music has no notes.
    assert!(decode("X:1\nT:x\nK:C\n").unwrap().score.notes.is_empty());
    assert!(decode("X:1\n").unwrap().score.notes.is_empty());
}

#[test]
fn bytes_of_other_encodings_are_tunes() {
    let title = |bytes: &[u8]| {
        let book = Book::of_bytes(bytes).unwrap();
        let decoded = book.decode(0).unwrap();
        assert_eq!(decoded.score.notes.len(), 2);
        (book.tunes()[0].title.clone(), decoded.warnings.len())
    };
    assert_eq!(title("X:1\nT:Prélude\nK:C\nCD|".as_bytes()), ("Prélude".to_owned(), 0));
    assert_eq!(title(b"X:1\nT:Pr\xe9lude\nK:C\nCD|\n\x1a"), ("Prélude".to_owned(), 1));
    assert_eq!(title(b"X:1\rT:Bach\x92s Air\rK:C\rCD|\r"), ("Bach’s Air".to_owned(), 1));
    assert_eq!(title("\u{feff}X:1\nT:a\u{a0}b\nK:\u{a0}C\nC\u{a0}\u{200b}D|".as_bytes()), ("a b".to_owned(), 0));
    let wide: Vec<u8> = "X:1\nT:Prélude\nK:C\nCD|\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(title(&[b"\xff\xfe", wide.as_slice()].concat()), ("Prélude".to_owned(), 0));
    assert_eq!(title(&wide), ("Prélude".to_owned(), 1));
}
