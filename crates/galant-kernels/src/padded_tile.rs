//! Rows of C, of a level whose vectors are too short to need masks: what is added up stands apart, as wide as a panel.

use crate::packed::{Output, PANEL};

/// Rows of C, `stride` apart, of which so many columns are meant.
pub(crate) struct PaddedTile<'a> {
    pub(crate) numbers: &'a mut [f32],
    pub(crate) stride: usize,
    pub(crate) columns: usize,
}

/// Rows of a tile, one after the other and as wide as a panel: C may end within a vector.
pub(crate) type Sums<const ROWS: usize> = [[f32; PANEL]; ROWS];

impl PaddedTile<'_> {
    /// What products are added to, in the first rows.
    #[inline(always)]
    pub(crate) fn begin<const ROWS: usize>(&self, n_rows: usize, output: Output<'_>) -> Sums<ROWS> {
        let mut sums = [[0.0; PANEL]; ROWS];
        for (i, sums) in sums.iter_mut().take(n_rows).enumerate() {
            match output {
                Output::Overwrite => {}
                Output::Accumulate => {
                    sums[..self.columns].copy_from_slice(&self.numbers[i * self.stride..][..self.columns]);
                }
                Output::Bias(bias) => sums[..self.columns].copy_from_slice(&bias[..self.columns]),
            }
        }
        sums
    }

    /// Writes the first rows.
    #[inline(always)]
    pub(crate) fn write<const ROWS: usize>(self, n_rows: usize, sums: &Sums<ROWS>) {
        for (i, sums) in sums.iter().take(n_rows).enumerate() {
            self.numbers[i * self.stride..][..self.columns].copy_from_slice(&sums[..self.columns]);
        }
    }
}
