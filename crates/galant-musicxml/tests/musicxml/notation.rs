//! How scores are written: note values, voices, staves, spelling.

use galant_musicxml::{EncodeError, encode};
use galant_types::{KeySignature, Meter, Note, Part, Score};

fn score(program: u8, notes: &[(u64, u64, u8)]) -> Score {
    let note = |&(onset, length, pitch)| Note { onset, length, pitch, velocity: 80, channel: 0, track: 0 };
    let parts = vec![Part { track: 0, channel: 0, name: "part".into(), program: Some(program) }];
    Score { notes: notes.iter().map(note).collect(), parts, ..Score::new(24) }
}

/// The bars of the first part as short texts: each note with its voice, value, dots, ties and tuplet.
fn sketch(score: &Score) -> Vec<String> {
    let xml = encode(score).unwrap().xml;
    let between = |text: &str, name: &str| {
        let after = text.split_once(&format!("<{name}>"))?.1;
        Some(after.split_once(&format!("</{name}>"))?.0.trim().to_owned())
    };
    let bar = |bar: &str| {
        let note = |note: &str| {
            let note = note.split("</note>").next().unwrap();
            let name = match between(note, "pitch") {
                Some(pitch) => {
                    let alter = between(&pitch, "alter")
                        .map_or(String::new(), |alter| if alter == "1" { "#" } else { "b" }.to_owned());
                    format!("{}{alter}{}", between(&pitch, "step").unwrap(), between(&pitch, "octave").unwrap())
                }
                None => "rest".to_owned(),
            };
            let chord = if note.contains("<chord/>") { "+" } else { "" };
            let dots = ".".repeat(note.matches("<dot/>").count());
            let value = between(note, "type").unwrap_or("bar".to_owned());
            let [stop, start] = [("stop", ">"), ("start", "~")]
                .map(|(kind, sign)| if note.contains(&format!("<tie type=\"{kind}\"/>")) { sign } else { "" });
            let tuplet = between(note, "actual-notes").map_or(String::new(), |actual| format!("/{actual}"));
            let voice =
                between(note, "voice").filter(|voice| voice != "1").map_or(String::new(), |voice| format!("@{voice}"));
            format!("{stop}{chord}{name} {value}{dots}{tuplet}{voice}{start}")
        };
        bar.split("<note").skip(1).map(note).collect::<Vec<_>>().join(", ")
    };
    xml.split("<measure").skip(1).map(bar).collect()
}

#[test]
fn lengths_are_note_values_with_ties_and_every_bar_is_filled_with_rests() {
    // A half note and an eighth tied; then a note over the bar line.
    let score = score(40, &[(0, 60, 62), (84, 24, 64)]);
    assert_eq!(
        sketch(&score),
        [
            "D4 half~, >D4 eighth, rest eighth, rest eighth, E4 eighth~",
            ">E4 eighth, rest eighth, rest quarter, rest half"
        ]
    );
}

#[test]
fn a_dotted_note_is_one_value_and_a_bar_of_rest_one_rest() {
    let score = score(40, &[(0, 36, 62), (36, 12, 64), (192 + 24, 72, 65)]);
    assert_eq!(sketch(&score), ["D4 quarter., E4 eighth, rest half", "rest bar", "rest quarter, F4 half."]);
}

#[test]
fn thirds_of_a_beat_are_triplets() {
    let score = score(
        40,
        &[
            (0, 8, 60),
            (8, 8, 62),
            (16, 8, 64),
            (24, 40, 65),
            (64, 8, 67),
            (72, 4, 60),
            (76, 4, 62),
            (80, 4, 64),
            (84, 12, 65),
        ],
    );
    assert_eq!(
        sketch(&score),
        ["C4 eighth/3, D4 eighth/3, E4 eighth/3, F4 quarter~, >F4 quarter/3, G4 eighth/3, \
          C4 16th/3, D4 16th/3, E4 16th/3, F4 eighth"]
    );
}

#[test]
fn what_begins_and_ends_together_is_a_chord_and_what_overlaps_a_voice_of_its_own() {
    let score = score(40, &[(0, 48, 67), (0, 48, 64), (24, 24, 60), (48, 48, 65)]);
    assert_eq!(sketch(&score), ["G4 half, +E4 half, F4 half, rest quarter@2, C4 quarter@2, rest half@2"]);
}

