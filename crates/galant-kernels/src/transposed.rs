// K, M, N: C is [M, N], A is [K, M], B is [K, N].

use crate::level::{Level, check_len, level};
#[cfg(any(target_arch = "x86_64", all(target_arch = "aarch64", target_feature = "neon")))]
use crate::transposed_blocks::Blocks;
#[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
use crate::transposed_neon;
use crate::transposed_scalar;
#[cfg(target_arch = "x86_64")]
use crate::{transposed_avx2, transposed_avx512};

/// Memory in which [`add_transposed_product`] packs blocks of its factors.
///
/// It grows to 352 KB at most and can be used for any number of products; what it holds has no effect on them.
#[derive(Debug, Clone, Default)]
pub struct ProductWorkspace {
    #[cfg(any(target_arch = "x86_64", all(target_arch = "aarch64", target_feature = "neon")))]
    blocks: Blocks,
}

/// Adds the product of a transposed matrix and another one: C ← C + Aᵀ·B.
///
/// This is the gradient of a layer's weights from the gradients of its outputs and its inputs.
/// `a` is `[K, M]` and `b` is `[K, N]`, each as K rows, which may be anywhere in memory; `c` is `[M, N]`, row-major.
/// Each number of C receives one sum for each 256 rows of A and B: a chain of additions over k in ascending order, starting
/// from 0.
/// At levels scalar and simd128, multiplication and addition both round; at the other levels they are fused and round once.
/// These two are for comparison: nothing is packed, and a general product is faster.
/// Allocates nothing once `workspace` has grown.
///
/// # Panics
///
/// If `a` and `b` have not the same number of rows, rows of a matrix differ in length, or `c` is not `[M, N]`.
#[track_caller]
pub fn add_transposed_product(a: &[&[f32]], b: &[&[f32]], c: &mut [f32], workspace: &mut ProductWorkspace) {
    level().add_transposed_product(a, b, c, workspace);
}

impl Level {
    /// [`add_transposed_product`] at this level.
    #[track_caller]
    pub fn add_transposed_product(self, a: &[&[f32]], b: &[&[f32]], c: &mut [f32], workspace: &mut ProductWorkspace) {
        check_len("add_transposed_product", "b", b.len(), a.len());
        let (Some(first_a), Some(first_b)) = (a.first(), b.first()) else { return };
        a.iter().for_each(|row| check_len("add_transposed_product", "a row of a", row.len(), first_a.len()));
        b.iter().for_each(|row| check_len("add_transposed_product", "a row of b", row.len(), first_b.len()));
        check_len("add_transposed_product", "c", c.len(), first_a.len() * first_b.len());
        if c.is_empty() {
            return;
        }
        match self {
            Level::Scalar => transposed_scalar::add(a, b, c),
            #[cfg(target_arch = "x86_64")]
            Level::Avx2(cpu) => transposed_avx2::add(cpu, a, b, c, &mut workspace.blocks),
            #[cfg(target_arch = "x86_64")]
            Level::Avx512(cpu) => transposed_avx512::add(cpu, a, b, c, &mut workspace.blocks),
            #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
            Level::Neon(cpu) => transposed_neon::add(cpu, a, b, c, &mut workspace.blocks),
            #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
            Level::Simd128(_) => transposed_scalar::add(a, b, c),
        }
        #[cfg(not(any(target_arch = "x86_64", all(target_arch = "aarch64", target_feature = "neon"))))]
        let _ = workspace;
    }
}
