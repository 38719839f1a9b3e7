// M, K, N: C is [M, N], A is [M, K], B is [K, N].

use std::arch::x86_64::{
    __m256, _mm256_broadcast_ss, _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_setzero_ps, _mm256_storeu_ps,
};

use crate::PackedMatrix;
use crate::level::Avx2;
use crate::packed::{PANEL, VECTOR};

/// Rows of C in one tile.
const ROWS: usize = 4;

/// Rows of a panel worked through before the next rows of A: 24 KB, which with four rows of A stay in 32 KB.
const K_BLOCK: usize = 256;

/// Rows of A that take their turn with every panel: 128 KB at most, a quarter of the second-level cache.
const M_BLOCK: usize = 128;

/// Rows up to which K is not split: with two tiles a panel there is nothing to keep.
const FEW_ROWS: usize = 2 * ROWS;

/// C ← C + A·B.
pub(crate) fn gemm(_proof: Avx2, a: &[f32], m: usize, b: &PackedMatrix, c: &mut [f32]) {
    // SAFETY: a value of `Avx2` exists only where avx2 and fma were detected.
    unsafe { blocks(a, m, b, c) }
}

#[target_feature(enable = "avx2,fma")]
fn blocks(a: &[f32], m: usize, b: &PackedMatrix, c: &mut [f32]) {
    if m == 1 {
        return row(a, b, c);
    }
    let (k, n) = (b.k(), b.n());
    let k_block = if m <= FEW_ROWS { k.max(1) } else { K_BLOCK };
    for k_first in (0..k).step_by(k_block) {
        let k_len = k_block.min(k - k_first);
        for m_first in (0..m).step_by(M_BLOCK) {
            let m_end = m.min(m_first + M_BLOCK);
            for (column, width, panel) in b.panels() {
                let panel = &panel[k_first * width..(k_first + k_len) * width];
                let mut row = m_first;
                while row < m_end {
                    let n_rows = rows_of_tile(m_end - row);
                    let tile_of_a = Rows { numbers: &a[row * k + k_first..], stride: k };
                    tile(n_rows, &tile_of_a, panel, width, &mut c[row * n + column..], n, n - column);
                    row += n_rows;
                }
            }
        }
    }
}

/// How many of `left` rows to take next: five are three and two, as a tile of one row waits for its own additions.
fn rows_of_tile(left: usize) -> usize {
    if left == ROWS + 1 { ROWS - 1 } else { left.min(ROWS) }
}

/// Rows of A, `stride` apart.
struct Rows<'a> {
    numbers: &'a [f32],
    stride: usize,
}

/// Adds to a tile of C, of which `columns` are left in its rows, the product of `n_rows` rows of A and a panel.
#[target_feature(enable = "avx2,fma")]
fn tile(n_rows: usize, a: &Rows<'_>, panel: &[f32], width: usize, c: &mut [f32], stride: usize, columns: usize) {
    if columns >= width {
        return sized_tile(n_rows, a, panel, width, c, stride);
    }
    // The padding of the last panel must not be written to C.
    let mut padded = [0.0; ROWS * PANEL];
    for row in 0..n_rows {
        padded[row * width..][..columns].copy_from_slice(&c[row * stride..][..columns]);
    }
    sized_tile(n_rows, a, panel, width, &mut padded, width);
    for row in 0..n_rows {
        c[row * stride..][..columns].copy_from_slice(&padded[row * width..][..columns]);
    }
}

#[target_feature(enable = "avx2,fma")]
fn sized_tile(n_rows: usize, a: &Rows<'_>, panel: &[f32], width: usize, c: &mut [f32], stride: usize) {
    match (n_rows, width / VECTOR) {
        (1, 1) => fixed_tile::<1, 1>(a, panel, c, stride),
        (1, 2) => fixed_tile::<1, 2>(a, panel, c, stride),
        (1, 3) => fixed_tile::<1, 3>(a, panel, c, stride),
        (2, 1) => fixed_tile::<2, 1>(a, panel, c, stride),
        (2, 2) => fixed_tile::<2, 2>(a, panel, c, stride),
        (2, 3) => fixed_tile::<2, 3>(a, panel, c, stride),
        (3, 1) => fixed_tile::<3, 1>(a, panel, c, stride),
        (3, 2) => fixed_tile::<3, 2>(a, panel, c, stride),
        (3, 3) => fixed_tile::<3, 3>(a, panel, c, stride),
        (4, 1) => fixed_tile::<4, 1>(a, panel, c, stride),
        (4, 2) => fixed_tile::<4, 2>(a, panel, c, stride),
        (4, 3) => fixed_tile::<4, 3>(a, panel, c, stride),
        _ => unreachable!("gemm: no tile of {n_rows} rows and {width} columns"),
    }
}

/// The innermost loops; `R` rows and `V` vectors of C stay in registers.
#[target_feature(enable = "avx2,fma")]
fn fixed_tile<const R: usize, const V: usize>(a: &Rows<'_>, panel: &[f32], c: &mut [f32], stride: usize) {
    let k = panel.len() / (V * VECTOR);
    let rows: [&[f32]; R] = std::array::from_fn(|row| &a.numbers[row * a.stride..][..k]);
    let mut sums = [[_mm256_setzero_ps(); V]; R];
    for (row, sums) in sums.iter_mut().enumerate() {
        for (sum, c) in sums.iter_mut().zip(c[row * stride..].as_chunks().0) {
            *sum = load(c);
        }
    }
    for (i, b) in panel.as_chunks::<VECTOR>().0.chunks_exact(V).enumerate() {
        let b: [__m256; V] = std::array::from_fn(|v| load(&b[v]));
        for (row, sums) in rows.iter().zip(&mut sums) {
            // SAFETY: the panel has k rows of V vectors, so i < k, and each row of A has k elements.
            let a = _mm256_broadcast_ss(unsafe { row.get_unchecked(i) });
            for (sum, b) in sums.iter_mut().zip(b) {
                *sum = _mm256_fmadd_ps(a, b, *sum);
            }
        }
    }
    for (row, sums) in sums.iter().enumerate() {
        for (sum, c) in sums.iter().zip(c[row * stride..].as_chunks_mut().0) {
            store(*sum, c);
        }
    }
}

/// C ← C + A·B for one row: four panels at a time, so that twelve chains of additions are under way.
#[target_feature(enable = "avx2,fma")]
fn row(a: &[f32], b: &PackedMatrix, c: &mut [f32]) {
    let k = b.k();
    for (column, width, panel) in b.panels() {
        let rows = Rows { numbers: a, stride: k };
        tile(1, &rows, panel, width, &mut c[column..], b.n(), b.n() - column);
    }
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn load(from: &[f32; VECTOR]) -> __m256 {
    // SAFETY: `from` is eight readable floats; `loadu` asks for no alignment.
    unsafe { _mm256_loadu_ps(from.as_ptr()) }
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn store(vector: __m256, to: &mut [f32; VECTOR]) {
    // SAFETY: `to` is eight writable floats; `storeu` asks for no alignment.
    unsafe { _mm256_storeu_ps(to.as_mut_ptr(), vector) }
}
