// K, M, N: C is [M, N], A is [K, M], B is [K, N].

use crate::level::{Level, check_len, level};
use crate::transposed_scalar;
#[cfg(target_arch = "x86_64")]
use crate::{transposed_avx2, transposed_avx512, transposed_blocks::Blocks};

/// Memory in which [`add_transposed_product`] packs blocks of its factors.
///
/// It grows to 352 KB at most and can be used for any number of products; what it holds has no effect on them.
#[derive(Debug, Clone, Default)]
pub struct ProductWorkspace {
    #[cfg(target_arch = "x86_64")]
    blocks: Blocks,
}

/// Adds the product of a transposed matrix and another one: C ← C + Aᵀ·B.
///
/// This is the gradient of a layer's weights from the gradients of its outputs and its inputs.
/// `a` is `[K, M]`, `b` is `[K, N]` and `c` is `[M, N]`, all row-major.
/// Each number of C receives one sum for each 256 rows of A and B: a chain of additions over k in ascending order, starting
/// from 0.
/// At level scalar, multiplication and addition both round; at the other levels they are fused and round once.
/// Level scalar is for comparison: nothing is packed, and a general product is faster.
/// Allocates nothing once `workspace` has grown.
///
/// # Panics
///
/// If `a` and `b` are not `k` rows, or `c` is not `[M, N]`.
#[track_caller]
pub fn add_transposed_product(a: &[f32], b: &[f32], k: usize, c: &mut [f32], workspace: &mut ProductWorkspace) {
    level().add_transposed_product(a, b, k, c, workspace);
}

impl Level {
    /// [`add_transposed_product`] at this level.
    #[track_caller]
    pub fn add_transposed_product(
        self,
        a: &[f32],
        b: &[f32],
        k: usize,
        c: &mut [f32],
        workspace: &mut ProductWorkspace,
    ) {
        let (m, n) = (a.len().checked_div(k).unwrap_or(0), b.len().checked_div(k).unwrap_or(0));
        check_len("add_transposed_product", "a", a.len(), k * m);
        check_len("add_transposed_product", "b", b.len(), k * n);
        if k == 0 {
            return;
        }
        check_len("add_transposed_product", "c", c.len(), m * n);
        if c.is_empty() {
            return;
        }
        match self {
            Level::Scalar => transposed_scalar::add(a, b, k, c),
            #[cfg(target_arch = "x86_64")]
            Level::Avx2(cpu) => transposed_avx2::add(cpu, a, b, k, c, &mut workspace.blocks),
            #[cfg(target_arch = "x86_64")]
            Level::Avx512(cpu) => transposed_avx512::add(cpu, a, b, k, c, &mut workspace.blocks),
        }
        #[cfg(not(target_arch = "x86_64"))]
        let _ = workspace;
    }
}
