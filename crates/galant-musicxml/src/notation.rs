//! One voice in one bar as note values: notes, rests, ties and tuplets.

use crate::grid::{Grid, Placed, SHORTEST_PER_QUARTER, tuplet};

/// A note, chord or rest as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Symbol {
    /// In units of the grid.
    pub(crate) length: u64,
    /// Its note value; none where no note value is as long, which only rounding can lead to.
    pub(crate) value: Option<Value>,
    /// The notes that sound; none for a rest.
    pub(crate) notes: Vec<Sounding>,
    pub(crate) tuplet: Option<Tuplet>,
    /// Whether it is the only rest of the bar.
    pub(crate) is_whole_bar: bool,
}

/// A note of a symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sounding {
    pub(crate) pitch: u8,
    pub(crate) velocity: u8,
    /// Whether the note began before, and whether it goes on.
    pub(crate) ends_tie: bool,
    pub(crate) begins_tie: bool,
}

/// A note value in 256th notes, with or without a dot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Value {
    /// A power of two.
    pub(crate) of_256: u64,
    pub(crate) is_dotted: bool,
}

/// How a symbol belongs to a tuplet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tuplet {
    /// So many notes in the time of so many, of this value in 256th notes.
    pub(crate) actual: u64,
    pub(crate) normal: u64,
    pub(crate) of_256: u64,
    /// Whether it is the first, and whether it is the last of it.
    pub(crate) is_first: bool,
    pub(crate) is_last: bool,
}

impl Value {
    /// What the note value is called.
    pub(crate) fn name(of_256: u64) -> &'static str {
        const NAMES: [&str; 10] =
            ["256th", "128th", "64th", "32nd", "16th", "eighth", "quarter", "half", "whole", "breve"];
        NAMES[(of_256.ilog2() as usize).min(NAMES.len() - 1)]
    }

    fn length_of_256(self) -> u64 {
        self.of_256 + if self.is_dotted { self.of_256 / 2 } else { 0 }
    }
}

/// The longest note value, a breve, in 256th notes.
const BREVE: u64 = 512;

/// The rest of a voice that is silent for a bar as long as its meter says.
pub(crate) fn whole_bar_rest(length: u64) -> Symbol {
    Symbol { length, value: None, notes: Vec::new(), tuplet: None, is_whole_bar: true }
}

/// Hands the symbols of a voice from `start` to `end`, a bar, to `write`; `notes` are those that sound in it, by onset.
///
/// # Errors
///
/// The first that `write` returns.
pub(crate) fn each_symbol<E>(
    grid: &Grid,
    notes: &[Placed],
    (start, end): (u64, u64),
    write: &mut dyn FnMut(&Symbol) -> Result<(), E>,
) -> Result<(), E> {
    let inside = |position: u64| position.clamp(start, end);
    let sorted = |mut cuts: Vec<u64>| {
        cuts.sort_unstable();
        cuts.dedup();
        cuts
    };
    let ends = notes.iter().flat_map(|note| [inside(note.onset), inside(note.end)]);
    let cuts = sorted(ends.chain([start, end]).collect());
    let stretches = stretches(grid, &cuts, start, end);
    // What lasts longer than a tuplet is tied into it.
    let tuplets = stretches.iter().filter(|stretch| stretch.parts > 1).flat_map(|stretch| [stretch.from, stretch.to]);
    let cuts = sorted(tuplets.chain(cuts).collect());
    let mut waiting = notes.iter().peekable();
    let mut sounding: Vec<&Placed> = Vec::new();
    for pair in cuts.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        sounding.retain(|note| note.end > from);
        while let Some(note) = waiting.next_if(|note| note.onset <= from) {
            sounding.push(note);
        }
        // The first stretch begins with the bar.
        let stretch = stretches[stretches.partition_point(|stretch| stretch.from <= from) - 1];
        write_piece(grid, stretch, (from, to), &sounding, start, write)?;
    }
    Ok(())
}

/// Part of a bar that is written in one division: as a tuplet, or without.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    from: u64,
    to: u64,
    /// In how many parts it is divided, an odd number; 1 without a tuplet.
    parts: u64,
    /// A quarter note, a half or a quarter of it; the stretch may be shorter, where the bar ends.
    size: u64,
}

