//! SoundFonts, whole and damaged.

use expect_test::expect;
use galant_synth::{PEAK_LEVEL, RenderConfig, RenderError, Sound, SoundFont, SoundFontError, render};
use galant_types::Score;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::font::{SINE_HZ, soundfont};
use crate::measure::{cents, cut, frequency, peak, rms};
use crate::{RATE, mono, note, score};

fn sine() -> Sound {
    Sound::SoundFont(SoundFont::parse(&soundfont()).unwrap())
}

#[test]
fn a_soundfont_plays_its_sample_at_the_pitch_of_the_key() {
    for (pitch, ratio) in [(69, 1.0), (57, 0.5), (81, 2.0), (76, (7.0_f64 / 12.0).exp2())] {
        let sound = mono(&score(&[note(0, 900, pitch, 100)]), &sine());
        let measured = frequency(cut(&sound, 0.1, 0.8), ratio * SINE_HZ);
        let off = cents(measured, ratio * SINE_HZ);
        assert!(off.abs() < 1.0, "pitch {pitch}: {measured} Hz, {off} cents off");
    }
}

#[test]
fn a_soundfonts_notes_begin_within_a_millisecond() {
    for onset in [0, 100, 333, 511, 513, 1201] {
        let sound = mono(&score(&[note(onset, 300, 69, 100)]), &sine());
        let threshold = 0.02 * peak(&sound);
        let first = sound.iter().position(|x| x.abs() > threshold).unwrap();
        let off_ms = 1000.0 * first as f64 / RATE - onset as f64;
        assert!(off_ms.abs() < 1.0, "at {onset} ms: {off_ms} ms off");
    }
}

#[test]
fn a_key_held_by_two_notes_sounds_until_the_longer_ends() {
    let sound = mono(&score(&[note(0, 1000, 69, 100), note(0, 200, 69, 100)]), &sine());
    // The sample is loudest in its steady part, and the sides differ by the room.
    assert!((0.6..PEAK_LEVEL.into()).contains(&peak(&sound)), "{}", peak(&sound));
    assert!(rms(cut(&sound, 0.7, 0.9)) > 0.2);
    assert!(rms(cut(&sound, 1.5, 1.7)) < 0.01);
}

#[test]
fn a_soundfont_has_a_name_and_plays_nothing_as_silence() {
    assert_eq!(SoundFont::parse(&soundfont()).unwrap().name(), "One sine");
    assert_eq!(peak(&mono(&Score::new(480), &sine())), 0.0);
}

#[test]
fn a_soundfont_cut_short_is_refused_wherever_it_ends() {
    let whole = soundfont();
    for length in 0..whole.len() {
        assert!(SoundFont::parse(&whole[..length]).is_err(), "{length} of {} bytes", whole.len());
    }
}

#[test]
fn other_files_and_wrong_tables_have_their_own_errors() {
    assert!(matches!(SoundFont::parse(b"MThd"), Err(SoundFontError::NotSoundFont)));
    let replace = |id: &[u8; 4], offset: usize, bytes: &[u8]| {
        let mut font = soundfont();
        let place = font.windows(4).position(|four| four == id).unwrap() + offset;
        font[place..place + bytes.len()].copy_from_slice(bytes);
        SoundFont::parse(&font).unwrap_err().to_string()
    };
    let message = replace(b"smpl", 4, &u32::MAX.to_le_bytes());
    expect!["byte 66: chunk smpl declares 4294967295 bytes, but 2292 are left"].assert_eq(&message);
    let message = replace(b"pbag", 12, &[9, 0]);
    expect!["record 1 of table pbag points to 9; it must point to 0 to 1"].assert_eq(&message);
    let message = replace(b"ibag", 8, &[4, 0]);
    expect!["record 0 of table ibag points to 4; it must point to 0 to 3"].assert_eq(&message);
}

/// A loop shorter than a step at the end of the samples makes rustysynth 1.3.8 read beyond them.
#[test]
fn a_soundfont_whose_damage_shows_in_playing_is_an_error() {
    let mut font = soundfont();
    let header = font.windows(4).position(|four| four == b"shdr").unwrap() + 8;
    let loop_places = header + 20 + 8;
    font[loop_places..loop_places + 8].copy_from_slice(&[119, 4, 0, 0, 121, 4, 0, 0]);
    let font = Sound::SoundFont(SoundFont::parse(&font).unwrap());
    let error = render(&score(&[note(0, 900, 127, 100)]), &font, &RenderConfig::default()).unwrap_err();
    assert!(matches!(error, RenderError::SoundFont { .. }), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(1),
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_damaged_soundfont_panics(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut font = soundfont();
        let n_samples = 2 * 1146;
        // Damage to samples is only noise; the tables are before and after them.
        let start = font.windows(4).position(|four| four == b"smpl").unwrap() + 8;
        for (place, byte) in changes {
            let place = place.index(font.len() - n_samples);
            let place = if place < start { place } else { place + n_samples };
            font[place] = byte;
        }
        if let Ok(font) = SoundFont::parse(&font) {
            let notes = score(&[note(0, 50, 69, 100), note(20, 50, 127, 100)]);
            let config = RenderConfig { sample_rate: 16_000, ..RenderConfig::default() };
            if let Ok(rendering) = render(&notes, &Sound::SoundFont(font), &config) {
                prop_assert!(rendering.flatten().all(|sample| sample.abs() <= 1.0));
            }
        }
    }
}