#[test]
fn what_would_need_a_fifth_voice_is_tied_within_the_fourth() {
    let score = score(40, &[(0, 96, 72), (6, 90, 70), (12, 84, 68), (18, 78, 66), (48, 48, 64)]);
    let voices = &sketch(&score)[0];
    assert!(
        voices.ends_with("F#4 eighth~@4, >F#4 16th~@4, >F#4 half@4, +E4 half@4") || voices.contains("+E4 half@4"),
        "{voices}"
    );
    assert!(!voices.contains("@5"), "{voices}");
}

#[test]
fn a_piano_that_sounds_on_both_sides_of_middle_c_has_two_staves() {
    let notes = [(0, 96, 72), (0, 96, 48)];
    let staves = |score: &Score| encode(score).unwrap().xml.matches("<staff>2</staff>").count();
    assert_eq!((staves(&score(0, &notes)), staves(&score(40, &notes))), (1, 0));
    assert_eq!(sketch(&score(0, &notes)), ["C5 whole, C3 whole@5"]);
    // One voice that crosses middle C does not.
    assert_eq!(staves(&score(0, &[(0, 48, 72), (48, 48, 48)])), 0);
    let bass = encode(&score(32, &[(0, 96, 40)])).unwrap().xml;
    assert!(bass.contains("<sign>F</sign>"));
}

#[test]
fn pitches_are_spelled_by_the_key() {
    let keys = |sharps| vec![KeySignature { tick: 0, sharps, minor: false }];
    let flats = Score { keys: keys(-4), ..score(40, &[(0, 96, 68)]) };
    let sharps = Score { keys: keys(4), ..score(40, &[(0, 96, 68)]) };
    assert_eq!((sketch(&flats), sketch(&sharps)), (vec!["Ab4 whole".to_owned()], vec!["G#4 whole".to_owned()]));
}

#[test]
fn an_upbeat_is_a_bar_of_its_own_that_is_not_counted() {
    let meter = |tick, numerator| Meter { tick, numerator, denominator_log2: 2 };
    let upbeat = Score { meters: vec![meter(0, 3), meter(24, 3)], ..score(40, &[(0, 24, 60), (24, 72, 64)]) };
    assert_eq!(sketch(&upbeat), ["C4 quarter", "E4 half."]);
    let xml = encode(&upbeat).unwrap().xml;
    assert!(xml.contains("<measure number=\"0\" implicit=\"yes\">") && xml.contains("<measure number=\"1\">"));
    assert_eq!(xml.matches("<beats>").count(), 1);
}

#[test]
fn only_a_bar_as_long_as_its_meter_is_one_rest() {
    let meter = |tick| Meter { tick, numerator: 3, denominator_log2: 2 };
    let upbeat = Score { meters: vec![meter(0), meter(24)], ..score(40, &[(96, 24, 60)]) };
    assert_eq!(sketch(&upbeat), ["rest quarter", "rest bar", "C4 quarter, rest quarter, rest quarter"]);
}

#[test]
fn drums_are_written_without_pitch_and_each_with_its_sound() {
    let note = |onset, pitch| Note { onset, length: 24, pitch, velocity: 100, channel: 9, track: 0 };
    let drums = Score { notes: vec![note(0, 36), note(24, 42)], ..Score::new(24) };
    let xml = encode(&drums).unwrap().xml;
    assert!(!xml.contains("<pitch>") && xml.contains("<midi-unpitched>37</midi-unpitched>"));
    assert!(xml.contains("<instrument id=\"P1-I43\"/>") && xml.contains("<sign>percussion</sign>"));
}

#[test]
fn what_musicxml_cannot_hold_is_refused() {
    let check = |score: Score, expected: &str| assert_eq!(encode(&score).unwrap_err().to_string(), expected);
    check(score(40, &[(0, 24, 60), (24, 24, 11)]), "note 1: pitch 11; a file can state 12 to 127");
    check(score(40, &[(0, 0, 60)]), "note 0: length 0; a file can state 1 to 18446744073709551615");
    check(Score::new(0), "0 ticks per quarter note; a score has at least 1");
    let keys = vec![KeySignature { tick: 0, sharps: 8, minor: false }];
    check(Score { keys, ..Score::new(24) }, "key 0 is 8 sharps; a key has -7 (flats) to 7");
    let endless = encode(&score(40, &[(0, u64::MAX, 60)]));
    assert!(matches!(endless, Err(EncodeError::TooManyBars { n_parts: 1, .. })), "{endless:?}");
}
