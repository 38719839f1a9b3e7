use std::path::Path;

use galant_midi::{DecodeError, ReadRules, decode};
use galant_testkit::shared_data;

#[test]
fn odd_files_are_read_or_refused_with_a_reason() {
    let Some(data) = shared_data() else {
        println!("skipped: no shared data beside the checkout");
        return;
    };
    let mut n_files = 0;
    for folder in ["jazz-soft", "muspy"] {
        for entry in std::fs::read_dir(data.join("odd-midi").join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            for rules in [ReadRules::Standard, ReadRules::Lecture] {
                check(&path, decode(&bytes, rules).map(|decoded| decoded.warnings.len()));
            }
            n_files += 1;
        }
    }
    assert!(n_files >= 88, "only {n_files} odd files");
}

/// All but three can be read: one is empty, one holds text, and one is a bare system exclusive message.
#[track_caller]
fn check(path: &Path, result: Result<usize, DecodeError>) {
    let name = path.file_name().unwrap().to_str().unwrap();
    match result {
        Ok(n_warnings) => {
            let damaged = ["corrupt", "illegal", "2-tracks-type-0", "2-tracks-type-2", "non-midi-track", "running"];
            if damaged.iter().any(|word| name.contains(word)) {
                assert_ne!(n_warnings, 0, "{name}: damage passed in silence");
            }
        }
        Err(DecodeError::Empty) => assert_eq!(name, "midi_test-empty-file.mid"),
        Err(DecodeError::NotMidi { .. }) => {
            assert!(name == "midi_test-not-a-midi-file.mid" || name.ends_with(".syx"), "{name}: refused");
        }
        Err(error) => panic!("{name}: {error}"),
    }
}

/// What mido reads of the same files; `make_real_notes.py` beside it wrote it.
const REAL_NOTES: &str = include_str!("../golden/real_notes.txt");

#[test]
fn notes_of_real_and_odd_files_are_those_that_mido_reads() {
    let Some(data) = shared_data() else {
        println!("skipped: no shared data beside the checkout");
        return;
    };
    let mut n_files = 0;
    for line in REAL_NOTES.lines() {
        let [name, n_notes, hash] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let bytes = std::fs::read(data.join(name)).unwrap();
        let score = decode(&bytes, ReadRules::Standard).unwrap().score;
        let mut notes: Vec<_> =
            score.notes.iter().map(|note| (note.onset, note.channel, note.pitch, note.length)).collect();
        notes.sort_unstable();
        let texts = notes.iter().map(|(onset, channel, pitch, length)| format!("{onset}:{channel}:{pitch}:{length}"));
        let text = texts.collect::<Vec<_>>().join(" ");
        assert_eq!((notes.len().to_string().as_str(), fnv1a64(&text).as_str()), (n_notes, hash), "{name}");
        n_files += 1;
    }
    assert!(n_files >= 120, "only {n_files} files");
}

/// The 64-bit FNV-1a hash of a text.
fn fnv1a64(text: &str) -> String {
    let step = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    format!("{:016x}", text.bytes().fold(0xcbf2_9ce4_8422_2325, step))
}
