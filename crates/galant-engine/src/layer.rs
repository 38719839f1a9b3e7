//! One recurrent layer over all steps of a shard: forward and backward side by side.
// b rows of the shard, T steps, H hidden size, G gates

use std::ops::Range;

use galant_kernels::{
    Output, add_assign, gemm, lstm_backward, lstm_forward, mul_assign, mul_into, prefetch, rnn_backward, rnn_forward,
};
use galant_model::{Cell, DropoutMasks, ModelSpec};
use galant_types::Seed;

use crate::packed::PackedLayer;

/// How many rows and steps are read side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Shape {
    /// b
    pub(crate) n_rows: usize,
    /// T
    pub(crate) n_steps: usize,
}

/// The dropout of a shard's outputs: the seed, and the position of its first row in the batch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dropout {
    pub(crate) seed: Seed,
    pub(crate) first_window: usize,
}

/// What a layer computes in the forward pass and needs in the backward pass.
#[derive(Debug, Default)]
pub(crate) struct LayerActivations {
    /// `[T, b, G·H]`: the input's contribution, then the gates, then (in the backward pass) the gradient of their
    /// pre-activations.
    pub(crate) gates: Vec<f32>,
    /// `[T + 1, b, H]`, beginning with the state before the first step.
    pub(crate) hidden: Vec<f32>,
    /// `[T + 1, b, H]`, the same; empty for a vanilla RNN.
    cells: Vec<f32>,
    /// `[T, b, H]`: tanh of the cells; empty for a vanilla RNN.
    tanh_cells: Vec<f32>,
    /// `[b, T, H]`: the dropout factors; empty without dropout.
    factors: Vec<f32>,
    /// `[T, b, H]`: the hidden states after dropout; empty without dropout.
    dropped: Vec<f32>,
    /// `[T, b, H]`: the outputs with the input added; empty for a layer that does not add it.
    summed: Vec<f32>,
}

/// The gradients that a layer passes from step to step in the backward pass.
#[derive(Debug, Default)]
pub(crate) struct StateGradients {
    hidden: Vec<f32>,
    cell: Vec<f32>,
}

impl StateGradients {
    /// Starts from zero: nothing follows the last step.
    pub(crate) fn begin(&mut self, state_len: usize) {
        for d in [&mut self.hidden, &mut self.cell] {
            d.clear();
            d.resize(state_len, 0.0);
        }
    }
}

impl LayerActivations {
    /// Makes room for a shard, starts from the zero state, and draws the dropout if there is any.
    pub(crate) fn begin(&mut self, spec: &ModelSpec, shape: Shape, layer: usize, dropout: Option<Dropout>) {
        let state_len = shape.n_rows * spec.hidden_size;
        let n_outputs = shape.n_steps * state_len;
        self.gates.resize(n_outputs * spec.cell.n_gates(), 0.0);
        self.hidden.resize(n_outputs + state_len, 0.0);
        self.hidden[..state_len].fill(0.0);
        if spec.cell == Cell::Lstm {
            self.cells.resize(n_outputs + state_len, 0.0);
            self.cells[..state_len].fill(0.0);
            self.tanh_cells.resize(n_outputs, 0.0);
        }
        self.summed.resize(if spec.adds_input(layer) { n_outputs } else { 0 }, 0.0);
        let n_dropped = if dropout.is_some() && spec.dropout > 0.0 { n_outputs } else { 0 };
        self.factors.resize(n_dropped, 0.0);
        self.dropped.resize(n_dropped, 0.0);
        if let Some(dropout) = dropout.filter(|_| n_dropped > 0) {
            for (row, factors) in self.factors.chunks_exact_mut(shape.n_steps * spec.hidden_size).enumerate() {
                DropoutMasks::draw_window(spec.dropout, dropout.seed, layer, dropout.first_window + row, factors);
            }
        }
    }

    /// Makes the state after the first `n_steps` the first one, from which the next steps are read.
    pub(crate) fn carry(&mut self, spec: &ModelSpec, n_rows: usize, n_steps: usize) {
        let state_len = n_rows * spec.hidden_size;
        let last = n_steps * state_len..(n_steps + 1) * state_len;
        self.hidden.copy_within(last.clone(), 0);
        if spec.cell == Cell::Lstm {
            self.cells.copy_within(last, 0);
        }
    }

    /// The input of the layer above, `[T, b, H]`.
    pub(crate) fn outputs(&self, state_len: usize) -> &[f32] {
        if self.summed.is_empty() { self.own_outputs(state_len) } else { &self.summed }
    }

    /// The hidden states after dropout, `[T, b, H]`, without the input.
    fn own_outputs(&self, state_len: usize) -> &[f32] {
        if self.dropped.is_empty() { &self.hidden[state_len..] } else { &self.dropped }
    }

