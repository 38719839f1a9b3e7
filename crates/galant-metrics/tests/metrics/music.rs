//! The music of the golden files, and the golden files.

use std::path::Path;

use expect_test::expect_file;
use galant_abc::Book;
use galant_types::{Note, Score};
use serde_json::{Value, json};

/// Tunes of the repository, from its top.
const FILES: [&str; 6] = [
    "fixtures/ah-vous-dirai-je.abc",
    "fixtures/scales.abc",
    "crates/galant-corpus/music/mozart/k2-minuet.abc",
    "crates/galant-corpus/music/mozart/k331-1-theme.abc",
    "crates/galant-corpus/music/mozart/k331-1-variation-1.abc",
    "crates/galant-corpus/music/bach/bwv846-prelude.abc",
];

/// The pieces of the golden files with their names: tunes of the repository, and one with drums.
pub(crate) fn pieces() -> Vec<(String, Score)> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let read = |file: &&str| {
        let bytes = std::fs::read(top.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        (file.to_string(), Book::of_bytes(&bytes).unwrap().decode_first().unwrap().score)
    };
    FILES.iter().map(read).chain([("drums".to_owned(), drums())]).collect()
}

/// Four bars of drums on eighths and triplets, over two long notes and a bar of silence.
fn drums() -> Score {
    let note = |onset, length, pitch, channel| Note { onset, length, pitch, velocity: 64, channel, track: 0 };
    let beats = (0..16_u64).flat_map(|beat| {
        let parts = if beat % 3 == 0 { vec![0, 16, 32] } else { vec![0, 24, 37] };
        parts.into_iter().map(move |tick| note(48 * beat + tick, 6, 36 + (beat % 4) as u8, 9))
    });
    let long = [note(0, 300, 48, 0), note(96, 100, 55, 0), note(1200, 30, 60, 0)];
    let mut notes: Vec<Note> = beats.chain(long).collect();
    notes.sort_unstable();
    Score { notes, ..Score::new(48) }
}

/// The golden file of a name, next to the script that made it.
pub(crate) fn golden(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn the_golden_pieces_are_the_music_of_the_repository() {
    let piece = |(name, score): (String, Score)| {
        let first = score.meters.first().copied().unwrap_or(galant_types::Meter::DEFAULT);
        let notes: Vec<Value> = score
            .notes
            .iter()
            .map(|note| json!([note.onset, note.length, note.pitch, note.channel, note.track]))
            .collect();
        let bar = first.ticks_per_bar(score.ticks_per_quarter);
        json!({ "name": name, "resolution": score.ticks_per_quarter, "bar": bar, "notes": notes }).to_string()
    };
    let pieces: Vec<String> = pieces().into_iter().map(piece).collect();
    expect_file!["../golden/pieces.json"].assert_eq(&format!("[\n{}\n]\n", pieces.join(",\n")));
}
