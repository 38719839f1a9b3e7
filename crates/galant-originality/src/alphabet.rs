//! Numbers for what onsets are compared by.

use std::collections::HashMap;

use crate::kind::RunKind;
use crate::onsets::{Onsets, Symbol};

/// A number for each different chord, and for each different chord with its time, of a corpus.
///
/// Numbers are given in the order of what is added, so that no hash map's order reaches them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Alphabet {
    chords: HashMap<Box<[u8]>, u32>,
    /// By the chord's number and the time.
    timed: HashMap<(u32, u64), u32>,
}

/// The number of what no corpus has; no number of an alphabet is as high.
pub(crate) const UNKNOWN: u32 = u32::MAX;

impl Alphabet {
    /// The numbers of an onset for pitches, and for pitches and rhythm; new ones if need be.
    pub(crate) fn add(&mut self, symbol: Symbol) -> [u32; 2] {
        let next = self.chords.len() as u32;
        let chord = *self.chords.entry(symbol.chord).or_insert(next);
        let next = self.timed.len() as u32;
        [chord, *self.timed.entry((chord, symbol.time)).or_insert(next)]
    }

    /// How many numbers there are for a kind.
    pub(crate) fn len(&self, kind: RunKind) -> usize {
        match kind {
            RunKind::Pitches => self.chords.len(),
            RunKind::PitchesAndRhythm => self.timed.len(),
        }
    }

    /// The numbers of a piece; [`UNKNOWN`] for what was not added.
    pub(crate) fn numbers(&self, onsets: &Onsets, kind: RunKind) -> Vec<u32> {
        let number = |symbol: Symbol| {
            let chord = *self.chords.get(&symbol.chord)?;
            match kind {
                RunKind::Pitches => Some(chord),
                RunKind::PitchesAndRhythm => self.timed.get(&(chord, symbol.time)).copied(),
            }
        };
        onsets.symbols().map(|symbol| number(symbol).unwrap_or(UNKNOWN)).collect()
    }
}
