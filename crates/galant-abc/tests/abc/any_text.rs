use galant_abc::{Book, MAX_NOTES, decode, looks_like_abc};
use galant_types::Place;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Texts of the pieces given must be read into a score that keeps its promises, or be refused.
#[track_caller]
fn check(header: &str, piece: impl Strategy<Value = String>) {
    let config = Config { cases: 2000, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let read = |pieces: Vec<String>| {
        let text = format!("{header}{}", pieces.concat());
        let _ = looks_like_abc(text.as_bytes());
        if let Ok(book) = Book::of_bytes(text.as_bytes()) {
            // Each tune is lines of the text, in its order.
            let mut n_bytes = 0;
            for index in 0..book.tunes().len() {
                prop_assert!(book.decode(index).is_ok() || book.lines(index).len() > 100);
                n_bytes += book.lines(index).len();
            }
            prop_assert!(n_bytes <= text.len());
        }
        if let Ok(decoded) = decode(&text) {
            let score = decoded.score;
            prop_assert!(score.notes.is_sorted() && score.notes.len() <= MAX_NOTES);
            prop_assert!(score.notes.iter().all(|note| note.pitch < 128 && note.length > 0));
            prop_assert!(score.meters.is_sorted_by_key(|meter| meter.tick));
            let n_lines = text.split(['\n', '\r']).count() as u32;
            let is_in_text = |place| matches!(place, Place::Line { line, .. } if (1..=n_lines).contains(&line));
            prop_assert!(decoded.warnings.iter().all(|warning| is_in_text(warning.place)));
            // What comes from ABC can be written to MIDI and read back.
            if let Ok(bytes) = galant_midi::encode(&score) {
                let again = galant_midi::decode(&bytes, galant_midi::ReadRules::Standard).unwrap().score;
                prop_assert_eq!(again.notes.len(), score.notes.len());
            }
        }
        Ok(())
    };
    runner.run(&vec(piece, 0..60), read).unwrap();
}

#[test]
fn any_text_is_read_or_refused() {
    check("", any::<char>().prop_map(String::from));
    check("K:C\n", any::<char>().prop_map(String::from));
}

#[test]
fn any_signs_are_read_or_refused() {
    let signs: Vec<char> = "ABCcdefgzxZX^_=,'/0123456789-()[]{}|:!\".~%&><\\ \n\t$yKLMQVTtrill#bm".chars().collect();
    check("M:3/4\nL:1/8\nK:D\n", select(signs).prop_map(String::from));
}

#[test]
fn any_lines_of_a_book_are_read_or_refused() {
    let lines = [
        "X:1\n",
        "X:\n",
        "X:2",
        "T:One\n",
        "M:3/4\n",
        "M:(2+3)/8\n",
        "L:1/8\n",
        "Q:1/4=ca. 80\n",
        "P:AB2(CA)2\n",
        "K:D\n",
        "K:\n",
        "K:C exp ^f clef=treble-8\n",
        "V:1 bass-8\n",
        "V:2 clef=perc\n",
        "\n",
        "\r",
        "\r\n",
        "%%begintext\n",
        "%%endtext\n",
        "%%beginps\n",
        "%%endps\n",
        "+:^f\n",
        "U:W=!trill!\n",
        "I:propagate-accidentals not\n",
        "text of the book\n",
        "P:A\n",
        "P:B\n",
        "CDEF|GABc|\n",
        "|:C>D|1 [CE]2:|2 (11:8:11C|\n",
        "C4 -|c4 & D4|\n",
        "&& E2|F2|\n",
        "(13:8:13CDE!|\n",
        "{ga C|\n",
        "+CEG+ +trill+D\n",
        "w:la la\n",
        "N::odd\n",
        ":|\n",
        "\u{a0}\u{200b}C\n",
        "\u{1a}",
    ];
    check("", select(lines.map(String::from).to_vec()));
}

#[test]
fn any_music_is_read_or_refused() {
    let words = [
        "C",
        "^f'",
        "_B,",
        "c2",
        "d/",
        "[CEG]2",
        "z",
        "Z2",
        "(3",
        "(5:4",
        "|",
        "||",
        "|:",
        ":|",
        "::",
        "|1",
        ":|2",
        "[1,3",
        "-",
        ">",
        "<<",
        "&",
        "[K:Eb]",
        "[M:6/8]",
        "[L:1/16]",
        "[V:2]",
        "[V:1]",
        "[Q:1/4=90]",
        "{g}",
        "!p!",
        "\"^x\"",
        "\n",
        " ",
    ];
    check("M:3/4\nL:1/8\nK:D\n", select(words.map(String::from).to_vec()));
}
