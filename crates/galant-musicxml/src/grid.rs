//! Where bars and notes are on paper: on positions that have a note value.

use std::collections::{BTreeMap, BTreeSet};

use galant_types::{BarMap, Note};

/// Positions of a score in units so fine that every note value is a whole number of them.
#[derive(Debug, Clone)]
pub(crate) struct Grid {
    /// How many units a quarter note has: a multiple of its ticks, and of [`PER_QUARTER`].
    pub(crate) quarter: u64,
    /// How many units a tick has.
    tick: u64,
    /// Where bars begin, in units, and last where the last one ends.
    pub(crate) bar_lines: Vec<u64>,
    /// The same in ticks.
    bar_ticks: Vec<u64>,
}

/// 256th notes, and triplets of 128th notes, are whole numbers of units.
const PER_QUARTER: u64 = 192;

/// Notes that no note value reaches are moved to multiples of this part of a quarter note: 32nd notes, and triplets of 16th
/// notes.
const ROUNDED_PER_QUARTER: u64 = 24;

/// The shortest note value is this part of a quarter note: a 256th note.
pub(crate) const SHORTEST_PER_QUARTER: u64 = 64;

/// A note with its place on paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Placed {
    /// In units.
    pub(crate) onset: u64,
    pub(crate) end: u64,
    pub(crate) pitch: u8,
    pub(crate) velocity: u8,
}

impl Grid {
    /// Lays out the bars of a score.
    pub(crate) fn new(bars: &BarMap, ticks_per_quarter: u16) -> Grid {
        let ticks = u64::from(ticks_per_quarter);
        let quarter = ticks / gcd(ticks, PER_QUARTER) * PER_QUARTER;
        let tick = quarter / ticks;
        let bar_ticks: Vec<u64> = bars.bar_lines().collect();
        let mut grid = Grid { quarter, tick, bar_lines: vec![0], bar_ticks };
        for index in 1..grid.bar_ticks.len() {
            let line = grid.bar_ticks[index] * tick;
            let before = grid.bar_lines[index - 1];
            let length = line.saturating_sub(before);
            let is_notated = length > 0 && grid.is_notated([length]);
            // A bar has time for at least the shortest note that others are moved to.
            let length = if is_notated { length } else { grid.rounded(length).max(quarter / ROUNDED_PER_QUARTER) };
            grid.bar_lines.push(before + length);
        }
        grid
    }

    /// The position of a change at a tick: its own, or the nearest to which note values lead.
    pub(crate) fn change_position(&self, tick: u64) -> u64 {
        let position = self.position(tick);
        let ((bar, _), offset) = self.cell(position);
        if self.is_notated([offset]) {
            return position;
        }
        let bar_end = self.bar_lines.get(bar + 1).copied().unwrap_or(u64::MAX);
        (position - offset + self.rounded(offset)).min(bar_end)
    }

    /// The position of a tick, to which no note value leads perhaps.
    fn position(&self, tick: u64) -> u64 {
        let bar = self.bar_ticks.partition_point(|&line| line <= tick).saturating_sub(1);
        let bar_length = self.bar_lines.get(bar + 1).map_or(0, |next| next - self.bar_lines[bar]);
        self.bar_lines[bar] + ((tick - self.bar_ticks[bar]) * self.tick).min(bar_length)
    }

    /// Places the notes of a part, and counts those that had to be moved.
    ///
    /// In each quarter note of a bar, either all notes begin and end where note values lead to, tuplets among them, or all
    /// are moved.
    pub(crate) fn place<'a>(&self, notes: impl Iterator<Item = &'a Note> + Clone) -> (Vec<Placed>, usize) {
        let mut cells: BTreeMap<(usize, u64), Vec<u64>> = BTreeMap::new();
        for position in notes.clone().flat_map(|note| [note.onset, note.end()]).map(|tick| self.position(tick)) {
            let (cell, offset) = self.cell(position);
            cells.entry(cell).or_default().push(offset);
        }
        let to_round: BTreeSet<(usize, u64)> = cells
            .into_iter()
            .filter(|(_, offsets)| !self.is_notated(offsets.iter().copied()))
            .map(|(cell, _)| cell)
            .collect();
        let place = |tick| {
            let position = self.position(tick);
            let (cell, offset) = self.cell(position);
            if !to_round.contains(&cell) {
                return position;
            }
            let bar_end = self.bar_lines.get(cell.0 + 1).copied().unwrap_or(u64::MAX);
            (position - offset + self.rounded(offset)).min(bar_end)
        };
        let mut n_moved = 0;
        let mut placed = Vec::new();
        for note in notes {
            let (onset, end) = (place(note.onset), place(note.end()));
            let end = if end > onset { end } else { onset + self.quarter / ROUNDED_PER_QUARTER };
            n_moved += usize::from((onset, end) != (note.onset * self.tick, note.end() * self.tick));
            placed.push(Placed { onset, end, pitch: note.pitch, velocity: note.velocity });
        }
        (placed, n_moved)
    }

    /// The quarter note of a bar in which a position is, and how far it is from its beginning.
    fn cell(&self, position: u64) -> ((usize, u64), u64) {
        let bar = self.bar_lines.partition_point(|&line| line <= position).saturating_sub(1);
        let offset = position - self.bar_lines[bar];
        ((bar, offset / self.quarter), offset % self.quarter)
    }

    /// Whether note values lead to all of these distances from one position.
    fn is_notated(&self, distances: impl IntoIterator<Item = u64>) -> bool {
        let parts = self.odd_and_even(distances);
        tuplet(parts.0).1 * parts.1 <= SHORTEST_PER_QUARTER
    }

    /// In how many parts these distances divide a quarter note: an odd number, and a power of two.
    pub(crate) fn odd_and_even(&self, distances: impl IntoIterator<Item = u64>) -> (u64, u64) {
        let common = distances.into_iter().fold(self.quarter, gcd);
        let parts = self.quarter / common;
        let even = 1 << parts.trailing_zeros();
        (parts / even, even)
    }

    /// The nearest of the distances that notes are moved to.
    fn rounded(&self, distance: u64) -> u64 {
        let step = self.quarter / ROUNDED_PER_QUARTER;
        (distance + step / 2) / step * step
    }
}

/// How many notes of a tuplet of `n` notes, an odd number, are written, and in the time of how many.
pub(crate) fn tuplet(n: u64) -> (u64, u64) {
    (n, 1 << n.ilog2())
}

pub(crate) fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}
