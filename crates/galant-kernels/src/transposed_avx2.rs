// K, M, N: C is [M, N], A is [K, M], B is [K, N].

use std::arch::x86_64::{
    __m256, _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_set1_ps, _mm256_setzero_ps, _mm256_storeu_ps,
};

use crate::level::Avx2;
use crate::transposed_blocks::{Blocks, COLUMNS, ROWS, RowOfB, Sums};

/// Floats in a vector.
const VECTOR: usize = 8;

/// Vectors in a row of a quarter of a tile.
///
/// With six rows, twelve accumulators, two vectors of B and one broadcast of A take fifteen of the sixteen registers.
const VECTORS: usize = COLUMNS / 2 / VECTOR;

/// The product, where no matrix is empty.
pub(crate) fn add(_proof: Avx2, a: &[&[f32]], b: &[&[f32]], c: &mut [f32], blocks: &mut Blocks) {
    // SAFETY: a value of `Avx2` exists only where avx2 and fma were detected.
    unsafe { tiles(a, b, c, blocks) }
}

#[target_feature(enable = "avx2,fma")]
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
#[target_feature(enable = "avx2,fma")]
fn products<const ROW: usize, const COLUMN: usize>(a: &[[f32; ROWS]], b: &[RowOfB]) -> Sums {
    let mut sums = [[_mm256_setzero_ps(); VECTORS]; ROWS / 2];
    for (a, RowOfB(b)) in a.iter().zip(b) {
        let b = [load(&b[COLUMN..]), load(&b[COLUMN + VECTOR..])];
        for row in 0..ROWS / 2 {
            let a = _mm256_set1_ps(a[ROW + row]);
            for v in 0..VECTORS {
                sums[row][v] = _mm256_fmadd_ps(a, b[v], sums[row][v]);
            }
        }
    }
    let mut numbers = [[0.0; COLUMNS / 2]; ROWS / 2];
    for (numbers, sums) in numbers.iter_mut().zip(sums) {
        for (numbers, sum) in numbers.chunks_exact_mut(VECTOR).zip(sums) {
            // SAFETY: `numbers` is eight writable floats; `storeu` asks for no alignment.
            unsafe { _mm256_storeu_ps(numbers.as_mut_ptr(), sum) };
        }
    }
    numbers
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn load(from: &[f32]) -> __m256 {
    let from = &from[..VECTOR];
    // SAFETY: `from` is eight readable floats; `loadu` asks for no alignment.
    unsafe { _mm256_loadu_ps(from.as_ptr()) }
}
