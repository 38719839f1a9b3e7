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
