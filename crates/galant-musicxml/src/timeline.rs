//! The bars of a piece as written, whatever the part: how long they are and what holds in them.

use crate::bar::{Change, KeySign, Marks, MeterSign};
use crate::clock::TICKS_PER_WHOLE;
use crate::part::Part;
use crate::warning::{WarningKind, Warnings};

/// A bar of the piece.
#[derive(Debug, Clone, Default)]
pub(crate) struct PieceBar {
    /// The longest of all parts, in ticks.
    pub(crate) length: u64,
    /// What holds at its beginning; none if nothing was said yet.
    pub(crate) meter: Option<MeterSign>,
    pub(crate) key: Option<KeySign>,
    pub(crate) tempo: Option<u32>,
    /// What changes in it later, in the order of ticks.
    pub(crate) changes: Vec<(u64, Change)>,
}

/// What was stated last.
#[derive(Debug, Default)]
struct Signs {
    meter: Option<MeterSign>,
    key: Option<KeySign>,
    tempo: Option<u32>,
}

impl Signs {
    fn set(&mut self, change: Change) {
        match change {
            Change::Meter(sign) => self.meter = Some(sign),
            Change::Key(sign) => self.key = Some(sign),
            Change::Tempo(us_per_quarter) => self.tempo = Some(us_per_quarter),
        }
    }
}

impl MeterSign {
    /// How long a bar is.
    pub(crate) fn ticks(self) -> u64 {
        u64::from(self.numerator) * (TICKS_PER_WHOLE >> self.denominator_log2)
    }
}

/// The bars of a piece.
///
/// Keys and meters are those of one part, because transposing instruments and drums are written in others; tempos are
/// those of all parts.
pub(crate) fn timeline(parts: &[Part], n_bars: usize) -> Vec<PieceBar> {
    let sounds_as_written = |part: &&Part| part.has_key && !part.is_transposing && !part.is_percussion;
    let leading = parts.iter().find(sounds_as_written).or(parts.iter().find(|part| part.has_key)).or(parts.first());
    let mut bars = vec![PieceBar::default(); n_bars];
    for part in parts {
        let is_leading = leading.is_some_and(|leading| std::ptr::eq(leading, part));
        for (bar, written) in bars.iter_mut().zip(&part.bars) {
            bar.length = bar.length.max(written.length);
            let is_of_piece = |change: &Change| is_leading || matches!(change, Change::Tempo(_));
            bar.changes.extend(written.changes.iter().filter(|(_, change)| is_of_piece(change)));
        }
    }
    let mut now = Signs::default();
    for bar in &mut bars {
        bar.changes.sort_by_key(|&(tick, _)| tick);
        let at_beginning = bar.changes.partition_point(|&(tick, _)| tick == 0);
        for (_, change) in bar.changes.drain(..at_beginning) {
            now.set(change);
        }
        (bar.meter, bar.key, bar.tempo) = (now.meter, now.key, now.tempo);
        bar.changes.iter().for_each(|&(_, change)| now.set(change));
        if bar.length == 0 {
            // A bar in which nothing is written is a bar of rest.
            bar.length = bar.meter.unwrap_or(MeterSign { numerator: 4, denominator_log2: 2 }).ticks();
        }
    }
    bars
}

/// Warns of the bars that are shorter or longer than their meter.
///
/// A shorter one is allowed where it is not counted, at the beginning, at the end, beside a repeat sign, a double bar line
/// or an ending, and where it makes up a whole one with its neighbor.
pub(crate) fn check_lengths(bars: &[PieceBar], marks: &[Marks], warnings: &mut Warnings) {
    let is_section = |index: usize| {
        index == 0 || index == marks.len() || {
            let (before, mark) = (&marks[index - 1], &marks[index]);
            before.repeats > 0 || before.is_heavy || mark.begins_repeat || !mark.ending.is_empty()
        }
    };
    let length = |index: usize| bars.get(index).map_or(0, |bar| bar.length);
    for (index, (bar, mark)) in bars.iter().zip(marks).enumerate() {
        let has_one_meter = bar.changes.iter().all(|(_, change)| !matches!(change, Change::Meter(_)));
        let Some(expected) = bar.meter.filter(|_| has_one_meter).map(MeterSign::ticks) else { continue };
        let is_half = |neighbor: usize| length(neighbor) > 0 && length(neighbor) + bar.length == expected;
        let is_allowed = bar.length < expected
            && (mark.is_implicit
                || is_section(index)
                || is_section(index + 1)
                || is_half(index + 1)
                || is_half(index.saturating_sub(1)));
        if bar.length != expected && !is_allowed {
            let is_longer = bar.length > expected;
            warnings.push(mark.at, WarningKind::BarLength { bar: mark.number.clone(), is_longer });
        }
    }
}
