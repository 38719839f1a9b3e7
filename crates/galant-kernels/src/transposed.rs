// K, M, N: C is [M, N], A is [K, M], B is [K, N].

use crate::level::{Level, check_len, level};
use crate::workspace::{K_BLOCK, ProductWorkspace};
#[cfg(target_arch = "x86_64")]
use crate::{transposed_avx2, transposed_avx512};

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
            Level::Scalar => add_loop(a, b, k, c),
            #[cfg(target_arch = "x86_64")]
            Level::Avx2(cpu) => transposed_avx2::add(cpu, a, b, k, c, workspace),
            #[cfg(target_arch = "x86_64")]
            Level::Avx512(cpu) => transposed_avx512::add(cpu, a, b, k, c, workspace),
        }
        #[cfg(not(target_arch = "x86_64"))]
        let _ = workspace;
    }
}

/// The product for any CPU, where no matrix is empty.
fn add_loop(a: &[f32], b: &[f32], k: usize, c: &mut [f32]) {
    /// Numbers of C whose sums are computed side by side.
    const CHUNK: usize = 16;
    let (m, n) = (a.len() / k, b.len() / k);
    for (a, b) in a.chunks(K_BLOCK * m).zip(b.chunks(K_BLOCK * n)) {
        for (row, c) in c.chunks_exact_mut(n).enumerate() {
            for (first, c) in (0..n).step_by(CHUNK).zip(c.chunks_mut(CHUNK)) {
                let mut sums = [0.0_f32; CHUNK];
                for (a, b) in a.iter().skip(row).step_by(m).zip(b.chunks_exact(n)) {
                    for (sum, b) in sums.iter_mut().zip(&b[first..first + c.len()]) {
                        *sum += a * b;
                    }
                }
                c.iter_mut().zip(sums).for_each(|(c, sum)| *c += sum);
            }
        }
    }
}
