//! What a survey finds.

use galant_checkpoint::Source;
use galant_corpus::{Finding, Likeness, Piece, Share, Survey, SurveyTotal};
use galant_types::Score;

use crate::{CHORDS, notes, rhythm, tune};

/// Ten quarter notes, of which the last is the only F.
const LAST_IS_NEW: &str = "CDE|CDE|CDE|F|";

fn add(survey: &mut Survey, name: &str, piece: &Piece) {
    survey.add(name, piece, &Likeness::of(&piece.score));
}

#[test]
fn duplicates_are_found_in_any_key_and_tempo() {
    for tokenizer in [rhythm(), notes(), CHORDS] {
        let mut survey = Survey::new(tokenizer, 0.1);
        let mut quick = tune("a.abc", LAST_IS_NEW);
        quick.score.tempos[0].us_per_quarter /= 2;
        add(&mut survey, "a.abc", &tune("a.abc", LAST_IS_NEW));
        add(&mut survey, "b.abc", &tune("b.abc", "CDE|CDE|CDE|G|"));
        add(&mut survey, "higher.abc", &tune("a.abc", "DE^F|DE^F|DE^F|G|"));
        add(&mut survey, "lower.abc", &tune("a.abc", "B,^C^D|B,^C^D|B,^C^D|E|"));
        add(&mut survey, "quick.abc", &quick);
        let findings: Vec<&Finding> = survey.rows().iter().map(|row| &row.finding).collect();
        let duplicate = |semitones| Finding::Duplicate { first: 0, semitones };
        assert_eq!(findings, [&Finding::Song, &Finding::Song, &duplicate(2), &duplicate(-1), &duplicate(0)]);
        let SurveyTotal { n_files, n_duplicates, n_transposed, n_left_out, .. } = survey.total();
        assert_eq!((n_files, n_duplicates, n_transposed, n_left_out), (5, 3, 2, 0));
    }
}

#[test]
fn what_is_left_out_has_a_reason_and_keeps_its_place() {
    let mut survey = Survey::new(rhythm(), 0.1);
    survey.leave_out("damaged.mid", "no header".to_owned());
    add(&mut survey, "silent.mid", &Piece::new("silent.mid", Source::File, b"", Score::new(480)));
    add(&mut survey, "folder/a.abc", &tune("a.abc", "CDE|"));
    add(&mut survey, "folder/b.abc", &tune("b.abc", "CDE|"));
    let rows = survey.rows();
    let left_out = |reason: &str| Finding::LeftOut { reason: reason.to_owned() };
    assert_eq!((&rows[0].finding, &rows[1].finding), (&left_out("no header"), &left_out("no notes")));
    // The number of the first file counts those left out.
    assert_eq!((&rows[2].finding, &rows[3].finding), (&Finding::Song, &Finding::Duplicate { first: 2, semitones: 0 }));
    assert_eq!(
        (rows[2].name.as_str(), rows[2].n_notes, rows[2].n_tokens, rows[2].n_warnings),
        ("folder/a.abc", 3, 3, 0)
    );
    assert_eq!((survey.total().n_left_out, survey.total().n_notes, survey.total().n_tokens), (2, 6, 6));
}

#[test]
fn unseen_tokens_of_the_validation_parts_are_counted() {
    let share = |n_unseen, n_validation| Share { n_unseen, n_validation };
    let mut survey = Survey::new(CHORDS, 0.2);
    add(&mut survey, "a.abc", &tune("a.abc", LAST_IS_NEW));
    add(&mut survey, "b.abc", &tune("b.abc", "CDE|CDE|CDE|C|"));
    // Two tokens of each are validated: E and F, E and C.
    assert_eq!(survey.unseen_shares(), [share(1, 2), share(0, 2)]);
    let total = survey.total();
    assert_eq!((total.unseen, total.n_different, total.is_exact), (share(1, 4), 3, true));
    assert_eq!(total.unseen.to_string(), "25.0 %");

    // What a later file trains on is not unseen.
    add(&mut survey, "c.abc", &tune("c.abc", "FFF|FFF|"));
    assert_eq!(survey.unseen_shares(), [share(0, 2), share(0, 2), share(0, 1)]);

    let mut nothing_held_out = Survey::new(CHORDS, 0.0);
    add(&mut nothing_held_out, "a.abc", &tune("a.abc", LAST_IS_NEW));
    assert_eq!(nothing_held_out.unseen_shares(), [Share::default()]);
    assert_eq!(nothing_held_out.total().n_different, 4);
}
