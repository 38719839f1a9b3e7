use std::collections::BTreeSet;

use expect_test::expect;
use galant_dice::{
    BarNumber, DiceReport, KnownWaltzes, RecognizeError, Repeats, Throws, bars, dice_report, medley, played_bars,
    recognize, score, tables,
};
use galant_types::{Note, Score, Seed};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

const BOTH: [Repeats; 2] = [Repeats::Straight, Repeats::WithRepeats];

fn run<S: Strategy>(strategy: &S, claim: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let config = Config { cases: 64, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRunner::deterministic().rng().clone());
    runner.run(strategy, claim).unwrap();
}

/// Onset in the bar, pitch and length of the notes of each bar of 720 ticks.
type Cut = Vec<BTreeSet<(u64, u8, u64)>>;

/// A score of the game's resolution cut the slow way, bar after bar.
fn cut(score: &Score) -> Cut {
    let n_bars = score.notes.last().map_or(0, |note| note.onset / 720 + 1);
    let of_bar = |bar: u64| score.notes.iter().filter(move |note| note.onset / 720 == bar);
    (0..n_bars).map(|bar| of_bar(bar).map(|note| (note.onset % 720, note.pitch, note.length)).collect()).collect()
}

/// What the print has for a bar, in ticks.
fn printed(bar: BarNumber) -> BTreeSet<(u64, u8, u64)> {
    let ticks = |sixteenths: u8| u64::from(sixteenths) * 120;
    tables().notes(bar).iter().map(|note| (ticks(note.onset_16), note.pitch, ticks(note.length_16))).collect()
}

/// All sums that give the notes of the bar at `index` of a waltz as played, by trying all.
fn sums_by_trying(notes: &BTreeSet<(u64, u8, u64)>, repeats: Repeats, index: usize) -> Vec<u8> {
    let gives = |sum: &u8| {
        let throws = Throws::new([*sum; 16]).unwrap();
        printed(played_bars(&throws, repeats)[index]) == *notes
    };
    (2..=12).filter(gives).collect()
}

/// What [`dice_report`] counts, by comparing each bar with every bar of the print and every throw.
fn report_by_trying(score: &Score, repeats: Repeats, known: &[Throws]) -> DiceReport {
    let bars = cut(score);
    let all = || (1..=177).map(|number| BarNumber::new(number).unwrap());
    let mut report = DiceReport { n_bars: bars.len() as u64, ..DiceReport::default() };
    for waltz in bars.chunks(repeats.n_bars()) {
        report.n_waltzes += 1;
        report.n_bars_in_print += waltz.iter().filter(|notes| all().any(|bar| printed(bar) == **notes)).count() as u64;
        let sums: Vec<Vec<u8>> =
            waltz.iter().enumerate().map(|(index, notes)| sums_by_trying(notes, repeats, index)).collect();
        report.n_bars_in_place += sums.iter().filter(|sums| !sums.is_empty()).count() as u64;
        let repeats_hold = |sums: &[Vec<u8>]| repeats == Repeats::Straight || sums[..7] == sums[8..15];
        if waltz.len() == repeats.n_bars() && sums.iter().all(|sums| !sums.is_empty()) && repeats_hold(&sums) {
            report.n_legal += 1;
            let is_known = known.iter().any(|throws| cut(&crate::recognize::score(throws, repeats)) == waltz);
            report.n_new += u64::from(!is_known);
        }
    }
    report
}

fn throws() -> impl Strategy<Value = Throws> {
    prop::array::uniform16(2_u8..=12).prop_map(|sums| Throws::new(sums).unwrap())
}

#[test]
fn a_waltz_gives_back_its_throws_and_all_that_sound_the_same() {
    run(&throws(), |throws| {
        for repeats in BOTH {
            let waltz = score(&throws, repeats);
            let recognized = recognize(&waltz).unwrap();
            prop_assert_eq!(recognized.repeats, repeats);
            prop_assert_eq!(recognized.lowest(), throws.lowest());
            let first = repeats.n_bars() - 16;
            for (index, notes) in cut(&waltz).iter().enumerate().skip(first) {
                let position = index - first;
                prop_assert_eq!(&recognized.sums[position], &sums_by_trying(notes, repeats, index));
                prop_assert!(recognized.sums[position].contains(&throws.sums()[position]));
            }
        }
        Ok(())
    });
}

