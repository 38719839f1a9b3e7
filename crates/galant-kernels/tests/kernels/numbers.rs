use galant_kernels::Level;

/// Lengths around every vector, unrolled loop and lane count: no tail is special.
pub(crate) const LENGTHS: std::ops::RangeInclusive<usize> = 0..=80;

/// `len` numbers in [−1, 1), the same for the same seed: SplitMix64, the upper 24 bits.
pub(crate) fn numbers(len: usize, seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..len).map(|_| next()).collect()
}

/// The bits of numbers, so that equality means the same bits.
pub(crate) fn bits(x: &[f32]) -> Vec<u32> {
    x.iter().map(|x| x.to_bits()).collect()
}

/// Widens to f64.
pub(crate) fn wide(x: &[f32]) -> Vec<f64> {
    x.iter().map(|&x| f64::from(x)).collect()
}

/// Whether the levels that fuse multiplication and addition give equal results, and so do those that do not.
pub(crate) fn levels_agree<R: PartialEq>(result: impl Fn(Level) -> R) -> bool {
    [true, false].into_iter().all(|is_fused| {
        let levels = Level::available().into_iter().filter(|level| level.is_fused() == is_fused);
        let results: Vec<R> = levels.map(&result).collect();
        results.windows(2).all(|pair| pair[0] == pair[1])
    })
}
