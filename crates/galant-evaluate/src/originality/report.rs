//! Receipts of several pieces as a table.

use std::fmt;

use galant_originality::{Copying, CorpusInterval, RunKind};

use super::corpus::OriginalityCorpus;
use super::json;
use super::receipt::Receipt;
use super::runs_text::{self, counted};

/// Receipts of pieces, with how much the pieces of the corpus have from each other.
#[derive(Debug, Clone, Copy)]
pub struct OriginalityReport<'a> {
    /// What the pieces were compared with.
    pub corpus: &'a OriginalityCorpus,
    /// What each piece has from there.
    pub receipts: &'a [Receipt],
}

impl OriginalityReport<'_> {
    /// All receipts as one JSON object, on one line: of each onset the longest runs that it is in, and the runs with their
    /// sources.
    pub fn to_json(&self) -> String {
        json::text(self.corpus, self.receipts)
    }

    fn write_corpus(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (n_pieces, n_families) = (self.corpus.names().len(), self.corpus.n_families());
        write!(f, "corpus: {}, {}", counted(n_pieces, "piece"), counted(self.corpus.index().n_onsets(), "onset"))?;
        if n_families < n_pieces {
            write!(f, "; {} near-duplicates of others", n_pieces - n_families)?;
        }
        writeln!(f)
    }

    /// The rows with which those of the pieces are compared.
    fn write_interval(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let intervals: Vec<&CorpusInterval> = COLUMNS.iter().filter_map(|kind| self.corpus.interval(*kind)).collect();
        let [rhythm, pitches] = intervals[..] else { return Ok(()) };
        let quantiles = |interval: &CorpusInterval| interval.longest().zip(interval.covered());
        let Some((rhythm, pitches)) = quantiles(rhythm).zip(quantiles(pitches)) else { return Ok(()) };
        writeln!(f, "{:>7}  each piece of the corpus, compared with the others without its near-duplicates:", "")?;
        let rows = [
            ("a twentieth of them has less", rhythm.0.low, rhythm.1.low, pitches.0.low, pitches.1.low),
            ("half has less", rhythm.0.median, rhythm.1.median, pitches.0.median, pitches.1.median),
            ("a twentieth has more", rhythm.0.high, rhythm.1.high, pitches.0.high, pitches.1.high),
        ];
        for (name, longest, covered, of_pitches, covered_of_pitches) in rows {
            let rhythm = Copying { longest, covered };
            let pitches = Copying { longest: of_pitches, covered: covered_of_pitches };
            writeln!(f, "{:>7} {} {}  {name}", "", cells(rhythm), cells(pitches))?;
        }
        let (n, needed) = (self.corpus.n_families(), OriginalityCorpus::MIN_FAMILIES);
        if n < needed {
            writeln!(
                f,
                "{n} pieces without music in common are too few to say that another copies more; that takes {needed}"
            )?;
        }
        Ok(())
    }
}

/// The kinds of runs, in the order of the columns.
const COLUMNS: [RunKind; 2] = [RunKind::PitchesAndRhythm, RunKind::Pitches];

/// The longest run, and the share in runs.
fn cells(copying: Copying) -> String {
    format!("{:>9} {:>9.1} %", copying.longest, 100.0 * copying.covered)
}

/// A row a piece, then the corpus' own; of a single piece, its runs.
impl fmt::Display for OriginalityReport<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_corpus(f)?;
        let n_min = self.corpus.n_min();
        let in_runs = format!("in runs {n_min}+");
        writeln!(f, "\n{:>7} {:>21} {:>21}", "", "pitches and rhythm", "pitches")?;
        writeln!(f, "{:>7} {:>9} {in_runs:>11} {:>9} {in_runs:>11}  piece", "onsets", "longest", "longest")?;
        for receipt in self.receipts {
            let Receipt { name, onsets, .. } = receipt;
            let [rhythm, pitches] = COLUMNS.map(|kind| cells(receipt.kind(kind).copying));
            let exceeds = if receipt.exceeds() == Some(true) { ": copies more than the corpus does" } else { "" };
            let itself = if receipt.itself.is_some() { " (of the corpus; compared with the rest)" } else { "" };
            writeln!(f, "{:>7} {rhythm} {pitches}  {name}{itself}{exceeds}", onsets.list().len())?;
        }
        self.write_interval(f)?;
        if let [receipt] = self.receipts {
            runs_text::write(f, receipt, self.corpus.names(), n_min)?;
        }
        Ok(())
    }
}
