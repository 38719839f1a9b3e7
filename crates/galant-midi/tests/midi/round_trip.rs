use std::collections::BTreeMap;

use galant_midi::{ReadRules, decode, encode};
use galant_types::{KeySignature, Meter, Note, Part, Score, Tempo};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// One key of one channel of one track, and its notes: silence before, length, velocity.
type Line = ((u16, u8, u8), Vec<(u64, u64, u8)>);

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let notes = vec((prop_oneof![Just(0), 1..50_u64, Just(1 << 20)], 1..2000_u64, 1..=127_u8), 1..6);
    // Few tracks, channels and keys, so that lines meet in all ways.
    vec(((0..4_u16, prop_oneof![0..2_u8, Just(15)], prop_oneof![58..62_u8, Just(0), Just(127)]), notes), 0..20)
}

fn notes_of(lines: Vec<Line>) -> Vec<Note> {
    let lines: BTreeMap<_, _> = lines.into_iter().collect();
    let mut notes = Vec::new();
    for ((track, channel, pitch), line) in lines {
        let mut onset = 0;
        for (silence, length, velocity) in line {
            onset += silence;
            notes.push(Note { onset, track, channel, pitch, length, velocity });
            onset += length;
        }
    }
    notes.sort_unstable();
    notes
}

/// The parts of `notes`, with names by track and programs by track and channel; a name without notes is a part too.
fn parts_of(notes: &[Note], names: &[String], programs: Vec<((u16, u8), u8)>) -> Vec<Part> {
    let mut parts: BTreeMap<(u16, u8), Option<u8>> =
        notes.iter().map(|note| ((note.track, note.channel), None)).collect();
    parts.extend(programs.into_iter().map(|(key, program)| (key, Some(program))));
    for (track, name) in (0..).zip(names) {
        if !name.is_empty() && !parts.keys().any(|key| key.0 == track) {
            parts.insert((track, 0), None);
        }
    }
    let part = |((track, channel), program)| Part { track, channel, name: names[usize::from(track)].clone(), program };
    parts.into_iter().map(part).collect()
}

fn changes<T: std::fmt::Debug>(value: impl Strategy<Value = T>) -> impl Strategy<Value = Vec<(u64, T)>> {
    vec((0..10_000_u64, value), 0..4).prop_map(|mut changes| {
        changes.sort_by_key(|change| change.0);
        changes
    })
}

fn scores() -> impl Strategy<Value = Score> {
    let heads = (1..=0x7fff_u16, lines(), vec("[a-zäöŁ♭ ]{0,9}", 5), vec(((0..5_u16, 0..16_u8), 0..=127_u8), 0..4));
    let tempos = changes(1..=0xff_ffff_u32);
    let meters = changes((1..=255_u8, 0..=15_u8));
    let keys = changes((-7..=7_i8, any::<bool>()));
    let texts = vec("[ -~äŁ♭\n]{0,40}", 0..4);
    (heads, tempos, meters, keys, texts).prop_map(
        |((ticks_per_quarter, lines, names, programs), tempos, meters, keys, texts)| {
            let notes = notes_of(lines);
            Score {
                ticks_per_quarter,
                parts: parts_of(&notes, &names, programs),
                notes,
                tempos: tempos.into_iter().map(|(tick, us_per_quarter)| Tempo { tick, us_per_quarter }).collect(),
                meters: meters
                    .into_iter()
                    .map(|(tick, (numerator, denominator_log2))| Meter { tick, numerator, denominator_log2 })
                    .collect(),
                texts,
                keys: keys.into_iter().map(|(tick, (sharps, minor))| KeySignature { tick, sharps, minor }).collect(),
            }
        },
    )
}

#[test]
fn a_score_comes_back_as_it_was_by_either_rule() {
    let config = Config { cases: 200, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, crate::any_bytes::rng());
    runner
        .run(&scores(), |score| {
            let bytes = encode(&score).map_err(|error| TestCaseError::fail(error.to_string()))?;
            for rules in [ReadRules::Standard, ReadRules::Lecture] {
                let decoded = decode(&bytes, rules).map_err(|error| TestCaseError::fail(error.to_string()))?;
                prop_assert_eq!(&decoded.warnings, &[]);
                prop_assert_eq!(&decoded.score, &score);
            }
            Ok(())
        })
        .unwrap();
}

/// Notes of one key, first in, first out, with unisons and overlaps among them.
fn overlapping_notes() -> impl Strategy<Value = Vec<Note>> {
    let steps = (prop_oneof![Just(0), 0..50_u64], prop_oneof![Just(0), 1..50_u64], 1..=127_u8);
    vec(steps, 1..20).prop_map(|steps| {
        let (mut onset, mut end) = (0, 0);
        let mut notes = Vec::new();
        for (later, longer, velocity) in steps {
            onset += later;
            end = end.max(onset + 1) + longer;
            notes.push(Note { onset, track: 0, channel: 0, pitch: 60, length: end - onset, velocity });
        }
        notes.sort_unstable();
        notes
    })
}

