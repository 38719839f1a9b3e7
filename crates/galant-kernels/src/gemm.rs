use crate::level::{Level, check_len, level};
use crate::packed::{Output, PackedMatrix};

#[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
use crate::gemm_neon;
use crate::gemm_scalar;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
use crate::gemm_simd128;
#[cfg(target_arch = "x86_64")]
use crate::{gemm_avx2, gemm_avx512};

/// Multiplies matrices: C ← A·B, C ← C + A·B or C ← bias + A·B.
///
/// `a` is `[M, K]` and `c` is `[M, N]`, both row-major; `b` is `[K, N]`.
/// Each number of C is one chain of additions over k in ascending order, starting from 0, from the number in C or from the
/// bias; so it depends neither on M nor on its row's position.
/// At levels scalar and simd128, multiplication and addition both round; at the other levels they are fused and round once.
/// Allocates nothing.
///
/// # Panics
///
/// If `a` is not `[M, K]`, `c` not `[M, N]` or the bias not `[N]`.
#[track_caller]
pub fn gemm(a: &[f32], m: usize, b: &PackedMatrix, c: &mut [f32], output: Output<'_>) {
    level().gemm(a, m, b, c, output);
}

impl Level {
    /// [`gemm`] at this level.
    #[track_caller]
    pub fn gemm(self, a: &[f32], m: usize, b: &PackedMatrix, c: &mut [f32], output: Output<'_>) {
        check_len("gemm", "a", a.len(), m * b.k());
        check_len("gemm", "c", c.len(), m * b.n());
        if let Output::Bias(bias) = output {
            check_len("gemm", "bias", bias.len(), b.n());
        }
        if b.k() == 0 {
            return gemm_scalar::start(c, output);
        }
        match self {
            Level::Scalar => gemm_scalar::gemm(a, m, b, c, output),
            #[cfg(target_arch = "x86_64")]
            Level::Avx2(cpu) => gemm_avx2::gemm(cpu, a, m, b, c, output),
            #[cfg(target_arch = "x86_64")]
            Level::Avx512(cpu) => gemm_avx512::gemm(cpu, a, m, b, c, output),
            #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
            Level::Neon(cpu) => gemm_neon::gemm(cpu, a, m, b, c, output),
            #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
            Level::Simd128(cpu) => gemm_simd128::gemm(cpu, a, m, b, c, output),
        }
    }
}
