//! The seed files of the fuzz target, each with one oddity of files in the wild.

use galant_midi::{ReadRules, decode};
use galant_testkit::workspace_root;

/// By file: how many notes it has, and what is said of it.
///
/// The number of notes is at least that of the note-ons that TiMidity++ 2.14.0 plays of the same file (`timidity -Om`),
/// but for `zero-length`, of whose two notes one is dropped since a score has no notes without a length.
const FILES: &[(&str, usize, &[&str])] = &[
    ("cut", 1, &["track is cut short", "last event is cut short", "no end-of-track", "a quarter note is assumed"]),
    ("delta-2-to-31", 1, &["takes more than four bytes", "no end-of-track", "a quarter note is assumed"]),
    ("delta-longest", 2, &[]),
    ("encoded", 15, &[]),
    ("everything", 1, &[]),
    ("flats-128", 1, &["key signature event has the value -128"]),
    ("latin-1", 1, &["Latin-1 is assumed"]),
    ("length-too-long", 2, &["track is cut short", "the next one begins after 12"]),
    ("length-too-short", 2, &["last event is cut short", "no end-of-track", "belong to no chunk"]),
    ("long-header", 1, &["the header declares 8 bytes"]),
    ("no-end", 1, &["no end-of-track"]),
    ("no-note-off", 1, &["key 60 on channel 0 never ends; ended with the track"]),
    ("plain", 1, &[]),
    ("riff", 1, &["RIFF chunk 'DISP'"]),
    ("running-status", 2, &[]),
    ("running-through-meta", 1, &["0x90, the last one, is assumed"]),
    ("running-through-sysex", 1, &["0x90, the last one, is assumed"]),
    ("shift-jis", 1, &["Shift-JIS is assumed", "Shift-JIS is assumed"]),
    ("smpte-25", 1, &["25 a second, 40 ticks each"]),
    ("smpte-29", 1, &["29 a second, 80 ticks each", "a tempo means nothing"]),
    ("stray", 1, &["3 bytes belong to no chunk", "chunk 'XFIH'", "1 bytes belong to no chunk"]),
    ("system-messages", 1, &["0xf1", "0xf2", "0xf3", "0xf6", "0xf8", "0xfe"]),
    ("type-2", 2, &["independent pieces"]),
    ("zero-length", 1, &["ends at tick 0, where it begins"]),
    ("zero-ticks", 1, &["480 are assumed"]),
];

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(workspace_root().join("fuzz/seeds/midi").join(format!("{name}.mid"))).unwrap()
}

#[test]
fn what_players_play_is_decoded_and_each_repair_is_said() {
    for &(name, n_notes, expected) in FILES {
        let decoded = decode(&bytes(name), ReadRules::Standard).unwrap();
        assert_eq!(decoded.score.notes.len(), n_notes, "{name}");
        let said: Vec<String> = decoded.warnings.iter().map(ToString::to_string).collect();
        assert_eq!(said.len(), expected.len(), "{name}: {said:#?}");
        for (warning, part) in said.iter().zip(expected) {
            assert!(warning.contains(part) && warning.contains("byte "), "{name}: no {part:?} in {warning}");
        }
    }
}

#[test]
fn every_seed_is_among_them() {
    let folder = std::fs::read_dir(workspace_root().join("fuzz/seeds/midi")).unwrap();
    let mut names: Vec<String> =
        folder.map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    assert_eq!(names, FILES.iter().map(|(name, ..)| *name).collect::<Vec<_>>());
}

#[test]
fn repairs_are_told_from_what_a_score_has_no_place_for() {
    let is_repaired = |name: &str| {
        let warnings = decode(&bytes(name), ReadRules::Standard).unwrap().warnings;
        warnings.iter().any(|warning| warning.kind.is_repair())
    };
    let sound = ["plain", "riff", "type-2", "smpte-25", "latin-1", "shift-jis", "zero-length"];
    assert_eq!(sound.map(is_repaired), [false; 7]);
    let broken = ["cut", "flats-128", "no-end", "running-through-meta", "zero-ticks", "stray", "no-note-off"];
    assert_eq!(broken.map(is_repaired), [true; 7]);
}

#[test]
fn names_in_any_encoding_are_read() {
    let name = |file| decode(&bytes(file), ReadRules::Standard).unwrap().score.parts[0].name.clone();
    assert_eq!(name("latin-1"), "Flöte");
    assert_eq!(name("shift-jis"), "ピアノ");
}
