use galant_tokens::estimate_key;
use galant_types::{Note, Scale, Score};
use serde_json::Value;

/// The keys that an independent program finds; `make_keys.py` beside it wrote it.
const GOLDEN: &str = include_str!("../golden/keys.json");

fn score(notes: &[(u64, u64, u8)]) -> Score {
    let note = |&(pitch, length, channel): &(u64, u64, u8)| Note {
        onset: 0,
        length,
        pitch: pitch as u8,
        velocity: 64,
        channel,
        track: 0,
    };
    Score { notes: notes.iter().map(note).collect(), ..Score::new(480) }
}

#[test]
fn keys_are_those_of_an_independent_program() {
    let rows: Vec<Value> = serde_json::from_str(GOLDEN).unwrap();
    assert_eq!(rows.len(), 100);
    for (number, row) in rows.iter().enumerate() {
        let field = |note: &Value, at: usize| note[at].as_u64().unwrap();
        let notes = row["notes"].as_array().unwrap();
        let notes: Vec<_> = notes.iter().map(|note| (field(note, 0), field(note, 1), field(note, 2) as u8)).collect();
        let tonic = row["tonic"].as_u64().unwrap() as u8;
        let expected = if row["mode"] == "minor" { Scale::minor(tonic) } else { Scale::major(tonic) };
        assert_eq!(estimate_key(&score(&notes)), Some(expected), "row {number}");
    }
}

#[test]
fn a_key_needs_a_note_that_is_no_percussion() {
    assert_eq!(estimate_key(&score(&[])), None);
    assert_eq!(estimate_key(&score(&[(60, 480, 9)])), None);
    // Notes without a length fit every key equally well.
    assert_eq!(estimate_key(&score(&[(62, 0, 0)])), Some(Scale::major(0)));
}
