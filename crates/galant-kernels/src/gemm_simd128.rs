// M, K, N: C is [M, N], A is [M, K], B is [K, N].

use std::arch::wasm32::{f32x4_add, f32x4_mul, f32x4_splat, v128};

use crate::level::Simd128;
use crate::packed::{Output, PackedMatrix};
use crate::padded_tile::{PaddedTile, Sums};
use crate::simd128::{VECTOR, load, store};

/// Rows of C in one tile.
///
/// A panel has six vectors: with two rows, twelve accumulators, two numbers of A and one vector of B take fifteen of the
/// sixteen registers that a browser has on x86-64.
const ROWS: usize = 2;

/// The product, where K is at least 1: the additions and the roundings of level scalar, and so its bits.
pub(crate) fn gemm(_proof: Simd128, a: &[f32], m: usize, b: &PackedMatrix, c: &mut [f32], output: Output<'_>) {
    let (k, n) = (b.k(), b.n());
    for (column, width, panel) in b.panels() {
        for row in (0..m).step_by(ROWS) {
            let n_rows = ROWS.min(m - row);
            // In place of a row that the tile does not have is its last one, which is not used.
            let a: [&[f32]; ROWS] = std::array::from_fn(|i| &a[(row + i.min(n_rows - 1)) * k..][..k]);
            let tile = PaddedTile { numbers: &mut c[row * n + column..], stride: n, columns: width.min(n - column) };
            add_to_tile(n_rows, &a, panel, width, tile, output.at_column(column));
        }
    }
}

/// Writes or adds the products of rows of A and a panel to a tile.
fn add_to_tile(n_rows: usize, a: &[&[f32]; ROWS], panel: &[f32], width: usize, c: PaddedTile<'_>, output: Output<'_>) {
    let mut sums = c.begin::<ROWS>(n_rows, output);
    match (n_rows, width / VECTOR) {
        (1, 2) => add_products::<1, 2>(a, panel, &mut sums),
        (1, 4) => add_products::<1, 4>(a, panel, &mut sums),
        (1, 6) => add_products::<1, 6>(a, panel, &mut sums),
        (2, 2) => add_products::<2, 2>(a, panel, &mut sums),
        (2, 4) => add_products::<2, 4>(a, panel, &mut sums),
        (2, 6) => add_products::<2, 6>(a, panel, &mut sums),
        _ => unreachable!("gemm: no tile of {n_rows} rows and {width} columns"),
    }
    c.write(n_rows, &sums);
}

/// The innermost loop; `R` rows and `V` vectors of C stay in registers.
fn add_products<const R: usize, const V: usize>(a: &[&[f32]; ROWS], panel: &[f32], sums: &mut Sums<ROWS>) {
    let mut vectors = [[f32x4_splat(0.0); V]; R];
    for (vectors, sums) in vectors.iter_mut().zip(&*sums) {
        *vectors = load_row(sums);
    }
    for (i, b) in panel.chunks_exact(V * VECTOR).enumerate() {
        let b = load_row::<V>(b);
        for row in 0..R {
            let a = f32x4_splat(a[row][i]);
            for v in 0..V {
                vectors[row][v] = f32x4_add(vectors[row][v], f32x4_mul(a, b[v]));
            }
        }
    }
    for (vectors, sums) in vectors.iter().zip(sums) {
        for (vector, to) in vectors.iter().zip(sums.chunks_exact_mut(VECTOR)) {
            store(to, *vector);
        }
    }
}

#[inline]
fn load_row<const V: usize>(from: &[f32]) -> [v128; V] {
    let mut row = [f32x4_splat(0.0); V];
    for (vector, from) in row.iter_mut().zip(from.chunks_exact(VECTOR)) {
        *vector = load(from);
    }
    row
}
