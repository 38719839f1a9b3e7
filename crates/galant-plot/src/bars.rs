//! Where the bars of a piece begin.

use galant_types::{Meter, Score, Tempo};

/// The bars of a piece: stretches of one meter.
#[derive(Debug, Clone)]
pub(crate) struct Bars {
    stretches: Vec<Stretch>,
    /// How many bars there are, the last one perhaps cut short; at least 1.
    pub(crate) n_bars: u64,
}

#[derive(Debug, Clone, Copy)]
struct Stretch {
    /// The bar it begins with, from 0.
    bar: u64,
    tick: u64,
    ticks_per_bar: u64,
    meter: (u8, u8),
}

impl Bars {
    /// The bars of `score`; a meter change begins a bar.
    pub(crate) fn of(score: &Score) -> Bars {
        let first = Meter { tick: 0, numerator: 4, denominator_log2: 2 };
        let stretch = |bar, meter: &Meter| Stretch {
            bar,
            tick: meter.tick,
            ticks_per_bar: ticks_per_bar(meter, score.ticks_per_quarter),
            meter: (meter.numerator, meter.denominator_log2),
        };
        let mut stretches = vec![stretch(0, &first)];
        for meter in &score.meters {
            let last = stretches[stretches.len() - 1];
            if meter.tick == last.tick {
                stretches.pop();
            }
            let bar = last.bar + (meter.tick.saturating_sub(last.tick)).div_ceil(last.ticks_per_bar);
            stretches.push(stretch(bar, meter));
        }
        let end = end(score);
        stretches.retain(|stretch| stretch.tick == 0 || stretch.tick < end);
        let last = stretches[stretches.len() - 1];
        let n_bars = last.bar.saturating_add(end.saturating_sub(last.tick).div_ceil(last.ticks_per_bar));
        Bars { stretches, n_bars: n_bars.max(1) }
    }

    /// The tick at which a bar begins, from bar 0; the last meter goes on for ever.
    pub(crate) fn tick(&self, bar: u64) -> u64 {
        let after = self.stretches.partition_point(|stretch| stretch.bar <= bar);
        let stretch = self.stretches[after.max(1) - 1];
        stretch.tick.saturating_add((bar - stretch.bar).saturating_mul(stretch.ticks_per_bar))
    }

    /// The first bar that begins at `tick` or after it.
    pub(crate) fn bar_from(&self, tick: u64) -> u64 {
        let after = self.stretches.partition_point(|stretch| stretch.tick <= tick);
        let stretch = self.stretches[after.max(1) - 1];
        stretch.bar.saturating_add((tick - stretch.tick).div_ceil(stretch.ticks_per_bar))
    }

    /// The meters, as they are written, in the order they come, each once and three at most.
    pub(crate) fn meters(&self) -> String {
        let mut meters: Vec<(u8, u8)> = Vec::new();
        for stretch in &self.stretches {
            if meters.len() <= 3 && !meters.contains(&stretch.meter) {
                meters.push(stretch.meter);
            }
        }
        let name = |&(numerator, log2): &(u8, u8)| {
            1u128.checked_shl(u32::from(log2)).map_or(format!("{numerator}/2^{log2}"), |of| format!("{numerator}/{of}"))
        };
        let names: Vec<String> = meters.iter().take(3).map(name).collect();
        if meters.len() > 3 { format!("{}, …", names.join(", ")) } else { names.join(", ") }
    }
}

/// The end of the last note; a note of no length takes a tick.
fn end(score: &Score) -> u64 {
    score.notes.iter().map(|note| note.end().max(note.onset.saturating_add(1))).max().unwrap_or(0)
}

/// A bar of no length would never end, so it has a tick at least.
fn ticks_per_bar(meter: &Meter, ticks_per_quarter: u16) -> u64 {
    let whole_notes = u64::from(meter.numerator) * 4 * u64::from(ticks_per_quarter);
    whole_notes.checked_shr(u32::from(meter.denominator_log2)).unwrap_or(0).max(1)
}

/// How long a piece lasts, in seconds.
pub(crate) fn seconds(score: &Score) -> f64 {
    let end = score.end();
    let (mut tick, mut us_per_quarter, mut quarter_us) = (0, Tempo::DEFAULT_US_PER_QUARTER, 0.0);
    for tempo in score.tempos.iter().take_while(|tempo| tempo.tick < end) {
        quarter_us += tempo.tick.saturating_sub(tick) as f64 * f64::from(us_per_quarter);
        (tick, us_per_quarter) = (tempo.tick, tempo.us_per_quarter);
    }
    quarter_us += (end - tick) as f64 * f64::from(us_per_quarter);
    quarter_us / f64::from(score.ticks_per_quarter.max(1)) / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;
    use galant_types::Note;

    fn score(end: u64, meters: Vec<Meter>) -> Score {
        let note = Note { onset: 0, length: end, pitch: 60, velocity: 64, channel: 0, track: 0 };
        Score { notes: vec![note], meters, ..Score::new(10) }
    }

    #[test]
    fn bars_follow_the_meter() {
        let meters = vec![
            Meter { tick: 0, numerator: 3, denominator_log2: 3 },
            Meter { tick: 40, numerator: 2, denominator_log2: 2 },
        ];
        let bars = Bars::of(&score(100, meters));
        // Three bars of 15 ticks, the last cut short by the change, then three of 20.
        let ticks: Vec<u64> = (0..=bars.n_bars).map(|bar| bars.tick(bar)).collect();
        assert_eq!(ticks, [0, 15, 30, 40, 60, 80, 100]);
        assert_eq!(bars.meters(), "3/8, 2/4");
        let from: Vec<u64> = [0, 1, 15, 31, 39, 40, 41, 100].map(|tick| bars.bar_from(tick)).to_vec();
        assert_eq!(from, [0, 1, 1, 3, 3, 3, 4, 6]);
    }

    #[test]
    fn absurd_meters_and_lengths_end() {
        let meters = vec![
            Meter { tick: 0, numerator: 0, denominator_log2: 2 },
            Meter { tick: 7, numerator: 255, denominator_log2: 255 },
        ];
        let bars = Bars::of(&score(u64::MAX, meters));
        assert_eq!(bars.n_bars, u64::MAX);
        assert_eq!(bars.tick(u64::MAX), u64::MAX);
        assert_eq!(bars.meters(), "0/4, 255/2^255");
        assert_eq!(Bars::of(&Score::new(480)).n_bars, 1);
    }

    #[test]
    fn a_piece_lasts_as_its_tempos_say() {
        let tempos = vec![Tempo { tick: 0, us_per_quarter: 1_000_000 }, Tempo { tick: 20, us_per_quarter: 250_000 }];
        let score = Score { tempos, ..score(40, Vec::new()) };
        assert_eq!(seconds(&score), 2.0 + 0.5);
    }
}
