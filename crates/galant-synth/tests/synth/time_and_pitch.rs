//! When notes sound, and how high.

use galant_synth::Sound;
use galant_types::{Score, Tempo};

use crate::measure::{cents, cut, frequency, hertz, peak};
use crate::{RATE, mono, note, score, with_program};

#[track_caller]
fn check_pitch(pitch: u8, program: u8) {
    let sound = mono(&with_program(program, score(&[note(0, 900, pitch, 80)])), &Sound::BuiltIn);
    let measured = frequency(cut(&sound, 0.05, 0.8), hertz(pitch));
    let off = cents(measured, hertz(pitch));
    assert!(off.abs() < 1.0, "pitch {pitch}, program {program}: {measured} Hz, {off} cents off");
}

#[test]
fn a4_is_440_hertz_within_a_cent() {
    check_pitch(69, 0);
    check_pitch(69, 46);
}

#[test]
fn all_octaves_are_in_tune() {
    for pitch in [33, 45, 57, 60, 81, 93, 105] {
        check_pitch(pitch, 0);
        check_pitch(pitch, 46);
    }
}

#[test]
fn the_treble_of_a_string_is_sharp_as_stiffness_makes_it() {
    let sound = mono(&score(&[note(0, 1500, 69, 110)]), &Sound::BuiltIn);
    // A4 strings of grands have B = 6e-4 to 8e-4: the fifth partial is 12 to 17 cents over five times the first.
    let fifth = frequency(cut(&sound, 0.02, 0.5), 5.04 * 440.0);
    let stretch = cents(fifth, 5.0 * 440.0);
    assert!((12.0..17.0).contains(&stretch), "{fifth} Hz, {stretch} cents");
}

/// When the sound that begins near `expected` first exceeds a hundredth of its peak, in seconds.
fn onset(sound: &[f64], expected: f64) -> f64 {
    let start = ((expected - 0.4) * RATE).max(0.0) as usize;
    let there = &sound[start..((expected + 0.2) * RATE) as usize];
    let threshold = 0.01 * peak(there);
    let first = there.iter().position(|x| x.abs() > threshold).expect("the peak is over the threshold");
    (start + first) as f64 / RATE
}

#[test]
fn onsets_are_within_a_millisecond_with_a_tempo_change_every_beat() {
    // 7 ticks a quarter and odd tempos, so that nothing falls on whole frames.
    let tempos: Vec<Tempo> =
        (0..40).map(|beat| Tempo { tick: 7 * beat, us_per_quarter: 400_003 + 7919 * (beat as u32 % 11) }).collect();
    let ticks = [0, 44, 87, 129, 173, 218];
    let pitches = [21, 33, 60, 69, 84, 108];
    let notes: Vec<_> = ticks.iter().zip(pitches).map(|(&tick, pitch)| note(tick, 1, pitch, 90)).collect();
    let sound = mono(&Score { notes, tempos: tempos.clone(), ..Score::new(7) }, &Sound::BuiltIn);
    for (tick, pitch) in ticks.into_iter().zip(pitches) {
        // Tick by tick, as slowly as can be.
        let tempo_at = |tick: u64| f64::from(tempos[(tick / 7) as usize].us_per_quarter);
        let expected: f64 = (0..tick).map(|tick| tempo_at(tick) / 7.0 / 1e6).sum();
        let off_ms = 1000.0 * (onset(&sound, expected) - expected);
        assert!((-0.1..1.0).contains(&off_ms), "pitch {pitch} at {expected} s: {off_ms} ms off");
    }
}

#[test]
fn a_piece_lasts_until_two_seconds_after_its_last_note() {
    let sound = mono(&score(&[note(0, 3000, 60, 80), note(500, 100, 64, 80)]), &Sound::BuiltIn);
    assert_eq!(sound.len(), 5 * 44_100);
}