#[test]
fn notes_that_overlap_come_back_as_they_were() {
    let config = Config { cases: 500, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, crate::any_bytes::rng());
    runner
        .run(&overlapping_notes(), |notes| {
            let parts = vec![Part { track: 0, channel: 0, name: String::new(), program: None }];
            let score = Score { notes, parts, ..Score::new(480) };
            let bytes = encode(&score).map_err(|error| TestCaseError::fail(error.to_string()))?;
            let decoded = decode(&bytes, ReadRules::Standard).unwrap();
            prop_assert_eq!(decoded.warnings, []);
            prop_assert_eq!(decoded.score, score);
            Ok(())
        })
        .unwrap();
}

#[test]
fn midly_reads_what_we_write() {
    let notes = vec![
        Note { onset: 0, track: 0, channel: 2, pitch: 60, length: 10, velocity: 64 },
        Note { onset: 10, track: 0, channel: 2, pitch: 60, length: 10, velocity: 65 },
    ];
    let bytes = encode(&Score { notes, ..Score::new(96) }).unwrap();
    let file = midly::Smf::parse(&bytes).unwrap();
    assert_eq!(file.header.format, midly::Format::SingleTrack);
    // Two notes, each begun and ended, and the end of the track.
    assert_eq!(file.tracks[0].len(), 5);
    let expected = b"MThd\0\0\0\x06\0\0\0\x01\0\x60MTrk\0\0\0\x14\
        \0\x92\x3c\x40\x0a\x82\x3c\x40\0\x92\x3c\x41\x0a\x82\x3c\x40\0\xff\x2f\0";
    assert_eq!(bytes, expected);
}

#[test]
fn texts_stand_at_the_beginning_where_midly_finds_them() {
    let texts = vec!["made by hand".to_owned(), "zwölf".to_owned()];
    let bytes = encode(&Score { texts: texts.clone(), ..Score::new(96) }).unwrap();
    let file = midly::Smf::parse(&bytes).unwrap();
    let found = file.tracks[0].iter().filter_map(|event| match event.kind {
        midly::TrackEventKind::Meta(midly::MetaMessage::Text(text)) => Some((event.delta.as_int(), text.to_vec())),
        _ => None,
    });
    let expected: Vec<(u32, Vec<u8>)> = texts.iter().map(|text| (0, text.clone().into_bytes())).collect();
    assert_eq!(found.collect::<Vec<_>>(), expected);
}

#[test]
fn texts_further_on_and_in_other_tracks_are_no_remarks_on_the_whole() {
    let text = |delta, text: &str| [&[delta, 0xff, 0x01, text.len() as u8], text.as_bytes()].concat();
    let track = |events: &[Vec<u8>]| {
        let body = [events.concat(), vec![0, 0xff, 0x2f, 0]].concat();
        [b"MTrk", &(body.len() as u32).to_be_bytes()[..], &body].concat()
    };
    let first = track(&[text(0, "one"), text(0, "two"), text(1, "three"), text(0, "four")]);
    let bytes = [&b"MThd\0\0\0\x06\0\x01\0\x02\0\x60"[..], &first, &track(&[text(0, "five")])].concat();
    let decoded = decode(&bytes, ReadRules::Standard).unwrap();
    assert_eq!(decoded.score.texts, ["one", "two"]);
    assert_eq!(decoded.warnings, []);
}

#[test]
fn several_tracks_make_a_file_of_format_1() {
    let note = |track| Note { onset: 0, track, channel: 0, pitch: 60, length: 10, velocity: 64 };
    let bytes = encode(&Score { notes: vec![note(0), note(3)], ..Score::new(96) }).unwrap();
    assert_eq!(bytes[8..12], [0, 1, 0, 4]);
    // Parts that the score does not list are added.
    let parts = decode(&bytes, ReadRules::Standard).unwrap().score.parts;
    assert_eq!(parts.iter().map(|part| part.track).collect::<Vec<_>>(), [0, 3]);
}

#[test]
fn notes_in_any_order_make_the_same_music() {
    let note = |onset| Note { onset, track: 0, channel: 0, pitch: 60, length: 10, velocity: 64 };
    let bytes = encode(&Score { notes: vec![note(10), note(0)], ..Score::new(96) }).unwrap();
    let decoded = decode(&bytes, ReadRules::Standard).unwrap();
    assert_eq!((decoded.score.notes, decoded.warnings), (vec![note(0), note(10)], vec![]));
}
