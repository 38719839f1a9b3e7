//! The gradients of the first layer's input, summed by value before any product.
// U different values of all inputs, G·H gates, E embedding size of one input, ΣE of all

use std::ops::Range;

use galant_kernels::{Output, add_assign, gemm, prefetch};
use galant_model::{ModelSpec, WeightsViewMut};
use galant_types::TokenId;

use crate::packed::PackedWeights;
use crate::pool::Pool;
use crate::product::{Workspaces, add_transposed_product};
use crate::shard::Wave;
use crate::table::InputTable;

/// The most columns that are summed together: those of all values stay in the second-level cache.
const MAX_COLUMNS: usize = 256;

/// Fewer than this make more work of looking up than of adding.
pub(crate) const MIN_COLUMNS: usize = 64;

/// How many steps ahead a row of gradients is fetched into the caches.
const FETCH_AHEAD: usize = 4;

/// How many values' embeddings get their gradients at a time.
const VALUES_PER_JOB: usize = 64;

/// The gradients of the rows of an [`InputTable`], in blocks of columns; the memory is reused.
#[derive(Debug, Default)]
pub(crate) struct ValueGradients {
    /// U
    n_rows: usize,
    /// How many of the G·H columns a block has; the last one may have fewer.
    n_columns: usize,
    /// `[U, columns]` of each block.
    sums: Vec<f32>,
    /// `[columns, E]` of each block: the gradient of the part of W_ih that reads one input.
    d_w_ih: Vec<Vec<f32>>,
}

/// How many columns are summed together on so many threads.
pub(crate) fn columns_per_block(n_gate_rows: usize, n_threads: usize) -> usize {
    n_gate_rows.div_ceil(n_threads).next_multiple_of(MIN_COLUMNS).min(MAX_COLUMNS)
}

impl ValueGradients {
    /// Starts from zero, in blocks of `n_columns`.
    pub(crate) fn begin(&mut self, table: &InputTable, n_gate_rows: usize, n_columns: usize, pool: &Pool) {
        (self.n_rows, self.n_columns) = (table.n_rows(), n_columns);
        self.sums.resize(self.n_rows * n_gate_rows, 0.0);
        self.d_w_ih.resize_with(n_gate_rows.div_ceil(n_columns), Vec::new);
        let mut blocks: Vec<_> = self.sums.chunks_mut(self.n_rows * self.n_columns).collect();
        pool.for_each(&mut blocks, |_, sums| sums.fill(0.0));
    }

    /// How many columns a block has.
    pub(crate) fn n_columns(&self) -> usize {
        self.n_columns
    }

    /// How many numbers a block has; the last one may have fewer.
    pub(crate) fn block_len(&self) -> usize {
        self.n_rows * self.n_columns
    }

    /// The sums of all blocks, to which [`add_by_value`] adds a wave.
    pub(crate) fn sums(&mut self) -> &mut [f32] {
        &mut self.sums
    }

