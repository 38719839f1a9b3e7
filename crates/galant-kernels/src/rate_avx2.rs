use std::arch::x86_64::{
    __m256, _mm256_add_ps, _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_set1_ps, _mm256_setzero_ps, _mm256_storeu_ps,
};

use crate::level::Avx2;
use crate::packed::VECTOR;
use crate::rate::{CHUNK, FACTOR, SUMMAND};

/// Chains of operations: with the factors, they take fourteen of the sixteen registers.
const CHAINS: usize = 12;

/// Returns how many numbers a round multiplies, and the sum of all.
pub(crate) fn multiply_and_add(_proof: Avx2, n_rounds: u32) -> (usize, f32) {
    // SAFETY: a value of `Avx2` exists only where avx2 and fma were detected.
    (CHAINS * VECTOR, unsafe { rounds(n_rounds) })
}

#[target_feature(enable = "avx2,fma")]
fn rounds(n_rounds: u32) -> f32 {
    // The compiler must not see that the factors are constants: it would compute some rounds at once.
    let [factor, summand] = std::hint::black_box([FACTOR, SUMMAND]).map(|number| _mm256_set1_ps(number));
    let mut vectors = [_mm256_setzero_ps(); CHAINS];
    for _ in 0..n_rounds {
        for vector in &mut vectors {
            *vector = _mm256_fmadd_ps(*vector, factor, summand);
        }
    }
    total(&vectors)
}

/// The sum of all numbers.
pub(crate) fn read(_proof: Avx2, chunks: &[[f32; CHUNK]]) -> f32 {
    // SAFETY: a value of `Avx2` exists only where avx2 and fma were detected.
    unsafe { sum(chunks) }
}

#[target_feature(enable = "avx2,fma")]
fn sum(chunks: &[[f32; CHUNK]]) -> f32 {
    let mut sums = [_mm256_setzero_ps(); 8];
    for numbers in chunks.as_flattened().as_chunks::<{ 8 * VECTOR }>().0 {
        for (sum, numbers) in sums.iter_mut().zip(numbers.as_chunks::<VECTOR>().0) {
            // SAFETY: `numbers` is eight readable floats; `loadu` asks for no alignment.
            let numbers = unsafe { _mm256_loadu_ps(numbers.as_ptr()) };
            *sum = _mm256_add_ps(*sum, numbers);
        }
    }
    total(&sums)
}

/// The sum of the numbers in vectors.
#[target_feature(enable = "avx2,fma")]
fn total(vectors: &[__m256]) -> f32 {
    let mut sums = [0.0_f32; VECTOR];
    for vector in vectors {
        let mut numbers = [0.0; VECTOR];
        // SAFETY: `numbers` is eight writable floats; `storeu` asks for no alignment.
        unsafe { _mm256_storeu_ps(numbers.as_mut_ptr(), *vector) };
        sums.iter_mut().zip(numbers).for_each(|(sum, number)| *sum += number);
    }
    sums.iter().sum()
}
