//! Extreme pieces.

use expect_test::expect;
use galant_synth::{PEAK_LEVEL, RenderConfig, RenderError, Sound, render};
use galant_types::{Note, Score};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::measure::rms;
use crate::{frames, mono, note, score, with_program};

fn peak(frames: &[[f32; 2]]) -> f32 {
    frames.as_flattened().iter().fold(0.0, |peak, x| peak.max(x.abs()))
}

#[test]
fn a_piece_without_notes_is_silence() {
    let frames = frames(&Score::new(480), &Sound::BuiltIn);
    assert_eq!(frames.len(), 2 * 44_100);
    assert_eq!(peak(&frames), 0.0);
}

#[test]
fn a_hundred_thousand_notes_at_once_do_not_clip() {
    let at_once = |i: u32| Note { channel: (i % 4) as u8, ..note(0, 20, (21 + i / 4 % 88) as u8, 127) };
    let notes: Vec<Note> = (0..100_000).map(at_once).collect();
    let frames = frames(&score(&notes), &Sound::BuiltIn);
    assert!(frames.as_flattened().iter().all(|x| x.is_finite()));
    assert!((0.89..=0.892).contains(&peak(&frames)), "{}", peak(&frames));
}

#[test]
fn a_composed_piece_is_neither_soft_nor_loud() {
    // Chord tokens as `galant compose` writes them: three notes of a harp, an eighth of a second each.
    let token = |i: u64| [0_u64, 4, 7].map(|step| note(125 * i, 125, (48 + step + i * 5 % 24) as u8, 64));
    let notes: Vec<Note> = (0..64).flat_map(token).collect();
    let level = 20.0 * rms(&mono(&with_program(46, score(&notes)), &Sound::BuiltIn)).log10();
    assert!((-30.0..-10.0).contains(&level), "{level} dBFS");
}

#[test]
fn what_is_out_of_range_is_refused() {
    let with = |note: Note, config: &RenderConfig| render(&score(&[note]), &Sound::BuiltIn, config).unwrap_err();
    let config = RenderConfig::default();
    let wrong = |note: Note| with(note, &config).to_string();
    expect!["note 0 has pitch 128; it must be 0 to 127"].assert_eq(&wrong(note(0, 1, 128, 1)));
    expect!["note 0 has velocity 0; it must be 1 to 127"].assert_eq(&wrong(note(0, 1, 0, 0)));
    expect!["note 0 has channel 16; it must be 0 to 15"].assert_eq(&wrong(Note { channel: 16, ..note(0, 1, 0, 1) }));
    expect!["note 0 ends after 18446744073709551 s, over the limit of 21600 s"].assert_eq(&wrong(note(
        0,
        u64::MAX,
        0,
        1,
    )));
    assert!(matches!(with(note(u64::MAX, u64::MAX, 0, 1), &config), RenderError::TooLong { index: 0, .. }));
    for sample_rate in [0, 15_999, 192_001] {
        let config = RenderConfig { sample_rate, ..config };
        assert!(matches!(with(note(0, 1, 60, 60), &config), RenderError::SampleRate { .. }), "{sample_rate}");
    }
    let shapeless = render(&Score::new(0), &Sound::BuiltIn, &config).unwrap_err();
    assert!(matches!(shapeless, RenderError::NoResolution));
}

#[test]
fn a_limit_on_seconds_is_kept_to_the_tick() {
    let config = RenderConfig { max_seconds: 1, ..RenderConfig::default() };
    assert!(render(&score(&[note(0, 1000, 60, 60)]), &Sound::BuiltIn, &config).is_ok());
    let error = render(&score(&[note(0, 1001, 60, 60)]), &Sound::BuiltIn, &config).unwrap_err();
    assert!(matches!(error, RenderError::TooLong { index: 0, seconds: 1, max_seconds: 1 }), "{error}");
}

#[test]
fn every_sample_rate_keeps_the_time() {
    for sample_rate in [16_000, 22_050, 192_000] {
        let config = RenderConfig { sample_rate, ..RenderConfig::default() };
        let rendering = render(&score(&[note(100, 400, 120, 90)]), &Sound::BuiltIn, &config).unwrap();
        assert_eq!(rendering.sample_rate(), sample_rate);
        let frames: Vec<_> = rendering.collect();
        assert_eq!(frames.len() as u32, sample_rate * 5 / 2);
        let first = frames.iter().position(|frame| frame[0].abs() > 0.01).unwrap();
        let off_ms = 1000.0 * first as f64 / f64::from(sample_rate) - 100.0;
        assert!((0.0..1.0).contains(&off_ms), "{off_ms} ms");
    }
}

fn any_note() -> impl Strategy<Value = Note> {
    let fields = (0..1500_u64, 0..800_u64, 0..128_u8, 1..128_u8, 0..16_u8);
    fields
        .prop_map(|(onset, length, pitch, velocity, channel)| Note { channel, ..note(onset, length, pitch, velocity) })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 12,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(1),
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_loudest_sample_of_any_piece_is_at_the_peak_level(
        notes in prop::collection::vec(any_note(), 1..40),
        program in 0..128_u8,
    ) {
        let score = with_program(program, score(&notes));
        let rendering = render(&score, &Sound::BuiltIn, &RenderConfig::default()).unwrap();
        let announced = rendering.len();
        let played: Vec<_> = rendering.collect();
        prop_assert_eq!(played.len(), announced);
        prop_assert!((peak(&played) - PEAK_LEVEL).abs() < 1e-6, "{}", peak(&played));
        prop_assert_eq!(played, frames(&score, &Sound::BuiltIn));
    }
}
