use crate::{Meter, Score};

/// Where the bars of a score are; [`Score::bar_map`] makes it.
///
/// Bars are counted from 0. A change of meter begins a bar, so the bar before it may be cut short.
/// An upbeat is a short bar 0 if the score says so by a change of meter after it; otherwise the first bar begins at tick 0.
///
/// ```
/// use galant_types::{BarPosition, Meter, Note, Score};
///
/// let score = Score {
///     notes: vec![Note { onset: 0, length: 1000, pitch: 60, velocity: 64, channel: 0, track: 0 }],
///     meters: vec![Meter { tick: 0, numerator: 3, denominator_log2: 3 }],
///     ..Score::new(100)
/// };
/// let map = score.bar_map();
/// // A bar of 3/8 lasts one and a half quarter notes.
/// assert_eq!((map.n_bars(), map.start(6)), (7, 900));
/// assert_eq!(map.position(1000), BarPosition { bar: 6, beat: 2, tick: 100 });
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BarMap {
    /// In ascending order of tick; the first begins at tick 0.
    sections: Vec<Section>,
    n_bars: u64,
    ticks_per_quarter: u16,
}

/// A stretch of one meter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Section {
    meter: Meter,
    /// The bar it begins with.
    bar: u64,
    ticks_per_bar: u64,
}

/// A tick by the bar and the beat in which it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct BarPosition {
    /// The bar, from 0.
    pub bar: u64,
    /// The beat of the bar, from 0.
    pub beat: u8,
    /// How many ticks have passed since the bar began.
    pub tick: u64,
}

impl Score {
    /// Where the bars are, up to the end of the last note.
    ///
    /// Meters are taken in the order of their ticks, and of two at one tick the later.
    pub fn bar_map(&self) -> BarMap {
        BarMap::of(self)
    }
}

impl BarMap {
    fn of(score: &Score) -> BarMap {
        let ticks_per_quarter = score.ticks_per_quarter;
        let section = |bar, meter: Meter| Section { meter, bar, ticks_per_bar: meter.ticks_per_bar(ticks_per_quarter) };
        let end = score.notes.iter().map(|note| note.end().max(note.onset.saturating_add(1))).max().unwrap_or(0);
        let mut meters: Vec<Meter> =
            score.meters.iter().filter(|meter| meter.tick == 0 || meter.tick < end).copied().collect();
        // Stable, so that of two meters at one tick the later one counts.
        meters.sort_by_key(|meter| meter.tick);
        let mut sections = vec![section(0, Meter::DEFAULT)];
        for meter in meters {
            let last = sections[sections.len() - 1];
            if meter.tick == last.meter.tick {
                sections.pop();
            }
            // Fits: every bar takes a tick or more.
            let bar = last.bar + (meter.tick - last.meter.tick).div_ceil(last.ticks_per_bar);
            sections.push(section(bar, meter));
        }
        let last = sections[sections.len() - 1];
        let n_bars = last.bar + end.saturating_sub(last.meter.tick).div_ceil(last.ticks_per_bar);
        BarMap { sections, n_bars: n_bars.max(1), ticks_per_quarter }
    }

    /// How many bars the notes take, the last perhaps cut short; at least 1, and a note of no length takes a tick.
    pub fn n_bars(&self) -> u64 {
        self.n_bars
    }

    /// The tick at which a bar begins; the last meter goes on for ever, and ticks beyond `u64::MAX` are `u64::MAX`.
    pub fn start(&self, bar: u64) -> u64 {
        let after = self.sections.partition_point(|section| section.bar <= bar);
        // The first section begins with bar 0, so there is one before.
        let section = self.sections[after - 1];
        section.meter.tick.saturating_add((bar - section.bar).saturating_mul(section.ticks_per_bar))
    }

    /// The ticks of the bar lines: where each of the [`n_bars`](BarMap::n_bars) begins, and last where the bar after them
    /// would.
    pub fn bar_lines(&self) -> impl Iterator<Item = u64> {
        (0..=self.n_bars).map(|bar| self.start(bar))
    }

    /// The first bar that begins at a tick or after it.
    pub fn bar_from(&self, tick: u64) -> u64 {
        let section = self.section(tick);
        section.bar + (tick - section.meter.tick).div_ceil(section.ticks_per_bar)
    }

    /// The bar and the beat at a tick.
    pub fn position(&self, tick: u64) -> BarPosition {
        let Section { meter, bar, ticks_per_bar } = self.section(tick);
        let since_change = tick - meter.tick;
        let (bar, tick) = (bar + since_change / ticks_per_bar, since_change % ticks_per_bar);
        // A bar of more than one tick has a beat of 1/2^26 of a whole note or longer, so this fits.
        let beat = (tick << meter.denominator_log2.min(32)) / (4 * u64::from(self.ticks_per_quarter.max(1)));
        // Less than the numerator, which is at most 255.
        BarPosition { bar, beat: beat as u8, tick }
    }

    /// The meters in order, one per tick, with the one that holds from tick 0 first.
    ///
    /// It has the default where the score names none, the later one of two at the same tick, and none from the end of the
    /// last note on.
    pub fn meters(&self) -> impl Iterator<Item = Meter> {
        self.sections.iter().map(|section| section.meter)
    }

    /// The meter at a tick; its own tick is the one from which it holds.
    pub fn meter(&self, tick: u64) -> Meter {
        self.section(tick).meter
    }

