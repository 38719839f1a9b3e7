use galant_tokens::{estimate_key, estimate_tune_key};
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

/// A tune of pitches, each as long as a quarter note.
fn tune(pitches: &[u8]) -> Score {
    let note = |(number, &pitch): (u64, &u8)| Note {
        onset: 480 * number,
        length: 480,
        pitch,
        velocity: 64,
        channel: 0,
        track: 0,
    };
    Score { notes: (0..).zip(pitches).map(note).collect(), ..Score::new(480) }
}

#[test]
fn the_end_of_a_tune_decides_between_keys_of_the_same_notes() {
    // The notes of C major and A minor, with as many of each tonic.
    let notes = [60, 62, 64, 69, 67, 65, 64, 62];
    let key = |last: u8| estimate_tune_key(&tune(&[&notes[..], &[last]].concat()));
    assert_eq!((key(60), key(69)), (Some(Scale::major(0)), Some(Scale::minor(9))));
    // The lowest of the notes that end last.
    let mut two = tune(&[&notes[..], &[64]].concat());
    two.notes.push(Note { pitch: 57, ..two.notes[8] });
    assert_eq!(estimate_tune_key(&two), Some(Scale::minor(9)));
    assert_eq!(estimate_tune_key(&tune(&[])), None);
    // One note says as much of the major as of the minor key.
    assert_eq!(estimate_tune_key(&tune(&[69])), Some(Scale::major(9)));
}
