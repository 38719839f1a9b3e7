//! Any bytes are read into a score that keeps its promises, or refused.

use galant_musicxml::{MAX_NOTES, compress, decode, encode, looks_like_musicxml};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

#[track_caller]
fn check<T: std::fmt::Debug>(cases: u32, bytes: impl Strategy<Value = T>, to_bytes: impl Fn(T) -> Vec<u8>) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let read = |value| {
        let bytes = to_bytes(value);
        let _ = looks_like_musicxml(&bytes);
        if let Ok(decoded) = decode(&bytes) {
            let score = decoded.score;
            prop_assert!(score.notes.is_sorted() && score.notes.len() <= MAX_NOTES);
            prop_assert!(score.notes.iter().all(|note| note.pitch < 128 && note.length > 0 && note.velocity > 0));
            prop_assert!(score.meters.is_sorted_by_key(|meter| meter.tick));
            prop_assert!(score.parts.iter().all(|part| part.channel < 16 && part.program.is_none_or(|n| n < 128)));
            // What comes from MusicXML can be written and read again.
            if let Ok(encoded) = encode(&score) {
                let again = decode(encoded.xml.as_bytes()).unwrap().score;
                prop_assert_eq!(again.notes.len(), score.notes.len());
            }
        }
        Ok(())
    };
    runner.run(&bytes, read).unwrap();
}

#[test]
fn any_bytes_are_read_or_refused() {
    check(500, vec(any::<u8>(), 0..200), |bytes| bytes);
    check(500, vec(any::<u8>(), 0..200), |bytes| [b"PK\x03\x04".as_slice(), &bytes].concat());
    check(500, vec(any::<char>(), 0..200), |text| format!("<score-partwise>{}", String::from_iter(text)).into_bytes());
}

#[test]
fn damaged_files_are_read_or_refused() {
    let whole = include_str!("golden/duet.musicxml");
    for bytes in [whole.as_bytes().to_vec(), compress(whole)] {
        check(500, (any::<Index>(), any::<Index>(), any::<u8>()), |(at, cut, byte)| {
            let mut damaged = bytes.clone();
            let at = at.index(damaged.len());
            damaged[at] = byte;
            damaged.truncate(damaged.len() - cut.index(damaged.len()) * usize::from(byte.is_multiple_of(4)));
            damaged
        });
    }
}

#[test]
fn any_elements_are_read_or_refused() {
    let pieces = [
        "<measure number=\"1\">",
        "</measure><measure>",
        "<note><pitch><step>C</step><octave>4</octave></pitch><duration>2</duration></note>",
        "<note><chord/><pitch><step>G</step><alter>-1</alter><octave>9</octave></pitch><duration>3</duration><tie type=\"start\"/></note>",
        "<note><pitch><step>B</step><octave>9</octave></pitch><duration>1</duration></note>",
        "<note><pitch><step>C</step><octave>4</octave></pitch><duration>2</duration><tie type=\"stop\"/><voice>2</voice></note>",
        "<note><rest/><duration>5</duration></note>",
        "<note><unpitched/><duration>1</duration></note>",
        "<note dynamics=\"NaN\"><pitch><step>C</step><octave>0</octave></pitch><duration>0.3</duration></note>",
        "<backup><duration>3</duration></backup>",
        "<backup><duration>99999</duration></backup>",
        "<forward><duration>7</duration></forward>",
        "<attributes><divisions>3</divisions></attributes>",
        "<attributes><divisions>7</divisions><time><beats>3</beats><beat-type>8</beat-type></time></attributes>",
        "<attributes><time><beats>255</beats><beat-type>256</beat-type></time></attributes>",
        "<attributes><key><fifths>-5</fifths></key><transpose><chromatic>-100</chromatic></transpose></attributes>",
        "<barline location=\"left\"><repeat direction=\"forward\"/></barline>",
        "<barline><repeat direction=\"backward\" times=\"4\"/></barline>",
        "<barline><ending number=\"1,2\" type=\"start\"/></barline>",
        "<barline><ending number=\"3\" type=\"start\"/><repeat direction=\"backward\"/></barline>",
        "<sound tempo=\"90\" dacapo=\"yes\"/>",
        "<sound tempo=\"1e-9\" tocoda=\"c\" segno=\"s\"/>",
        "<direction><sound dalsegno=\"s\" fine=\"yes\"/><offset sound=\"yes\">-1e30</offset></direction>",
        "<sound coda=\"c\"/>",
    ];
    check(1500, vec(select(pieces.to_vec()), 0..50), |pieces| {
        format!("<score-partwise><part id=\"P1\"><measure>{}</measure></part></score-partwise>", pieces.concat())
            .into_bytes()
    });
}
