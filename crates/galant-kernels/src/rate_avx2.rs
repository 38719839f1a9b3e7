use std::arch::x86_64::{_mm256_fmadd_ps, _mm256_set1_ps, _mm256_setzero_ps, _mm256_storeu_ps};

use crate::level::Avx2;
use crate::packed::VECTOR;
use crate::rate::{FACTOR, SUMMAND};

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
    let mut numbers = [[0.0_f32; VECTOR]; CHAINS];
    for (numbers, vector) in numbers.iter_mut().zip(vectors) {
        // SAFETY: `numbers` is eight writable floats; `storeu` asks for no alignment.
        unsafe { _mm256_storeu_ps(numbers.as_mut_ptr(), vector) };
    }
    numbers.as_flattened().iter().sum()
}
