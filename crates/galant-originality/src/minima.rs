//! Where the nearest number is that is below another.

/// Numbers with the least of each block, the least of each block of these, and so on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Minima {
    /// The numbers themselves first; the last has a block at most.
    levels: Vec<Vec<u32>>,
}

const BLOCK: usize = 64;

impl Minima {
    pub(crate) fn new(numbers: Vec<u32>) -> Minima {
        let mut levels = vec![numbers];
        while let Some(last) = levels.last().filter(|last| last.len() > BLOCK) {
            levels.push(last.chunks(BLOCK).filter_map(|block| block.iter().min().copied()).collect());
        }
        Minima { levels }
    }

    /// The numbers.
    pub(crate) fn numbers(&self) -> &[u32] {
        self.levels.first().map_or(&[], Vec::as_slice)
    }

    /// The last place before `end` with a number below `limit`.
    pub(crate) fn last_below(&self, end: usize, limit: u32) -> Option<usize> {
        self.last_of_level(0, end, limit)
    }

    /// The first place from `begin` on with a number below `limit`.
    pub(crate) fn first_below(&self, begin: usize, limit: u32) -> Option<usize> {
        self.first_of_level(0, begin, limit)
    }

    fn is_last(&self, level: usize) -> bool {
        level + 1 == self.levels.len()
    }

    fn last_of_level(&self, level: usize, end: usize, limit: u32) -> Option<usize> {
        let numbers = self.levels.get(level)?;
        let last_in = |begin: usize, end: usize| (begin..end).rev().find(|&at| numbers[at] < limit);
        let begin = if self.is_last(level) { 0 } else { end / BLOCK * BLOCK };
        last_in(begin, end).or_else(|| {
            let block = self.last_of_level(level + 1, begin / BLOCK, limit)?;
            last_in(block * BLOCK, (block + 1) * BLOCK)
        })
    }

    fn first_of_level(&self, level: usize, begin: usize, limit: u32) -> Option<usize> {
        let numbers = self.levels.get(level)?;
        let first_in = |begin: usize, end: usize| (begin..end.min(numbers.len())).find(|&at| numbers[at] < limit);
        let end = if self.is_last(level) { numbers.len() } else { begin.next_multiple_of(BLOCK) };
        first_in(begin, end).or_else(|| {
            let block = self.first_of_level(level + 1, end / BLOCK, limit)?;
            first_in(block * BLOCK, (block + 1) * BLOCK)
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::with_cases(300) })]

        #[test]
        fn the_nearest_is_the_one_that_looking_at_each_finds(
            numbers in prop_oneof![prop::collection::vec(0_u32..4, 0..300), prop::collection::vec(2_u32..4, 0..9000)],
            (place, limit) in (any::<prop::sample::Index>(), 0_u32..5),
        ) {
            let place = place.index(numbers.len() + 1);
            let minima = Minima::new(numbers.clone());
            prop_assert_eq!(minima.last_below(place, limit), (0..place).rev().find(|&at| numbers[at] < limit));
            prop_assert_eq!(minima.first_below(place, limit), (place..numbers.len()).find(|&at| numbers[at] < limit));
        }
    }
}
