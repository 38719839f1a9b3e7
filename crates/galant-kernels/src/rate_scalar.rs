/// Numbers read side by side: eight vectors of AVX-512.
pub(crate) const CHUNK: usize = 128;

/// The factor and the summand of every multiplication and addition: sums stay near 1.
pub(crate) const FACTOR: f32 = 0.5;
pub(crate) const SUMMAND: f32 = 0.5;

/// Returns how many numbers a round multiplies, and the sum of all.
pub(crate) fn multiply_and_add(n_rounds: u32) -> (usize, f32) {
    let mut numbers = [0.0_f32; 40];
    for _ in 0..n_rounds {
        numbers.iter_mut().for_each(|number| *number = *number * FACTOR + SUMMAND);
    }
    (numbers.len(), numbers.iter().sum())
}

/// The sum of all numbers.
pub(crate) fn read(chunks: &[[f32; CHUNK]]) -> f32 {
    chunks.as_flattened().iter().sum()
}
