//! What the built-in instruments sound like.

use galant_synth::Sound;
use galant_types::Note;

use crate::measure::{cut, hertz, peak, rms, strength};
use crate::{RATE, frames, mono, note, score, with_program};

/// The largest second difference: a click has a large one.
fn roughness(samples: &[f64]) -> f64 {
    peak(&samples.windows(3).map(|x| x[0] - 2.0 * x[1] + x[2]).collect::<Vec<_>>())
}

#[test]
fn releasing_and_striking_again_do_not_click() {
    for program in [0, 46] {
        let twice = [note(0, 503, 48, 90), note(1007, 504, 48, 90), note(1511, 400, 48, 40)];
        let sound = mono(&with_program(program, score(&twice)), &Sound::BuiltIn);
        let before = roughness(cut(&sound, 0.45, 0.50));
        for time in [0.503, 1.911] {
            let there = roughness(cut(&sound, time - 0.005, time + 0.02));
            assert!(there < 1.3 * before, "released at {time} s: {there}, before {before}");
        }
        let attack = roughness(cut(&sound, 0.0, 0.02));
        let again = roughness(cut(&sound, 1.505, 1.53));
        assert!(again < 1.3 * attack, "struck again while it sounds: {again}, the first time {attack}");
    }
}

#[test]
fn a_sound_begins_and_ends_at_zero() {
    // Noise has no phase at which to begin, and the highest strings have no dampers.
    let drum = Note { channel: 9, ..note(0, 10, 46, 100) };
    let sound = mono(&score(&[drum, note(1000, 10, 90, 127)]), &Sound::BuiltIn);
    assert!(sound[0].abs() < 1e-6, "{}", sound[0]);
    assert!(peak(&sound[sound.len() - 100..sound.len() - 90]) < 1e-4, "{:?}", &sound[sound.len() - 100..]);
}

#[test]
fn a_harder_strike_is_louder_and_brighter() {
    let sound = mono(&score(&[note(0, 800, 60, 40), note(4000, 800, 60, 110)]), &Sound::BuiltIn);
    let (soft, hard) = (cut(&sound, 0.0, 0.5), cut(&sound, 4.0, 4.5));
    // 40 log₁₀(110/40) = 17.6 dB by the recommendation of General MIDI.
    let decibels = 20.0 * (rms(hard) / rms(soft)).log10();
    assert!((14.0..24.0).contains(&decibels), "{decibels} dB");
    let brightness = |samples: &[f64]| strength(samples, 6.02 * hertz(60)) / strength(samples, hertz(60));
    assert!(brightness(hard) > 1.5 * brightness(soft), "{} over {}", brightness(hard), brightness(soft));
}

#[test]
fn treble_dies_away_sooner_than_bass_and_dampers_stop_both() {
    let decay = |pitch: u8, length: u64| {
        let sound = mono(&score(&[note(0, length, pitch, 80)]), &Sound::BuiltIn);
        20.0 * (rms(cut(&sound, 1.3, 1.5)) / rms(cut(&sound, 0.1, 0.3))).log10()
    };
    let [bass, middle, treble] = [36, 60, 84].map(|pitch| decay(pitch, 2000));
    assert!(treble < middle - 3.0 && middle < bass - 3.0, "{bass}, {middle}, {treble} dB in 1.2 s");
    let damped = decay(36, 400);
    assert!(damped < -40.0, "{damped} dB after the damper fell");
}

#[test]
fn bass_comes_from_the_left_and_treble_from_the_right() {
    let balance = |pitch: u8| {
        let frames = frames(&score(&[note(0, 500, pitch, 80)]), &Sound::BuiltIn);
        let side = |side: usize| rms(&frames.iter().map(|frame| f64::from(frame[side])).collect::<Vec<_>>());
        20.0 * (side(1) / side(0)).log10()
    };
    let [bass, middle, treble] = [28, 64, 100].map(balance);
    assert!((-8.0..-2.0).contains(&bass) && middle.abs() < 1.0 && (2.0..8.0).contains(&treble));
}

#[test]
fn the_room_is_heard_after_the_string_has_stopped() {
    let sound = mono(&score(&[note(0, 100, 72, 100)]), &Sound::BuiltIn);
    let late = 20.0 * (rms(cut(&sound, 0.6, 0.7)) / rms(cut(&sound, 0.0, 0.1))).log10();
    assert!((-75.0..-30.0).contains(&late), "{late} dB");
}

#[test]
fn drums_are_short_and_have_no_pitch_of_their_key() {
    let drum = |onset, pitch| Note { channel: 9, ..note(onset, 10, pitch, 100) };
    let sound = mono(&score(&[drum(0, 36), drum(1000, 38), drum(2000, 42)]), &Sound::BuiltIn);
    for start in [0.0, 1.0, 2.0] {
        let (there, later) = (rms(cut(&sound, start, start + 0.1)), rms(cut(&sound, start + 0.8, start + 0.9)));
        assert!(there > 0.01 && later < 0.01 * there, "at {start} s: {there}, then {later}");
    }
    // Zero crossings: a kick is low, a closed hi-hat high.
    let crossings = |from: f64| {
        let there = cut(&sound, from, from + 0.05);
        there.windows(2).filter(|x| x[0] * x[1] < 0.0).count() as f64 / 2.0 / there.len() as f64 * RATE
    };
    assert!(crossings(0.01) < 300.0 && crossings(2.0) > 3000.0, "{} and {} Hz", crossings(0.01), crossings(2.0));
}
