//! A lane's share of a batch: its rows are read forward and backward, shard by shard.

use std::ops::Range;

use galant_kernels::{Output, ProductWorkspace, add_assign, gemm};
use galant_model::{Loss, ModelSpec, Weights, WeightsView};
use galant_types::{Batch, Seed, TokenId};

use crate::dense::{Dense, DenseGradients, PREDICTIONS_PER_BLOCK, add_transposed_product};
use crate::lanes::shards;
use crate::layer::{Dropout, LayerActivations, Shape, StateGradients};
use crate::packed::PackedWeights;
use crate::table::InputTable;

/// What all lanes share.
#[derive(Clone, Copy)]
pub(crate) struct Network<'a> {
    pub(crate) spec: &'a ModelSpec,
    pub(crate) weights: &'a WeightsView<'a>,
    pub(crate) packed: &'a PackedWeights,
    pub(crate) table: &'a InputTable,
}

impl<'a> Network<'a> {
    pub(crate) fn dense(&self) -> Dense<'a> {
        Dense { weights: &self.packed.dense, bias: self.weights.dense_bias }
    }

    /// Appends what the dense layer reads at a step: the top layer's output, `[H]`, and the embeddings that skip the layers,
    /// those of the values at `at` of `inputs`.
    pub(crate) fn push_dense_input(&self, output: &[f32], inputs: &[Vec<TokenId>], at: usize, to: &mut Vec<f32>) {
        to.extend_from_slice(output);
        for (number, size) in skips(self.spec) {
            to.extend_from_slice(&self.weights.embeddings[number][inputs[number][at].index() * size..][..size]);
        }
    }
}

/// The inputs whose embedding skips the layers, with its size.
fn skips(spec: &ModelSpec) -> impl Iterator<Item = (usize, usize)> {
    let inputs = spec.inputs.iter().enumerate();
    inputs.filter(|(_, input)| input.skip).map(|(number, input)| (number, input.embedding_size))
}

/// The steps that a layer reads before the layer above does: their activations stay in the second-level cache.
pub(crate) const STEPS_PER_BLOCK: usize = 8;

/// The blocks of `n_steps` steps.
fn step_blocks(n_steps: usize) -> impl DoubleEndedIterator<Item = Range<usize>> {
    (0..n_steps.div_ceil(STEPS_PER_BLOCK)).map(move |i| i * STEPS_PER_BLOCK..n_steps.min((i + 1) * STEPS_PER_BLOCK))
}

/// The activations of all layers for a shard.
#[derive(Debug, Default)]
pub(crate) struct Activations {
    shape: Shape,
    layers: Vec<LayerActivations>,
}

