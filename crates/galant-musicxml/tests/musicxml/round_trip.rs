//! What is written is read back.

use std::collections::BTreeSet;

use galant_musicxml::{TICKS_PER_QUARTER, compress, decode, encode};
use galant_types::{KeySignature, Meter, Note, Part, Score, Tempo};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Grids on which every note value and rest is written: their steps per quarter note divide what is read.
const GRIDS: [u16; 9] = [1, 2, 3, 4, 5, 8, 12, 24, 60];

/// A score on a grid of `steps` to the quarter note: parts that may play chords, overlap and rest.
fn score(steps: u16) -> impl Strategy<Value = Score> {
    let part = (0_u8..16, prop::option::of(0_u8..128), "[a-zé<&>\"' ]{0,8}");
    let note = (0_u64..40, 0_usize..3, 12_u8..=127, 1_u64..30, 1_u8..=127);
    let meter = (0_u64..40, 1_u8..8, 0_u8..=3);
    let key = (0_u64..40, -7_i8..=7, any::<bool>());
    let tempo = (0_u64..40, 1_u32..1 << 24);
    let texts = vec("[ -~\n\r\té]{0,12}", 0..3);
    (vec(part, 1..4), vec(note, 0..30), vec(meter, 0..3), vec(key, 0..3), vec(tempo, 0..3), texts).prop_map(
        move |(parts, notes, meters, keys, tempos, texts)| {
            let mut score = Score::new(steps);
            for (channel, program, name) in parts {
                // Channels of drums have no program of their own here; equal channels would be told apart when read.
                if score.parts.iter().all(|part| part.channel != channel) {
                    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
                    score.parts.push(Part { track: score.parts.len() as u16, channel, name, program });
                }
            }
            let mut taken = BTreeSet::new();
            for (onset, part, pitch, length, velocity) in notes {
                let Part { track, channel, .. } = score.parts[part % score.parts.len()];
                // A key sounds once at a time.
                if (onset..onset + length).all(|step| !taken.contains(&(track, pitch, step))) {
                    taken.extend((onset..onset + length).map(|step| (track, pitch, step)));
                    score.notes.push(Note { onset, track, channel, pitch, length, velocity });
                }
            }
            score.notes.sort_unstable();
            // Meters of whole steps, so that bar lines are on the grid.
            let is_whole = |&(_, _, log2): &(u64, u8, u8)| (4 * u64::from(steps)).is_multiple_of(1 << log2);
            score.meters = meters
                .into_iter()
                .filter(is_whole)
                .map(|(tick, numerator, denominator_log2)| Meter { tick, numerator, denominator_log2 })
                .collect();
            score.meters.sort_by_key(|meter| meter.tick);
            let end = score.end();
            score.keys = keys.into_iter().map(|(tick, sharps, minor)| KeySignature { tick, sharps, minor }).collect();
            score.keys.retain(|key| key.tick < end);
            score.keys.sort_by_key(|key| key.tick);
            score.keys.dedup_by_key(|key| key.tick);
            score.keys.dedup_by_key(|key| (key.sharps, key.minor));
            score.tempos = tempos.into_iter().map(|(tick, us_per_quarter)| Tempo { tick, us_per_quarter }).collect();
            score.tempos.retain(|tempo| tempo.tick < end);
            score.tempos.sort_by_key(|tempo| tempo.tick);
            score.tempos.dedup_by_key(|tempo| tempo.tick);
            score.tempos.dedup_by_key(|tempo| tempo.us_per_quarter);
            score.texts = texts.into_iter().map(|text| text.replace('\u{0}', "")).collect();
            score
        },
    )
}

