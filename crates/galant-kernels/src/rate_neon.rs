use std::arch::aarch64::{vaddq_f32, vaddvq_f32, vdupq_n_f32, vfmaq_f32};

use crate::level::Neon;
use crate::neon::{VECTOR, load};
use crate::rate::{CHUNK, FACTOR, SUMMAND};

/// Chains of operations, more than any CPU has in flight.
const CHAINS: usize = 24;

/// Returns how many numbers a round multiplies, and the sum of all.
pub(crate) fn multiply_and_add(_proof: Neon, n_rounds: u32) -> (usize, f32) {
    // SAFETY: a value of `Neon` exists only for targets that have neon.
    (CHAINS * VECTOR, unsafe { rounds(n_rounds) })
}

#[target_feature(enable = "neon")]
fn rounds(n_rounds: u32) -> f32 {
    // The compiler must not see that the factors are constants: it would compute some rounds at once.
    let [factor, summand] = std::hint::black_box([FACTOR, SUMMAND]).map(|number| vdupq_n_f32(number));
    let mut vectors = [vdupq_n_f32(0.0); CHAINS];
    for _ in 0..n_rounds {
        for vector in &mut vectors {
            *vector = vfmaq_f32(summand, *vector, factor);
        }
    }
    vectors.into_iter().map(|vector| vaddvq_f32(vector)).sum()
}

/// The sum of all numbers.
pub(crate) fn read(_proof: Neon, chunks: &[[f32; CHUNK]]) -> f32 {
    // SAFETY: a value of `Neon` exists only for targets that have neon.
    unsafe { sum(chunks) }
}

#[target_feature(enable = "neon")]
fn sum(chunks: &[[f32; CHUNK]]) -> f32 {
    let mut sums = [vdupq_n_f32(0.0); 8];
    for numbers in chunks.as_flattened().as_chunks::<{ 8 * VECTOR }>().0 {
        for (sum, numbers) in sums.iter_mut().zip(numbers.as_chunks::<VECTOR>().0) {
            *sum = vaddq_f32(*sum, load(numbers));
        }
    }
    sums.into_iter().map(|sum| vaddvq_f32(sum)).sum()
}
