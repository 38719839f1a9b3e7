//! Intervals of time, in any unit.

/// From a beginning to an end, which is not part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Interval {
    pub(crate) start: u64,
    pub(crate) end: u64,
}

/// The same time in intervals that do not touch, in order.
pub(crate) fn union(mut intervals: Vec<Interval>) -> Vec<Interval> {
    intervals.sort_unstable();
    let mut united: Vec<Interval> = Vec::new();
    for interval in intervals {
        match united.last_mut() {
            Some(last) if interval.start <= last.end => last.end = last.end.max(interval.end),
            _ => united.push(interval),
        }
    }
    united
}

/// How much time the intervals cover, each moment counted once.
pub(crate) fn n_covered(intervals: Vec<Interval>) -> u64 {
    union(intervals).iter().map(|interval| interval.end - interval.start).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_that_touch_are_one_and_cover_each_moment_once() {
        let interval = |(start, end)| Interval { start, end };
        let intervals = [(5, 6), (0, 2), (2, 3), (1, 2), (8, 8)].map(interval).to_vec();
        assert_eq!(union(intervals.clone()), [(0, 3), (5, 6), (8, 8)].map(interval));
        assert_eq!(n_covered(intervals), 4);
    }
}