    /// Writes the gradients of the first layer's input matrix and bias, and of the embeddings.
    ///
    /// What an embedding that skips the layers has already, the dense layer's share, is kept.
    pub(crate) fn finish(
        &mut self,
        pool: &Pool,
        table: &InputTable,
        packed: &PackedWeights,
        spec: &ModelSpec,
        d: &mut WeightsViewMut<'_>,
        workspaces: &Workspaces,
    ) {
        let (d_layer, size) = (&mut d.layers[0], table.embedding_size());
        let (mut rest_of_w_ih, mut rest_of_bias) = (&mut *d_layer.w_ih, &mut *d_layer.bias);
        let mut jobs = Vec::new();
        for (sums, scratch) in self.sums.chunks(self.n_rows * self.n_columns).zip(&mut self.d_w_ih) {
            let n_columns = sums.len() / self.n_rows;
            let d_w_ih = rest_of_w_ih.split_off_mut(..n_columns * size).expect("the blocks make up the matrix");
            let d_bias = rest_of_bias.split_off_mut(..n_columns).expect("the blocks make up the bias");
            jobs.push((sums, scratch, d_w_ih, d_bias));
        }
        pool.for_each(&mut jobs, |_, (sums, scratch, d_w_ih, d_bias)| {
            finish_block(table, sums, (scratch, d_w_ih), d_bias, workspaces);
        });
        let mut jobs = Vec::new();
        for (number, (values, d)) in table.inputs().iter().zip(&mut d.embeddings).enumerate() {
            let size = values.embedding_size();
            let (mut rest, mut first) = (&mut **d, 0);
            for (chunk, row) in values.values.chunks(VALUES_PER_JOB).zip(values.rows.clone().step_by(VALUES_PER_JOB)) {
                let end = chunk[chunk.len() - 1].index() + 1;
                let d = rest.split_off_mut(..(end - first) * size).expect("the values are ascending");
                jobs.push((number, chunk, row, d, first));
                first = end;
            }
        }
        let all = &*self;
        pool.for_each(&mut jobs, |_, (number, values, row, d, first)| {
            let d_rows = all.whole_rows(*row..*row + values.len());
            let w_ih = &packed.layers[0].w_ih[*number].backward;
            let mut d_values = vec![0.0; values.len() * w_ih.n()];
            gemm(&d_rows, values.len(), w_ih, &mut d_values, Output::Overwrite);
            for (value, d_value) in values.iter().zip(d_values.chunks_exact(w_ih.n())) {
                let to = &mut d[(value.index() - *first) * w_ih.n()..][..w_ih.n()];
                if spec.inputs[*number].skip { add_assign(to, d_value) } else { to.copy_from_slice(d_value) }
            }
        });
    }
    /// Rows of all columns, `[rows, G·H]`.
    fn whole_rows(&self, rows: Range<usize>) -> Vec<f32> {
        let of_block = |sums: &[f32], row: usize| {
            let n_columns = sums.len() / self.n_rows;
            row * n_columns..(row + 1) * n_columns
        };
        let row = |row: usize| {
            self.sums.chunks(self.n_rows * self.n_columns).flat_map(move |sums| &sums[of_block(sums, row)]).copied()
        };
        rows.flat_map(row).collect()
    }
}

/// Adds the gradients of a wave's steps to the sums of the values that they read, window after window; `sums` is
/// `[U, columns]`.
pub(crate) fn add_by_value(
    sums: &mut [f32],
    columns: Range<usize>,
    table: &InputTable,
    inputs: &[Vec<TokenId>],
    wave: Wave<'_>,
) {
    let n_steps = wave.n_steps;
    for window in wave.windows() {
        let shard = wave.shard(window);
        for step in 0..n_steps {
            if step + FETCH_AHEAD < n_steps {
                prefetch(&shard.d_gates(0, window, step + FETCH_AHEAD)[columns.clone()]);
            }
            let d_gates = &shard.d_gates(0, window, step)[columns.clone()];
            for (number, values) in inputs.iter().enumerate() {
                let row = table.row_number(number, values[window * n_steps + step]);
                add_assign(&mut sums[row * columns.len()..][..columns.len()], d_gates);
            }
        }
    }
}

/// Writes the gradient of a block's rows of the first layer's input matrix, `[columns, ΣE]`, with some memory for it, and of
/// its bias, `[columns]`.
fn finish_block(
    table: &InputTable,
    sums: &[f32],
    (scratch, d_w_ih): (&mut Vec<f32>, &mut [f32]),
    d_bias: &mut [f32],
    workspaces: &Workspaces,
) {
    let n_columns = d_bias.len();
    // Every step has one token, so the sum over the tokens is that over the steps.
    let of_tokens = sums.chunks_exact(n_columns).take(table.inputs()[0].values.len());
    of_tokens.for_each(|row| add_assign(d_bias, row));
    let mut first = 0;
    for values in table.inputs() {
        let size = values.embedding_size();
        scratch.clear();
        scratch.resize(n_columns * size, 0.0);
        let sums = &sums[values.rows.start * n_columns..values.rows.end * n_columns];
        let rows = sums.chunks_exact(n_columns).zip(values.embedding.chunks_exact(size));
        workspaces.with(|workspace| add_transposed_product(rows, scratch, workspace));
        let rows = d_w_ih.chunks_exact_mut(table.embedding_size()).zip(scratch.chunks_exact(size));
        rows.for_each(|(to, row)| to[first..first + size].copy_from_slice(row));
        first += size;
    }
}
