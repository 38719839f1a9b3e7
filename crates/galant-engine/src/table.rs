//! The first layer's input as a table.
//!
//! Its input is a row of the embedding of each of a step's inputs, so the contribution of an input to W_ih·x + b has as many
//! different values as the input has in a batch. They are computed once per batch, looked up and added; in the backward pass
//! gradients are summed by value before any product.
// K inputs, U different values of all inputs, E embedding size of one, G·H gates

use std::ops::Range;

use galant_kernels::{Output, add_assign, gemm};
use galant_model::Weights;
use galant_types::TokenId;

use crate::layer::Shape;
use crate::packed::PackedWeights;
use crate::plan::split;
use crate::pool::Pool;

/// The contribution of each value of a batch's inputs to the first layer's gates.
#[derive(Debug, Default)]
pub(crate) struct InputTable {
    /// `[K]`
    inputs: Vec<InputValues>,
    /// `[U, G·H]`: W_ih·x + b of each token, then W_ih·x of each value of each stream.
    gates: Vec<f32>,
    n_gate_rows: usize,
}

/// The different values of an input in a batch.
#[derive(Debug, Default)]
pub(crate) struct InputValues {
    /// The values, ascending.
    pub(crate) values: Vec<TokenId>,
    /// For each value that there can be its row of the table.
    row: Vec<u32>,
    /// The embedding of each of `values`, `[…, E]`.
    pub(crate) embedding: Vec<f32>,
    /// The rows of the table that are the input's.
    pub(crate) rows: Range<usize>,
}

/// How many columns are looked up at a time: those of all rows of the table stay in the second-level cache.
const COLUMNS_PER_BLOCK: usize = 256;

impl InputTable {
    /// Computes the table for the inputs of a batch, `[K]`; the memory is reused.
    ///
    /// # Panics
    ///
    /// If the network has not so many inputs, or a value is not below their number of values.
    pub(crate) fn fill(&mut self, inputs: &[Vec<TokenId>], weights: &Weights, packed: &PackedWeights, pool: &Pool) {
        let (spec, view) = (weights.spec(), weights.view());
        self.inputs.resize_with(inputs.len(), InputValues::default);
        let mut n_rows = 0;
        for (number, input) in self.inputs.iter_mut().enumerate() {
            let sizes = spec.inputs[number];
            input.fill(&inputs[number], view.embeddings[number], sizes.vocab_size, n_rows);
            n_rows = input.rows.end;
        }
        self.n_gate_rows = spec.n_gate_rows();
        self.gates.resize(n_rows * self.n_gate_rows, 0.0);
        let mut rest = self.gates.as_mut_slice();
        let mut jobs = Vec::new();
        for (number, input) in self.inputs.iter().enumerate() {
            let size = spec.inputs[number].embedding_size;
            let start = if number == 0 { Output::Bias(view.layers[0].bias) } else { Output::Overwrite };
            for rows in split(input.values.len(), pool.n_threads()) {
                let gates = rest.split_off_mut(..rows.len() * self.n_gate_rows).expect("the ranges make up the table");
                let x = &input.embedding[rows.start * size..rows.end * size];
                jobs.push((x, rows.len(), &packed.layers[0].w_ih[number].forward, start, gates));
            }
        }
        pool.for_each(&mut jobs, |_, (x, n_rows, w_ih, start, gates)| gemm(x, *n_rows, w_ih, gates, *start));
    }

    /// The values of each input.
    pub(crate) fn inputs(&self) -> &[InputValues] {
        &self.inputs
    }

    /// The size of all embeddings of a step together.
    pub(crate) fn embedding_size(&self) -> usize {
        self.inputs.iter().map(InputValues::embedding_size).sum()
    }

    /// How many rows the table has.
    pub(crate) fn n_rows(&self) -> usize {
        self.inputs.last().map_or(0, |input| input.rows.end)
    }

    /// The row of an input's value.
    pub(crate) fn row_number(&self, number: usize, value: TokenId) -> usize {
        self.inputs[number].row[value.index()] as usize
    }

    /// Writes W_ih·x + b of the steps of a shard to `gates`, `[T, b, G·H]`; `place` is where among the values of `inputs`
    /// those of a row at a step are.
    pub(crate) fn gates(
        &self,
        inputs: &[Vec<TokenId>],
        shape: Shape,
        place: impl Fn(usize, usize) -> usize,
        gates: &mut [f32],
    ) {
        for columns in self.column_blocks() {
            for (row, step) in row_by_row(shape) {
                let gates = &mut gates[self.row(step * shape.n_rows + row)][columns.clone()];
                for (number, values) in inputs.iter().enumerate() {
                    let contribution = &self.gates[self.row_of(number, values[place(row, step)])][columns.clone()];
                    if number == 0 { gates.copy_from_slice(contribution) } else { add_assign(gates, contribution) }
                }
            }
        }
    }

    fn column_blocks(&self) -> impl Iterator<Item = Range<usize>> {
        let n = self.n_gate_rows;
        (0..n).step_by(COLUMNS_PER_BLOCK).map(move |first| first..n.min(first + COLUMNS_PER_BLOCK))
    }

    /// The numbers of a row of the table.
    fn row(&self, row: usize) -> Range<usize> {
        row * self.n_gate_rows..(row + 1) * self.n_gate_rows
    }

    /// The numbers of the row of an input's value.
    fn row_of(&self, number: usize, value: TokenId) -> Range<usize> {
        self.row(self.row_number(number, value))
    }
}

/// The rows and steps of a shard, one row after the other: most streams change slowly, so that what they look up is still in
/// the first-level cache.
fn row_by_row(shape: Shape) -> impl Iterator<Item = (usize, usize)> {
    (0..shape.n_rows).flat_map(move |row| (0..shape.n_steps).map(move |step| (row, step)))
}

/// In place of the row of a value that is not in the batch, and of one that has no row yet.
const ABSENT: u32 = u32::MAX;
const PRESENT: u32 = u32::MAX - 1;

impl InputValues {
    /// E
    pub(crate) fn embedding_size(&self) -> usize {
        self.embedding.len() / self.values.len()
    }

    /// Finds the different ones of `values`; their rows begin at `first_row`.
    fn fill(&mut self, values: &[TokenId], embedding: &[f32], vocab_size: usize, first_row: usize) {
        let size = embedding.len() / vocab_size;
        self.row.clear();
        self.row.resize(vocab_size, ABSENT);
        values.iter().for_each(|value| self.row[value.index()] = PRESENT);
        self.values.clear();
        self.embedding.clear();
        let mut next_row = first_row;
        for ((value, row), embedding) in (0..).zip(&mut self.row).zip(embedding.chunks_exact(size)) {
            if *row == PRESENT {
                *row = u32::try_from(next_row).expect("a table has fewer rows than numbers of 32 bits");
                next_row += 1;
                self.values.push(TokenId(value));
                self.embedding.extend_from_slice(embedding);
            }
        }
        self.rows = first_row..next_row;
    }
}
