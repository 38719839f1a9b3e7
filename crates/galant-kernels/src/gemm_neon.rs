// M, K, N: C is [M, N], A is [M, K], B is [K, N].

use std::arch::aarch64::{float32x4_t, vdupq_n_f32, vfmaq_n_f32};

use crate::gemm_blocks::{M_BLOCK, k_block};
use crate::level::Neon;
use crate::neon::{VECTOR, load, store};
use crate::packed::{Output, PackedMatrix};
use crate::padded_tile::{PaddedTile, Sums};

/// Rows of C in one tile.
///
/// A panel has six vectors: with four rows, 24 accumulators, six vectors of B and one number of A take 31 of the 32 registers.
const ROWS: usize = 4;

/// The product, where K is at least 1: the same additions in the same order as with AVX2, and so the same bits.
pub(crate) fn gemm(_proof: Neon, a: &[f32], m: usize, b: &PackedMatrix, c: &mut [f32], output: Output<'_>) {
    // SAFETY: a value of `Neon` exists only for targets that have neon.
    unsafe { blocks(a, m, b, c, output) }
}

#[target_feature(enable = "neon")]
fn blocks(a: &[f32], m: usize, b: &PackedMatrix, c: &mut [f32], output: Output<'_>) {
    let (k, n) = (b.k(), b.n());
    let k_block = k_block(m, k);
    for k_first in (0..k).step_by(k_block) {
        let k_len = k_block.min(k - k_first);
        let output = if k_first == 0 { output } else { Output::Accumulate };
        for m_first in (0..m).step_by(M_BLOCK) {
            let m_end = m.min(m_first + M_BLOCK);
            for (column, width, panel) in b.panels() {
                let panel = &panel[k_first * width..(k_first + k_len) * width];
                for row in (m_first..m_end).step_by(ROWS) {
                    let n_rows = ROWS.min(m_end - row);
                    // In place of a row that the tile does not have is its last one, which is not used.
                    let a: [&[f32]; ROWS] =
                        std::array::from_fn(|i| &a[(row + i.min(n_rows - 1)) * k + k_first..][..k_len]);
                    let c =
                        PaddedTile { numbers: &mut c[row * n + column..], stride: n, columns: width.min(n - column) };
                    tile(n_rows, &a, panel, width, c, output.at_column(column));
                }
            }
        }
    }
}

/// Writes or adds the products of rows of A and a panel to a tile.
#[target_feature(enable = "neon")]
fn tile(n_rows: usize, a: &[&[f32]; ROWS], panel: &[f32], width: usize, c: PaddedTile<'_>, output: Output<'_>) {
    let mut sums = c.begin::<ROWS>(n_rows, output);
    match (n_rows, width / VECTOR) {
        (1, 2) => add_products::<1, 2>(a, panel, &mut sums),
        (1, 4) => add_products::<1, 4>(a, panel, &mut sums),
        (1, 6) => add_products::<1, 6>(a, panel, &mut sums),
        (2, 2) => add_products::<2, 2>(a, panel, &mut sums),
        (2, 4) => add_products::<2, 4>(a, panel, &mut sums),
        (2, 6) => add_products::<2, 6>(a, panel, &mut sums),
        (3, 2) => add_products::<3, 2>(a, panel, &mut sums),
        (3, 4) => add_products::<3, 4>(a, panel, &mut sums),
        (3, 6) => add_products::<3, 6>(a, panel, &mut sums),
        (4, 2) => add_products::<4, 2>(a, panel, &mut sums),
        (4, 4) => add_products::<4, 4>(a, panel, &mut sums),
        (4, 6) => add_products::<4, 6>(a, panel, &mut sums),
        _ => unreachable!("gemm: no tile of {n_rows} rows and {width} columns"),
    }
    c.write(n_rows, &sums);
}

/// The innermost loop; `R` rows and `V` vectors of C stay in registers.
#[target_feature(enable = "neon")]
fn add_products<const R: usize, const V: usize>(a: &[&[f32]; ROWS], panel: &[f32], sums: &mut Sums<ROWS>) {
    let mut vectors = [[vdupq_n_f32(0.0); V]; R];
    for (vectors, sums) in vectors.iter_mut().zip(&*sums) {
        *vectors = load_row(sums);
    }
    for (i, b) in panel.chunks_exact(V * VECTOR).enumerate() {
        let b = load_row::<V>(b);
        for row in 0..R {
            let a = a[row][i];
            for v in 0..V {
                vectors[row][v] = vfmaq_n_f32(vectors[row][v], b[v], a);
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
#[target_feature(enable = "neon")]
fn load_row<const V: usize>(from: &[f32]) -> [float32x4_t; V] {
    let mut row = [vdupq_n_f32(0.0); V];
    for (vector, from) in row.iter_mut().zip(from.chunks_exact(VECTOR)) {
        *vector = load(from);
    }
    row
}
