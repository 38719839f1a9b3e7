//! Runs of a piece that are in a corpus.

use std::cmp::Reverse;
use std::collections::VecDeque;
use std::ops::RangeInclusive;

/// What of a piece is in a corpus.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Runs {
    /// For each onset but the last, how many onsets the longest run has that it is in and that is in the corpus; 0 if the
    /// corpus has no such onset.
    pub longest: Vec<usize>,
    /// Runs that together have all onsets of which `longest` is at least the number asked for, in the order of the piece;
    /// none can be continued on either side, and of all such runs they are the longest.
    pub copied: Vec<CopiedRun>,
}

/// A run of onsets of a piece that is also in a corpus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopiedRun {
    /// The number of its first onset in the piece, from 0.
    pub first: usize,
    /// How many onsets it has.
    pub n_onsets: usize,
    /// The bars of the piece that it is in, counted from 1.
    pub bars: RangeInclusive<u64>,
    /// Where it is in the corpus: of several places the first, among the 131,072 that are compared at most.
    pub source: SourcePlace,
    /// How many semitones higher it is in the piece.
    pub semitones: i16,
}

/// A place in a corpus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourcePlace {
    /// The number of the piece, from 0.
    pub piece: usize,
    /// The number of the onset there, from 0.
    pub first: usize,
    /// The bars of that piece, counted from 1.
    pub bars: RangeInclusive<u64>,
}

impl Runs {
    /// How many onsets the longest run has.
    pub fn longest_run(&self) -> usize {
        self.longest.iter().copied().max().unwrap_or(0)
    }

    /// The share of the onsets that are in runs of at least `n_min`; 0 of none.
    pub fn covered(&self, n_min: usize) -> f64 {
        covered(&self.longest, n_min)
    }
}

pub(crate) fn covered(longest: &[usize], n_min: usize) -> f64 {
    longest.iter().filter(|&&n| n >= n_min).count() as f64 / longest.len().max(1) as f64
}

/// For each onset the length of the longest run that it is in, from the longest that begins at each.
pub(crate) fn longest(found: &[usize]) -> Vec<usize> {
    // A run that begins later ends no earlier, so it is enough to look at those that still go on.
    let mut going_on: VecDeque<(usize, usize)> = VecDeque::new();
    let mut longest = Vec::with_capacity(found.len());
    for (at, &n) in found.iter().enumerate() {
        while going_on.back().is_some_and(|(_, other)| *other <= n) {
            going_on.pop_back();
        }
        going_on.push_back((at + n, n));
        while going_on.front().is_some_and(|(end, _)| *end <= at) {
            going_on.pop_front();
        }
        longest.push(going_on.front().map_or(0, |(_, n)| *n));
    }
    longest
}

/// The first onset and the length of runs of at least `n_min` that together have every onset which is in one, the longest
/// first chosen; in the order of the piece.
pub(crate) fn chosen(found: &[usize], n_min: usize) -> Vec<(usize, usize)> {
    let goes_on_before = |at: usize| at > 0 && found[at - 1] > found[at];
    let whole = (0..found.len()).filter(|&at| found[at] >= n_min.max(1) && !goes_on_before(at));
    let mut by_length: Vec<(usize, usize)> = whole.map(|at| (at, found[at])).collect();
    by_length.sort_by_key(|&(at, n)| (Reverse(n), at));
    let mut is_covered = vec![false; found.len()];
    by_length.retain(|&(at, n)| {
        let of_run = &mut is_covered[at..at + n];
        let is_new = of_run.contains(&false);
        of_run.fill(true);
        is_new
    });
    by_length.sort_unstable();
    by_length
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::with_cases(500) })]

        #[test]
        fn each_onset_is_in_the_longest_run_and_the_chosen_ones_have_them_all(
            steps in prop::collection::vec(0_usize..12, 0..40),
            n_min in 0_usize..6,
        ) {
            // A run that begins an onset later ends no earlier, and none goes beyond the end.
            let mut found = Vec::new();
            for (at, &n) in steps.iter().enumerate() {
                let before = found.last().map_or(0, |n: &usize| n.saturating_sub(1));
                found.push(n.max(before).min(steps.len() - at));
            }
            let longest = longest(&found);
            for (at, &longest) in longest.iter().enumerate() {
                let of_all = (0..=at).filter(|first| first + found[*first] > at).map(|first| found[first]).max();
                prop_assert_eq!(longest, of_all.unwrap_or(0), "{:?} at {}", found, at);
            }
            let chosen = chosen(&found, n_min);
            prop_assert!(chosen.is_sorted());
            for (at, &longest) in longest.iter().enumerate() {
                let is_chosen = chosen.iter().any(|&(first, n)| first <= at && at < first + n);
                prop_assert_eq!(is_chosen, longest >= n_min.max(1), "{:?} {:?} at {}", found, chosen, at);
            }
        }
    }
}
