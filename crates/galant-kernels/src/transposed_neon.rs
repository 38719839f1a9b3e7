// K, M, N: C is [M, N], A is [K, M], B is [K, N].

use std::arch::aarch64::{vdupq_n_f32, vfmaq_n_f32};

use crate::level::Neon;
use crate::neon::{VECTOR, load, store};
use crate::transposed_blocks::{Blocks, COLUMNS, ROWS, RowOfB, Sums};

/// Vectors in a row of a quarter of a tile.
///
/// With six rows, 24 accumulators, four vectors of B and one number of A take 29 of the 32 registers.
const VECTORS: usize = COLUMNS / 2 / VECTOR;

/// The product, where no matrix is empty: the same additions in the same order as with AVX2, and so the same bits.
pub(crate) fn add(_proof: Neon, a: &[&[f32]], b: &[&[f32]], c: &mut [f32], blocks: &mut Blocks) {
    // SAFETY: a value of `Neon` exists only for targets that have neon.
    unsafe { tiles(a, b, c, blocks) }
}

#[target_feature(enable = "neon")]
fn tiles(a: &[&[f32]], b: &[&[f32]], c: &mut [f32], blocks: &mut Blocks) {
    blocks.for_each_tile(a, b, c, |a, b, mut c| {
        for (column, row) in [(0, 0), (0, ROWS / 2), (COLUMNS / 2, 0), (COLUMNS / 2, ROWS / 2)] {
            if row < c.height && column < c.width {
                let sums = match (row, column) {
                    (0, 0) => products::<0, 0>(a, b),
                    (0, _) => products::<0, { COLUMNS / 2 }>(a, b),
                    (_, 0) => products::<{ ROWS / 2 }, 0>(a, b),
                    (_, _) => products::<{ ROWS / 2 }, { COLUMNS / 2 }>(a, b),
                };
                c.add_quarter(&sums, row, column);
            }
        }
    });
}

/// The products of six columns of a panel of A from `ROW` on and sixteen columns of one of B from `COLUMN` on.
#[target_feature(enable = "neon")]
fn products<const ROW: usize, const COLUMN: usize>(a: &[[f32; ROWS]], b: &[RowOfB]) -> Sums {
    let mut sums = [[vdupq_n_f32(0.0); VECTORS]; ROWS / 2];
    for (a, RowOfB(b)) in a.iter().zip(b) {
        let mut vectors = [vdupq_n_f32(0.0); VECTORS];
        for (vector, b) in vectors.iter_mut().zip(b[COLUMN..].chunks_exact(VECTOR)) {
            *vector = load(b);
        }
        for row in 0..ROWS / 2 {
            for v in 0..VECTORS {
                sums[row][v] = vfmaq_n_f32(sums[row][v], vectors[v], a[ROW + row]);
            }
        }
    }
    let mut numbers = [[0.0; COLUMNS / 2]; ROWS / 2];
    for (numbers, sums) in numbers.iter_mut().zip(sums) {
        for (numbers, sum) in numbers.chunks_exact_mut(VECTOR).zip(sums) {
            store(numbers, sum);
        }
    }
    numbers
}
