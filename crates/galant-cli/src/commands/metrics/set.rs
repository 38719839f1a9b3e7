//! Sets of pieces with their figures.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::ensure;
use galant_corpus::{ReadOptions, Strictness};
use galant_metrics::{Metric, PieceMetrics};

use crate::books;
use crate::inputs::Inputs;
use crate::printable;

/// The figures of pieces, with their names.
#[derive(Debug, Default)]
pub(super) struct Set {
    pub(super) names: Vec<String>,
    pub(super) pieces: Vec<PieceMetrics>,
    /// 1 if some files could not be read.
    pub(super) code: ExitCode,
}

impl Set {
    /// The figures of all pieces of files and folders, a book of tunes being many pieces.
    pub(super) fn read(paths: &[PathBuf], strictness: Strictness) -> anyhow::Result<Set> {
        let mut set = Set::default();
        let mut inputs = Inputs::default();
        let options = ReadOptions { strictness, ..ReadOptions::default() };
        books::each_piece_of(paths, options, &mut inputs, &mut |_, name, piece| {
            if piece.score.notes.is_empty() {
                printable::warn(&format!("{name}: it has no notes, and is left out"));
                return Ok(());
            }
            set.pieces.push(PieceMetrics::of(&piece.score));
            set.names.push(name.to_owned());
            Ok(())
        })?;
        set.code = inputs.finish()?;
        ensure!(!set.pieces.is_empty(), "no piece has notes, so there is nothing to measure");
        Ok(set)
    }

    /// Each figure with its values, of the pieces where it is defined.
    pub(super) fn figures(&self) -> Vec<(Metric, Vec<f64>)> {
        let all: Vec<Vec<Metric>> = self.pieces.iter().map(PieceMetrics::metrics).collect();
        let Some(first) = all.first() else { return Vec::new() };
        let values = |at: usize| all.iter().filter_map(|metrics| metrics[at].value).collect();
        first.iter().enumerate().map(|(at, metric)| (*metric, values(at))).collect()
    }
}

/// Mean, standard deviation, least and greatest of a figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Summary {
    pub(super) n: usize,
    pub(super) mean: f64,
    /// Divided by the number of values less one; none of a single value.
    pub(super) deviation: Option<f64>,
    pub(super) least: f64,
    pub(super) median: f64,
    pub(super) greatest: f64,
}

impl Summary {
    /// Of values; none of no values.
    pub(super) fn of(values: &[f64]) -> Option<Summary> {
        let n = values.len();
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (&least, &greatest) = (sorted.first()?, sorted.last()?);
        let mean = values.iter().sum::<f64>() / n as f64;
        let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
        let deviation = (n > 1).then(|| (squares / (n - 1) as f64).sqrt());
        let median = 0.5 * (sorted[(n - 1) / 2] + sorted[n / 2]);
        Some(Summary { n, mean, deviation, least, median, greatest })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_that_of_a_sum_by_hand() {
        let summary = Summary::of(&[4.0, 1.0, 2.0, 9.0]).unwrap();
        let expected = Summary {
            n: 4,
            mean: 4.0,
            deviation: Some((38.0_f64 / 3.0).sqrt()),
            least: 1.0,
            median: 3.0,
            greatest: 9.0,
        };
        assert_eq!(summary, expected);
        assert_eq!(Summary::of(&[5.0]).unwrap().deviation, None);
        assert_eq!(Summary::of(&[]), None);
    }
}
