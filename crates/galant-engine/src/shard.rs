//! Windows that are read side by side, forward and backward.
// b windows of the shard, T steps, H hidden size, G gates

use std::ops::Range;

use galant_kernels::{Output, gemm};
use galant_model::ModelSpec;
use galant_types::{Batch, Seed};

use crate::activations::{Activations, step_blocks};
use crate::layer::{Dropout, Shape, StateGradients};
use crate::network::Network;

/// The activations and gradients of some windows; the memory is reused for every batch.
#[derive(Debug, Default)]
pub(crate) struct Shard {
    /// Which windows of the batch.
    pub(crate) windows: Range<usize>,
    activations: Activations,
    /// `[T, b, H]`: the gradients of the outputs of a layer, and of the layer below.
    d_outputs: Vec<f32>,
    d_below: Vec<f32>,
    d_state: StateGradients,
}

impl Shard {
    /// Reads the windows forward.
    pub(crate) fn forward(&mut self, network: &Network<'_>, batch: &Batch, dropout: Option<Seed>) {
        let shape = Shape { n_rows: self.windows.len(), n_steps: batch.n_steps() };
        let dropout = dropout.map(|seed| Dropout { seed, first_window: self.windows.start });
        self.activations.begin(network.spec, shape, dropout);
        let place = |row, step| (self.windows.start + row) * shape.n_steps + step;
        self.activations.forward(network, batch.all_inputs(), shape.n_steps, place);
    }

    /// Back-propagates the gradients of the top layer's outputs to the pre-activations of all gates; `d_output` has those of a
    /// window at a step, `[H]`, if they are not zero.
    pub(crate) fn backward<'a>(&mut self, network: &Network<'_>, d_output: impl Fn(usize, usize) -> Option<&'a [f32]>) {
        let (spec, shape) = (network.spec, self.activations.shape);
        let (n_places, state_len) = (shape.n_steps * shape.n_rows, shape.n_rows * spec.hidden_size);
        let gates_len = shape.n_rows * spec.n_gate_rows();
        self.d_outputs.resize(n_places * spec.hidden_size, 0.0);
        self.d_below.resize(n_places * spec.hidden_size, 0.0);
        for (at, d) in self.d_outputs.chunks_exact_mut(spec.hidden_size).enumerate() {
            match d_output(self.windows.start + at % shape.n_rows, at / shape.n_rows) {
                Some(d_output) => d.copy_from_slice(d_output),
                None => d.fill(0.0),
            }
        }
        for number in (0..spec.n_layers).rev() {
            let (layer, packed) = (&mut self.activations.layers[number], &network.packed.layers[number]);
            self.d_state.begin(state_len);
            for steps in step_blocks(shape).rev() {
                let at = steps.start * state_len..steps.end * state_len;
                // What was added to the output passes its gradient on unchanged.
                let product = if spec.adds_input(number) {
                    self.d_below[at.clone()].copy_from_slice(&self.d_outputs[at.clone()]);
                    Output::Accumulate
                } else {
                    Output::Overwrite
                };
                layer.backward(spec, shape, steps.clone(), packed, &mut self.d_outputs, &mut self.d_state);
                if number > 0 {
                    let gates = &layer.gates[steps.start * gates_len..steps.end * gates_len];
                    let n_rows = steps.len() * shape.n_rows;
                    gemm(gates, n_rows, &packed.w_ih[0].backward, &mut self.d_below[at], product);
                }
            }
            std::mem::swap(&mut self.d_outputs, &mut self.d_below);
        }
    }

    /// The top layer's output of a window at a step, `[H]`.
    pub(crate) fn output(&self, spec: &ModelSpec, window: usize, step: usize) -> &[f32] {
        self.row(self.activations.outputs(spec), window, step)
    }

    /// The gradient of a layer's pre-activations, after the backward pass, `[G·H]`.
    pub(crate) fn d_gates(&self, layer: usize, window: usize, step: usize) -> &[f32] {
        self.row(&self.activations.layers[layer].gates, window, step)
    }

    /// A layer's state before a step, `[H]`.
    pub(crate) fn hidden_before(&self, layer: usize, window: usize, step: usize) -> &[f32] {
        let hidden = &self.activations.layers[layer].hidden;
        let n_steps = self.activations.shape.n_steps;
        self.row(&hidden[..hidden.len() / (n_steps + 1) * n_steps], window, step)
    }

    /// What a layer above the first reads at a step, `[H]`.
    pub(crate) fn input(&self, spec: &ModelSpec, layer: usize, window: usize, step: usize) -> &[f32] {
        let below = &self.activations.layers[layer - 1];
        self.row(below.outputs(self.windows.len() * spec.hidden_size), window, step)
    }

    /// The numbers of a window at a step in `[T, b, …]`.
    fn row<'a>(&self, numbers: &'a [f32], window: usize, step: usize) -> &'a [f32] {
        let n_rows = self.windows.len();
        let len = numbers.len() / (n_rows * self.activations.shape.n_steps);
        &numbers[(step * n_rows + window - self.windows.start) * len..][..len]
    }
}

/// Shards that are read and forgotten together: whole lanes of a batch.
#[derive(Clone, Copy)]
pub(crate) struct Wave<'a> {
    /// The windows of each lane, in order.
    pub(crate) lanes: &'a [Range<usize>],
    /// The shards, in order; they divide the same windows.
    pub(crate) shards: &'a [Shard],
    pub(crate) n_steps: usize,
}

impl<'a> Wave<'a> {
    pub(crate) fn windows(&self) -> Range<usize> {
        windows(self.lanes)
    }

    /// The shard of a window.
    pub(crate) fn shard(&self, window: usize) -> &'a Shard {
        &self.shards[self.shards.partition_point(|shard| shard.windows.end <= window)]
    }

    /// Something of every step of some windows, window after window.
    pub(crate) fn rows<T>(
        &self,
        windows: Range<usize>,
        row: impl Fn(&'a Shard, usize, usize) -> T,
    ) -> impl Iterator<Item = T> {
        let steps = windows.flat_map(move |window| {
            let shard = self.shard(window);
            (0..self.n_steps).map(move |step| (shard, window, step))
        });
        steps.map(move |(shard, window, step)| row(shard, window, step))
    }
}

/// The windows of consecutive lanes; none if there are no lanes.
pub(crate) fn windows(lanes: &[Range<usize>]) -> Range<usize> {
    lanes.first().zip(lanes.last()).map_or(0..0, |(first, last)| first.start..last.end)
}
