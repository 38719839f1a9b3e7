// M, K, N: C is [M, N], A is [M, K], B is [K, N].

use std::arch::x86_64::{
    __m256, __m512, _mm256_castps_pd, _mm256_loadu_ps, _mm512_castpd_ps, _mm512_castps_pd, _mm512_fmadd_ps,
    _mm512_insertf64x4, _mm512_set1_ps, _mm512_setzero_ps, _mm512_zextps256_ps512,
};

use crate::avx512::{ALL, VECTOR, first, load, store};
use crate::gemm_avx2::{self, Rows, Tile};
use crate::gemm_blocks::{M_BLOCK, k_block};
use crate::level::Avx512;
use crate::packed::{Output, PANEL, PackedMatrix};

/// Rows of C in one tile.
///
/// Two panels are three vectors of sixteen: with eight rows, 24 accumulators, three vectors of B and one broadcast of A
/// take 28 of the 32 registers.
const ROWS: usize = 8;

/// The product, where K is at least 1: the same additions in the same order as with AVX2, and so the same bits.
pub(crate) fn gemm(_proof: Avx512, a: &[f32], m: usize, b: &PackedMatrix, c: &mut [f32], output: Output<'_>) {
    // SAFETY: a value of `Avx512` exists only where avx512f, avx2 and fma were detected.
    unsafe { blocks(a, m, b, c, output) }
}

/// Tiles of eight rows and one of what is left; a single row is computed as with AVX2, since it waits for memory.
#[target_feature(enable = "avx512f,avx2,fma")]
fn blocks(a: &[f32], m: usize, b: &PackedMatrix, c: &mut [f32], output: Output<'_>) {
    if m == 1 {
        return gemm_avx2::blocks(a, m, b, c, output);
    }
    let (k, n) = (b.k(), b.n());
    let k_block = k_block(m, k);
    for k_first in (0..k).step_by(k_block) {
        let k_len = k_block.min(k - k_first);
        let output = if k_first == 0 { output } else { Output::Accumulate };
        for m_first in (0..m).step_by(M_BLOCK) {
            let rows = m_first..m.min(m_first + M_BLOCK);
            let mut panels = b
                .panels()
                .map(|(column, width, panel)| (column, width, &panel[k_first * width..(k_first + k_len) * width]));
            while let Some((column, left_width, left)) = panels.next() {
                let right = if left_width == PANEL { panels.next() } else { None };
                let (right_width, right) = right.map_or((0, left), |(_, width, panel)| (width, panel));
                let b = Panels { left, left_width, right, right_width };
                for row in rows.clone().step_by(ROWS) {
                    let a = Rows { numbers: &a[row * k + k_first..], stride: k };
                    let c = Tile { numbers: &mut c[row * n + column..], stride: n, output: output.at_column(column) };
                    tile(ROWS.min(rows.end - row), &a, &b, c, n - column);
                }
            }
        }
    }
}

/// One panel or two; only the last one of a matrix is narrower than the others.
struct Panels<'a> {
    left: &'a [f32],
    left_width: usize,
    /// The left one again where there is only one.
    right: &'a [f32],
    /// 0 where there is only one.
    right_width: usize,
}

/// Writes or adds the products of rows of A and panels to rows of C, which have `columns` left.
#[target_feature(enable = "avx512f,avx2,fma")]
fn tile(n_rows: usize, a: &Rows<'_>, b: &Panels<'_>, c: Tile<'_>, columns: usize) {
    match n_rows {
        1 => tile_of_rows::<1>(a, b, c, columns),
        2 => tile_of_rows::<2>(a, b, c, columns),
        3 => tile_of_rows::<3>(a, b, c, columns),
        4 => tile_of_rows::<4>(a, b, c, columns),
        5 => tile_of_rows::<5>(a, b, c, columns),
        6 => tile_of_rows::<6>(a, b, c, columns),
        7 => tile_of_rows::<7>(a, b, c, columns),
        ROWS => tile_of_rows::<ROWS>(a, b, c, columns),
        _ => unreachable!("gemm: no tile of {n_rows} rows"),
    }
}

