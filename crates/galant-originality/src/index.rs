//! A corpus in which runs are found.

use std::ops::Range;

use thiserror::Error;

use crate::alphabet::Alphabet;
use crate::interval::Copying;
use crate::kind::RunKind;
use crate::onsets::Onsets;
use crate::runs::{self, CopiedRun, Runs, SourcePlace};
use crate::suffixes::{Match, Suffixes};

/// Gathers the pieces of a corpus, one at a time.
#[derive(Debug, Clone, Default)]
pub struct IndexBuilder {
    alphabet: Alphabet,
    /// By kind; each piece is followed by a place for what ends it.
    texts: [Vec<u32>; 2],
    places: Places,
}

/// A corpus in which runs of onsets are found, however long it is, in a time that depends on the piece alone.
#[derive(Debug, Clone)]
pub struct CorpusIndex {
    alphabet: Alphabet,
    /// By kind.
    suffixes: [Suffixes; 2],
    /// By kind: for each place, how long the longest run from there is that another family has.
    others: [Vec<u32>; 2],
    places: Places,
    families: Vec<usize>,
}

/// What is known of each place of a text.
#[derive(Debug, Clone, Default)]
struct Places {
    /// Where each piece begins.
    begins: Vec<u32>,
    bars: Vec<u32>,
    /// The lowest pitch.
    lowest: Vec<u8>,
}

impl Places {
    fn piece(&self, at: usize) -> usize {
        self.begins.partition_point(|&begin| begin as usize <= at) - 1
    }

    /// The places of a piece, without the one for what ends it.
    fn range(&self, piece: usize) -> Range<usize> {
        let end = self.begins.get(piece + 1).map_or(self.bars.len(), |&begin| begin as usize);
        self.begins[piece] as usize..end - 1
    }
}

impl IndexBuilder {
    /// Adds a piece; its number is how many were added before.
    ///
    /// # Errors
    ///
    /// If the corpus would have more than [`CorpusIndex::MAX_ONSETS`].
    pub fn add(&mut self, onsets: &Onsets) -> Result<(), IndexError> {
        let n_onsets = self.places.bars.len() + onsets.n_compared() + 1;
        fits(n_onsets)?;
        self.places.begins.push(self.places.bars.len() as u32);
        for (symbol, onset) in onsets.symbols().zip(onsets.list()) {
            let numbers = self.alphabet.add(symbol);
            self.texts.iter_mut().zip(numbers).for_each(|(text, number)| text.push(number));
            self.places.bars.push(u32::try_from(onset.bar).unwrap_or(u32::MAX));
            self.places.lowest.push(onset.pitches[0]);
        }
        // What ends a piece is numbered when all numbers below are given.
        self.texts.iter_mut().for_each(|text| text.push(0));
        self.places.bars.push(0);
        self.places.lowest.push(0);
        Ok(())
    }

    /// How many pieces were added.
    pub fn n_pieces(&self) -> usize {
        self.places.begins.len()
    }

    /// Orders all runs; pieces of equal numbers in `families` are the same music, and are not compared with each other.
    ///
    /// # Panics
    ///
    /// If `families` has another length than pieces were added.
    pub fn build(self, families: Vec<usize>) -> CorpusIndex {
        let IndexBuilder { alphabet, texts, places } = self;
        assert_eq!(families.len(), places.begins.len(), "families of the pieces");
        let ends: Vec<usize> = (0..families.len()).map(|piece| places.range(piece).end).collect();
        let mut kinds = RunKind::ALL.into_iter();
        let suffixes = texts.map(|mut text| {
            let n_symbols = kinds.next().map_or(0, |kind| alphabet.len(kind));
            // Each piece ends with a number of its own, so that no run goes on from one piece to the next.
            ends.iter().enumerate().for_each(|(piece, &end)| text[end] = (n_symbols + piece) as u32);
            Suffixes::new(text, n_symbols + ends.len())
        });
        let family = |at: usize| families[places.piece(at)] as u32;
        let others = [0, 1].map(|kind: usize| suffixes[kind].longest_in_other_parts(&family));
        CorpusIndex { alphabet, suffixes, others, places, families }
    }
}

fn fits(n_onsets: usize) -> Result<(), IndexError> {
    if n_onsets > CorpusIndex::MAX_ONSETS { Err(IndexError::TooManyOnsets) } else { Ok(()) }
}

