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

use crate::lanes::{in_parallel, split};
use crate::packed::PackedWeights;

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
    /// For each value that there can be its row of the table; stale for values that are not in the batch.
    row: Vec<u32>,
    /// The embedding of each of `values`, `[…, E]`.
    pub(crate) embedding: Vec<f32>,
    /// The rows of the table that are the input's.
    pub(crate) rows: Range<usize>,
}

/// How many columns of the gradients are summed at a time: those of all rows of the table stay in the second-level cache.
const COLUMNS_PER_BLOCK: usize = 256;

impl InputTable {
    /// Computes the table for the inputs of a batch, `[K]`; the memory is reused.
    ///
    /// # Panics
    ///
    /// If the network has not so many inputs, or a value is not below their number of values.
    pub(crate) fn fill(&mut self, inputs: &[Vec<TokenId>], weights: &Weights, packed: &PackedWeights, threads: usize) {
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
            for (thread, rows) in split(input.values.len(), threads).into_iter().enumerate() {
                let gates = rest.split_off_mut(..rows.len() * self.n_gate_rows).expect("the ranges make up the table");
                let x = &input.embedding[rows.start * size..rows.end * size];
                jobs.push((thread, x, rows.len(), &packed.layers[0].w_ih[number].forward, start, gates));
            }
        }
        // So that each thread has its part of every input.
        jobs.sort_by_key(|job| job.0);
        in_parallel(threads, &mut jobs, |_, (_, x, n_rows, w_ih, start, gates)| gemm(x, *n_rows, w_ih, gates, *start));
    }

    /// The values of each input.
    pub(crate) fn inputs(&self) -> &[InputValues] {
        &self.inputs
    }

    /// The length of the gradients by value.
    pub(crate) fn len(&self) -> usize {
        self.gates.len()
    }

    /// Writes W_ih·x + b of the step at `at` of each of `inputs` to `gates`, `[G·H]`.
    pub(crate) fn gates(&self, inputs: &[Vec<TokenId>], at: usize, gates: &mut [f32]) {
        let contribution = |number: usize| &self.gates[self.columns(number, inputs[number][at])];
        gates.copy_from_slice(contribution(0));
        (1..inputs.len()).for_each(|number| add_assign(gates, contribution(number)));
    }

    /// Adds the gradients of [`InputTable::gates`] of many steps, `[N, G·H]`, to the sums of the values of these steps;
    /// `places` are where among the values of `inputs` each step's are, and `d_table` is `[U, G·H]`.
    pub(crate) fn add_gradients(
        &self,
        inputs: &[Vec<TokenId>],
        places: impl Iterator<Item = usize> + Clone,
        d_gates: &[f32],
        d_table: &mut [f32],
    ) {
        let n = self.n_gate_rows;
        for first in (0..n).step_by(COLUMNS_PER_BLOCK) {
            let columns = first..n.min(first + COLUMNS_PER_BLOCK);
            for (at, d_gates) in places.clone().zip(d_gates.chunks_exact(n)) {
                for (number, values) in inputs.iter().enumerate() {
                    let d_row = &mut d_table[self.columns(number, values[at])];
                    add_assign(&mut d_row[columns.clone()], &d_gates[columns.clone()]);
                }
            }
        }
    }

    fn columns(&self, number: usize, value: TokenId) -> Range<usize> {
        let start = self.inputs[number].row[value.index()] as usize * self.n_gate_rows;
        start..start + self.n_gate_rows
    }
}

impl InputValues {
    /// Finds the different ones of `values`; their rows begin at `first_row`.
    fn fill(&mut self, values: &[TokenId], embedding: &[f32], vocab_size: usize, first_row: usize) {
        let size = embedding.len() / vocab_size;
        self.values.clear();
        self.values.extend_from_slice(values);
        self.values.sort_unstable();
        self.values.dedup();
        self.rows = first_row..first_row + self.values.len();
        self.row.resize(vocab_size, 0);
        self.embedding.clear();
        for (&value, row) in self.values.iter().zip(self.rows.clone()) {
            self.row[value.index()] = u32::try_from(row).expect("a table has fewer rows than memory");
            self.embedding.extend_from_slice(&embedding[value.index() * size..][..size]);
        }
    }
}
