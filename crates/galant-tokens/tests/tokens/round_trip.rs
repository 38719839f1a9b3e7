use galant_midi::{ReadRules, decode, encode};
use galant_tokens::{ChordRules, ChordTokenizer, Token, Tokenizer, parse_chord};
use galant_types::{Chord, Meter, Note, Part, Playback, Score, Tempo};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Runs 200 cases, the same ones every time.
#[track_caller]
pub(crate) fn check<S: Strategy>(strategy: S, test: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let config = Config { cases: 200, failure_persistence: None, ..Config::default() };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    TestRunner::new_with_rng(config, rng).run(&strategy, test).unwrap();
}

/// Chords of up to eight notes, some of them listed twice.
pub(crate) fn chord() -> impl Strategy<Value = Chord> {
    vec(prop_oneof![58..64_u8, 0..128_u8], 1..8).prop_map(|mut pitches| {
        pitches.sort_unstable();
        Chord::new(pitches).unwrap()
    })
}

fn score(chords: &[Chord], playback: &Playback) -> Score {
    let tokens: Vec<Token> = chords.iter().cloned().map(Token::Chord).collect();
    Tokenizer::Chords(ChordTokenizer::default()).decode(&tokens, playback).unwrap()
}

fn lecture_playback() -> Playback {
    Tokenizer::Chords(ChordTokenizer::default()).default_playback()
}

#[test]
fn tokens_come_back_from_the_file_they_were_written_to() {
    check(vec(chord(), 0..60), |chords| {
        let bytes = encode(&score(&chords, &lecture_playback())).unwrap();
        // A pitch listed twice sounds once.
        let mut sounding: Vec<Chord> = Vec::new();
        for chord in &chords {
            let mut pitches = chord.pitches().to_vec();
            pitches.dedup();
            sounding.push(Chord::new(pitches).unwrap());
        }
        let read = |reading, rules| {
            let decoded = decode(&bytes, reading).unwrap();
            assert_eq!(decoded.warnings, []);
            ChordTokenizer { rules, top: None }.chords(&decoded.score)
        };
        prop_assert_eq!(&read(ReadRules::Standard, ChordRules::Standard), &sounding);
        prop_assert_eq!(&read(ReadRules::Lecture, ChordRules::Standard), &sounding);
        // The lecture's tokens lack the last onset.
        sounding.pop();
        prop_assert_eq!(&read(ReadRules::Lecture, ChordRules::Lecture), &sounding);
        Ok(())
    });
}

#[test]
fn tokens_sound_as_the_lecture_writes_them() {
    let chords = [parse_chord("45.45.61").unwrap(), parse_chord("61").unwrap()];
    let score = score(&chords, &lecture_playback());
    let note = |onset, pitch| Note { onset, length: 120, pitch, velocity: 64, channel: 0, track: 0 };
    assert_eq!(score.notes, [note(0, 45), note(0, 61), note(120, 61)]);
    assert_eq!(score.ticks_per_quarter, 480);
    assert_eq!(score.tempos, [Tempo { tick: 0, us_per_quarter: 500_000 }]);
    assert_eq!(score.meters, []);
    assert_eq!(score.parts, [Part { track: 0, channel: 0, name: String::new(), program: Some(46) }]);
}

#[test]
fn a_playback_sets_pace_and_sound_of_chord_tokens() {
    let slow = Playback { us_per_quarter: 1_000_000, beats: 3, beat_log2: 3, program: 0, velocity: 100 };
    let score = score(&[parse_chord("60").unwrap(), parse_chord("62").unwrap()], &slow);
    let second = Note { onset: 120, length: 120, pitch: 62, velocity: 100, channel: 0, track: 0 };
    assert_eq!(score.notes[1], second);
    assert_eq!((score.tempos[0].us_per_quarter, score.parts[0].program), (1_000_000, Some(0)));
    assert_eq!(score.meters, [Meter { tick: 0, numerator: 3, denominator_log2: 3 }]);
    assert_eq!(decode(&encode(&score).unwrap(), ReadRules::Standard).unwrap().score, score);
}
