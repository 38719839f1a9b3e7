//! What all bars of a part have in common while they are written.

use std::ops::Range;

use galant_types::{BarMap, KeySignature, Part, Score, Tempo};

use crate::element::Xml;
use crate::grid::Grid;

/// What the bars of a part have in common.
pub(crate) struct Layout<'a> {
    pub(crate) bars: &'a BarMap,
    pub(crate) grid: &'a Grid,
    pub(crate) ticks_per_quarter: u16,
    /// How many divisions a quarter note has.
    pub(crate) divisions: u64,
    /// From 0.
    pub(crate) number: usize,
    pub(crate) part: Part,
    /// By tick.
    keys: Vec<KeySignature>,
    /// By tick; empty for all parts but the first.
    tempos: Vec<Tempo>,
}

impl<'a> Layout<'a> {
    pub(crate) fn new(
        score: &Score,
        bars: &'a BarMap,
        grid: &'a Grid,
        divisions: u64,
        number: usize,
        part: &Part,
    ) -> Layout<'a> {
        let mut keys = score.keys.clone();
        keys.sort_by_key(|key| key.tick);
        let mut tempos = if number == 0 { score.tempos.clone() } else { Vec::new() };
        tempos.sort_by_key(|tempo| tempo.tick);
        let (part, ticks_per_quarter) = (part.clone(), score.ticks_per_quarter);
        Layout { bars, grid, ticks_per_quarter, divisions, number, part, keys, tempos }
    }

    /// The keys that begin in a range of ticks.
    pub(crate) fn keys(&self, ticks: Range<u64>) -> &[KeySignature] {
        let index = |tick| self.keys.partition_point(|key| key.tick < tick);
        &self.keys[index(ticks.start)..index(ticks.end)]
    }

    /// The tempos that begin in a range of ticks.
    pub(crate) fn tempos(&self, ticks: Range<u64>) -> &[Tempo] {
        let index = |tick| self.tempos.partition_point(|tempo| tempo.tick < tick);
        &self.tempos[index(ticks.start)..index(ticks.end)]
    }

    /// The sharps of the key at a tick, and whether it is minor.
    pub(crate) fn key_at(&self, tick: u64) -> (i8, bool) {
        self.keys(0..tick + 1).last().map_or((0, false), |key| (key.sharps, key.minor))
    }

    /// A length of the grid in divisions.
    pub(crate) fn in_divisions(&self, length: u64) -> u64 {
        length * self.divisions / self.grid.quarter
    }

    /// Goes forward or back, if that is anywhere.
    pub(crate) fn write_time(&self, name: &'static str, length: u64, xml: &mut Xml) {
        if length > 0 {
            xml.open(name, "");
            xml.leaf("duration", self.in_divisions(length));
            xml.close();
        }
    }
}
