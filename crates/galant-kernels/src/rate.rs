//! What a CPU can do at best: the bounds of everything else.

use crate::level::{Level, check_len};
#[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
use crate::rate_neon;
use crate::rate_scalar;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
use crate::rate_simd128;
#[cfg(target_arch = "x86_64")]
use crate::{rate_avx2, rate_avx512};

impl Level {
    /// Multiplies and adds on registers alone, `n_rounds` times, as fast as this CPU can at this level.
    ///
    /// Returns the number of floating-point operations, two for each multiplication and addition, and a number that depends on
    /// all of them.
    #[must_use]
    pub fn multiply_and_add(self, n_rounds: u32) -> (u64, f32) {
        let (n_per_round, sum) = match self {
            Level::Scalar => rate_scalar::multiply_and_add(n_rounds),
            #[cfg(target_arch = "x86_64")]
            Level::Avx2(cpu) => rate_avx2::multiply_and_add(cpu, n_rounds),
            #[cfg(target_arch = "x86_64")]
            Level::Avx512(cpu) => rate_avx512::multiply_and_add(cpu, n_rounds),
            #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
            Level::Neon(cpu) => rate_neon::multiply_and_add(cpu, n_rounds),
            #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
            Level::Simd128(cpu) => rate_simd128::multiply_and_add(cpu, n_rounds),
        };
        (2 * u64::from(n_rounds) * n_per_round as u64, sum)
    }

    /// Reads all numbers and returns their sum, in an order of its own: as few operations as show that they were read.
    ///
    /// # Panics
    ///
    /// If there are not whole chunks of 128 numbers.
    #[must_use]
    pub fn read(self, numbers: &[f32]) -> f32 {
        let (chunks, rest) = numbers.as_chunks();
        check_len("read", "what is more than whole chunks", rest.len(), 0);
        match self {
            Level::Scalar => rate_scalar::read(chunks),
            #[cfg(target_arch = "x86_64")]
            Level::Avx2(cpu) => rate_avx2::read(cpu, chunks),
            #[cfg(target_arch = "x86_64")]
            Level::Avx512(cpu) => rate_avx512::read(cpu, chunks),
            #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
            Level::Neon(cpu) => rate_neon::read(cpu, chunks),
            #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
            Level::Simd128(cpu) => rate_simd128::read(cpu, chunks),
        }
    }
}
