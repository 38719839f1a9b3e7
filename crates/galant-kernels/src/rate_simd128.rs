use std::arch::wasm32::{f32x4_add, f32x4_mul, f32x4_splat, v128};

use crate::level::Simd128;
use crate::rate_scalar::{CHUNK, FACTOR, SUMMAND};
use crate::simd128::{VECTOR, load, store};

/// Chains of operations: with the factors, they take fourteen of the sixteen registers that a browser has on x86-64.
const CHAINS: usize = 12;

/// Returns how many numbers a round multiplies, and the sum of all.
pub(crate) fn multiply_and_add(_proof: Simd128, n_rounds: u32) -> (usize, f32) {
    // The compiler must not see that the factors are constants: it would compute some rounds at once.
    let [factor, summand] = std::hint::black_box([FACTOR, SUMMAND]).map(|number| f32x4_splat(number));
    let mut vectors = [f32x4_splat(0.0); CHAINS];
    for _ in 0..n_rounds {
        for vector in &mut vectors {
            *vector = f32x4_add(f32x4_mul(*vector, factor), summand);
        }
    }
    (CHAINS * VECTOR, total(&vectors))
}

/// The sum of all numbers.
pub(crate) fn read(_proof: Simd128, chunks: &[[f32; CHUNK]]) -> f32 {
    let mut sums = [f32x4_splat(0.0); 8];
    for numbers in chunks.as_flattened().as_chunks::<{ 8 * VECTOR }>().0 {
        for (sum, numbers) in sums.iter_mut().zip(numbers.as_chunks::<VECTOR>().0) {
            *sum = f32x4_add(*sum, load(numbers));
        }
    }
    total(&sums)
}

/// The sum of the numbers in vectors.
fn total(vectors: &[v128]) -> f32 {
    let mut numbers = [0.0; VECTOR];
    let sum = |vector: &v128| {
        store(&mut numbers, *vector);
        numbers.iter().sum::<f32>()
    };
    vectors.iter().map(sum).sum()
}