    fn section(&self, tick: u64) -> Section {
        let after = self.sections.partition_point(|section| section.meter.tick <= tick);
        // The first section begins at tick 0, so there is one before.
        self.sections[after - 1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Note;
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    fn map(ticks_per_quarter: u16, end: u64, meters: &[(u64, u8, u8)]) -> BarMap {
        let note = Note { onset: 0, length: end, pitch: 60, velocity: 64, channel: 0, track: 0 };
        let meter = |&(tick, numerator, denominator_log2)| Meter { tick, numerator, denominator_log2 };
        let meters = meters.iter().map(meter).collect();
        Score { notes: vec![note], meters, ..Score::new(ticks_per_quarter) }.bar_map()
    }

    #[test]
    fn bars_follow_the_meter_and_a_change_begins_one() {
        // Three bars of 15 ticks, the last cut short by the change, then three of 20.
        let map = map(10, 100, &[(40, 2, 2), (0, 3, 3)]);
        assert_eq!(map.bar_lines().collect::<Vec<_>>(), [0, 15, 30, 40, 60, 80, 100]);
        assert_eq!([0, 1, 15, 31, 39, 40, 41, 100].map(|tick| map.bar_from(tick)), [0, 1, 1, 3, 3, 3, 4, 6]);
        let position = |tick| {
            let BarPosition { bar, beat, tick } = map.position(tick);
            (bar, beat, tick)
        };
        let beats = |tick| map.meter(tick).numerator;
        assert_eq!([0, 39, 40, 1000].map(beats), [3, 3, 2, 2]);
        assert_eq!([0, 4, 5, 15, 39].map(position), [(0, 0, 0), (0, 0, 4), (0, 1, 5), (1, 0, 0), (2, 1, 9)]);
        assert_eq!([40, 55, 119, 120].map(position), [(3, 0, 0), (3, 1, 15), (6, 1, 19), (7, 0, 0)]);
    }

    #[test]
    fn without_a_meter_a_bar_has_four_quarter_notes() {
        let map = map(10, 41, &[]);
        assert_eq!(map.bar_lines().collect::<Vec<_>>(), [0, 40, 80]);
        assert_eq!(map.meters().collect::<Vec<_>>(), [Meter::DEFAULT]);
    }

    #[test]
    fn an_upbeat_is_a_short_bar_before_a_change() {
        let map = map(10, 70, &[(0, 1, 2), (10, 3, 2)]);
        assert_eq!(map.bar_lines().collect::<Vec<_>>(), [0, 10, 40, 70]);
    }

    #[test]
    fn changes_count_from_the_last_at_their_tick_and_up_to_the_end() {
        let map = map(10, 100, &[(0, 2, 2), (0, 3, 2), (100, 2, 2)]);
        assert_eq!(map.meters().collect::<Vec<_>>(), [Meter { tick: 0, numerator: 3, denominator_log2: 2 }]);
        assert_eq!(map.start(map.n_bars()), 120);
    }

    #[test]
    fn a_piece_has_a_bar_at_least_and_a_note_of_no_length_is_in_it() {
        assert_eq!(Score::new(480).bar_map().n_bars(), 1);
        let note = Note { onset: 40, length: 0, pitch: 60, velocity: 64, channel: 0, track: 0 };
        assert_eq!(Score { notes: vec![note], ..Score::new(10) }.bar_map().n_bars(), 2);
    }

    #[test]
    fn absurd_meters_and_lengths_end() {
        let map = map(10, u64::MAX, &[(0, 0, 2), (7, 255, 255)]);
        assert_eq!((map.n_bars(), map.start(u64::MAX)), (u64::MAX, u64::MAX));
        assert_eq!(map.position(u64::MAX), BarPosition { bar: u64::MAX, beat: 0, tick: 0 });
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

        #[test]
        fn bars_and_beats_lead_to_ticks_and_back(
            ticks_per_quarter in 1_u16..2000,
            meters in prop::collection::vec((0_u64..50_000, 1_u8..20, 0_u8..8), 0..6),
            bars in prop::collection::vec(0_u64..500, 1..10),
            ticks in prop::collection::vec(0_u64..60_000, 1..10),
        ) {
            let map = map(ticks_per_quarter, 50_000, &meters);
            for bar in bars {
                let start = map.start(bar);
                prop_assert!(start < map.start(bar + 1));
                prop_assert_eq!(map.bar_from(start), bar);
                prop_assert_eq!(map.position(start), BarPosition { bar, beat: 0, tick: 0 });
            }
            for tick in ticks {
                let BarPosition { bar, beat, tick: in_bar } = map.position(tick);
                prop_assert_eq!(map.start(bar) + in_bar, tick);
                prop_assert!(tick < map.start(bar + 1));
                prop_assert_eq!(map.bar_from(tick), bar + u64::from(in_bar > 0));
                let meter = map.meters().take_while(|meter| meter.tick <= tick).last().unwrap();
                prop_assert!(beat < meter.numerator);
                // The beat by definition: as many whole ones as have passed.
                let beat_ticks = 4.0 * f64::from(ticks_per_quarter) / f64::from(1 << meter.denominator_log2);
                prop_assert_eq!(f64::from(beat), (in_bar as f64 / beat_ticks).floor());
                prop_assert!(map.position(tick) < map.position(tick + 1));
            }
        }

        #[test]
        fn any_values_are_mapped_in_order(
            ticks_per_quarter: u16,
            end: u64,
            meters in prop::collection::vec(any::<(u64, u8, u8)>(), 0..8),
            ticks: (u64, u64),
        ) {
            let map = map(ticks_per_quarter, end, &meters);
            let (early, late) = (ticks.0.min(ticks.1), ticks.0.max(ticks.1));
            prop_assert!(map.start(early) <= map.start(late));
            prop_assert!(map.bar_from(early) <= map.bar_from(late));
            prop_assert!(map.position(early) <= map.position(late));
            prop_assert!(map.start(map.n_bars()) >= end);
            prop_assert!(map.bar_lines().take(1000).is_sorted());
        }
    }
}
