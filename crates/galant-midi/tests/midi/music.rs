use galant_midi::ReadRules::{Lecture, Standard};
use galant_types::{KeySignature, Meter, Part, Tempo};

use crate::bytes::{file, header, notes, read, riff, track};

const C_THEN_D: &[u8] = &[0, 0x90, 60, 100, 96, 0x80, 60, 64, 0, 0x90, 62, 90, 96, 0x90, 62, 0];

#[test]
fn note_off_and_note_on_of_velocity_0_end_notes() {
    let decoded = read(&file(C_THEN_D));
    assert_eq!(decoded.warnings, []);
    assert_eq!(decoded.score.ticks_per_quarter, 96);
    assert_eq!(notes(&file(C_THEN_D), Standard), [(0, 60, 96, 100), (96, 62, 96, 90)]);
}

#[test]
fn a_second_note_on_starts_a_new_note_unless_the_lecture_reads() {
    let bytes = file(&[0, 0x90, 60, 100, 10, 0x90, 60, 90, 10, 0x80, 60, 0, 5, 0x90, 60, 0, 5, 0x80, 60, 0]);
    assert_eq!(notes(&bytes, Standard), [(0, 60, 20, 100), (10, 60, 15, 90)]);
    // The note-on of velocity 0 finds the key silent, so it starts a note.
    assert_eq!(notes(&bytes, Lecture), [(0, 60, 10, 100), (25, 60, 5, 1)]);
}

#[test]
fn keys_of_different_channels_and_tracks_do_not_end_each_other() {
    let first = track(&[0, 0x90, 60, 100, 10, 0x91, 60, 90, 10, 0x80, 60, 0, 10, 0x81, 60, 0]);
    let second = track(&[5, 0x90, 60, 80, 40, 0x80, 60, 0]);
    let bytes = [header(1, 2), first, second].concat();
    for rules in [Standard, Lecture] {
        assert_eq!(notes(&bytes, rules), [(0, 60, 20, 100), (5, 60, 40, 80), (10, 60, 20, 90)]);
    }
}

#[test]
fn running_status_and_long_delta_times_are_read() {
    let bytes = file(&[0, 0x90, 60, 100, 0x81, 0x00, 60, 0, 0xff, 0xff, 0xff, 0x7f, 62, 90, 1, 62, 0]);
    let late = (1 << 28) - 1;
    assert_eq!(notes(&bytes, Standard), [(0, 60, 128, 100), (128 + late, 62, 1, 90)]);
}

#[test]
fn tempo_meter_key_names_and_programs_are_read() {
    let conductor = track(&[
        0, 0xff, 3, 5, b'S', b'u', b'i', b't', b'e', // the name of the piece
        0, 0xff, 0x51, 3, 0x07, 0xa1, 0x20, // 500,000 µs
        0, 0xff, 0x58, 4, 6, 3, 24, 8, // 6/8
        96, 0xff, 0x59, 2, 0xfd, 1, // three flats, minor
    ]);
    let violin = track(&[0, 0xff, 3, 2, b'V', 0xf6, 0, 0xc3, 40, 0, 0xc5, 41, 0, 0x93, 60, 1, 9, 0x83, 60, 1]);
    let score = read(&[header(1, 2), conductor, violin].concat()).score;
    assert_eq!(score.tempos, [Tempo { tick: 0, us_per_quarter: 500_000 }]);
    assert_eq!(score.meters, [Meter { tick: 0, numerator: 6, denominator_log2: 3 }]);
    assert_eq!(score.keys, [KeySignature { tick: 96, sharps: -3, minor: true }]);
    let part = |track, channel, name: &str, program| Part { track, channel, name: name.into(), program };
    let expected = [part(0, 0, "Suite", None), part(1, 3, "Vö", Some(40)), part(1, 5, "Vö", Some(41))];
    assert_eq!(score.parts, expected);
    assert_eq!((score.notes[0].track, score.notes[0].channel), (1, 3));
}

#[test]
fn a_riff_wrapping_is_taken_off() {
    let plain = file(C_THEN_D);
    assert_eq!(read(&riff(&plain)).score, read(&plain).score);
}

#[test]
fn independent_tracks_follow_each_other_unless_the_lecture_reads() {
    let tempo = track(&[7, 0xff, 0x51, 3, 0x07, 0xa1, 0x20, 3, 0x90, 64, 9, 5, 0x80, 64, 9]);
    let bytes = [header(2, 2), track(C_THEN_D), tempo].concat();
    assert_eq!(notes(&bytes, Standard)[2], (202, 64, 5, 9));
    assert_eq!(read(&bytes).score.tempos[0].tick, 199);
    assert_eq!(notes(&bytes, Lecture)[1], (10, 64, 5, 9));
}

#[test]
fn events_a_score_has_no_place_for_pass_without_a_warning() {
    let events = [
        0, 0xb0, 64, 127, 0, 0xe0, 0, 64, 0, 0xa0, 60, 1, 0, 0xd0, 1, // controller, bend, pressures
        0, 0xf0, 3, 1, 2, 0xf7, 0, 0xf7, 1, 0xf8, // system exclusive, escape
        0, 0xff, 1, 2, b'h', b'i', 0, 0xff, 0x54, 5, 99, 99, 99, 99, 99, 0, 0xff, 0x7f,
        0, // text, offset, special
        4, 0x90, 60, 1, 4, 0x80, 60, 1,
    ];
    let decoded = read(&file(&events));
    assert_eq!(decoded.warnings, []);
    assert_eq!(decoded.score.notes[0].onset, 4);
}
