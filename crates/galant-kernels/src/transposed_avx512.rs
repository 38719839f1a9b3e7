// K, M, N: C is [M, N], A is [K, M], B is [K, N].

use std::arch::x86_64::{
    __m512, _MM_HINT_T0, _mm_prefetch, _mm512_add_ps, _mm512_fmadd_ps, _mm512_set1_ps, _mm512_setzero_ps,
};

use crate::avx512::{ALL, VECTOR, first, load, store};
use crate::level::Avx512;
use crate::workspace::{COLUMNS, K_BLOCK, M_BLOCK, N_BLOCK, ProductWorkspace, ROWS, RowOfB};

/// The product, where no matrix is empty.
pub(crate) fn add(_proof: Avx512, a: &[f32], b: &[f32], k: usize, c: &mut [f32], workspace: &mut ProductWorkspace) {
    // SAFETY: a value of `Avx512` exists only where avx512f was detected.
    unsafe { blocks(a, b, k, c, workspace) }
}

#[target_feature(enable = "avx512f")]
fn blocks(a: &[f32], b: &[f32], k: usize, c: &mut [f32], workspace: &mut ProductWorkspace) {
    let (m, n) = (a.len() / k, b.len() / k);
    for n_first in (0..n).step_by(N_BLOCK) {
        let columns = n_first..n.min(n_first + N_BLOCK);
        for (a, b) in a.chunks(K_BLOCK * m).zip(b.chunks(K_BLOCK * n)) {
            let k = a.len() / m;
            workspace.pack_b(b, n, columns.clone());
            for m_first in (0..m).step_by(M_BLOCK) {
                let rows = m_first..m.min(m_first + M_BLOCK);
                workspace.pack_a(a, m, rows.clone());
                for (column, b) in columns.clone().step_by(COLUMNS).zip(workspace.panels_of_b(k)) {
                    let width = COLUMNS.min(columns.end - column);
                    for (row, a) in rows.clone().step_by(ROWS).zip(workspace.panels_of_a(k)) {
                        let height = ROWS.min(rows.end - row);
                        let tile_of_c = Tile { numbers: &mut c[row * n + column..], stride: n, height, width };
                        if width > VECTOR { tile::<2>(a, b, tile_of_c) } else { tile::<1>(a, b, tile_of_c) }
                    }
                }
            }
        }
    }
}

/// Up to twelve rows of C, `stride` apart, of which up to 32 numbers are meant.
struct Tile<'a> {
    numbers: &'a mut [f32],
    stride: usize,
    height: usize,
    width: usize,
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
            for (numbers, sums) in numbers.chunks_mut(VECTOR).zip(sums) {
                add_vector(numbers, *sums);
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

/// Adds the first numbers of a vector to `to`, which has up to sixteen.
#[inline]
#[target_feature(enable = "avx512f")]
fn add_vector(to: &mut [f32], sums: __m512) {
    let mask = first(to.len());
    store(to, mask, _mm512_add_ps(load(to, mask), sums));
}