#[test]
fn equal_bars_give_all_their_sums() {
    let recognized = recognize(&score(&Throws::new([7; 16]).unwrap(), Repeats::WithRepeats)).unwrap();
    let but_eleven = [2, 3, 4, 5, 6, 7, 8, 9, 10, 12];
    assert_eq!(recognized.sums[0], [7]);
    assert_eq!(recognized.sums[7], (2..=12).collect::<Vec<u8>>(), "all bars of position 8 are equal");
    assert_eq!(recognized.sums[15], but_eleven, "all of position 16 are, but bar 78");
}

#[test]
fn what_plays_a_waltz_and_when_does_not_matter() {
    let throws = Throws::roll(Seed(11));
    let plain = score(&throws, Repeats::Straight);
    let played = |change: &dyn Fn(&mut Note)| {
        let mut other = Score { ticks_per_quarter: plain.ticks_per_quarter, ..Score::new(480) };
        other.notes = plain.notes.clone();
        other.notes.iter_mut().for_each(change);
        other.notes.sort_unstable();
        recognize(&other).map(|recognized| recognized.lowest())
    };
    let expected = Ok(throws.lowest());
    assert_eq!(played(&|note| note.velocity = 1 + note.pitch), expected, "velocity");
    assert_eq!(played(&|note| (note.track, note.channel) = (0, 3)), expected, "track and channel");
    assert_eq!(played(&|note| note.onset += 77), expected, "silence before it");
    assert!(played(&|note| note.pitch += 12).is_err(), "an octave higher");
    assert!(played(&|note| note.length -= 1).is_err(), "a tick shorter");
    assert!(played(&|note| note.onset += u64::from(note.pitch == 67)).is_err(), "some notes a tick late");
    // The coarsest resolution: a tick a sixteenth.
    let coarse = Score {
        notes: plain
            .notes
            .iter()
            .map(|note| Note { onset: note.onset / 120, length: note.length / 120, ..*note })
            .collect(),
        ..Score::new(4)
    };
    assert_eq!(recognize(&coarse).map(|recognized| recognized.lowest()), expected, "four ticks a quarter");
}

#[test]
fn what_is_not_a_waltz_is_refused_with_its_place() {
    let throws = Throws::new([7; 16]).unwrap();
    let refused = |change: &dyn Fn(&mut Score), repeats| {
        let mut waltz = score(&throws, repeats);
        change(&mut waltz);
        recognize(&waltz).unwrap_err()
    };
    let straight = Repeats::Straight;
    let n_bars = |score: &Score| recognize(score).unwrap_err();
    assert_eq!(n_bars(&Score::new(480)), RecognizeError::Length { n_bars: 0 });
    assert_eq!(n_bars(&medley(&[throws; 2], straight)), RecognizeError::Length { n_bars: 32 });
    let shorter = |score: &mut Score| score.notes.retain(|note| note.onset < 15 * 720);
    assert_eq!(refused(&shorter, straight), RecognizeError::Length { n_bars: 15 });
    let extra = |score: &mut Score| score.notes[20].pitch += 1;
    let bar = score(&throws, straight).notes[20].onset / 720 + 1;
    assert_eq!(refused(&extra, straight), RecognizeError::Bar { bar, position: bar as usize });
    // The last position of the second playing, turned into its first ending.
    let first_ending = |score: &mut Score| {
        let ending: Vec<Note> = score.notes.iter().filter(|note| note.onset / 720 == 7).copied().collect();
        score.notes.retain(|note| note.onset / 720 != 15);
        score.notes.extend(ending.iter().map(|note| Note { onset: note.onset + 8 * 720, ..*note }));
        score.notes.sort_unstable();
    };
    assert_eq!(refused(&first_ending, Repeats::WithRepeats), RecognizeError::Bar { bar: 16, position: 8 });
}

#[test]
fn a_repeat_of_other_throws_is_refused() {
    let (first, second) = (Throws::new([7; 16]).unwrap(), Throws::new([6; 16]).unwrap());
    let (mut waltz, other) = (score(&first, Repeats::WithRepeats), score(&second, Repeats::WithRepeats));
    waltz.notes.retain(|note| note.onset / 720 != 10);
    waltz.notes.extend(other.notes.iter().filter(|note| note.onset / 720 == 10));
    waltz.notes.sort_unstable();
    let error = recognize(&waltz).unwrap_err();
    assert_eq!(error, RecognizeError::Repeat { bar: 11, position: 3 });
    expect!["bar 11: the repeat of position 3 differs from its first playing in bar 3"].assert_eq(&error.to_string());
    let report = dice_report(&waltz, Repeats::WithRepeats, &KnownWaltzes::default());
    assert_eq!((report.n_bars_in_place, report.n_legal), (24, 0));
}

