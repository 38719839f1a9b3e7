use std::arch::x86_64::{_mm512_add_ps, _mm512_fmadd_ps, _mm512_reduce_add_ps, _mm512_set1_ps, _mm512_setzero_ps};

use crate::avx512::{ALL, VECTOR, load};
use crate::level::Avx512;
use crate::rate::{CHUNK, FACTOR, SUMMAND};

/// Chains of operations, more than any CPU has in flight.
const CHAINS: usize = 16;

/// Returns how many numbers a round multiplies, and the sum of all.
pub(crate) fn multiply_and_add(_proof: Avx512, n_rounds: u32) -> (usize, f32) {
    // SAFETY: a value of `Avx512` exists only where avx512f was detected.
    (CHAINS * VECTOR, unsafe { rounds(n_rounds) })
}

#[target_feature(enable = "avx512f")]
fn rounds(n_rounds: u32) -> f32 {
    // The compiler must not see that the factors are constants: it would compute some rounds at once.
    let [factor, summand] = std::hint::black_box([FACTOR, SUMMAND]).map(|number| _mm512_set1_ps(number));
    let mut vectors = [_mm512_setzero_ps(); CHAINS];
    for _ in 0..n_rounds {
        for vector in &mut vectors {
            *vector = _mm512_fmadd_ps(*vector, factor, summand);
        }
    }
    vectors.into_iter().map(|vector| _mm512_reduce_add_ps(vector)).sum()
}

/// The sum of all numbers.
pub(crate) fn read(_proof: Avx512, chunks: &[[f32; CHUNK]]) -> f32 {
    // SAFETY: a value of `Avx512` exists only where avx512f was detected.
    unsafe { sum(chunks) }
}

#[target_feature(enable = "avx512f")]
fn sum(chunks: &[[f32; CHUNK]]) -> f32 {
    let mut sums = [_mm512_setzero_ps(); CHUNK / VECTOR];
    for chunk in chunks {
        for (sum, numbers) in sums.iter_mut().zip(chunk.as_chunks::<VECTOR>().0) {
            *sum = _mm512_add_ps(*sum, load(numbers, ALL));
        }
    }
    sums.into_iter().map(|sum| _mm512_reduce_add_ps(sum)).sum()
}