impl Activations {
    /// Makes room for a shard and starts from the zero state.
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
        for steps in step_blocks(n_steps) {
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

/// The memory of a lane, reused for every batch.
#[derive(Debug)]
pub(crate) struct Lane {
    activations: Activations,
    /// The sum of the gradients of the lane's rows, except those of the first layer's input.
    pub(crate) gradients: Weights,
    /// The same for the table of the first layer's input, `[U, G·H]`.
    pub(crate) d_table: Vec<f32>,
    pub(crate) loss: Loss,
    /// `[T, b, H]`: the gradients of the outputs of a layer, and of the layer below.
    d_outputs: Vec<f32>,
    d_below: Vec<f32>,
    d_state: StateGradients,
    predictions: Predictions,
    pub(crate) workspace: ProductWorkspace,
}

/// A block of predictions.
#[derive(Debug, Default)]
struct Predictions {
    /// Their positions in `[T, b]`.
    places: Vec<usize>,
    targets: Vec<TokenId>,
    /// `[N, D]`, and their gradients.
    inputs: Vec<f32>,
    d_inputs: Vec<f32>,
    /// `[N, V]`
    logits: Vec<f32>,
}

impl Lane {
    pub(crate) fn new(gradients: Weights) -> Lane {
        Lane {
            activations: Activations::default(),
            gradients,
            d_table: Vec::new(),
            loss: Loss::default(),
            d_outputs: Vec::new(),
            d_below: Vec::new(),
            d_state: StateGradients::default(),
            predictions: Predictions::default(),
            workspace: ProductWorkspace::default(),
        }
    }

    /// Reads this lane's rows of `batch`, forward and backward.
    pub(crate) fn run(&mut self, network: &Network<'_>, batch: &Batch, rows: Range<usize>, dropout: Option<Seed>) {
        self.loss = Loss::default();
        self.gradients.values_mut().fill(0.0);
        self.d_table.clear();
        self.d_table.resize(network.table.len(), 0.0);
        for shard in shards(rows) {
            let shape = Shape { n_rows: shard.len(), n_steps: batch.n_steps() };
            let dropout = dropout.map(|seed| Dropout { seed, first_window: shard.start });
            let place = |row, step| (shard.start + row) * shape.n_steps + step;
            self.activations.begin(network.spec, shape, dropout);
            self.activations.forward(network, batch.all_inputs(), shape.n_steps, place);
            self.predict(network, batch, shard.start);
            self.backward(network, batch.all_inputs(), place);
        }
    }

    /// Computes the loss of a shard, and the gradient of the top layer's outputs.
    fn predict(&mut self, network: &Network<'_>, batch: &Batch, first_row: usize) {
        let (spec, shape) = (network.spec, self.activations.shape);
        let outputs = self.activations.outputs(spec);
        self.d_outputs.clear();
        self.d_outputs.resize(outputs.len(), 0.0);
        let mut view = self.gradients.view_mut();
        let mut d_dense = DenseGradients { weights: view.dense, bias: view.dense_bias };
        let scale = 1.0 / batch.n_counted() as f32;
        let counted = (0..shape.n_steps * shape.n_rows)
            .filter(|at| batch.counts(first_row + at % shape.n_rows, at / shape.n_rows));
        let Predictions { places, targets, inputs, d_inputs, logits } = &mut self.predictions;
        places.clear();
        places.extend(counted);
        let place = |at: usize| (first_row + at % shape.n_rows) * shape.n_steps + at / shape.n_rows;
        for places in places.chunks(PREDICTIONS_PER_BLOCK) {
            targets.clear();
            inputs.clear();
            for &at in places {
                targets.push(batch.targets()[place(at)]);
                let output = &outputs[at * spec.hidden_size..][..spec.hidden_size];
                network.push_dense_input(output, batch.all_inputs(), place(at), inputs);
            }
            self.loss.nats += network.dense().loss(inputs, targets, scale, logits);
            self.loss.n_tokens += places.len() as u64;
            d_inputs.resize(inputs.len(), 0.0);
            network.dense().backward(inputs, logits, d_inputs, &mut d_dense, &mut self.workspace);
            for (&at, d_input) in places.iter().zip(d_inputs.chunks_exact(spec.dense_input_size())) {
                let (d_output, mut d_skipped) = d_input.split_at(spec.hidden_size);
                self.d_outputs[at * spec.hidden_size..][..spec.hidden_size].copy_from_slice(d_output);
                for (number, size) in skips(spec) {
                    let value = batch.all_inputs()[number][place(at)].index();
                    let (d, rest) = d_skipped.split_at(size);
                    add_assign(&mut view.embeddings[number][value * size..][..size], d);
                    d_skipped = rest;
                }
            }
        }
    }

    /// Back-propagates from the gradient of the top layer's outputs to every tensor.
    fn backward(&mut self, network: &Network<'_>, inputs: &[Vec<TokenId>], place: impl Fn(usize, usize) -> usize) {
        let (spec, shape) = (network.spec, self.activations.shape);
        let (n_places, state_len) = (shape.n_steps * shape.n_rows, shape.n_rows * spec.hidden_size);
        let gates_len = shape.n_rows * spec.n_gate_rows();
        let mut view = self.gradients.view_mut();
        for number in (0..spec.n_layers).rev() {
            let (below, layer) = self.activations.layers.split_at_mut(number);
            let (layer, packed) = (&mut layer[0], &network.packed.layers[number]);
            self.d_state.begin(state_len);
            self.d_below.resize(n_places * spec.hidden_size, 0.0);
            for steps in step_blocks(shape.n_steps).rev() {
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
            let (d, workspace) = (&mut view.layers[number], &mut self.workspace);
            add_transposed_product(
                &layer.gates,
                &layer.hidden[..n_places * spec.hidden_size],
                n_places,
                d.w_hh,
                workspace,
            );
            if let Some(below) = below.last() {
                layer.gates.chunks_exact(spec.n_gate_rows()).for_each(|row| add_assign(d.bias, row));
                add_transposed_product(&layer.gates, below.outputs(state_len), n_places, d.w_ih, workspace);
                std::mem::swap(&mut self.d_outputs, &mut self.d_below);
            } else {
                network.table.add_gradients(inputs, shape, &place, &layer.gates, &mut self.d_table);
            }
        }
    }
}
