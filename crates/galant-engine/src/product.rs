//! The gradient of a matrix from its inputs and the gradients of its outputs, in the order of the reduction plan.

use std::sync::{Mutex, PoisonError};

use galant_kernels::{Level, ProductWorkspace, level};
use ndarray::linalg::general_mat_mul;
use ndarray::{ArrayView2, ArrayViewMut2};

use crate::plan::BLOCK_ROWS;

/// Memory for products, as much as threads compute at a time.
#[derive(Debug, Default)]
pub(crate) struct Workspaces(Mutex<Vec<Workspace>>);

/// Memory for one product at a time.
#[derive(Debug, Default)]
pub(crate) struct Workspace {
    kernel: ProductWorkspace,
    /// Blocks of both factors as whole matrices; empty but at level scalar.
    gathered: [Vec<f32>; 2],
}

impl Workspaces {
    /// Calls `work` with a workspace that no other thread has.
    pub(crate) fn with<R>(&self, work: impl FnOnce(&mut Workspace) -> R) -> R {
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut workspace = lock().pop().unwrap_or_default();
        let result = work(&mut workspace);
        lock().push(workspace);
        result
    }
}

/// C ← C + Aᵀ·B for rows of A `[M]` and B `[N]`, and C `[M, N]`: one sum for each [`BLOCK_ROWS`] of `rows`.
pub(crate) fn add_transposed_product<'a>(
    rows: impl Iterator<Item = (&'a [f32], &'a [f32])>,
    c: &mut [f32],
    workspace: &mut Workspace,
) {
    let (mut a, mut b): ([&[f32]; BLOCK_ROWS], [&[f32]; BLOCK_ROWS]) = ([&[]; BLOCK_ROWS], [&[]; BLOCK_ROWS]);
    let mut n = 0;
    for (row_of_a, row_of_b) in rows {
        (a[n], b[n]) = (row_of_a, row_of_b);
        n += 1;
        if n == BLOCK_ROWS {
            add_block(level(), &a, &b, c, workspace);
            n = 0;
        }
    }
    add_block(level(), &a[..n], &b[..n], c, workspace);
}

/// Without AVX2 ndarray's product is the faster one; where both are fast, they give the same bits.
fn add_block(level: Level, a: &[&[f32]], b: &[&[f32]], c: &mut [f32], workspace: &mut Workspace) {
    match level {
        Level::Scalar => add_by_ndarray(a, b, c, &mut workspace.gathered),
        level => level.add_transposed_product(a, b, c, &mut workspace.kernel),
    }
}

fn add_by_ndarray(a: &[&[f32]], b: &[&[f32]], c: &mut [f32], gathered: &mut [Vec<f32>; 2]) {
    if c.is_empty() || a.is_empty() {
        return;
    }
    for (rows, whole) in [a, b].into_iter().zip(gathered.iter_mut()) {
        whole.clear();
        rows.iter().for_each(|row| whole.extend_from_slice(row));
    }
    let (m, n) = (a[0].len(), b[0].len());
    let view =
        |values, columns| ArrayView2::from_shape((a.len(), columns), values).expect("the lengths are whole rows");
    let mut c = ArrayViewMut2::from_shape((m, n), c).expect("the gradient has the shape of its tensor");
    general_mat_mul(1.0, &view(&gathered[0], m).t(), &view(&gathered[1], n), 1.0, &mut c);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `len` numbers around zero, of many sizes and without a pattern.
    fn numbers(len: usize, seed: usize) -> Vec<f32> {
        (0..len).map(|i| ((i * i % 7919 + i * seed) as f64 * 0.37).sin() as f32).collect()
    }

    #[test]
    fn both_products_give_the_same_bits_where_multiplication_and_addition_are_fused() {
        for (k, m, n) in [(1, 16, 8), (7, 33, 5), (100, 104, 128), (256, 40, 40), (200, 13, 600)] {
            let (a, b, start) = (numbers(k * m, 1), numbers(k * n, 2), numbers(m * n, 3));
            let a: Vec<&[f32]> = a.chunks_exact(m).collect();
            let b: Vec<&[f32]> = b.chunks_exact(n).collect();
            for level in Level::available().into_iter().filter(|level| *level != Level::Scalar) {
                let (mut expected, mut actual) = (start.clone(), start.clone());
                add_by_ndarray(&a, &b, &mut expected, &mut Default::default());
                add_block(level, &a, &b, &mut actual, &mut Workspace::default());
                let bits = |c: &[f32]| c.iter().map(|c| c.to_bits()).collect::<Vec<_>>();
                assert_eq!(bits(&actual), bits(&expected), "{level} [{k}, {m}]T x [{k}, {n}]");
            }
        }
    }

    #[test]
    fn a_product_is_one_sum_for_each_block_of_rows() {
        let (k, m, n) = (2 * BLOCK_ROWS + 30, 5, 3);
        let (a, b) = (numbers(k * m, 1), numbers(k * n, 2));
        let rows: Vec<(&[f32], &[f32])> = a.chunks_exact(m).zip(b.chunks_exact(n)).collect();
        let mut expected = numbers(m * n, 3);
        let mut actual = expected.clone();
        add_transposed_product(rows.iter().copied(), &mut actual, &mut Workspace::default());
        for block in rows.chunks(BLOCK_ROWS) {
            let mut sum = vec![0.0; m * n];
            add_transposed_product(block.iter().copied(), &mut sum, &mut Workspace::default());
            expected.iter_mut().zip(sum).for_each(|(c, sum)| *c += sum);
        }
        assert_eq!(actual, expected);
    }
}
