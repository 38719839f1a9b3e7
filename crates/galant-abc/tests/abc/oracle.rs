use std::fs;

use galant_abc::{Book, TICKS_PER_QUARTER};
use galant_testkit::workspace_root;

/// How far an onset may be from abc2midi's, in its ticks of 1/480 quarter note: it begins every single note a tick late, and
/// rounds the others.
const TOLERANCE: i64 = 2;

/// The onsets and pitches of each tune as abc2midi plays it, and its number; made by `golden/make_abc2midi.py`.
fn played() -> Vec<(u32, Vec<(i64, u8)>)> {
    let text = fs::read_to_string(workspace_root().join("crates/galant-abc/tests/abc/golden/abc2midi.txt")).unwrap();
    let note = |note: &str| {
        let (onset, pitch) = note.split_once(':').unwrap();
        (onset.parse().unwrap(), pitch.parse().unwrap())
    };
    let tune = |line: &str| {
        let mut words = line.split(' ');
        (words.next().unwrap().parse().unwrap(), words.map(note).collect())
    };
    text.lines().map(tune).collect()
}

#[test]
fn tunes_sound_as_abc2midi_plays_them() {
    let bytes = fs::read(workspace_root().join("crates/galant-abc/tests/abc/golden/tunes.abc")).unwrap();
    let book = Book::of_bytes(&bytes).unwrap();
    let played = played();
    assert_eq!(book.tunes().len(), played.len());
    for ((tune, decoded), (number, theirs)) in book.decode_all().zip(played) {
        assert_eq!(tune.number, number);
        let in_480ths = |onset: u64| (onset * 480 / u64::from(TICKS_PER_QUARTER)) as i64;
        let notes = decoded.unwrap().score.notes;
        let ours: Vec<(i64, u8)> = notes.iter().map(|note| (in_480ths(note.onset), note.pitch)).collect();
        assert_eq!(ours.len(), theirs.len(), "{number} {}: {ours:?}\n{theirs:?}", tune.title);
        // Notes struck together may be in any order.
        for pitch in 0..128 {
            let of_pitch = |notes: &[(i64, u8)]| -> Vec<i64> {
                notes.iter().filter(|note| note.1 == pitch).map(|note| note.0).collect()
            };
            let (ours, theirs) = (of_pitch(&ours), of_pitch(&theirs));
            let is_near =
                ours.len() == theirs.len() && ours.iter().zip(&theirs).all(|(a, b)| (a - b).abs() <= TOLERANCE);
            assert!(is_near, "{number} {}: pitch {pitch} at {ours:?}, not {theirs:?}", tune.title);
        }
    }
}

/// The channel and the program of each voice; of the tunes without such instructions one has layers, tracks in abc2midi.
#[test]
fn voices_have_the_channels_and_instruments_that_abc2midi_gives_them() {
    let golden = workspace_root().join("crates/galant-abc/tests/abc/golden");
    let book = Book::of_bytes(&fs::read(golden.join("tunes.abc")).unwrap()).unwrap();
    let theirs = fs::read_to_string(golden.join("abc2midi_programs.txt")).unwrap();
    let mut n_tunes = 0;
    for ((index, (tune, decoded)), theirs) in book.decode_all().enumerate().zip(theirs.lines()) {
        let decoded = decoded.unwrap();
        if !book.lines(index).contains("MIDI") {
            continue;
        }
        assert!(decoded.warnings.is_empty(), "{:?}", decoded.warnings);
        let voices = decoded.score.parts.iter().map(|part| format!(" {}:{}", part.channel, part.program.unwrap_or(0)));
        assert_eq!(format!("{}{}", tune.number, voices.collect::<String>()), theirs, "{}", tune.title);
        n_tunes += 1;
    }
    assert_eq!(n_tunes, 6);
}
