use std::arch::x86_64::{_mm512_fmadd_ps, _mm512_reduce_add_ps, _mm512_set1_ps, _mm512_setzero_ps};

use crate::avx512::VECTOR;
use crate::level::Avx512;
use crate::rate::{FACTOR, SUMMAND};

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
