// M, K, N: C is [M, N], A is [M, K], B is [K, N].

use std::arch::asm;
use std::arch::x86_64::{
    __m256, _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_set1_ps, _mm256_setzero_ps, _mm256_storeu_ps,
};

use crate::gemm_blocks::{M_BLOCK, k_block};
use crate::level::Avx2;
use crate::packed::{Output, PANEL, PackedMatrix, VECTOR};

/// Rows of C in one tile.
const ROWS: usize = 4;

/// The product, where K is at least 1.
pub(crate) fn gemm(_proof: Avx2, a: &[f32], m: usize, b: &PackedMatrix, c: &mut [f32], output: Output<'_>) {
    // SAFETY: a value of `Avx2` exists only where avx2 and fma were detected.
    unsafe { blocks(a, m, b, c, output) }
}

#[target_feature(enable = "avx2,fma")]
pub(crate) fn blocks(a: &[f32], m: usize, b: &PackedMatrix, c: &mut [f32], output: Output<'_>) {
    if m == 1 {
        return row(a, b, c, output);
    }
    let (k, n) = (b.k(), b.n());
    let k_block = k_block(m, k);
    for k_first in (0..k).step_by(k_block) {
        let k_len = k_block.min(k - k_first);
        let output = if k_first == 0 { output } else { Output::Accumulate };
        for m_first in (0..m).step_by(M_BLOCK) {
            let m_end = m.min(m_first + M_BLOCK);
            for (column, width, panel) in b.panels() {
                let panel = &panel[k_first * width..(k_first + k_len) * width];
                let mut row = m_first;
                while row < m_end {
                    let n_rows = rows_of_tile(m_end - row);
                    let tile_of_a = Rows { numbers: &a[row * k + k_first..], stride: k };
                    let tile_of_c =
                        Tile { numbers: &mut c[row * n + column..], stride: n, output: output.at_column(column) };
                    tile(n_rows, &tile_of_a, panel, width, tile_of_c, n - column);
                    row += n_rows;
                }
            }
        }
    }
}

/// How many of `left` rows to take next: five are split into three and two, because a tile of one row waits for its own
/// additions.
fn rows_of_tile(left: usize) -> usize {
    if left == ROWS + 1 { ROWS - 1 } else { left.min(ROWS) }
}

/// Rows of A, `stride` apart.
pub(crate) struct Rows<'a> {
    pub(crate) numbers: &'a [f32],
    pub(crate) stride: usize,
}

/// Rows of C, `stride` apart.
pub(crate) struct Tile<'a> {
    pub(crate) numbers: &'a mut [f32],
    pub(crate) stride: usize,
    pub(crate) output: Output<'a>,
}

/// Writes or adds the product of rows of A and a panel to a tile of C whose rows have `columns` left.
#[target_feature(enable = "avx2,fma")]
fn tile(n_rows: usize, a: &Rows<'_>, panel: &[f32], width: usize, c: Tile<'_>, columns: usize) {
    if columns >= width {
        return sized_tile(n_rows, a, panel, width, c);
    }
    // The padding of the last panel must not be written to C.
    let mut padded = [0.0; ROWS * PANEL];
    for row in 0..n_rows {
        let start = match c.output {
            Output::Overwrite => continue,
            Output::Accumulate => &c.numbers[row * c.stride..],
            Output::Bias(bias) => bias,
        };
        padded[row * width..][..columns].copy_from_slice(&start[..columns]);
    }
    let padded_tile = Tile { numbers: &mut padded, stride: width, output: Output::Accumulate };
    sized_tile(n_rows, a, panel, width, padded_tile);
    for row in 0..n_rows {
        c.numbers[row * c.stride..][..columns].copy_from_slice(&padded[row * width..][..columns]);
    }
}

#[target_feature(enable = "avx2,fma")]
fn sized_tile(n_rows: usize, a: &Rows<'_>, panel: &[f32], width: usize, c: Tile<'_>) {
    match (n_rows, width / VECTOR) {
        (1, 1) => small_tile::<1, 1>(a, panel, c),
        (1, 2) => small_tile::<1, 2>(a, panel, c),
        (1, 3) => small_tile::<1, 3>(a, panel, c),
        (2, 1) => small_tile::<2, 1>(a, panel, c),
        (2, 2) => small_tile::<2, 2>(a, panel, c),
        (2, 3) => small_tile::<2, 3>(a, panel, c),
        (3, 1) => small_tile::<3, 1>(a, panel, c),
        (3, 2) => small_tile::<3, 2>(a, panel, c),
        (3, 3) => small_tile::<3, 3>(a, panel, c),
        (4, 1) => small_tile::<4, 1>(a, panel, c),
        (4, 2) => small_tile::<4, 2>(a, panel, c),
        (4, 3) => full_tile(a, panel, c),
        _ => unreachable!("gemm: no tile of {n_rows} rows and {width} columns"),
    }
}

