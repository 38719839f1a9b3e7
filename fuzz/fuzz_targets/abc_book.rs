//! Any bytes are a book or refused; each tune of it is decoded or refused, with lines of the file in its warnings.
#![no_main]

use galant_abc::Book;
use galant_types::Place;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(book) = Book::of_bytes(bytes) else { return };
    assert!(!book.tunes().is_empty());
    for (_, decoded) in book.decode_all() {
        let Ok(decoded) = decoded else { continue };
        assert!(decoded.score.notes.is_sorted());
        assert!(decoded.score.notes.iter().all(|note| note.length > 0 && note.pitch < 128));
        // A line has at least a byte, its end, but for the last.
        let n_lines = bytes.len() as u32 + 1;
        assert!(decoded.warnings.iter().all(|warning| {
            matches!(warning.place, Place::Line { line, .. } if (1..=n_lines).contains(&line))
        }));
    }
});