    /// Adds the input, `[T, b, H]`, to the outputs of a block of steps.
    pub(crate) fn add_input(&mut self, inputs: &[f32], state_len: usize, steps: Range<usize>) {
        let at = steps.start * state_len..steps.end * state_len;
        let mut summed = std::mem::take(&mut self.summed);
        summed[at.clone()].copy_from_slice(&self.own_outputs(state_len)[at.clone()]);
        add_assign(&mut summed[at.clone()], &inputs[at]);
        self.summed = summed;
    }

    /// Reads a block of steps: `gates` holds the input's contribution and receives the gates.
    pub(crate) fn forward(&mut self, spec: &ModelSpec, shape: Shape, steps: Range<usize>, packed: &PackedLayer) {
        let (hidden_size, state_len) = (spec.hidden_size, shape.n_rows * spec.hidden_size);
        for step in steps {
            let gates = &mut self.gates[step * state_len * spec.cell.n_gates()..][..state_len * spec.cell.n_gates()];
            let (before, after) = self.hidden[step * state_len..].split_at_mut(state_len);
            let after = &mut after[..state_len];
            gemm(before, shape.n_rows, &packed.w_hh.forward, gates, Output::Accumulate);
            match spec.cell {
                Cell::Lstm => {
                    let (c_before, c_after) = self.cells[step * state_len..].split_at_mut(state_len);
                    let tanh_c = &mut self.tanh_cells[step * state_len..][..state_len];
                    lstm_forward(hidden_size, gates, c_before, &mut c_after[..state_len], tanh_c, after);
                }
                Cell::VanillaRnn => {
                    rnn_forward(gates);
                    after.copy_from_slice(gates);
                }
            }
            if !self.dropped.is_empty() {
                let dropped = &mut self.dropped[step * state_len..][..state_len];
                for row in 0..shape.n_rows {
                    let at = row * hidden_size..(row + 1) * hidden_size;
                    let factors = &self.factors[(row * shape.n_steps + step) * hidden_size..][..hidden_size];
                    mul_into(&after[at.clone()], factors, &mut dropped[at]);
                }
            }
        }
    }

    /// Goes back through a block of steps: `d_outputs`, `[T, b, H]`, is the gradient of the outputs and is overwritten;
    /// `gates` receives the gradient of the pre-activations.
    pub(crate) fn backward(
        &mut self,
        spec: &ModelSpec,
        shape: Shape,
        steps: Range<usize>,
        packed: &PackedLayer,
        d_outputs: &mut [f32],
        d_state: &mut StateGradients,
    ) {
        let (hidden_size, state_len) = (spec.hidden_size, shape.n_rows * spec.hidden_size);
        for step in steps.rev() {
            let d_output = &mut d_outputs[step * state_len..][..state_len];
            if !self.factors.is_empty() {
                for (row, d_row) in d_output.chunks_exact_mut(hidden_size).enumerate() {
                    mul_assign(d_row, &self.factors[(row * shape.n_steps + step) * hidden_size..][..hidden_size]);
                }
            }
            let d_hidden = &mut d_state.hidden;
            add_assign(d_hidden, d_output);
            let gates = &mut self.gates[step * state_len * spec.cell.n_gates()..][..state_len * spec.cell.n_gates()];
            let at = step * state_len..(step + 1) * state_len;
            match spec.cell {
                Cell::Lstm => {
                    let (c_before, tanh_c) = (&self.cells[at.clone()], &self.tanh_cells[at]);
                    lstm_backward(hidden_size, gates, c_before, tanh_c, d_hidden, &mut d_state.cell);
                }
                Cell::VanillaRnn => {
                    rnn_backward(&self.hidden[at.start + state_len..at.end + state_len], d_hidden, gates);
                }
            }
            if step > 0 {
                // The activations of the step before have left the caches by now: they are loaded while the product is computed.
                self.fetch(spec, (step - 1) * state_len..step * state_len);
            }
            let gates = &self.gates[step * state_len * spec.cell.n_gates()..][..state_len * spec.cell.n_gates()];
            gemm(gates, shape.n_rows, &packed.w_hh.backward, &mut d_state.hidden, Output::Overwrite);
        }
    }

    /// Prefetches what going back through a step reads; `units` is the range of the step in `[T, b, H]`.
    fn fetch(&self, spec: &ModelSpec, units: Range<usize>) {
        let n_gates = spec.cell.n_gates();
        prefetch(&self.gates[units.start * n_gates..units.end * n_gates]);
        if spec.cell == Cell::Lstm {
            prefetch(&self.cells[units.clone()]);
            prefetch(&self.tanh_cells[units]);
        }
    }
}