/// The score in the ticks of what is read.
fn scaled(mut score: Score) -> Score {
    let factor = u64::from(TICKS_PER_QUARTER / score.ticks_per_quarter);
    score.ticks_per_quarter = TICKS_PER_QUARTER;
    score.notes.iter_mut().for_each(|note| (note.onset, note.length) = (note.onset * factor, note.length * factor));
    score.meters.iter_mut().for_each(|meter| meter.tick *= factor);
    score.keys.iter_mut().for_each(|key| key.tick *= factor);
    score.tempos.iter_mut().for_each(|tempo| tempo.tick *= factor);
    score
}

#[test]
fn a_score_on_a_grid_is_read_back_as_it_was() {
    let config = Config { cases: 1500, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let scores = select(GRIDS.to_vec()).prop_flat_map(score);
    let check = |score: Score| {
        let encoded = encode(&score).unwrap();
        prop_assert_eq!(encoded.n_moved, 0);
        let decoded = decode(&compress(&encoded.xml)).unwrap();
        let (found, expected) = (decoded.score, scaled(score));
        prop_assert_eq!(&found.notes, &expected.notes);
        prop_assert_eq!(&found.parts, &expected.parts);
        prop_assert_eq!(&found.keys, &expected.keys);
        prop_assert_eq!(&found.tempos, &expected.tempos);
        prop_assert_eq!(&found.texts, &expected.texts);
        let lines = |score: &Score| score.bar_map().bar_lines().collect::<Vec<u64>>();
        prop_assert_eq!(lines(&found), lines(&expected));
        prop_assert!(decoded.warnings.is_empty(), "{:?}", decoded.warnings);
        Ok(())
    };
    runner.run(&scores, check).unwrap();
}

#[test]
fn any_score_is_written_with_every_note_or_refused() {
    let config = Config { cases: 1000, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let note = (0_u64..3000, 0_u16..3, 0_u8..17, 0_u8..=140, 0_u64..2000, 0_u8..=130);
    let meter = (0_u64..3000, any::<(u8, u8)>());
    let scores = (any::<u16>(), vec(note, 0..30), vec(meter, 0..4)).prop_map(|(ticks_per_quarter, notes, meters)| {
        let note =
            |(onset, track, channel, pitch, length, velocity)| Note { onset, track, channel, pitch, length, velocity };
        let meter = |(tick, (numerator, log2))| Meter { tick, numerator, denominator_log2: log2 % 10 };
        let mut notes: Vec<Note> = notes.into_iter().map(note).collect();
        notes.sort_unstable();
        let meters = meters.into_iter().map(meter).collect();
        Score { notes, meters, ..Score::new(ticks_per_quarter) }
    });
    let check = |score: Score| {
        if let Ok(encoded) = encode(&score) {
            // Rounded to a 48th of a quarter note at most, over each bar line once more.
            let decoded = decode(encoded.xml.as_bytes()).unwrap();
            let mut found: Vec<u8> = decoded.score.notes.iter().map(|note| note.pitch).collect();
            let mut expected: Vec<u8> = score.notes.iter().map(|note| note.pitch).collect();
            found.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(found, expected);
        }
        Ok(())
    };
    runner.run(&scores, check).unwrap();
}

#[test]
fn notes_of_a_performance_are_moved_to_the_nearest_note_value() {
    // Two quarter notes, played unevenly.
    let note = |onset, length| Note { onset, length, pitch: 60, velocity: 80, channel: 0, track: 0 };
    let score = Score { notes: vec![note(7, 461), note(483, 470)], ..Score::new(480) };
    let encoded = encode(&score).unwrap();
    assert_eq!(encoded.n_moved, 2);
    let quarter = u64::from(TICKS_PER_QUARTER);
    let read = decode(encoded.xml.as_bytes()).unwrap().score.notes;
    let found: Vec<(u64, u64)> = read.iter().map(|note| (note.onset, note.end())).collect();
    // 468 ticks are 23 of 24 parts of a quarter note with 8 to spare; 953 are within half a part of two quarter notes.
    assert_eq!(found, [(0, 23 * quarter / 24), (quarter, 2 * quarter)]);
}
