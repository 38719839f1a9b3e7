use std::num::NonZeroUsize;

use galant_midi::{ReadRules, decode};
use galant_tokens::{ChordRules, ChordTokenizer};
use galant_types::{Chord, Note, Score};

/// Two tracks that meet every rule on which readers disagree; the comments give the tick.
#[rustfmt::skip]
const FILE: &[u8] = &[
    b'M', b'T', b'h', b'd', 0, 0, 0, 6, 0, 1, 0, 2, 0, 96,
    b'M', b'T', b'r', b'k', 0, 0, 0, 36,
    0, 0x90, 45, 64,    // 0: A2 begins
    10, 0x90, 45, 64,   // 10: struck while it sounds
    10, 0x90, 50, 0,    // 20: struck with velocity 0
    10, 0x80, 50, 64,   // 30: its note-off
    0, 0x90, 52, 64,    // 30: a note of zero length
    0, 0x80, 52, 64,
    10, 0x90, 60, 64,   // 40: a note that never ends
    60, 0xb0, 64, 0,    // 100: the last message but the end of track
    0, 0xff, 0x2f, 0,
    b'M', b'T', b'r', b'k', 0, 0, 0, 44,
    0, 0x91, 45, 64,    // 0: A2 on another channel, twice as long
    0, 0x92, 33, 64,    // 0: A1, on two channels, equally long
    0, 0x93, 33, 64,
    10, 0x82, 33, 64,   // 10
    0, 0x83, 33, 64,
    10, 0x81, 45, 64,   // 20
    20, 0x91, 64, 64,   // 40
    10, 0x81, 64, 64,   // 50
    40, 0x91, 72, 64,   // 90: the last onset of all tracks
    9, 0x81, 72, 64,    // 99
    0, 0xff, 0x2f, 0,
];

#[track_caller]
fn check(reading: ReadRules, rules: ChordRules, top: usize, expected: &str) {
    let score = decode(FILE, reading).unwrap().score;
    let tokens = ChordTokenizer { rules, top: NonZeroUsize::new(top) }.chords(&score);
    assert_eq!(tokens.iter().map(Chord::to_string).collect::<Vec<_>>().join(" "), expected);
}

/// What an independent program for the lecture's rules makes of `FILE`, for no limit and for the highest two and one.
#[test]
fn the_lecture_reads_with_its_quirks() {
    check(ReadRules::Lecture, ChordRules::Lecture, 0, "33.45.45 50 60.64");
    check(ReadRules::Lecture, ChordRules::Lecture, 2, "45.45 50 60.64");
    check(ReadRules::Lecture, ChordRules::Lecture, 1, "45 50 64");
}

#[test]
fn the_standard_reads_every_onset_and_each_key_once() {
    check(ReadRules::Standard, ChordRules::Standard, 0, "33.45 45 60.64 72");
    check(ReadRules::Standard, ChordRules::Standard, 1, "45 45 64 72");
    // The rules of reading and those of the tokenizer can be combined in any way.
    check(ReadRules::Lecture, ChordRules::Standard, 0, "33.45 50 60.64 72");
    check(ReadRules::Standard, ChordRules::Lecture, 0, "33.45.45 45 60.64");
}

#[test]
fn a_score_without_notes_has_no_tokens() {
    for rules in [ChordRules::Standard, ChordRules::Lecture] {
        assert_eq!(ChordTokenizer { rules, top: None }.chords(&Score::new(96)), []);
    }
}

#[test]
fn an_onset_of_more_notes_than_a_token_may_have_keeps_the_highest() {
    let note = |index: u64| Note {
        onset: 0,
        track: 0,
        channel: 0,
        pitch: if index == 0 { 59 } else { 60 },
        length: 1 + index,
        velocity: 1,
    };
    let score = Score {
        notes: (0..=Chord::MAX_NOTES as u64).map(note).chain([Note { onset: 9, ..note(0) }]).collect(),
        ..Score::new(96)
    };
    for top in [None, Some(NonZeroUsize::MAX)] {
        let tokens = ChordTokenizer { rules: ChordRules::Lecture, top }.chords(&score);
        assert_eq!(tokens, [Chord::new(vec![60; Chord::MAX_NOTES]).unwrap()]);
    }
}