/// The innermost loop of four rows by three vectors, in which nearly all time is spent.
///
/// It needs all sixteen registers at once. The compiler moves a load ahead, runs out of registers and keeps a sum in
/// memory, which is less than half as fast; so the loop is written in assembly.
#[target_feature(enable = "avx2,fma")]
fn full_tile(a: &Rows<'_>, panel: &[f32], c: Tile<'_>) {
    let k = panel.len() / PANEL;
    let end_of_row = |row: usize| a.numbers[row * a.stride..][..k].as_ptr_range().end;
    let (numbers, stride) = (c.numbers, c.stride);
    let mut c_0 = first_sums::<3>(c.output, numbers);
    let mut c_1 = first_sums::<3>(c.output, &numbers[stride..]);
    let mut c_2 = first_sums::<3>(c.output, &numbers[2 * stride..]);
    let mut c_3 = first_sums::<3>(c.output, &numbers[3 * stride..]);
    if k > 0 {
        // SAFETY: reads k floats of each of four rows of A, counted up to their ends, and 24·k floats of the panel; all
        // of them exist, by the slices above and the division. It writes no memory.
        unsafe {
            asm!(
                "2:",
                "vmovups {b0}, [{b}]",
                "vmovups {b1}, [{b} + 32]",
                "vmovups {b2}, [{b} + 64]",
                "vbroadcastss {a}, [{a0} + {i}]",
                "vfmadd231ps {c00}, {a}, {b0}",
                "vfmadd231ps {c01}, {a}, {b1}",
                "vfmadd231ps {c02}, {a}, {b2}",
                "vbroadcastss {a}, [{a1} + {i}]",
                "vfmadd231ps {c10}, {a}, {b0}",
                "vfmadd231ps {c11}, {a}, {b1}",
                "vfmadd231ps {c12}, {a}, {b2}",
                "vbroadcastss {a}, [{a2} + {i}]",
                "vfmadd231ps {c20}, {a}, {b0}",
                "vfmadd231ps {c21}, {a}, {b1}",
                "vfmadd231ps {c22}, {a}, {b2}",
                "vbroadcastss {a}, [{a3} + {i}]",
                "vfmadd231ps {c30}, {a}, {b0}",
                "vfmadd231ps {c31}, {a}, {b1}",
                "vfmadd231ps {c32}, {a}, {b2}",
                "add {b}, 96",
                "add {i}, 4",
                "jnz 2b",
                i = inout(reg) -4 * k.cast_signed() => _,
                b = inout(reg) panel.as_ptr() => _,
                a0 = in(reg) end_of_row(0),
                a1 = in(reg) end_of_row(1),
                a2 = in(reg) end_of_row(2),
                a3 = in(reg) end_of_row(3),
                a = out(ymm_reg) _,
                b0 = out(ymm_reg) _,
                b1 = out(ymm_reg) _,
                b2 = out(ymm_reg) _,
                c00 = inout(ymm_reg) c_0[0],
                c01 = inout(ymm_reg) c_0[1],
                c02 = inout(ymm_reg) c_0[2],
                c10 = inout(ymm_reg) c_1[0],
                c11 = inout(ymm_reg) c_1[1],
                c12 = inout(ymm_reg) c_1[2],
                c20 = inout(ymm_reg) c_2[0],
                c21 = inout(ymm_reg) c_2[1],
                c22 = inout(ymm_reg) c_2[2],
                c30 = inout(ymm_reg) c_3[0],
                c31 = inout(ymm_reg) c_3[1],
                c32 = inout(ymm_reg) c_3[2],
                options(pure, readonly, nostack),
            );
        }
    }
    store_row(&c_0, numbers);
    store_row(&c_1, &mut numbers[stride..]);
    store_row(&c_2, &mut numbers[2 * stride..]);
    store_row(&c_3, &mut numbers[3 * stride..]);
}