/// The quarter notes of a bar, each in its division; a tuplet of less than a quarter note has the half or less to itself.
fn stretches(grid: &Grid, cuts: &[u64], start: u64, end: u64) -> Vec<Stretch> {
    let mut stretches = Vec::new();
    let mut from = start;
    while from < end {
        let to = (from + grid.quarter).min(end);
        divide(grid, cuts, (from, to), grid.quarter, &mut stretches);
        from = to;
    }
    stretches
}

fn divide(grid: &Grid, cuts: &[u64], (from, to): (u64, u64), size: u64, stretches: &mut Vec<Stretch>) {
    let first = cuts.partition_point(|&cut| cut <= from);
    let inner: Vec<u64> = cuts[first..].iter().copied().take_while(|&cut| cut <= to).collect();
    let parts = grid.odd_and_even(inner.iter().map(|cut| cut - from)).0;
    let middle = from + size / 2;
    let is_divided = size.is_multiple_of(2) && middle < to && inner.contains(&middle) && size * 8 > grid.quarter;
    if parts > 1 && is_divided {
        divide(grid, cuts, (from, middle), size / 2, stretches);
        divide(grid, cuts, (middle, to), size / 2, stretches);
    } else {
        stretches.push(Stretch { from, to, parts, size });
    }
}

/// Hands on the symbols of what sounds from `from` to `to`, within one stretch or across several without tuplets.
fn write_piece<E>(
    grid: &Grid,
    stretch: Stretch,
    (from, to): (u64, u64),
    sounding: &[&Placed],
    bar_start: u64,
    write: &mut dyn FnMut(&Symbol) -> Result<(), E>,
) -> Result<(), E> {
    let is_tuplet = stretch.parts > 1;
    let (actual, normal) = tuplet(stretch.parts);
    let base = if is_tuplet { stretch.from } else { bar_start };
    // A length in 256th notes as written is this, divided by that.
    let written = |length: u64| length * actual * SHORTEST_PER_QUARTER;
    let divisor = normal * grid.quarter;
    let is_valued = [to - from, from - base].iter().all(|&length| written(length).is_multiple_of(divisor));
    let values: Vec<Option<Value>> = if is_valued {
        let (at, length) = (written(from - base) / divisor, written(to - from) / divisor);
        if sounding.is_empty() { rest_values(at, length) } else { note_values(length) }.into_iter().map(Some).collect()
    } else {
        vec![None]
    };
    let mut now = from;
    for value in values {
        let length = value.map_or(to - from, |value| value.length_of_256() * divisor / (actual * SHORTEST_PER_QUARTER));
        let sound = |note: &&Placed| Sounding {
            pitch: note.pitch,
            velocity: note.velocity,
            ends_tie: note.onset < now,
            begins_tie: note.end > now + length,
        };
        let notes = sounding.iter().map(sound).collect();
        let tuplet = is_tuplet.then(|| Tuplet {
            actual,
            normal,
            of_256: (stretch.size * SHORTEST_PER_QUARTER / divisor).max(1),
            is_first: now == stretch.from,
            is_last: now + length == stretch.to,
        });
        write(&Symbol { length, value, notes, tuplet, is_whole_bar: false })?;
        now += length;
    }
    Ok(())
}

/// The values of a note, the longest first.
fn note_values(mut length: u64) -> Vec<Value> {
    let mut values = Vec::new();
    while length > 0 {
        let of_256 = (1 << length.ilog2()).min(BREVE);
        let is_dotted = of_256 > 1 && of_256 < BREVE && length >= of_256 + of_256 / 2;
        let value = Value { of_256, is_dotted };
        values.push(value);
        length -= value.length_of_256();
    }
    values
}

/// The values of a rest, each at a multiple of itself, so that beats are seen.
fn rest_values(mut at: u64, mut length: u64) -> Vec<Value> {
    let mut values = Vec::new();
    while length > 0 {
        let longest = (1 << length.ilog2()).min(BREVE);
        let aligned = if at == 0 { longest } else { longest.min(1 << at.trailing_zeros()) };
        values.push(Value { of_256: aligned, is_dotted: false });
        at += aligned;
        length -= aligned;
    }
    values
}
