use crate::{Score, Tempo};

/// When each tick of a score sounds; [`Score::tempo_map`] makes it.
///
/// ```
/// use galant_types::{Score, Tempo};
///
/// let tempos = vec![Tempo { tick: 960, us_per_quarter: 1_000_000 }];
/// let map = Score { tempos, ..Score::new(480) }.tempo_map();
/// // Two quarter notes at the default of half a second each, then one of a second.
/// assert_eq!(map.seconds(1440), 2.0);
/// assert_eq!(map.tick(2.0), 1440);
/// assert_eq!(map.frame(1440, 44_100), 88_200);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TempoMap {
    /// In ascending order of tick; the first begins at tick 0.
    sections: Vec<Section>,
    /// At least 1. A *unit* of time is a microsecond divided by it, so that every tick is at a whole number of units.
    ticks_per_quarter: u16,
}

/// A stretch of one tempo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Section {
    tempo: Tempo,
    /// The time at which it begins, in units.
    ///
    /// It is below 2^96: fewer than 2^64 ticks of less than 2^32 microseconds per quarter note.
    start: u128,
}

impl Section {
    /// The time of a tick at or after the section's first.
    fn time(&self, tick: u64) -> u128 {
        self.start + u128::from(tick - self.tempo.tick) * u128::from(self.tempo.us_per_quarter)
    }
}

impl Score {
    /// When each tick sounds.
    ///
    /// Tempos are taken in the order of their ticks, and of two at one tick the later; a resolution of 0 counts as 1.
    pub fn tempo_map(&self) -> TempoMap {
        TempoMap::of(self)
    }
}

impl TempoMap {
    fn of(score: &Score) -> TempoMap {
        let mut tempos = score.tempos.clone();
        // Stable, so that of two tempos at one tick the later one counts.
        tempos.sort_by_key(|tempo| tempo.tick);
        let default = Tempo { tick: 0, us_per_quarter: Tempo::DEFAULT_US_PER_QUARTER };
        let mut sections = vec![Section { tempo: default, start: 0 }];
        for tempo in tempos {
            let last = sections[sections.len() - 1];
            if last.tempo.tick == tempo.tick {
                sections.pop();
            }
            sections.push(Section { tempo, start: last.time(tempo.tick) });
        }
        TempoMap { sections, ticks_per_quarter: score.ticks_per_quarter.max(1) }
    }

    /// The time of a tick, in seconds from the start of the piece.
    pub fn seconds(&self, tick: u64) -> f64 {
        self.time(tick) as f64 / f64::from(self.ticks_per_quarter) / 1e6
    }

    /// The tick nearest to a time in seconds; of several equally near ones the first.
    ///
    /// Of a negative time, or one that is not a number, it is tick 0; of one after all ticks it is the last.
    pub fn tick(&self, seconds: f64) -> u64 {
        // Converting to a whole number saturates, and makes 0 of what is no number.
        let time = (seconds * self.units_per_second() as f64).round() as u128;
        let after = self.sections.partition_point(|section| section.start < time);
        let section = self.sections[after.max(1) - 1];
        let us_per_quarter = u128::from(section.tempo.us_per_quarter);
        let since_start = time.saturating_sub(section.start);
        // Half a tick is rounded down; a section without time has no tick but its first.
        let ticks =
            since_start.saturating_add(us_per_quarter.saturating_sub(1) / 2).checked_div(us_per_quarter).unwrap_or(0);
        u64::try_from(ticks).unwrap_or(u64::MAX).saturating_add(section.tempo.tick)
    }

    /// The audio frame nearest to a tick at `frames_per_second`; of two equally near ones the later.
    ///
    /// It is exact: nothing adds up over the tempos before the tick. The last tick at the slowest tempo is beyond
    /// `u64::MAX` frames.
    pub fn frame(&self, tick: u64, frames_per_second: u32) -> u128 {
        let units_per_second = u128::from(self.units_per_second());
        // Fits: below 2^96 units times 2^32, with room for half a second.
        (self.time(tick) * u128::from(frames_per_second) + units_per_second / 2) / units_per_second
    }

    /// The tempos in order, one per tick, with the one that holds from tick 0 first.
    ///
    /// It has the default where the score names none, and the later one of two at the same tick.
    pub fn tempos(&self) -> impl Iterator<Item = Tempo> {
        self.sections.iter().map(|section| section.tempo)
    }

    fn units_per_second(&self) -> u64 {
        1_000_000 * u64::from(self.ticks_per_quarter)
    }

