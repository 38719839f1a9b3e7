use crate::level::check_len;

/// Columns of a full panel.
///
/// Three vectors of eight: with four rows, twelve accumulators, three vectors of B and one broadcast of A take the sixteen
/// registers of AVX2.
pub(crate) const PANEL: usize = 24;

/// Panel widths are multiples of this: the floats in a vector of AVX2.
pub(crate) const VECTOR: usize = 8;

/// A `[K, N]` matrix, laid out to be the right factor of many products.
///
/// The columns are in panels of 24, each panel row-major; the last panel is the narrowest multiple of 8 that suffices,
/// padded with zeros.
#[derive(Debug, Clone)]
pub struct PackedMatrix {
    k: usize,
    n: usize,
    panels: Vec<f32>,
}

/// What the sums of a product start from, and so what happens to the numbers in C.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Output<'a> {
    /// C ← A·B.
    Overwrite,
    /// C ← C + A·B.
    Accumulate,
    /// C ← bias + A·B: every row of C starts from these N numbers.
    Bias(&'a [f32]),
}

impl Output<'_> {
    /// The same, from a column of C on.
    #[cfg(any(
        target_arch = "x86_64",
        all(target_arch = "aarch64", target_feature = "neon"),
        all(target_arch = "wasm32", target_feature = "simd128")
    ))]
    pub(crate) fn at_column(self, column: usize) -> Self {
        match self {
            Output::Bias(bias) => Output::Bias(&bias[column..]),
            Output::Overwrite | Output::Accumulate => self,
        }
    }
}

impl PackedMatrix {
    /// A `[K, N]` matrix of zeros, to be filled by [`PackedMatrix::repack`] or [`PackedMatrix::repack_transposed`].
    #[must_use]
    pub fn zeros(k: usize, n: usize) -> PackedMatrix {
        let width = n.next_multiple_of(VECTOR);
        PackedMatrix { k, n, panels: vec![0.0; k * width] }
    }

    /// Packs `b`, which is `[K, N]`, row-major.
    ///
    /// # Panics
    ///
    /// If `b` is not `[K, N]`.
    #[must_use]
    #[track_caller]
    pub fn pack(k: usize, n: usize, b: &[f32]) -> PackedMatrix {
        let mut packed = PackedMatrix::zeros(k, n);
        packed.repack(b);
        packed
    }

    /// Packs the transpose of `b_t`, which is `[N, K]`, row-major.
    ///
    /// PyTorch's weights have this layout: a layer multiplies by the transpose of its `[4H, H]` matrix.
    ///
    /// # Panics
    ///
    /// If `b_t` is not `[N, K]`.
    #[must_use]
    #[track_caller]
    pub fn pack_transposed(k: usize, n: usize, b_t: &[f32]) -> PackedMatrix {
        let mut packed = PackedMatrix::zeros(k, n);
        packed.repack_transposed(b_t);
        packed
    }

    /// Replaces the numbers by those of `b`, which is `[K, N]`, row-major.
    ///
    /// # Panics
    ///
    /// If `b` is not `[K, N]`.
    #[track_caller]
    pub fn repack(&mut self, b: &[f32]) {
        check_len("repack", "b", b.len(), self.k * self.n);
        let (k, n) = (self.k, self.n);
        for (column, width, panel) in self.panels_mut() {
            let used = width.min(n - column);
            for row in 0..k {
                let from = row * n + column;
                panel[row * width..][..used].copy_from_slice(&b[from..from + used]);
            }
        }
    }

    /// Replaces the numbers by those of the transpose of `b_t`, which is `[N, K]`, row-major.
    ///
    /// # Panics
    ///
    /// If `b_t` is not `[N, K]`.
    #[track_caller]
    pub fn repack_transposed(&mut self, b_t: &[f32]) {
        check_len("repack_transposed", "b_t", b_t.len(), self.k * self.n);
        let (k, n) = (self.k, self.n);
        for (column, width, panel) in self.panels_mut() {
            for within in 0..width.min(n - column) {
                let from = (column + within) * k;
                let column_of_panel = panel[within..].iter_mut().step_by(width);
                for (packed, &b) in column_of_panel.zip(&b_t[from..from + k]) {
                    *packed = b;
                }
            }
        }
    }

    /// K, the number of rows.
    #[must_use]
    pub fn k(&self) -> usize {
        self.k
    }

    /// N, the number of columns.
    #[must_use]
    pub fn n(&self) -> usize {
        self.n
    }

    /// Each panel with its first column and its width.
    pub(crate) fn panels(&self) -> impl Iterator<Item = (usize, usize, &[f32])> {
        let padded = self.n.next_multiple_of(VECTOR);
        // A matrix without rows has no panels; a chunk length of 0 would panic.
        self.panels.chunks((self.k * PANEL).max(1)).enumerate().map(move |(i, panel)| {
            let column = i * PANEL;
            (column, PANEL.min(padded - column), panel)
        })
    }

    fn panels_mut(&mut self) -> impl Iterator<Item = (usize, usize, &mut [f32])> {
        let padded = self.n.next_multiple_of(VECTOR);
        self.panels.chunks_mut((self.k * PANEL).max(1)).enumerate().map(move |(i, panel)| {
            let column = i * PANEL;
            (column, PANEL.min(padded - column), panel)
        })
    }
}
