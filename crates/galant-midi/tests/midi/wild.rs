//! The seed files of the fuzz target, each with one oddity of files in the wild.

use std::fmt::Write as _;

use expect_test::expect;
use galant_midi::{ReadRules, decode};
use galant_testkit::workspace_root;
use galant_types::Severity;

use crate::bytes::said;

/// How many notes each file has.
///
/// The number is at least that of the note-ons that TiMidity++ 2.14.0 plays of the same file (`timidity -Om`), except for
/// `zero-length`: one of its two notes is dropped, as a score has no notes without a length; and for `surplus-track`, whose
/// second track the header does not declare.
const FILES: &[(&str, usize)] = &[
    ("cut", 1),
    ("delta-2-to-31", 1),
    ("delta-longest", 2),
    ("encoded", 15),
    ("everything", 1),
    ("flats-128", 1),
    ("latin-1", 1),
    ("length-1-too-long", 2),
    ("length-too-long", 2),
    ("length-too-short", 2),
    ("long-header", 1),
    ("lost-note-off", 3),
    ("mac-binary", 1),
    ("mode-2", 1),
    ("no-end", 1),
    ("no-note-off", 1),
    ("plain", 1),
    ("repeated", 2),
    ("riff", 1),
    ("running-status", 2),
    ("running-through-meta", 1),
    ("running-through-sysex", 1),
    ("shift-jis", 1),
    ("smpte-25", 1),
    ("smpte-29", 1),
    ("stray", 1),
    ("surplus-track", 1),
    ("system-messages", 1),
    ("type-2", 2),
    ("unison", 2),
    ("velocity-240", 1),
    ("western", 1),
    ("zero-length", 1),
    ("zero-ticks", 1),
];

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(workspace_root().join("fuzz/seeds/midi").join(format!("{name}.mid"))).unwrap()
}

