// M, K, N: C is [M, N], A is [M, K], B is [K, N].

use crate::packed::{Output, PackedMatrix, VECTOR};

/// The product for any CPU.
pub(crate) fn gemm(a: &[f32], m: usize, b: &PackedMatrix, c: &mut [f32], output: Output<'_>) {
    start(c, output);
    let (k, n) = (b.k(), b.n());
    for (column, width, panel) in b.panels() {
        for row in 0..m {
            let a = &a[row * k..(row + 1) * k];
            let c = &mut c[row * n..(row + 1) * n][column..];
            for (first, c) in (0..width).step_by(VECTOR).zip(c.chunks_mut(VECTOR)) {
                add_products(a, panel, width, first, c);
            }
        }
    }
}

/// Writes to C what its sums start from.
pub(crate) fn start(c: &mut [f32], output: Output<'_>) {
    match output {
        Output::Overwrite => c.fill(0.0),
        Output::Accumulate => {}
        Output::Bias(bias) => c.chunks_exact_mut(bias.len().max(1)).for_each(|row| row.copy_from_slice(bias)),
    }
}

/// Adds the products of a row of A and the columns of a panel from `first` on to up to eight numbers of C.
fn add_products(a: &[f32], panel: &[f32], width: usize, first: usize, c: &mut [f32]) {
    let mut sums = [0.0_f32; VECTOR];
    sums[..c.len()].copy_from_slice(c);
    for (a, b) in a.iter().zip(panel.chunks_exact(width)) {
        for (sum, b) in sums.iter_mut().zip(&b[first..first + VECTOR]) {
            *sum += a * b;
        }
    }
    c.copy_from_slice(&sums[..c.len()]);
}