/// The innermost loop of the tiles at the edges; `R` rows and `V` vectors of C stay in registers.
///
/// The rows are separate variables, because the compiler keeps an array of them in memory.
#[target_feature(enable = "avx2,fma")]
fn small_tile<const R: usize, const V: usize>(a: &Rows<'_>, panel: &[f32], c: Tile<'_>) {
    let k = panel.len() / (V * VECTOR);
    // In place of a row that the tile does not have is its last one, which is not used.
    let a_row = |row: usize| &a.numbers[row.min(R - 1) * a.stride..][..k];
    let (a_0, a_1, a_2, a_3) = (a_row(0), a_row(1), a_row(2), a_row(3));
    let c_at = |row: usize| row.min(R - 1) * c.stride;
    let numbers = c.numbers;
    let mut c_0 = first_sums::<V>(c.output, &numbers[c_at(0)..]);
    let mut c_1 = first_sums::<V>(c.output, &numbers[c_at(1)..]);
    let mut c_2 = first_sums::<V>(c.output, &numbers[c_at(2)..]);
    let mut c_3 = first_sums::<V>(c.output, &numbers[c_at(3)..]);
    for (i, b) in panel.chunks_exact(V * VECTOR).enumerate() {
        let b = load_row::<V>(b);
        add_product(&mut c_0, a_0[i], &b);
        if R > 1 {
            add_product(&mut c_1, a_1[i], &b);
        }
        if R > 2 {
            add_product(&mut c_2, a_2[i], &b);
        }
        if R > 3 {
            add_product(&mut c_3, a_3[i], &b);
        }
    }
    store_row(&c_0, &mut numbers[c_at(0)..]);
    if R > 1 {
        store_row(&c_1, &mut numbers[c_at(1)..]);
    }
    if R > 2 {
        store_row(&c_2, &mut numbers[c_at(2)..]);
    }
    if R > 3 {
        store_row(&c_3, &mut numbers[c_at(3)..]);
    }
}

/// The product for one row: two panels at a time, because six chains of additions keep the adders busier than three.
#[target_feature(enable = "avx2,fma")]
fn row(a: &[f32], b: &PackedMatrix, c: &mut [f32], output: Output<'_>) {
    let (k, n) = (b.k(), b.n());
    let mut panels = b.panels();
    while let Some((column, width, panel)) = panels.next() {
        let left = n - column;
        if left >= 2 * PANEL
            && let Some((_, _, next_panel)) = panels.next()
        {
            two_panels(a, panel, next_panel, &mut c[column..], output.at_column(column));
        } else {
            let tile_of_c = Tile { numbers: &mut c[column..], stride: n, output: output.at_column(column) };
            tile(1, &Rows { numbers: a, stride: k }, panel, width, tile_of_c, left);
        }
    }
}

#[target_feature(enable = "avx2,fma")]
fn two_panels(a: &[f32], panel_0: &[f32], panel_1: &[f32], c: &mut [f32], output: Output<'_>) {
    let mut c_0 = first_sums::<3>(output, c);
    let mut c_1 = first_sums::<3>(output.at_column(PANEL), &c[PANEL..]);
    for ((a, b_0), b_1) in a.iter().zip(panel_0.chunks_exact(PANEL)).zip(panel_1.chunks_exact(PANEL)) {
        add_product(&mut c_0, *a, &load_row(b_0));
        add_product(&mut c_1, *a, &load_row(b_1));
    }
    store_row(&c_0, c);
    store_row(&c_1, &mut c[PANEL..]);
}

/// What the sums of a row of C start from.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn first_sums<const V: usize>(output: Output, c: &[f32]) -> [__m256; V] {
    match output {
        Output::Overwrite => [_mm256_setzero_ps(); V],
        Output::Accumulate => load_row(c),
        Output::Bias(bias) => load_row(bias),
    }
}

/// c ← c + a·b.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn add_product<const V: usize>(c: &mut [__m256; V], a: f32, b: &[__m256; V]) {
    let a = _mm256_set1_ps(a);
    for v in 0..V {
        c[v] = _mm256_fmadd_ps(a, b[v], c[v]);
    }
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn load_row<const V: usize>(from: &[f32]) -> [__m256; V] {
    let from = &from[..V * VECTOR];
    let mut row = [_mm256_setzero_ps(); V];
    for (v, vector) in row.iter_mut().enumerate() {
        let from = &from[v * VECTOR..][..VECTOR];
        // SAFETY: `from` is eight readable floats; `loadu` asks for no alignment.
        *vector = unsafe { _mm256_loadu_ps(from.as_ptr()) };
    }
    row
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn store_row<const V: usize>(row: &[__m256; V], to: &mut [f32]) {
    let to = &mut to[..V * VECTOR];
    for (v, vector) in row.iter().enumerate() {
        let to = &mut to[v * VECTOR..][..VECTOR];
        // SAFETY: `to` is eight writable floats; `storeu` asks for no alignment.
        unsafe { _mm256_storeu_ps(to.as_mut_ptr(), *vector) };
    }
}
