//! What a piece has from a corpus.

use galant_checkpoint::Sha256Hash;
use galant_originality::{Copying, Onsets, RunKind, Runs};
use galant_types::Score;

use super::corpus::OriginalityCorpus;

/// What a piece has from a corpus.
#[derive(Debug, Clone, PartialEq)]
pub struct Receipt {
    /// What the piece is called.
    pub name: String,
    /// Its onsets.
    pub onsets: Onsets,
    /// Its number in the corpus if it is there itself; then it is compared with the rest, without its near-duplicates.
    pub itself: Option<usize>,
    /// Runs of equal pitches, in any key and any rhythm.
    pub pitches: KindReceipt,
    /// Runs of equal pitches, in any key, and of equal rhythm.
    pub rhythm: KindReceipt,
}

/// What a piece has from a corpus by one kind of runs.
#[derive(Debug, Clone, PartialEq)]
pub struct KindReceipt {
    /// The runs.
    pub runs: Runs,
    /// The longest, and the share of the onsets in runs.
    pub copying: Copying,
    /// Whether it is more than 95 of 100 pieces of the corpus have from each other; none if the corpus is too small to tell.
    pub exceeds: Option<bool>,
}

impl Receipt {
    /// Compares a piece with a corpus; `sha256` is the hash of its file, by which it is found if the corpus has it.
    pub fn of(corpus: &OriginalityCorpus, name: &str, score: &Score, sha256: Option<Sha256Hash>) -> Receipt {
        let onsets = Onsets::of(score);
        let itself = sha256.and_then(|sha256| corpus.number(sha256));
        let can_tell = corpus.n_families() >= OriginalityCorpus::MIN_FAMILIES;
        let of_kind = |kind: RunKind| {
            let runs = corpus.index().runs(&onsets, kind, corpus.n_min(), itself);
            let copying = runs.copying(corpus.n_min());
            let exceeds = corpus.interval(kind).filter(|_| can_tell).map(|interval| interval.is_exceeded(copying));
            KindReceipt { runs, copying, exceeds }
        };
        let (pitches, rhythm) = (of_kind(RunKind::Pitches), of_kind(RunKind::PitchesAndRhythm));
        Receipt { name: name.to_owned(), onsets, itself, pitches, rhythm }
    }

    /// What it has by a kind of runs.
    pub fn kind(&self, kind: RunKind) -> &KindReceipt {
        match kind {
            RunKind::Pitches => &self.pitches,
            RunKind::PitchesAndRhythm => &self.rhythm,
        }
    }

    /// Whether it copies more than the corpus does, by either kind of runs; none if the corpus is too small to tell.
    pub fn exceeds(&self) -> Option<bool> {
        Some(self.pitches.exceeds? || self.rhythm.exceeds?)
    }
}
