/// Where a random act starts; equal seeds give equal results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Seed(pub u64);

impl Seed {
    /// The seed of the `index`-th random act that depends on this one.
    ///
    /// Children of one seed differ from each other and from it, so that acts do not share random numbers.
    /// The map is the output function of SplitMix64 (Steele, Lea and Flood 2014), a bijection for each parent.
    #[must_use]
    pub fn child(self, index: u64) -> Seed {
        let mut z = mix(self.0.wrapping_add(GOLDEN_GAMMA)).wrapping_add(index.wrapping_mul(GOLDEN_GAMMA));
        z = mix(z.wrapping_add(GOLDEN_GAMMA));
        Seed(z)
    }
}

/// 2^64 divided by the golden ratio, made odd: SplitMix64's increment.
const GOLDEN_GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_of_small_seeds_differ() {
        let mut all: Vec<Seed> = (0..50).flat_map(|seed| (0..50).map(move |index| Seed(seed).child(index))).collect();
        all.sort_by_key(|seed| seed.0);
        all.dedup();
        assert_eq!(all.len(), 2500);
    }

    #[test]
    fn the_mixing_is_splitmix64() {
        // The first output of the published generator seeded with 0.
        assert_eq!(mix(GOLDEN_GAMMA), 0xe220_a839_7b1d_cdaf);
    }
}
