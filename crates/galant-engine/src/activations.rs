//! The forward pass through all layers.

use std::ops::Range;

use galant_kernels::{Output, gemm};
use galant_model::ModelSpec;
use galant_types::TokenId;

use crate::layer::{Dropout, LayerActivations, Shape};
use crate::network::Network;
use crate::plan::SHARD_WINDOWS;

/// The steps that a layer reads before the layer above does: their activations stay in the second-level cache.
pub(crate) const STEPS_PER_BLOCK: usize = 8;

/// The blocks of `n_steps` steps; with few rows a block has more of them, so that its products are worth reading the weights.
pub(crate) fn step_blocks(shape: Shape) -> impl DoubleEndedIterator<Item = Range<usize>> {
    let Shape { n_rows, n_steps } = shape;
    let len = STEPS_PER_BLOCK * (SHARD_WINDOWS / n_rows.max(1)).max(1);
    (0..n_steps.div_ceil(len)).map(move |i| i * len..n_steps.min((i + 1) * len))
}

/// The activations of all layers for the rows that are read side by side.
#[derive(Debug, Default)]
pub(crate) struct Activations {
    pub(crate) shape: Shape,
    pub(crate) layers: Vec<LayerActivations>,
}

impl Activations {
    /// Makes room and starts from the zero state.
    pub(crate) fn begin(&mut self, spec: &ModelSpec, shape: Shape, dropout: Option<Dropout>) {
        self.shape = shape;
        self.layers.resize_with(spec.n_layers, LayerActivations::default);
        for (number, layer) in self.layers.iter_mut().enumerate() {
            layer.begin(spec, shape, number, dropout);
        }
    }

    /// Reads the first `n_steps` of the steps for which there is room; `place` is where among the values of each input
    /// those of a row at a step are.
    pub(crate) fn forward(
        &mut self,
        network: &Network<'_>,
        inputs: &[Vec<TokenId>],
        n_steps: usize,
        place: impl Fn(usize, usize) -> usize,
    ) {
        let (spec, n_rows) = (network.spec, self.shape.n_rows);
        let shape = Shape { n_rows, n_steps };
        let (state_len, gates_len) = (n_rows * spec.hidden_size, n_rows * spec.n_gate_rows());
        network.table.gates(inputs, shape, place, &mut self.layers[0].gates);
        for steps in step_blocks(shape) {
            let places = steps.start * n_rows..steps.end * n_rows;
            for number in 0..spec.n_layers {
                let (below, layer) = self.layers.split_at_mut(number);
                let (layer, packed) = (&mut layer[0], &network.packed.layers[number]);
                if let Some(below) = below.last() {
                    let gates = &mut layer.gates[steps.start * gates_len..steps.end * gates_len];
                    let x = &below.outputs(state_len)[steps.start * state_len..steps.end * state_len];
                    let bias = Output::Bias(network.weights.layers[number].bias);
                    gemm(x, places.len(), &packed.w_ih[0].forward, gates, bias);
                }
                layer.forward(spec, shape, steps.clone(), packed);
                if let Some(below) = below.last().filter(|_| spec.residual) {
                    layer.add_input(below.outputs(state_len), state_len, steps.clone());
                }
            }
        }
    }

    /// Makes the state after `n_steps` the one from which the next steps are read.
    pub(crate) fn carry(&mut self, spec: &ModelSpec, n_steps: usize) {
        self.layers.iter_mut().for_each(|layer| layer.carry(spec, self.shape.n_rows, n_steps));
    }

    /// The top layer's outputs, `[T, b, H]`.
    pub(crate) fn outputs(&self, spec: &ModelSpec) -> &[f32] {
        self.layers[spec.n_layers - 1].outputs(self.shape.n_rows * spec.hidden_size)
    }
}
