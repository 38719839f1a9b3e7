//! How much the pieces of a corpus copy from each other.

use crate::runs::{Runs, covered};

/// How much of a piece is in a corpus, in two numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Copying {
    /// How many onsets the longest run has.
    pub longest: usize,
    /// The share of the onsets that are in runs of at least the length asked for.
    pub covered: f64,
}

impl Copying {
    /// That of the longest runs of a piece, where runs of at least `n_min` onsets count as copied.
    pub(crate) fn of(longest: &[usize], n_min: usize) -> Copying {
        Copying { longest: longest.iter().copied().max().unwrap_or(0), covered: covered(longest, n_min) }
    }
}

impl Runs {
    /// Both numbers, where runs of at least `n_min` onsets count as copied.
    pub fn copying(&self, n_min: usize) -> Copying {
        Copying::of(&self.longest, n_min)
    }
}

/// How much the pieces of a corpus have from each other: what a piece is compared with that copies as people do.
#[derive(Debug, Clone, PartialEq)]
pub struct CorpusInterval {
    /// Of each piece, in ascending order.
    longest: Vec<usize>,
    covered: Vec<f64>,
}

/// Three of a hundred ranks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quantiles<T> {
    /// A twentieth of the pieces has less.
    pub low: T,
    /// Half of the pieces has less.
    pub median: T,
    /// A twentieth of the pieces has more.
    pub high: T,
}

impl CorpusInterval {
    /// The interval of the pieces of a corpus; see [`CorpusIndex::leave_one_out`](crate::CorpusIndex::leave_one_out).
    pub fn of(pieces: &[Copying]) -> CorpusInterval {
        let mut longest: Vec<usize> = pieces.iter().map(|piece| piece.longest).collect();
        let mut covered: Vec<f64> = pieces.iter().map(|piece| piece.covered).collect();
        longest.sort_unstable();
        covered.sort_by(f64::total_cmp);
        CorpusInterval { longest, covered }
    }

    /// How many pieces it is of.
    pub fn n_pieces(&self) -> usize {
        self.longest.len()
    }

    /// Of the longest runs; none of no pieces.
    pub fn longest(&self) -> Option<Quantiles<usize>> {
        quantiles(&self.longest)
    }

    /// Of the shares in runs; none of no pieces.
    pub fn covered(&self) -> Option<Quantiles<f64>> {
        quantiles(&self.covered)
    }

    /// The share of the pieces whose longest run is shorter than `n_onsets`.
    pub fn rank_of_longest(&self, n_onsets: usize) -> f64 {
        self.longest.partition_point(|&n| n < n_onsets) as f64 / self.longest.len().max(1) as f64
    }

    /// The share of the pieces of which a smaller share is in runs.
    pub fn rank_of_covered(&self, share: f64) -> f64 {
        self.covered.partition_point(|&n| n < share) as f64 / self.covered.len().max(1) as f64
    }

    /// Whether a piece copies more than the corpus does: more than 95 of 100 of its pieces, by the longest run or by the share
    /// in runs.
    pub fn is_exceeded(&self, copying: Copying) -> bool {
        let is_over = |rank: f64| rank > 0.95;
        is_over(self.rank_of_longest(copying.longest)) || is_over(self.rank_of_covered(copying.covered))
    }
}

fn quantiles<T: Copy>(sorted: &[T]) -> Option<Quantiles<T>> {
    let last = sorted.len().checked_sub(1)?;
    let at = |twentieth: usize| sorted[(last * twentieth + 10) / 20];
    Some(Quantiles { low: at(1), median: at(10), high: at(19) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_shares_of_pieces_that_have_less() {
        let pieces: Vec<Copying> = (0..101).map(|n| Copying { longest: n, covered: n as f64 / 200.0 }).rev().collect();
        let interval = CorpusInterval::of(&pieces);
        assert_eq!(interval.longest(), Some(Quantiles { low: 5, median: 50, high: 95 }));
        assert_eq!(interval.covered(), Some(Quantiles { low: 0.025, median: 0.25, high: 0.475 }));
        assert_eq!((interval.rank_of_longest(0), interval.rank_of_longest(1000)), (0.0, 1.0));
        assert_eq!(interval.rank_of_covered(0.25), 50.0 / 101.0);
        let is_exceeded = |longest, covered| interval.is_exceeded(Copying { longest, covered });
        assert_eq!([is_exceeded(95, 0.4), is_exceeded(97, 0.0), is_exceeded(0, 0.49)], [false, true, true]);
    }

    #[test]
    fn nothing_has_no_interval_and_exceeds_none() {
        assert_eq!(CorpusInterval::of(&[]).longest(), None);
        assert!(!CorpusInterval::of(&[]).is_exceeded(Copying { longest: 1000, covered: 1.0 }));
    }
}