/// Why a corpus cannot be searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum IndexError {
    /// It is too large.
    #[error("the corpus has more than {} onsets; name a part of it", CorpusIndex::MAX_ONSETS)]
    TooManyOnsets,
}

impl CorpusIndex {
    /// The most onsets of a corpus, with one more for each piece: at 50 bytes each it fits into 4 GB.
    pub const MAX_ONSETS: usize = 1 << 26;

    /// How many pieces the corpus has.
    pub fn n_pieces(&self) -> usize {
        self.families.len()
    }

    /// How many onsets of all pieces are compared.
    pub fn n_onsets(&self) -> usize {
        self.places.bars.len() - self.n_pieces()
    }

    /// The longest runs of a piece that are in the corpus, those of at least `n_min` onsets with their sources.
    ///
    /// If the piece is in the corpus itself, `itself` is its number there: that piece and its family are left out.
    pub fn runs(&self, onsets: &Onsets, kind: RunKind, n_min: usize, itself: Option<usize>) -> Runs {
        let suffixes = &self.suffixes[kind as usize];
        let matches = match itself {
            None => suffixes.matches(&self.alphabet.numbers(onsets, kind)),
            Some(piece) => self.others_of(piece, kind),
        };
        let found: Vec<usize> = matches.iter().map(|found| found.n).collect();
        let is_left_out = |at: usize| self.is_of_family(at, itself);
        let copied = runs::chosen(&found, n_min).into_iter().filter_map(|(first, n_onsets)| {
            let at = suffixes.earliest(&matches[first], &is_left_out)?;
            Some(self.copied(onsets, first, n_onsets, at))
        });
        Runs { longest: runs::longest(&found), copied: copied.collect() }
    }

    /// The first onset, counted from 0 and not before `begin`, that makes a run of more than `n_most` onsets; none if there
    /// is no such run, or only one that ends before `begin`.
    pub fn first_over(&self, onsets: &Onsets, kind: RunKind, n_most: usize, begin: usize) -> Option<usize> {
        let found = self.suffixes[kind as usize].matches(&self.alphabet.numbers(onsets, kind));
        let over = found.iter().map(|found| found.n).enumerate().filter(|(first, n)| *n > n_most && first + n > begin);
        over.map(|(first, _)| (first + n_most).max(begin)).min()
    }

    /// How much each piece of the corpus copies from those of other families, counting runs of at least `n_min` onsets as
    /// copied.
    pub fn leave_one_out(&self, kind: RunKind, n_min: usize) -> Vec<Copying> {
        let of_piece = |piece| {
            let found: Vec<usize> =
                self.others[kind as usize][self.places.range(piece)].iter().map(|&n| n as usize).collect();
            Copying::of(&runs::longest(&found), n_min)
        };
        (0..self.n_pieces()).map(of_piece).collect()
    }

    /// What the other families have of a piece of the corpus, from each onset on.
    fn others_of(&self, piece: usize, kind: RunKind) -> Vec<Match> {
        let range = self.places.range(piece);
        let matches = range.clone().zip(&self.others[kind as usize][range]).map(|(at, &n)| match n {
            0 => Match { n: 0, ranks: 0..0 },
            n => self.suffixes[kind as usize].own(at, n as usize),
        });
        matches.collect()
    }

    fn is_of_family(&self, at: usize, itself: Option<usize>) -> bool {
        itself.is_some_and(|itself| self.families[itself] == self.families[self.places.piece(at)])
    }

    fn copied(&self, onsets: &Onsets, first: usize, n_onsets: usize, at: usize) -> CopiedRun {
        let Places { begins, bars, lowest } = &self.places;
        let piece = self.places.piece(at);
        let list = onsets.list();
        CopiedRun {
            first,
            n_onsets,
            bars: list[first].bar..=list[first + n_onsets - 1].bar,
            source: SourcePlace {
                piece,
                first: at - begins[piece] as usize,
                bars: u64::from(bars[at])..=u64::from(bars[at + n_onsets - 1]),
            },
            semitones: i16::from(list[first].pitches[0]) - i16::from(lowest[at]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_corpus_over_the_limit_is_refused() {
        assert_eq!(fits(CorpusIndex::MAX_ONSETS), Ok(()));
        assert_eq!(fits(CorpusIndex::MAX_ONSETS + 1), Err(IndexError::TooManyOnsets));
    }
}
