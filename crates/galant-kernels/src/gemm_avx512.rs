// M, K, N: C is [M, N], A is [M, K], B is [K, N].

use std::arch::x86_64::{
    __m256, __m512, _mm256_castps_pd, _mm256_loadu_ps, _mm512_castpd_ps, _mm512_castps_pd, _mm512_castps256_ps512,
    _mm512_fmadd_ps, _mm512_insertf64x4, _mm512_loadu_ps, _mm512_set1_ps, _mm512_setzero_ps, _mm512_storeu_ps,
};

use crate::gemm_avx2::{self, FEW_ROWS, K_BLOCK, M_BLOCK, Rows, Tile};
use crate::level::Avx512;
use crate::packed::{Output, PANEL, PackedMatrix};

/// Rows of C in one tile.
const ROWS: usize = 8;

/// Vectors in a row of a tile: two panels are three vectors of sixteen.
///
/// With eight rows, 24 accumulators, three vectors of B and one broadcast of A take 28 of the 32 registers.
const VECTORS: usize = 3;

/// Floats in a vector.
const VECTOR: usize = 16;

/// The product, where K is at least 1: the same additions in the same order as with AVX2, and so the same bits.
pub(crate) fn gemm(_proof: Avx512, a: &[f32], m: usize, b: &PackedMatrix, c: &mut [f32], output: Output<'_>) {
    // SAFETY: a value of `Avx512` exists only where avx512f, avx2 and fma were detected.
    unsafe { blocks(a, m, b, c, output) }
}

/// Tiles of eight rows and two panels, and those of AVX2 for the remaining panel and rows.
#[target_feature(enable = "avx512f,avx2,fma")]
fn blocks(a: &[f32], m: usize, b: &PackedMatrix, c: &mut [f32], output: Output<'_>) {
    let (k, n, wide_m) = (b.k(), b.n(), m - m % ROWS);
    let k_block = if m <= FEW_ROWS { k } else { K_BLOCK };
    for k_first in (0..k).step_by(k_block) {
        let k_len = k_block.min(k - k_first);
        let output = if k_first == 0 { output } else { Output::Accumulate };
        for m_first in (0..wide_m).step_by(M_BLOCK) {
            let rows = m_first..wide_m.min(m_first + M_BLOCK);
            let mut panels = b
                .panels()
                .map(|(column, width, panel)| (column, width, &panel[k_first * width..(k_first + k_len) * width]));
            while let Some((column, width, panel)) = panels.next() {
                let a = |row: usize| Rows { numbers: &a[row * k + k_first..], stride: k };
                let output = output.at_column(column);
                if n - column >= 2 * PANEL
                    && let Some((.., next_panel)) = panels.next()
                {
                    for row in rows.clone().step_by(ROWS) {
                        let tile_of_c = Tile { numbers: &mut c[row * n + column..], stride: n, output };
                        wide_tile(&a(row), panel, next_panel, tile_of_c);
                    }
                } else {
                    for row in rows.clone().step_by(gemm_avx2::ROWS) {
                        let tile_of_c = Tile { numbers: &mut c[row * n + column..], stride: n, output };
                        gemm_avx2::tile(gemm_avx2::ROWS, &a(row), panel, width, tile_of_c, n - column);
                    }
                }
            }
        }
    }
    if wide_m < m {
        gemm_avx2::blocks(&a[wide_m * k..], m - wide_m, b, &mut c[wide_m * n..], output);
    }
}

/// Writes or adds the products of rows of A and two panels to eight rows of C.
#[target_feature(enable = "avx512f,avx2,fma")]
fn wide_tile(a: &Rows<'_>, left: &[f32], right: &[f32], c: Tile<'_>) {
    let k = left.len() / PANEL;
    let mut rows_of_a: [&[f32]; ROWS] = [&[]; ROWS];
    let mut sums = [[_mm512_setzero_ps(); VECTORS]; ROWS];
    for row in 0..ROWS {
        rows_of_a[row] = &a.numbers[row * a.stride..][..k];
        match c.output {
            Output::Overwrite => {}
            Output::Accumulate => sums[row] = load_row(&c.numbers[row * c.stride..]),
            Output::Bias(bias) => sums[row] = load_row(bias),
        }
    }
    for (i, (left, right)) in left.chunks_exact(PANEL).zip(right.chunks_exact(PANEL)).enumerate() {
        let b = [load(left), join(&left[VECTOR..], right), load(&right[PANEL - VECTOR..])];
        for row in 0..ROWS {
            let a = _mm512_set1_ps(rows_of_a[row][i]);
            for v in 0..VECTORS {
                sums[row][v] = _mm512_fmadd_ps(a, b[v], sums[row][v]);
            }
        }
    }
    for (row, sums) in sums.iter().enumerate() {
        let to = &mut c.numbers[row * c.stride..][..VECTORS * VECTOR];
        for (sum, to) in sums.iter().zip(to.chunks_exact_mut(VECTOR)) {
            // SAFETY: `to` is sixteen writable floats; `storeu` asks for no alignment.
            unsafe { _mm512_storeu_ps(to.as_mut_ptr(), *sum) };
        }
    }
}

#[inline]
#[target_feature(enable = "avx512f,avx2,fma")]
fn load_row(from: &[f32]) -> [__m512; VECTORS] {
    [load(from), load(&from[VECTOR..]), load(&from[2 * VECTOR..])]
}

#[inline]
#[target_feature(enable = "avx512f,avx2,fma")]
fn load(from: &[f32]) -> __m512 {
    let from = &from[..VECTOR];
    // SAFETY: `from` is sixteen readable floats; `loadu` asks for no alignment.
    unsafe { _mm512_loadu_ps(from.as_ptr()) }
}

/// Eight floats of each.
#[inline]
#[target_feature(enable = "avx512f,avx2,fma")]
fn join(low: &[f32], high: &[f32]) -> __m512 {
    let low = _mm512_castps_pd(_mm512_castps256_ps512(load_half(low)));
    _mm512_castpd_ps(_mm512_insertf64x4::<1>(low, _mm256_castps_pd(load_half(high))))
}

#[inline]
#[target_feature(enable = "avx512f,avx2,fma")]
fn load_half(from: &[f32]) -> __m256 {
    let from = &from[..VECTOR / 2];
    // SAFETY: `from` is eight readable floats; `loadu` asks for no alignment.
    unsafe { _mm256_loadu_ps(from.as_ptr()) }
}
