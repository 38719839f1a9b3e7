//! Runs against an oracle that compares every onset with every other, as the definition says.

use galant_originality::{Copying, CorpusIndex, IndexBuilder, Onset, Onsets, RunKind};
use galant_types::{Note, Score};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// Onsets of few chords and times, so that there are runs.
fn piece() -> impl Strategy<Value = Score> {
    let onset = (prop::collection::btree_set(0_u8..3, 1..3), 1_u64..3);
    (prop::collection::vec(onset, 0..25), 50_u8..70).prop_map(|(onsets, lowest)| {
        let mut score = Score::new(12);
        let mut now = 0;
        for (pitches, time) in onsets {
            let note =
                |pitch| Note { onset: now, length: 1, pitch: lowest + pitch, velocity: 64, channel: 0, track: 0 };
            score.notes.extend(pitches.into_iter().map(note));
            now += 7 * time;
        }
        score
    })
}

fn index(corpus: &[Onsets], families: &[usize]) -> CorpusIndex {
    let mut builder = IndexBuilder::default();
    corpus.iter().for_each(|onsets| builder.add(onsets).unwrap());
    builder.build(families.to_vec())
}

/// Whether two onsets are alike, by the definition: intervals above the lowest pitch of the onset before, and the time to the
/// next.
fn is_alike(a: (&[Onset], usize), b: (&[Onset], usize), kind: RunKind) -> bool {
    let chord = |(list, at): (&[Onset], usize)| -> Vec<i32> {
        let base = i32::from(list[at.saturating_sub(1)].pitches[0]);
        list[at].pitches.iter().map(|&pitch| i32::from(pitch) - base).collect()
    };
    let time = |(list, at): (&[Onset], usize)| list[at + 1].twelfth - list[at].twelfth;
    chord(a) == chord(b) && (kind == RunKind::Pitches || time(a) == time(b))
}

/// The longest run from each place of `piece` on that is in one of `corpus`.
fn found_from(piece: &Onsets, corpus: &[&Onsets], kind: RunKind) -> Vec<usize> {
    let run = |first: usize, other: &Onsets, place: usize| {
        let n_left = (piece.n_compared() - first).min(other.n_compared() - place);
        (0..n_left).take_while(|n| is_alike((piece.list(), first + n), (other.list(), place + n), kind)).count()
    };
    let of_other = |first: usize, other: &Onsets| (0..other.n_compared()).map(|place| run(first, other, place)).max();
    (0..piece.n_compared())
        .map(|first| corpus.iter().filter_map(|other| of_other(first, other)).max().unwrap_or(0))
        .collect()
}

fn longest(found: &[usize]) -> Vec<usize> {
    let at =
        |at: usize| (0..=at).filter(|&first| first + found[first] > at).map(|first| found[first]).max().unwrap_or(0);
    (0..found.len()).map(at).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::with_cases(300) })]

    #[test]
    fn runs_are_those_that_comparing_everything_finds(
        scores in prop::collection::vec(piece(), 0..5),
        other in piece(),
        n_min in 1_usize..6,
    ) {
        let corpus: Vec<Onsets> = scores.iter().map(Onsets::of).collect();
        let index = index(&corpus, &(0..corpus.len()).collect::<Vec<_>>());
        let onsets = Onsets::of(&other);
        for kind in RunKind::ALL {
            let found = found_from(&onsets, &corpus.iter().collect::<Vec<_>>(), kind);
            let runs = index.runs(&onsets, kind, n_min, None);
            prop_assert_eq!(&runs.longest, &longest(&found));
            for run in &runs.copied {
                let source = &corpus[run.source.piece];
                let (there, here) = (&source.list()[run.source.first..], &onsets.list()[run.first..]);
                for n in 0..run.n_onsets {
                    prop_assert!(is_alike((onsets.list(), run.first + n), (source.list(), run.source.first + n), kind));
                    let moved: Vec<i16> = there[n].pitches.iter().map(|&pitch| i16::from(pitch) + run.semitones).collect();
                    prop_assert_eq!(moved, here[n].pitches.iter().map(|&pitch| i16::from(pitch)).collect::<Vec<_>>());
                }
                prop_assert_eq!(run.n_onsets, found[run.first]);
                prop_assert_eq!(*run.source.bars.start(), there[0].bar);
                prop_assert_eq!(*run.bars.end(), here[run.n_onsets - 1].bar);
            }
            for n_most in 0..6 {
                let begin = n_min;
                let first = (begin..onsets.n_compared()).find(|&at| {
                    // The run from `first` to `at` is in the corpus and too long.
                    (0..=at).any(|first| first + found[first] > at && at + 1 - first > n_most)
                });
                prop_assert_eq!(index.first_over(&onsets, kind, n_most, begin), first, "{:?} {}", found, n_most);
            }
        }
    }

    #[test]
    fn a_piece_of_the_corpus_is_compared_with_other_families_alone(
        pieces in prop::collection::vec((piece(), 0_usize..3), 1..6),
        n_min in 1_usize..4,
    ) {
        let (scores, families): (Vec<Score>, Vec<usize>) = pieces.into_iter().unzip();
        let corpus: Vec<Onsets> = scores.iter().map(Onsets::of).collect();
        let index = index(&corpus, &families);
        prop_assert_eq!(index.n_onsets(), corpus.iter().map(Onsets::n_compared).sum::<usize>());
        for kind in RunKind::ALL {
            let copying = index.leave_one_out(kind, n_min);
            for (number, onsets) in corpus.iter().enumerate() {
                let is_other = |other: &usize| families[*other] != families[number];
                let others: Vec<&Onsets> = (0..corpus.len()).filter(is_other).map(|other| &corpus[other]).collect();
                let expected = longest(&found_from(onsets, &others, kind));
                let runs = index.runs(onsets, kind, n_min, Some(number));
                prop_assert_eq!(&runs.longest, &expected);
                let n_covered = expected.iter().filter(|&&n| n >= n_min).count();
                let covered = n_covered as f64 / expected.len().max(1) as f64;
                let expected = Copying { longest: expected.iter().copied().max().unwrap_or(0), covered };
                prop_assert_eq!(copying[number], expected);
                prop_assert!(runs.copied.iter().all(|run| is_other(&run.source.piece)));
            }
        }
    }
}

#[test]
fn an_empty_corpus_and_an_empty_piece_have_no_runs() {
    let none = index(&[], &[]);
    let tune = Onsets::of(&Score {
        notes: (0..9)
            .map(|place| Note { onset: place, length: 1, pitch: 60, velocity: 1, channel: 0, track: 0 })
            .collect(),
        ..Score::new(1)
    });
    assert_eq!(none.runs(&tune, RunKind::Pitches, 1, None).longest, [0; 8]);
    assert_eq!((none.n_pieces(), none.n_onsets(), none.leave_one_out(RunKind::Pitches, 8).len()), (0, 0, 0));
    let of_nothing = index(&[Onsets::default(), tune.clone(), Onsets::default()], &[0, 1, 2]);
    assert_eq!(of_nothing.runs(&Onsets::default(), RunKind::Pitches, 1, None).longest_run(), 0);
    let runs = of_nothing.runs(&tune, RunKind::PitchesAndRhythm, 1, None);
    assert_eq!((runs.longest_run(), runs.copied.len(), runs.copied[0].source.piece), (8, 1, 1));
    assert_eq!(of_nothing.runs(&tune, RunKind::Pitches, 1, Some(1)).longest_run(), 0);
}