#[test]
fn reports_are_those_of_trying_every_bar_and_every_throw() {
    // Waltzes with some notes moved, some left out, some bars from elsewhere in the print, and an end cut off.
    let waltzes = prop::collection::vec(throws(), 1..4);
    let change = (0_usize..400, 0_u8..4);
    let changes = prop::collection::vec(change, 0..3);
    run(&(waltzes, changes, 0_u64..20, 0_usize..2), |(waltzes, changes, n_cut, which)| {
        let repeats = BOTH[which];
        let mut piece = medley(&waltzes, repeats);
        for (place, kind) in changes {
            let place = place % piece.notes.len();
            match kind {
                0 => piece.notes[place].pitch -= 1,
                1 => piece.notes[place].length += 120,
                2 => _ = piece.notes.remove(place),
                _ => {
                    let bar = piece.notes[place].onset / 720;
                    let elsewhere = printed(BarNumber::new(1 + (place % 177) as u8).unwrap());
                    piece.notes.retain(|note| note.onset / 720 != bar);
                    let note = |&(onset, pitch, length): &(u64, u8, u64)| Note {
                        onset: bar * 720 + onset,
                        track: 0,
                        channel: 0,
                        pitch,
                        length,
                        velocity: 64,
                    };
                    piece.notes.extend(elsewhere.iter().map(note));
                }
            }
            piece.notes.sort_unstable();
        }
        let end = piece.notes.last().map_or(0, |note| note.onset / 720 + 1).saturating_sub(n_cut).max(1);
        piece.notes.retain(|note| note.onset < end * 720);
        let known = &waltzes[..waltzes.len() / 2];
        let report = dice_report(&piece, repeats, &known.iter().copied().collect());
        prop_assert_eq!(report, report_by_trying(&piece, repeats, known));
        Ok(())
    });
}

#[test]
fn bars_in_the_wrong_place_are_in_the_print_and_not_in_place() {
    // The second part first: positions 9 to 16, then 1 to 8.
    let waltz = score(&Throws::roll(Seed(2)), Repeats::Straight);
    let mut turned = waltz.clone();
    turned.notes.iter_mut().for_each(|note| note.onset = (note.onset + 8 * 720) % (16 * 720));
    turned.notes.sort_unstable();
    let report = dice_report(&turned, Repeats::Straight, &KnownWaltzes::default());
    let expected =
        DiceReport { n_bars: 16, n_bars_in_print: 16, n_bars_in_place: 0, n_waltzes: 1, n_legal: 0, n_new: 0 };
    assert_eq!(report, expected);
}

#[test]
fn known_waltzes_are_known_by_their_sound() {
    let throws = Throws::new([7; 16]).unwrap();
    let mut sums = [7; 16];
    (sums[7], sums[15]) = (3, 4);
    let same = Throws::new(sums).unwrap();
    assert_ne!(bars(&throws), bars(&same));
    let known: KnownWaltzes = [throws].into_iter().collect();
    assert!(known.contains(&same));
    let both = medley(&[same, Throws::new([8; 16]).unwrap()], Repeats::Straight);
    let report = dice_report(&both, Repeats::Straight, &known);
    assert_eq!((report.n_waltzes, report.n_legal, report.n_new), (2, 2, 1));
    let mut sum = report;
    sum.add(report);
    assert_eq!((sum.n_bars, sum.n_bars_in_place, sum.n_new), (64, 64, 2));
}

#[test]
fn notes_at_the_end_of_time_are_not_a_waltz_and_take_no_memory() {
    let note = |onset, length| Note { onset, track: 0, channel: 0, pitch: 60, length, velocity: 64 };
    let far = Score { notes: vec![note(0, 1), note(u64::MAX, u64::MAX)], ..Score::new(1) };
    assert!(matches!(recognize(&far), Err(RecognizeError::Length { n_bars }) if n_bars > u64::MAX / 2));
    assert_eq!(dice_report(&far, Repeats::Straight, &KnownWaltzes::default()).n_bars_in_print, 0);
}
