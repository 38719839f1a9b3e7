//! The values of streams that occur in a corpus.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use galant_types::Meter;

use super::frame::Frame;
use super::set::{StreamSet, StreamValues, is_playable};

/// Finds the values that the streams of a corpus take, one piece at a time; the order of the pieces does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StreamTally {
    /// How many bars each meter, as numerator and power of two, has.
    meters: BTreeMap<(u8, u8), u64>,
    /// In steps, at most [`StreamSet::MAX_BAR_QUARTERS`].
    longest_bar: u64,
    /// How many pieces each style has.
    styles: BTreeMap<String, u64>,
}

impl StreamTally {
    /// Counts a piece.
    pub fn add(&mut self, frame: &Frame) {
        let most = u64::from(StreamSet::MAX_BAR_QUARTERS * frame.grid().steps_per_quarter());
        for (meter, steps, n_bars) in frame.meters().filter(|(.., n_bars)| *n_bars > 0) {
            self.longest_bar = self.longest_bar.max(steps.min(most));
            if is_playable(&meter) {
                *self.meters.entry((meter.numerator, meter.denominator_log2)).or_default() += n_bars;
            }
        }
        if let Some(style) = frame.style() {
            *self.styles.entry(style.to_owned()).or_default() += 1;
        }
    }

    /// What it found: the meters with the most bars, the longest bar, and the styles with the most pieces.
    pub fn values(&self) -> StreamValues {
        let mut meters: Vec<_> = self.meters.iter().collect();
        meters.sort_by_key(|(_, n_bars)| Reverse(**n_bars));
        meters.truncate(StreamSet::MAX_METERS);
        let meter = |(&(numerator, denominator_log2), _)| Meter { tick: 0, numerator, denominator_log2 };
        let mut styles: Vec<_> = self.styles.iter().collect();
        styles.sort_by_key(|(_, n_pieces)| Reverse(**n_pieces));
        styles.truncate(StreamSet::MAX_STYLES);
        let mut styles: Vec<String> = styles.into_iter().map(|(style, _)| style.clone()).collect();
        styles.sort_unstable();
        StreamValues {
            meters: meters.into_iter().map(meter).collect(),
            n_positions: self.longest_bar.max(1) as usize,
            styles,
        }
    }
}