    /// The time of a tick in units.
    fn time(&self, tick: u64) -> u128 {
        let after = self.sections.partition_point(|section| section.tempo.tick <= tick);
        // The first section begins at tick 0, so there is one before.
        self.sections[after - 1].time(tick)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    fn map(ticks_per_quarter: u16, tempos: &[(u64, u32)]) -> TempoMap {
        let tempos = tempos.iter().map(|&(tick, us_per_quarter)| Tempo { tick, us_per_quarter }).collect();
        Score { tempos, ..Score::new(ticks_per_quarter) }.tempo_map()
    }

    #[test]
    fn a_quarter_is_half_a_second_until_a_tempo_says_otherwise() {
        let map = map(480, &[(960, 1_000_000)]);
        assert_eq!([0, 480, 960, 1440, 1920].map(|tick| map.seconds(tick)), [0.0, 0.5, 1.0, 2.0, 3.0]);
        assert_eq!([0.0, 0.5, 1.0, 2.0, 3.0].map(|seconds| map.tick(seconds)), [0, 480, 960, 1440, 1920]);
        assert_eq!([480, 1440].map(|tick| map.frame(tick, 44_100)), [22_050, 88_200]);
    }

    #[test]
    fn rounding_does_not_add_up_over_many_tempos() {
        // A third of a microsecond is lost at each change where times are rounded one by one.
        let tempos: Vec<(u64, u32)> = (0..30_000).map(|tick| (tick, 100_000 + (tick % 2) as u32)).collect();
        let map = map(3, &tempos);
        // 10,000 quarter notes of 100,000.5 µs on average last 1,000.005 s.
        assert_eq!(map.frame(30_000, 44_100), 44_100_221);
        assert_eq!(map.seconds(30_000), 1000.005);
    }

    #[test]
    fn of_two_tempos_at_one_tick_the_later_counts() {
        let map = map(480, &[(960, 1), (0, 1), (0, 2_000_000), (960, 500_000)]);
        assert_eq!(map.seconds(480), 2.0);
        let tempos: Vec<(u64, u32)> = map.tempos().map(|tempo| (tempo.tick, tempo.us_per_quarter)).collect();
        assert_eq!(tempos, [(0, 2_000_000), (960, 500_000)]);
        assert_eq!(self::map(480, &[]).tempos().next().map(|tempo| tempo.us_per_quarter), Some(500_000));
    }

    #[test]
    fn times_between_ticks_go_to_the_nearer_one() {
        // A tick is a second.
        let map = map(1, &[(0, 1_000_000), (5, 4_000_000)]);
        assert_eq!([0.4, 0.5, 0.6, 4.9, 5.1, 7.0, 7.1, 9.0].map(|seconds| map.tick(seconds)), [0, 0, 1, 5, 5, 5, 6, 6]);
        assert_eq!(
            [-1.0, f64::NEG_INFINITY, f64::NAN, f64::INFINITY].map(|seconds| map.tick(seconds)),
            [0, 0, 0, u64::MAX]
        );
    }

    #[test]
    fn a_tempo_of_no_time_passes_at_once() {
        let map = map(1, &[(0, 1_000_000), (5, 0), (9, 1_000_000)]);
        assert_eq!([5, 7, 9, 10].map(|tick| map.seconds(tick)), [5.0, 5.0, 5.0, 6.0]);
        assert_eq!([4.0, 5.0, 6.0].map(|seconds| map.tick(seconds)), [4, 5, 10]);
        assert_eq!(self::map(1, &[(0, 0)]).tick(3.0), 0);
    }

    #[test]
    fn the_last_tick_at_the_slowest_tempo_is_counted() {
        let map = map(0, &[(0, u32::MAX), (u64::MAX, u32::MAX)]);
        let units = u128::from(u64::MAX) * u128::from(u32::MAX);
        assert_eq!(map.frame(u64::MAX, u32::MAX), (units * u128::from(u32::MAX) + 500_000) / 1_000_000);
        assert!(map.seconds(u64::MAX) > 7.9e22);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

        #[test]
        fn time_grows_with_ticks_and_leads_back_to_them(
            ticks_per_quarter in 1_u16..30_000,
            tempos in prop::collection::vec((0_u64..100_000, 1_u32..(1 << 24)), 0..8),
            ticks in prop::collection::vec(0_u64..200_000, 1..20),
        ) {
            let map = map(ticks_per_quarter, &tempos);
            for &tick in &ticks {
                let seconds = map.seconds(tick);
                prop_assert!(seconds < map.seconds(tick + 1));
                prop_assert_eq!(map.tick(seconds), tick);
                let frames = seconds * 44_100.0;
                prop_assert!((map.frame(tick, 44_100) as f64 - frames).abs() < 0.5 + 1e-9 * frames);
            }
        }

        #[test]
        fn time_is_the_sum_over_all_ticks(
            tempos in prop::collection::vec((0_u64..50, 0_u32..1000), 0..8),
            end in 0_u64..60,
        ) {
            // The last tempo at or before a tick holds, by the order of the list where ticks are equal.
            let at = |tick| tempos.iter().filter(|tempo| tempo.0 <= tick).max_by_key(|tempo| tempo.0);
            let us: u64 = (0..end).map(|tick| at(tick).map_or(500_000, |tempo| u64::from(tempo.1))).sum();
            prop_assert_eq!(map(1, &tempos).frame(end, 1_000_000), u128::from(us));
        }

        #[test]
        fn any_values_are_mapped_in_order(
            ticks_per_quarter: u16,
            tempos in prop::collection::vec(any::<(u64, u32)>(), 0..8),
            ticks: (u64, u64),
            seconds: (f64, f64),
            rate: u32,
        ) {
            let map = map(ticks_per_quarter, &tempos);
            let (early, late) = (ticks.0.min(ticks.1), ticks.0.max(ticks.1));
            prop_assert!(map.seconds(early) <= map.seconds(late));
            prop_assert!(map.frame(early, rate) <= map.frame(late, rate));
            let (early, late) = (seconds.0.min(seconds.1), seconds.0.max(seconds.1));
            prop_assert!(map.tick(early) <= map.tick(late) || early.is_nan() || late.is_nan());
        }
    }
}
