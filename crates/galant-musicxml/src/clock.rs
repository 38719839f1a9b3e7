//! Where in a bar reading is.

use crate::limits::{MAX_BAR_IN_WHOLES, TICKS_PER_QUARTER};

/// How many ticks a whole note lasts.
pub(crate) const TICKS_PER_WHOLE: u64 = 4 * TICKS_PER_QUARTER as u64;

/// Counts in the divisions of the file, so that rounding to ticks does not add up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    /// How many divisions a quarter note has.
    divisions: u32,
    /// In ticks, where these divisions began to be counted.
    base: u64,
    /// In thousandths of a division since then.
    elapsed: u64,
}

impl Clock {
    pub(crate) fn new(divisions: u32) -> Clock {
        Clock { divisions: divisions.max(1), base: 0, elapsed: 0 }
    }

    /// Ticks since the bar began.
    pub(crate) fn now(&self) -> u64 {
        self.base + ticks(self.elapsed, self.divisions)
    }

    /// The tick at which something of `length` thousandths ends that begins now.
    pub(crate) fn end(&self, length: u64) -> u64 {
        self.base + ticks(self.elapsed + length, self.divisions)
    }

    pub(crate) fn divisions(&self) -> u32 {
        self.divisions
    }

    /// Counts in other divisions from here on.
    pub(crate) fn set_divisions(&mut self, divisions: u32) {
        *self = Clock { base: self.now(), ..Clock::new(divisions) };
    }

    pub(crate) fn forward(&mut self, length: u64) {
        self.elapsed += length;
    }

    /// Goes back; false if that is to before the bar, at whose beginning it then is.
    pub(crate) fn back(&mut self, length: u64) -> bool {
        if length <= self.elapsed {
            self.elapsed -= length;
            return true;
        }
        let before = ticks(length - self.elapsed, self.divisions);
        let is_in_bar = before <= self.base;
        *self = Clock { base: self.base.saturating_sub(before), ..Clock::new(self.divisions) };
        is_in_bar
    }
}

/// The ticks nearest to a number of thousandths of a division.
fn ticks(thousandths: u64, divisions: u32) -> u64 {
    let per_tick = 1000 * u128::from(divisions);
    let ticks = (u128::from(thousandths) * u128::from(TICKS_PER_QUARTER) + per_tick / 2) / per_tick;
    u64::try_from(ticks).unwrap_or(u64::MAX)
}

/// A duration of a file in thousandths of a division; none if it is not a number, or negative.
pub(crate) fn thousandths(text: &str) -> Option<u64> {
    if let Ok(whole) = text.parse::<u32>() {
        return Some(1000 * u64::from(whole));
    }
    let value: f64 = text.parse().ok()?;
    (0.0..=f64::from(u32::MAX)).contains(&value).then(|| (1000.0 * value).round() as u64)
}

/// Whether a length is within the limit for one bar.
pub(crate) fn is_short_enough(thousandths: u64, divisions: u32) -> bool {
    ticks(thousandths, divisions) <= MAX_BAR_IN_WHOLES * TICKS_PER_WHOLE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_does_not_add_up() {
        // A triplet of eighths in 256 divisions, as some programs write it: 85, 85 and 86.
        let mut clock = Clock::new(256);
        let mut ends = Vec::new();
        for length in [85_000, 85_000, 86_000] {
            ends.push(clock.end(length));
            clock.forward(length);
        }
        assert_eq!(ends, [3347, 6694, 10_080]);
    }

    #[test]
    fn a_clock_goes_back_over_a_change_of_divisions_but_not_over_the_bar_line() {
        let mut clock = Clock::new(1);
        clock.forward(2000);
        clock.set_divisions(4);
        clock.forward(4000);
        assert_eq!(clock.now(), 3 * 10_080);
        assert!(clock.back(8000));
        assert_eq!(clock.now(), 10_080);
        assert!(!clock.back(5000));
        assert_eq!(clock.now(), 0);
    }

    #[test]
    fn durations_are_decimals() {
        assert_eq!(
            ["3", "2.5", "0", "-1", "x", "NaN", "1e30"].map(thousandths),
            [Some(3000), Some(2500), Some(0), None, None, None, None]
        );
    }
}
