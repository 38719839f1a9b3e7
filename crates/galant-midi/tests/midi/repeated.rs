use galant_midi::ReadRules::{Lecture, Standard};
use galant_midi::{decode, encode};

use crate::bytes::{END, chunk, header_of, notes, read};

/// Files with repeated notes and unisons, and the notes of each as other programs read them; `make_notes.py` beside it
/// wrote it.
const GOLDEN: &str = include_str!("../golden/notes.txt");

/// A file of 480 ticks a quarter note with a track of `events`: delta times, statuses and velocities, all of key 60.
fn file(events: &[(u16, u8, u8)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for &(delta, status, velocity) in events {
        bytes.extend([0x80 | (delta >> 7) as u8, (delta & 0x7f) as u8, status, 60, velocity]);
    }
    [header_of(0, 1, [0x01, 0xe0]), chunk(b"MTrk", &[&bytes, END].concat())].concat()
}

/// The onsets and lengths of the notes of `events`, each a delta time and whether the key is struck.
#[track_caller]
fn check(events: &[(u16, bool)], expected: &[(u64, u64)], n_warnings: usize) {
    let events: Vec<_> =
        events.iter().map(|&(delta, strikes)| if strikes { (delta, 0x90, 64) } else { (delta, 0x80, 0) }).collect();
    let bytes = file(&events);
    let found: Vec<_> = notes(&bytes, Standard).iter().map(|note| (note.0, note.2)).collect();
    assert_eq!(found, expected);
    let decoded = read(&bytes);
    assert_eq!(decoded.warnings.len(), n_warnings, "{:?}", decoded.warnings);
    // A file holds what was read from one.
    assert_eq!(read(&encode(&decoded.score).unwrap()).score, decoded.score);
}

const ON: bool = true;
const OFF: bool = false;

#[test]
fn notes_are_those_that_other_programs_read() {
    let mut n_files = 0;
    for (number, line) in GOLDEN.lines().enumerate() {
        let (hex, expected) = line.split_once(' ').unwrap();
        let bytes: Vec<u8> =
            (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect();
        let decoded = decode(&bytes, Standard).unwrap();
        let found = decoded.score.notes.iter().map(|note| format!("{}:{}:{}", note.onset, note.pitch, note.length));
        assert_eq!(found.collect::<Vec<_>>().join(" "), expected, "line {}", number + 1);
        assert_eq!(decoded.warnings, [], "line {}", number + 1);
        n_files += 1;
    }
    assert_eq!(n_files, 60);
}

#[test]
fn a_key_struck_at_the_tick_of_its_note_off_is_a_new_note() {
    check(&[(0, ON), (480, ON), (0, OFF), (480, OFF)], &[(0, 480), (480, 480)], 0);
    check(&[(0, ON), (480, OFF), (0, ON), (480, OFF)], &[(0, 480), (480, 480)], 0);
    check(&[(0, ON), (480, ON), (0, OFF), (480, ON), (0, OFF), (480, OFF)], &[(0, 480), (480, 480), (960, 480)], 0);
    // The second note-off of one tick can only be meant for the new note, which is then empty.
    check(&[(0, ON), (480, ON), (0, OFF), (0, OFF), (1, ON), (9, OFF)], &[(0, 480), (481, 9)], 1);
}

#[test]
fn the_first_note_in_is_the_first_one_out() {
    check(&[(0, ON), (240, ON), (240, OFF), (480, OFF)], &[(0, 480), (240, 720)], 0);
    // Played legato: each note is held a little beyond the next one, as in real recordings.
    check(&[(0, ON), (368, ON), (12, OFF), (356, ON), (12, OFF), (356, OFF)], &[(0, 380), (368, 380), (736, 368)], 0);
    // Two voices end together.
    check(&[(0, ON), (240, ON), (240, OFF), (0, OFF)], &[(0, 480), (240, 240)], 0);
}

#[test]
fn a_missing_note_off_costs_no_other_note() {
    check(&[(0, ON), (480, ON), (240, OFF), (240, ON), (240, OFF)], &[(0, 480), (480, 240), (960, 240)], 0);
    // Three are missing, one of them at the end of the track, where a quarter note is assumed.
    check(&[(0, ON), (240, ON), (240, ON), (240, OFF), (240, ON)], &[(0, 240), (240, 240), (480, 240), (960, 480)], 1);
    // One is missing before notes played legato.
    check(&[(0, ON), (480, ON), (368, ON), (12, OFF), (356, OFF)], &[(0, 480), (480, 380), (848, 368)], 0);
}

#[test]
fn notes_struck_together_end_one_by_one() {
    check(&[(0, ON), (0, ON), (480, OFF), (480, OFF)], &[(0, 480), (0, 960)], 0);
    check(&[(0, ON), (0, ON), (480, OFF), (0, OFF)], &[(0, 480), (0, 480)], 0);
    // A track written twice into one.
    check(
        &[(0, ON), (0, ON), (480, ON), (0, OFF), (0, ON), (0, OFF), (480, OFF), (0, OFF)],
        &[(0, 480), (0, 480), (480, 480), (480, 480)],
        0,
    );
    check(&[(0, ON), (0, ON), (240, OFF), (240, ON), (0, OFF), (480, OFF)], &[(0, 240), (0, 480), (480, 480)], 0);
}

#[test]
fn notes_struck_together_and_released_once_end_together() {
    check(&[(0, ON), (0, ON), (480, OFF)], &[(0, 480), (0, 480)], 0);
    check(&[(0, ON), (0, ON), (240, OFF), (240, ON), (240, OFF)], &[(0, 240), (0, 240), (480, 240)], 0);
    check(&[(0, ON), (480, ON), (0, ON), (0, OFF), (480, OFF)], &[(0, 480), (480, 480), (480, 480)], 0);
}

#[test]
fn a_million_notes_on_one_key_are_read_at_once() {
    // Nested as deep as the limit allows, so that anything quadratic would take hours.
    let n_notes = galant_midi::MAX_NOTES as u32;
    let delta = |index: u32| u8::from(index.is_multiple_of(3));
    for n_ends in [n_notes, 1] {
        let strikes = (0..n_notes).flat_map(|index| [delta(index), 0x90, 60, 1]);
        let ends = (0..n_ends).flat_map(|index| [delta(index), 0x80, 60, 1]);
        let events: Vec<u8> = strikes.chain(ends).collect();
        let bytes = [header_of(0, 1, [0x01, 0xe0]), chunk(b"MTrk", &[&events, END].concat())].concat();
        assert_eq!(read(&bytes).score.notes.len(), n_notes as usize);
    }
}

#[test]
fn the_lecture_reads_repeated_notes_as_its_program_does() {
    let bytes = file(&[(0, 0x90, 64), (480, 0x90, 64), (0, 0x80, 0), (480, 0x80, 0)]);
    assert_eq!(notes(&bytes, Lecture), [(0, 60, 480, 64)]);
}
