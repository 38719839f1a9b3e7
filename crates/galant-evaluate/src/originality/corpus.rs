//! The music that pieces are compared with.

use std::collections::{BTreeMap, BTreeSet};

use galant_checkpoint::{Sha256Hash, Source};
use galant_corpus::{Likeness, NearDuplicates, Piece};
use galant_originality::{CorpusIndex, CorpusInterval, IndexBuilder, IndexError, Onsets, RunKind};

/// Gathers the music that pieces are compared with, one piece at a time; their scores are not kept.
#[derive(Debug, Default)]
pub struct OriginalityCorpusBuilder {
    index: IndexBuilder,
    names: Vec<String>,
    hashes: BTreeMap<Sha256Hash, usize>,
    near_duplicates: NearDuplicates,
    /// For each piece, its number among the near-duplicates; none of the dice game, whose waltzes have bars in common by
    /// design.
    compared: Vec<Option<usize>>,
}

/// The music that pieces are compared with.
#[derive(Debug)]
pub struct OriginalityCorpus {
    index: CorpusIndex,
    names: Vec<String>,
    hashes: BTreeMap<Sha256Hash, usize>,
    n_families: usize,
    n_min: usize,
    /// By kind; none if there is nothing to compare.
    intervals: Option<[CorpusInterval; 2]>,
}

impl OriginalityCorpusBuilder {
    /// Adds a piece that is called `name`; one without pitched notes is not added, and neither is one of equal bytes.
    ///
    /// # Errors
    ///
    /// If the corpus becomes too large.
    pub fn add(&mut self, name: &str, piece: &Piece) -> Result<(), IndexError> {
        let onsets = Onsets::of(&piece.score);
        if onsets.list().is_empty() || self.hashes.contains_key(&piece.sha256) {
            return Ok(());
        }
        self.index.add(&onsets)?;
        self.hashes.insert(piece.sha256, self.names.len());
        self.names.push(name.to_owned());
        if matches!(piece.source, Source::DiceGame { .. }) {
            self.compared.push(None);
        } else {
            self.compared.push(Some(self.compared.iter().flatten().count()));
            self.near_duplicates.add(&Likeness::of(&piece.score));
        }
        Ok(())
    }

    /// How many pieces there are.
    pub fn n_pieces(&self) -> usize {
        self.names.len()
    }

    /// Makes all of it ready to be searched; runs of at least `n_min` onsets will count as copied.
    pub fn build(self, n_min: usize) -> OriginalityCorpus {
        let OriginalityCorpusBuilder { index, names, hashes, near_duplicates, compared } = self;
        let of_duplicates = near_duplicates.families();
        let n_compared = of_duplicates.len();
        let family = |(piece, number): (usize, &Option<usize>)| {
            number.map_or(n_compared + piece, |number| of_duplicates[number])
        };
        let families: Vec<usize> = compared.iter().enumerate().map(family).collect();
        let n_families = families.iter().collect::<BTreeSet<_>>().len();
        let index = index.build(families);
        let interval = |kind| CorpusInterval::of(&index.leave_one_out(kind, n_min));
        let intervals = (n_families > 1).then(|| RunKind::ALL.map(interval));
        OriginalityCorpus { index, names, hashes, n_families, n_min, intervals }
    }
}

impl OriginalityCorpus {
    /// How many onsets a run has that counts as copied by default.
    pub const MIN_RUN: usize = 8;

    /// How many pieces have no music in common at least where it is said that another copies more: of fewer, a twentieth is
    /// none.
    pub const MIN_FAMILIES: usize = 20;

    /// What finds runs in it.
    pub fn index(&self) -> &CorpusIndex {
        &self.index
    }

    /// What its pieces are called.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The number of the piece of these bytes, if it has one.
    pub fn number(&self, sha256: Sha256Hash) -> Option<usize> {
        self.hashes.get(&sha256).copied()
    }

    /// How many of its pieces have no music in common; the others are near-duplicates of these.
    pub fn n_families(&self) -> usize {
        self.n_families
    }

    /// How many onsets a run has at least that counts as copied.
    pub fn n_min(&self) -> usize {
        self.n_min
    }

    /// How much its pieces have from each other, near-duplicates left out; none if all are
    /// near-duplicates.
    pub fn interval(&self, kind: RunKind) -> Option<&CorpusInterval> {
        self.intervals.as_ref().map(|intervals| &intervals[kind as usize])
    }
}