#[target_feature(enable = "avx512f,avx2,fma")]
fn tile_of_rows<const R: usize>(a: &Rows<'_>, b: &Panels<'_>, c: Tile<'_>, columns: usize) {
    match (b.left_width, b.right_width) {
        (24, 24) => sized_tile::<R, 24, 24, 3>(a, b, c, columns),
        (24, 16) => sized_tile::<R, 24, 16, 3>(a, b, c, columns),
        (24, 8) => sized_tile::<R, 24, 8, 2>(a, b, c, columns),
        (24, 0) => sized_tile::<R, 24, 0, 2>(a, b, c, columns),
        (16, 0) => sized_tile::<R, 16, 0, 1>(a, b, c, columns),
        (8, 0) => sized_tile::<R, 8, 0, 1>(a, b, c, columns),
        (left, right) => unreachable!("gemm: no tile of {left} and {right} columns"),
    }
}

/// The innermost loop; `R` rows and `V` vectors of C, which hold `LEFT` and `RIGHT` columns, stay in registers.
#[target_feature(enable = "avx512f,avx2,fma")]
fn sized_tile<const R: usize, const LEFT: usize, const RIGHT: usize, const V: usize>(
    a: &Rows<'_>,
    b: &Panels<'_>,
    c: Tile<'_>,
    columns: usize,
) {
    let k = b.left.len() / LEFT;
    // The padding of the last panel must not be written to C.
    let columns = columns.min(LEFT + RIGHT);
    let mut rows_of_a: [&[f32]; R] = [&[]; R];
    let mut sums = [[_mm512_setzero_ps(); V]; R];
    for row in 0..R {
        rows_of_a[row] = &a.numbers[row * a.stride..][..k];
        match c.output {
            Output::Overwrite => {}
            Output::Accumulate => sums[row] = load_row(&c.numbers[row * c.stride..][..columns]),
            Output::Bias(bias) => sums[row] = load_row(&bias[..columns]),
        }
    }
    let right_rows = b.right.chunks_exact(if RIGHT == 0 { LEFT } else { RIGHT });
    for (i, (left, right)) in b.left.chunks_exact(LEFT).zip(right_rows).enumerate() {
        let b = row_of_panels::<LEFT, RIGHT, V>(left, right);
        for row in 0..R {
            let a = _mm512_set1_ps(rows_of_a[row][i]);
            for v in 0..V {
                sums[row][v] = _mm512_fmadd_ps(a, b[v], sums[row][v]);
            }
        }
    }
    for (row, sums) in sums.iter().enumerate() {
        let to = &mut c.numbers[row * c.stride..][..columns];
        for (v, sum) in sums.iter().enumerate() {
            let to = &mut to[v * VECTOR..];
            store(to, first(to.len()), *sum);
        }
    }
}

/// The numbers of a row of C or the bias, in `V` vectors.
#[inline]
#[target_feature(enable = "avx512f,avx2,fma")]
fn load_row<const V: usize>(from: &[f32]) -> [__m512; V] {
    let mut row = [_mm512_setzero_ps(); V];
    for (v, vector) in row.iter_mut().enumerate() {
        let from = &from[v * VECTOR..];
        *vector = load(from, first(from.len()));
    }
    row
}

/// A row of one panel or two, in `V` vectors.
#[inline]
#[target_feature(enable = "avx512f,avx2,fma")]
fn row_of_panels<const LEFT: usize, const RIGHT: usize, const V: usize>(left: &[f32], right: &[f32]) -> [__m512; V] {
    let mut row = [_mm512_setzero_ps(); V];
    row[0] = if LEFT < VECTOR { half(left) } else { load(left, ALL) };
    if LEFT > VECTOR {
        row[1] = if RIGHT == 0 { half(&left[VECTOR..]) } else { join(&left[VECTOR..], right) };
    }
    if RIGHT > VECTOR {
        row[2] = load(&right[VECTOR / 2..], ALL);
    } else if RIGHT == VECTOR {
        row[2] = half(&right[VECTOR / 2..]);
    }
    row
}

/// Eight floats and zeros.
#[inline]
#[target_feature(enable = "avx512f,avx2,fma")]
fn half(from: &[f32]) -> __m512 {
    _mm512_zextps256_ps512(load_half(from))
}

/// Eight floats of each.
#[inline]
#[target_feature(enable = "avx512f,avx2,fma")]
fn join(low: &[f32], high: &[f32]) -> __m512 {
    let low = _mm512_castps_pd(half(low));
    _mm512_castpd_ps(_mm512_insertf64x4::<1>(low, _mm256_castps_pd(load_half(high))))
}

#[inline]
#[target_feature(enable = "avx512f,avx2,fma")]
fn load_half(from: &[f32]) -> __m256 {
    let from = &from[..VECTOR / 2];
    // SAFETY: `from` is eight readable floats; `loadu` asks for no alignment.
    unsafe { _mm256_loadu_ps(from.as_ptr()) }
}
