use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use galant_midi::{ReadRules, decode, encode};
use galant_tokens::{Grid, GridTokenizer, Rounding, Token, Tokenizer};
use galant_types::{Meter, Note, Part, Playback, Score, Tempo};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::round_trip::check;

fn grid(steps_per_quarter: u16) -> GridTokenizer {
    GridTokenizer { grid: Grid::new(steps_per_quarter).unwrap(), top: None }
}

/// Onset, length, pitch.
fn score(ticks_per_quarter: u16, notes: &[(u64, u64, u8)]) -> Score {
    let mut notes: Vec<Note> = notes
        .iter()
        .map(|&(onset, length, pitch)| Note { onset, length, pitch, velocity: 64, channel: 0, track: 0 })
        .collect();
    notes.sort();
    Score { notes, ..Score::new(ticks_per_quarter) }
}

fn texts(tokens: &[Token]) -> String {
    tokens.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn check_tokens(tokens: GridTokenizer, score: &Score, rhythm: &str, notes: &str) {
    assert_eq!(texts(&Tokenizer::Rhythm(tokens).encode(score).tokens), rhythm);
    assert_eq!(texts(&Tokenizer::Notes(tokens).encode(score).tokens), notes);
}

#[test]
fn music_is_encoded_as_its_page_reads() {
    // A chord of eighths, a quarter over a half note, a rest, a triplet.
    let music =
        [(0, 240, 60), (0, 240, 64), (240, 480, 67), (240, 960, 48), (1440, 160, 72), (1600, 160, 71), (1760, 160, 72)];
    let rhythm = "60.64+6>6 67+12>0 48+24>30 72+4>4 71+4>4 72+4>4";
    let notes = "60 +6 64 +6 >6 48 +24 67 +12 >30 72 +4 >4 71 +4 >4 72 +4";
    check_tokens(grid(12), &score(480, &music), rhythm, notes);
}

#[test]
fn silence_takes_as_few_tokens_as_can_be() {
    let late = score(1, &[(9, 1, 60), (19, 5, 62)]);
    check_tokens(grid(1), &late, ">4 >4 >1 60+1>4 >4 >2 62+5>4", ">4 >4 >1 60 +1 >4 >4 >2 62 +4 +1");
}

#[test]
fn what_the_grid_cannot_hold_is_counted() {
    let far = u64::from(Grid::MAX_QUARTERS) * 4;
    let notes = [
        (1, 4, 60), // begins off the grid
        (4, 5, 62), // ends off the grid
        (8, 2, 64), // two voices on one key: one note, the longer
        (8, 4, 64),
        (8, 8, 65), // struck again while it sounds
        (12, 4, 65),
        (16, 2 * far, 70),     // longer than any may be
        (18 + 2 * far, 4, 70), // after a longer silence than any may be, and off the grid
    ];
    let tokenizer = Tokenizer::Rhythm(grid(1));
    let encoded = tokenizer.encode(&score(4, &notes));
    let expected = Rounding {
        n_notes: 8,
        onsets_moved: 2,
        lengths_moved: 2,
        n_kept: 7,
        merged: 1,
        left_out: 0,
        shortened: 2,
        silences_shortened: 1,
    };
    assert_eq!(encoded.rounding, Some(expected));
    let rests = ">4 ".repeat(15);
    assert_eq!(texts(&encoded.tokens), format!("60+1>1 62+1>1 64.65+1>1 65+1>1 70+64>4 {rests}70+1>1"));
    let highest = GridTokenizer { top: NonZeroUsize::new(1), ..grid(1) };
    let encoded = Tokenizer::Rhythm(highest).encode(&score(4, &notes[2..6]));
    assert_eq!(texts(&encoded.tokens), ">2 65+1>1 65+1>1");
    assert_eq!(encoded.rounding.unwrap().left_out, 1);
}

#[test]
fn a_score_without_notes_has_no_tokens_and_no_tokens_make_an_empty_score() {
    for tokenizer in [Tokenizer::Rhythm(grid(12)), Tokenizer::Notes(grid(12))] {
        assert_eq!(tokenizer.encode(&Score::new(96)).tokens, []);
        assert_eq!(tokenizer.decode(&[], &Playback::default()).unwrap().notes, []);
    }
}

/// What the grid leaves of a score: each key once at an onset, the longest, until it is struck again.
fn on_grid(score: &Score, steps_per_quarter: u16) -> BTreeMap<(u64, u8), u64> {
    let step = |ticks: u64| {
        (ticks as f64 * f64::from(steps_per_quarter) / f64::from(score.ticks_per_quarter) + 0.5).floor() as u64
    };
    let mut notes: BTreeMap<(u64, u8), u64> = BTreeMap::new();
    for note in &score.notes {
        let length = notes.entry((step(note.onset), note.pitch)).or_default();
        *length = step(note.length).max(1).max(*length);
    }
    let onsets: Vec<(u64, u8)> = notes.keys().copied().collect();
    for ((onset, pitch), length) in &mut notes {
        let next = onsets.iter().filter(|(other, key)| key == pitch && other > onset).map(|(other, _)| *other).min();
        *length = next.map_or(*length, |next| (*length).min(next - onset));
    }
    notes
}

fn any_score() -> impl Strategy<Value = Score> {
    let note = (0..4000_u64, 1..900_u64, prop_oneof![58..64_u8, 0..128_u8]);
    (prop_oneof![Just(480_u16), Just(96), Just(1), Just(7), Just(32_767)], vec(note, 0..40)).prop_map(
        |(ticks_per_quarter, notes)| {
            // A quarter has about as many ticks for all, so that some share a step and some lie far apart.
            let stretch = |ticks: u64| (ticks * u64::from(ticks_per_quarter) / 480).max(1);
            let notes: Vec<_> =
                notes.iter().map(|&(onset, length, pitch)| (stretch(onset), stretch(length), pitch)).collect();
            score(ticks_per_quarter, &notes)
        },
    )
}

#[test]
fn a_score_comes_back_but_for_what_the_grid_rounds() {
    check((any_score(), prop_oneof![Just(12_u16), Just(1), Just(5), Just(96)]), |(score, steps)| {
        let expected = on_grid(&score, steps);
        for tokenizer in [Tokenizer::Rhythm(grid(steps)), Tokenizer::Notes(grid(steps))] {
            let tokens = tokenizer.encode(&score).tokens;
            let back = tokenizer.decode(&tokens, &Playback::default()).unwrap();
            let ticks_per_step = u64::from(back.ticks_per_quarter / steps);
            let found: BTreeMap<(u64, u8), u64> = back
                .notes
                .iter()
                .map(|note| ((note.onset / ticks_per_step, note.pitch), note.length / ticks_per_step))
                .collect();
            prop_assert_eq!(&found, &expected, "{}", texts(&tokens));
            prop_assert_eq!(back.notes.len(), expected.len());
            // Encoded in one way, also from a file.
            prop_assert_eq!(&tokenizer.encode(&back).tokens, &tokens);
            let file = decode(&encode(&back).unwrap(), ReadRules::Standard).unwrap();
            prop_assert_eq!(file.warnings, []);
            prop_assert_eq!(file.score, back);
            for token in tokens {
                prop_assert_eq!(tokenizer.parse(&token.to_string()).unwrap(), token);
            }
        }
        Ok(())
    });
}

#[test]
fn any_sequence_of_rhythm_tokens_is_music() {
    let tokenizer = Tokenizer::Rhythm(grid(12));
    let tokens = ["60+6>0", "60.64+3>0", "60+9>3", ">48", "64+99>0", "64+1>1", "64+1>0"];
    let tokens = tokens.map(|text| tokenizer.parse(text).unwrap());
    let back = tokenizer.decode(&tokens, &Playback::default()).unwrap();
    let sounds: Vec<_> = back.notes.iter().map(|note| (note.onset / 40, note.length / 40, note.pitch)).collect();
    assert_eq!(sounds, [(0, 9, 60), (0, 3, 64), (51, 1, 64), (52, 1, 64)]);
    assert!(encode(&back).is_ok());
}

#[test]
fn a_playback_is_in_the_score() {
    let tokenizer = Tokenizer::Rhythm(grid(12));
    let tokens = [tokenizer.parse("60+6>6").unwrap()];
    let playback = Playback { us_per_quarter: 400_000, beats: 6, beat_log2: 3, program: 6, velocity: 90 };
    let score = tokenizer.decode(&tokens, &playback).unwrap();
    assert_eq!(score.tempos, [Tempo { tick: 0, us_per_quarter: 400_000 }]);
    assert_eq!(score.meters, [Meter { tick: 0, numerator: 6, denominator_log2: 3 }]);
    assert_eq!(score.parts, [Part { track: 0, channel: 0, name: String::new(), program: Some(6) }]);
    assert_eq!((score.notes[0].velocity, score.ticks_per_quarter), (90, 480));
    assert_eq!(Grid::default().steps_per_bar(&playback), 36);
    assert!((Grid::default().seconds_per_step(&playback) - 1.0 / 30.0).abs() < 1e-12);
}