#[test]
fn what_players_play_is_decoded_and_each_repair_is_said() {
    let mut warnings = String::new();
    for &(name, n_notes) in FILES {
        let decoded = decode(&bytes(name), ReadRules::Standard).unwrap();
        assert_eq!(decoded.score.notes.len(), n_notes, "{name}");
        for line in said(&decoded).lines() {
            writeln!(warnings, "{name:<22}{line}").unwrap();
        }
    }
    expect![[r#"
        cut                   Repair: track 0, byte 14: the track is cut short: it declares 12 bytes and has 5
        cut                   Repair: track 0, byte 22: key 60 on channel 0 begins at tick 0, where the track ends, and never ends; a quarter note was assumed
        cut                   Repair: track 0, byte 26: the track's last event is cut short after 1 byte; dropped
        cut                   Repair: track 0, byte 27: the track has no end-of-track event
        delta-2-to-31         Repair: track 0, byte 22: key 60 on channel 0 begins at tick 0, where the track ends, and never ends; a quarter note was assumed
        delta-2-to-31         Repair: track 0, byte 26: a delta time or length takes more than four bytes; the rest of the track, 20 bytes, was dropped
        delta-2-to-31         Repair: track 0, byte 46: the track has no end-of-track event
        flats-128             Repair: track 0, byte 22: a key signature event has the invalid value -128; dropped
        latin-1               Note: track 0, byte 22: a text is not UTF-8 and states no encoding; Latin-1 was assumed
        length-1-too-long     Repair: track 0, byte 14: the track declares 13 bytes, but the next one begins after 12; read from there
        length-too-long       Repair: track 0, byte 14: the track is cut short: it declares 99 bytes and has 32
        length-too-long       Repair: track 0, byte 14: the track declares 99 bytes, but the next one begins after 12; read from there
        length-too-short      Repair: track 0, byte 14: the track declares 9 bytes, but its end-of-track event ends after 12; read up to there
        long-header           Note: byte 4: the header declares 8 bytes instead of 6; the rest was skipped
        mac-binary            Note: byte 0: a MacBinary header of 128 bytes; skipped
        mode-2                Repair: track 0, byte 22: a key signature has mode 2, neither major (0) nor minor (1); major was assumed
        no-end                Repair: track 0, byte 30: the track has no end-of-track event
        no-note-off           Repair: track 0, byte 22: key 60 on channel 0 never ends; ended with the track at tick 10
        riff                  Note: byte 12: RIFF chunk 'DISP' of 1 byte holds no notes; skipped
        running-through-meta  Repair: track 0, byte 32: an event right after a meta or system exclusive event has no status byte; the last one, 0x90, was assumed
        running-through-sysex Repair: track 0, byte 31: an event right after a meta or system exclusive event has no status byte; the last one, 0x90, was assumed
        shift-jis             Note: track 0, byte 22: a text is not UTF-8 and states no encoding; Shift-JIS was assumed
        shift-jis             Note: track 0, byte 32: a text is not UTF-8 and states no encoding; Shift-JIS was assumed
        smpte-25              Note: byte 12: time is counted in film frames (25 per second of 40 ticks each), not in quarter notes; a quarter note was taken to be one second
        smpte-29              Note: byte 12: time is counted in film frames (29.97 per second of 80 ticks each), not in quarter notes; a quarter note was taken to be one second
        smpte-29              Note: track 0, byte 30: a tempo has no meaning where time is counted in film frames; dropped
        stray                 Repair: byte 14: 3 bytes outside of any chunk; skipped
        stray                 Note: byte 37: chunk 'XFIH' of 3 bytes is not a track; skipped
        stray                 Repair: byte 48: 1 byte outside of any chunk; skipped
        surplus-track         Repair: byte 34: the header declares a track count of 1, and 1 more follow from here; left out
        system-messages       Repair: track 0, byte 22: system message 0xf1 is not allowed in a file; dropped
        system-messages       Repair: track 0, byte 25: system message 0xf2 is not allowed in a file; dropped
        system-messages       Repair: track 0, byte 29: system message 0xf3 is not allowed in a file; dropped
        system-messages       Repair: track 0, byte 32: system message 0xf6 is not allowed in a file; dropped
        system-messages       Repair: track 0, byte 34: system message 0xf8 is not allowed in a file; dropped
        system-messages       Repair: track 0, byte 36: system message 0xfe is not allowed in a file; dropped
        type-2                Note: byte 8: the 2 tracks are independent pieces (format 2); put one after the other
        velocity-240          Repair: track 0, byte 22: note message 0x90 has a velocity of 240, over 127; 127 was assumed
        velocity-240          Repair: track 0, byte 26: note message 0x80 has a velocity of 240, over 127; 127 was assumed
        western               Note: track 0, byte 22: a text is not UTF-8 and states no encoding; Latin-1 was assumed
        zero-length           Note: track 0, byte 22: key 60 on channel 0 ends at tick 0, where it begins; dropped
        zero-ticks            Repair: byte 12: the header states 0 ticks per quarter note; 480 were assumed
    "#]].assert_eq(&warnings);
}

#[test]
fn every_seed_is_among_them() {
    let folder = std::fs::read_dir(workspace_root().join("fuzz/seeds/midi")).unwrap();
    let mut names: Vec<String> =
        folder.map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    assert_eq!(names, FILES.iter().map(|(name, _)| *name).collect::<Vec<_>>());
}

#[test]
fn repairs_are_distinguished_from_what_a_score_has_no_place_for() {
    let is_repaired = |name: &str| {
        let warnings = decode(&bytes(name), ReadRules::Standard).unwrap().warnings;
        warnings.iter().any(|warning| warning.severity == Severity::Repair)
    };
    let sound =
        ["plain", "riff", "type-2", "smpte-25", "latin-1", "shift-jis", "zero-length", "long-header", "mac-binary"];
    assert_eq!(sound.map(is_repaired), [false; 9]);
    let broken = ["cut", "flats-128", "no-end", "running-through-meta", "zero-ticks", "stray", "no-note-off", "mode-2"];
    assert_eq!(broken.map(is_repaired), [true; 8]);
}

#[test]
fn names_in_any_encoding_are_read() {
    let name = |file| decode(&bytes(file), ReadRules::Standard).unwrap().score.parts[0].name.clone();
    assert_eq!(name("latin-1"), "Flöte");
    assert_eq!(name("shift-jis"), "ピアノ");
    assert_eq!(name("western"), "Bach’s Air");
}
