//! How much of a validation part is learned from, against an independent count.

use galant_corpus::{HeldOut, Leaks, Tune};
use galant_testkit::shared_data;
use serde_json::Value;

use crate::near_duplicates::chorales;

/// The golden file is made by `leaks.py`.
#[test]
fn in_the_usual_split_of_the_chorales_as_many_leak_as_an_independent_count_says() {
    let Some(folder) = shared_data().map(|data| data.join("jsb16")).filter(|folder| folder.exists()) else {
        eprintln!("skipped: no chorales at jsb16");
        return;
    };
    let expected: Value = serde_json::from_str(include_str!("leaks.json")).unwrap();
    let learned = chorales(&folder.join("train.json"));
    let n_learned = learned.len();
    let all = learned.into_iter().chain(chorales(&folder.join("valid.json")));
    let tunes: Vec<Tune> = all
        .map(|(_, mut score)| {
            // Notes sound until the next of their part.
            let mut next = [u64::MAX; 4];
            for note in score.notes.iter_mut().rev() {
                note.length = next[usize::from(note.track)].min(note.onset + 1000) - note.onset;
                next[usize::from(note.track)] = note.onset;
            }
            Tune::of(&score)
        })
        .collect();
    let flags = (0..tunes.len()).map(|piece| piece >= n_learned).collect();
    let leaks = Leaks::of(&tunes.iter().collect::<Vec<_>>(), &HeldOut::Named(flags));
    let [by_12, by_16] = leaks.n_by_runs();
    assert_eq!(
        serde_json::json!([leaks.n_pieces, by_12, by_16]),
        serde_json::json!([expected["pieces"], expected["by_12"], expected["by_16"]])
    );
    let found: Vec<(usize, f64, f64)> =
        leaks.leaks.iter().map(|leak| (leak.piece - n_learned, leak.share_of_12, leak.share_of_16)).collect();
    let expected: Vec<(usize, f64, f64)> = serde_json::from_value(expected["shares"].clone()).unwrap();
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (found, expected) in found.iter().zip(&expected) {
        assert!(
            found.0 == expected.0 && (found.1 - expected.1).abs() < 1e-9 && (found.2 - expected.2).abs() < 1e-9,
            "{found:?} {expected:?}"
        );
    }
}
