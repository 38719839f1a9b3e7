use galant_midi::{EncodeError, ReadRules, decode, encode};
use galant_types::Place;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::bytes::{file, header, riff, track};

/// The same random numbers in every run.
pub(crate) fn rng() -> TestRng {
    TestRng::deterministic_rng(RngAlgorithm::ChaCha)
}

#[track_caller]
fn check<S: Strategy>(bytes: S, to_bytes: impl Fn(S::Value) -> Vec<u8>) {
    let config = Config { cases: 1000, failure_persistence: None, ..Config::default() };
    let read_both = |value| {
        let bytes = to_bytes(value);
        for rules in [ReadRules::Standard, ReadRules::Lecture] {
            // What can be read must be a score that can be written, and comes back.
            if let Ok(decoded) = decode(&bytes, rules) {
                prop_assert!(decoded.score.notes.is_sorted());
                let is_in_file = |place| matches!(place, Place::Byte { offset, .. } if offset <= bytes.len());
                prop_assert!(decoded.warnings.iter().all(|warning| is_in_file(warning.place)));
                match encode(&decoded.score) {
                    Ok(bytes) => prop_assert_eq!(decode(&bytes, ReadRules::Standard).unwrap().score, decoded.score),
                    // Dropped events leave a gap that their delta times do not bridge any more.
                    Err(EncodeError::GapTooLong { .. }) => {}
                    Err(error) => return Err(TestCaseError::fail(error.to_string())),
                }
            }
        }
        Ok(())
    };
    TestRunner::new_with_rng(config, rng()).run(&bytes, read_both).unwrap();
}

#[test]
fn any_bytes_are_read_or_refused() {
    check(vec(any::<u8>(), 0..200), |bytes| bytes);
}

#[test]
fn any_bytes_after_a_header_are_read() {
    check(vec(any::<u8>(), 0..200), |bytes| [header(1, 1), bytes].concat());
}

#[test]
fn any_events_are_read() {
    // Bytes that mean something, so that reading goes on for a while.
    let byte = prop_oneof![
        4 => 0..4_u8,
        2 => 58..62_u8,
        4 => select(vec![0x80, 0x90, 0x91, 0xb0, 0xc0, 0xf0, 0xf1, 0xff]),
        1 => select(vec![0x03, 0x2f, 0x51, 0x58, 0x59]),
        1 => any::<u8>(),
    ];
    check(vec(byte, 0..200), |events| file(&events));
}

#[test]
fn a_file_with_changed_bytes_is_read_or_refused() {
    let events = [
        [0, 0xff, 3, 2, b'h', b'i', 0, 0xff, 0x51, 3, 7, 1, 2, 0, 0xff, 0x58, 4, 4, 2, 24, 8, 0, 0xc0, 9].as_slice(),
        [0, 0x90, 60, 1, 10, 62, 1, 10, 60, 0, 10, 0x80, 62, 1, 0, 0xff, 0x59, 2, 1, 0].repeat(3).as_slice(),
    ]
    .concat();
    let plain = [header(1, 2), track(&events), track(&events)].concat();
    let files = select(vec![riff(&plain), plain]);
    let changes = vec((any::<Index>(), any::<u8>()), 1..4);
    check((files, changes, any::<Index>(), any::<bool>()), |(mut bytes, changes, end, cut)| {
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if cut {
            bytes.truncate(end.index(bytes.len()));
        }
        bytes
    });
}
