// K, M, N: C is [M, N], A is [K, M], B is [K, N].

use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch, _mm512_add_ps, _mm512_fmadd_ps, _mm512_set1_ps, _mm512_setzero_ps};

use crate::avx512::{ALL, VECTOR, first, load, store};
use crate::level::Avx512;
use crate::transposed_blocks::{Blocks, ROWS, RowOfB, Tile};

/// The product, where no matrix is empty.
pub(crate) fn add(_proof: Avx512, a: &[&[f32]], b: &[&[f32]], c: &mut [f32], blocks: &mut Blocks) {
    // SAFETY: a value of `Avx512` exists only where avx512f was detected.
    unsafe { tiles(a, b, c, blocks) }
}

#[target_feature(enable = "avx512f")]
fn tiles(a: &[&[f32]], b: &[&[f32]], c: &mut [f32], blocks: &mut Blocks) {
    let add = |a: &[[f32; ROWS]], b: &[RowOfB], c: Tile<'_>| match c.width {
        ..=VECTOR => tile::<1>(a, b, c),
        _ => tile::<2>(a, b, c),
    };
    blocks.for_each_tile(a, b, c, add);
}

/// Adds the product of a panel of A and one of B to a tile of C, whose rows have `V` vectors.
#[target_feature(enable = "avx512f")]
fn tile<const V: usize>(a: &[[f32; ROWS]], b: &[RowOfB], c: Tile<'_>) {
    for row in c.numbers.chunks(c.stride).take(c.height) {
        fetch(&row[..c.width]);
    }
    let mut sums = [[_mm512_setzero_ps(); V]; ROWS];
    for (a, RowOfB(b)) in a.iter().zip(b) {
        let mut vectors = [_mm512_setzero_ps(); V];
        for (vector, b) in vectors.iter_mut().zip(b.chunks_exact(VECTOR)) {
            *vector = load(b, ALL);
        }
        for row in 0..ROWS {
            let a = _mm512_set1_ps(a[row]);
            for v in 0..V {
                sums[row][v] = _mm512_fmadd_ps(a, vectors[v], sums[row][v]);
            }
        }
    }
    for (row, sums) in sums.iter().enumerate() {
        if row < c.height {
            let numbers = &mut c.numbers[row * c.stride..][..c.width];
            for (v, sum) in sums.iter().enumerate() {
                let numbers = &mut numbers[v * VECTOR..];
                let mask = first(numbers.len());
                store(numbers, mask, _mm512_add_ps(load(numbers, mask), *sum));
            }
        }
    }
}

/// Asks for the lines of the cache that hold a row of a tile, because they are needed after its products.
#[inline]
#[target_feature(enable = "avx512f")]
fn fetch(row: &[f32]) {
    for line in row.chunks(VECTOR) {
        _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().cast());
    }
}
