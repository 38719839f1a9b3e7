//! The blocks of a transposed product, packed for vectors.
// K, M, N: C is [M, N], A is [K, M], B is [K, N].

use std::ops::Range;

use crate::prefetch::prefetch;
use crate::transposed_scalar::K_BLOCK;

/// Rows of C in one tile.
///
/// With two vectors of sixteen columns, 24 accumulators, two vectors of B and one broadcast of A take 27 of the 32
/// registers of AVX-512; AVX2 and NEON compute a quarter of a tile at a time.
/// A panel of A is 12 KB and stays in the first-level cache.
pub(crate) const ROWS: usize = 12;

/// Columns of C in one tile.
pub(crate) const COLUMNS: usize = 32;

/// Columns of A packed at a time: 96 KB of the second-level cache.
const M_BLOCK: usize = 8 * ROWS;

/// How many rows before it is packed a row is fetched into the caches: rows may be far apart, so the CPU cannot see what
/// comes next.
const FETCH_AHEAD: usize = 8;

/// Columns of B packed at a time: at most 256 KB of the second-level cache, which has 512 KB on many CPUs.
const N_BLOCK: usize = 8 * COLUMNS;

/// Packed blocks of the factors.
#[derive(Debug, Clone, Default)]
pub(crate) struct Blocks {
    /// Panels of A, each with K rows.
    a: Vec<[f32; ROWS]>,
    /// Panels of B, each with K rows.
    b: Vec<RowOfB>,
}

/// Up to twelve rows of C, `stride` apart, of which up to 32 numbers are meant.
pub(crate) struct Tile<'a> {
    pub(crate) numbers: &'a mut [f32],
    pub(crate) stride: usize,
    pub(crate) height: usize,
    pub(crate) width: usize,
}

/// The sums of a quarter of a tile.
pub(crate) type Sums = [[f32; COLUMNS / 2]; ROWS / 2];

impl Tile<'_> {
    /// Adds sums to a quarter, as far as it has numbers.
    #[inline(always)]
    pub(crate) fn add_quarter(&mut self, sums: &Sums, first_row: usize, first_column: usize) {
        for (row, sums) in (first_row..self.height).zip(sums) {
            let numbers = &mut self.numbers[row * self.stride..][first_column..self.width];
            for (c, sum) in numbers.iter_mut().zip(sums) {
                *c += sum;
            }
        }
    }
}

/// A row of a panel of B; aligned, so that no vector is split between two lines of the cache.
#[derive(Debug, Clone)]
#[repr(align(64))]
pub(crate) struct RowOfB(pub(crate) [f32; COLUMNS]);

impl Blocks {
    /// Packs the factors block by block, and calls `add` with every two panels and the tile of C to which their product is
    /// to be added; no matrix may be empty.
    pub(crate) fn for_each_tile(
        &mut self,
        a: &[&[f32]],
        b: &[&[f32]],
        c: &mut [f32],
        mut add: impl FnMut(&[[f32; ROWS]], &[RowOfB], Tile<'_>),
    ) {
        let (m, n) = (a[0].len(), b[0].len());
        for n_first in (0..n).step_by(N_BLOCK) {
            let columns = n_first..n.min(n_first + N_BLOCK);
            for (a, b) in a.chunks(K_BLOCK).zip(b.chunks(K_BLOCK)) {
                let k = a.len();
                self.pack_b(b, columns.clone());
                for m_first in (0..m).step_by(M_BLOCK) {
                    let rows = m_first..m.min(m_first + M_BLOCK);
                    self.pack_a(a, rows.clone());
                    for (column, b) in columns.clone().step_by(COLUMNS).zip(self.b.chunks_exact(k)) {
                        let width = COLUMNS.min(columns.end - column);
                        for (row, a) in rows.clone().step_by(ROWS).zip(self.a.chunks_exact(k)) {
                            let height = ROWS.min(rows.end - row);
                            add(a, b, Tile { numbers: &mut c[row * n + column..], stride: n, height, width });
                        }
                    }
                }
            }
        }
    }

    /// Packs `columns` of `a`; columns that complete the last panel are zero.
    fn pack_a(&mut self, a: &[&[f32]], columns: Range<usize>) {
        let k = a.len();
        self.a.resize(columns.len().div_ceil(ROWS) * k, [0.0; ROWS]);
        for (i, row) in a.iter().enumerate() {
            if let Some(later) = a.get(i + FETCH_AHEAD) {
                prefetch(&later[columns.clone()]);
            }
            let (whole, rest) = row[columns.clone()].as_chunks::<ROWS>();
            for (packed, numbers) in self.a[i..].iter_mut().step_by(k).zip(whole) {
                *packed = *numbers;
            }
            if !rest.is_empty() {
                let packed = &mut self.a[whole.len() * k + i];
                packed[..rest.len()].copy_from_slice(rest);
                packed[rest.len()..].fill(0.0);
            }
        }
    }

    /// Packs `columns` of `b`; columns that complete the last panel are zero.
    fn pack_b(&mut self, b: &[&[f32]], columns: Range<usize>) {
        let k = b.len();
        self.b.resize(columns.len().div_ceil(COLUMNS) * k, RowOfB([0.0; COLUMNS]));
        for (i, row) in b.iter().enumerate() {
            if let Some(later) = b.get(i + FETCH_AHEAD) {
                prefetch(&later[columns.clone()]);
            }
            let (whole, rest) = row[columns.clone()].as_chunks::<COLUMNS>();
            for (packed, numbers) in self.b[i..].iter_mut().step_by(k).zip(whole) {
                packed.0 = *numbers;
            }
            if !rest.is_empty() {
                let packed = &mut self.b[whole.len() * k + i].0;
                packed[..rest.len()].copy_from_slice(rest);
                packed[rest.len()..].fill(0.0);
            }
        }
    }
}
