//! What is planned for a folder of music.

use galant_corpus::{Findings, Likeness, Piece, ReadOptions, read_piece};
use galant_pipeline::{MakePlan, MakeRequest};

/// Pieces in so many parts of single notes, each of `n_bars` bars.
fn findings(n_pieces: usize, n_parts: usize, n_bars: usize) -> Findings {
    let mut findings = Findings::default();
    for piece in 0..n_pieces {
        let part = |part: usize| {
            let bar = |bar: usize| ["CDEF", "EGce", "FAcd", "GBdG"][(piece + bar * (bar + part)) % 4];
            format!("V:{}\n{}|\n", part + 1, (0..n_bars).map(bar).collect::<Vec<_>>().join("|"))
        };
        let parts: String = (0..n_parts).map(part).collect();
        let abc = format!("X:1\nM:4/4\nL:1/4\nQ:1/4=120\nK:C\n{parts}");
        let name = format!("{piece}.abc");
        add(&mut findings, &name, &read_piece(&name, abc.as_bytes(), ReadOptions::default()).unwrap());
    }
    findings
}

fn add(findings: &mut Findings, name: &str, piece: &Piece) {
    findings.add(name, piece, &Likeness::of(&piece.score));
}

fn plan(findings: &Findings, minutes: f64) -> MakePlan {
    MakePlan::of(findings, &MakeRequest { minutes, n_pieces: 5 })
}

#[test]
fn chorales_are_learned_as_voices_and_all_else_as_notes() {
    let name = |n_pieces, n_parts| plan(&findings(n_pieces, n_parts, 8), 5.0).tokenizer.name();
    assert_eq!(name(24, 4), "voices");
    // Two hands, one part, too few pieces, a score for an orchestra.
    assert_eq!([name(24, 2), name(24, 1), name(5, 4), name(24, 9)], ["notes"; 4]);
}

#[test]
fn a_minority_in_other_parts_does_not_matter() {
    let mut findings = findings(24, 4, 8);
    let solo = read_piece("solo.abc", b"X:1\nK:C\nCDEF|GABc|\n", ReadOptions::default()).unwrap();
    (0..5).for_each(|_| add(&mut findings, "solo.abc", &solo));
    assert_eq!(plan(&findings, 5.0).tokenizer.name(), "voices");
    (0..5).for_each(|_| add(&mut findings, "solo.abc", &solo));
    assert_eq!(plan(&findings, 5.0).tokenizer.name(), "notes");
}

#[test]
fn training_leaves_time_for_composing() {
    let large = findings(60, 2, 400);
    for minutes in [1.0, 5.0, 8.0] {
        let plan = plan(&large, minutes);
        assert!(plan.training_minutes < minutes && plan.training_minutes >= 0.75 * minutes, "{plan:?}");
    }
    // Nobody waits for hours because minutes are there.
    assert_eq!(plan(&large, 600.0).training_minutes, 10.0);
}

#[test]
fn little_music_is_not_read_for_hours_and_is_said_to_be_little() {
    let little = plan(&findings(2, 1, 16), 5.0);
    assert!(little.training_minutes < 1.0, "{little:?}");
    assert!(little.doubts.iter().any(|doubt| doubt.starts_with("128 notes are little to learn from")), "{little:?}");
    let none = plan(&Findings::default(), 5.0);
    assert!(none.training_minutes > 0.0 && none.training_minutes.is_finite());
}
