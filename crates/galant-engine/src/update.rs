//! From the lanes' gradients to new weights.

use galant_kernels::{
    AdamStep, Output, ProductWorkspace, RmspropStep, adam, add_assign, gemm, rmsprop, sum_of_squares,
};
use galant_model::{Adam, Optimizer, RmsProp, Weights};

use crate::dense::add_transposed_product;
use crate::error::EngineError;
use crate::lanes::{in_parallel, split};
use crate::packed::PackedWeights;
use crate::shard::Lane;
use crate::table::InputTable;

/// Adds the gradients of all lanes to those of the first, in the order of the lanes, and completes the first layer's.
pub(crate) fn total_gradients<'a>(
    lanes: &'a mut [Lane],
    table: &InputTable,
    packed: &PackedWeights,
    of_inputs: &mut Vec<InputGradients>,
    threads: usize,
) -> &'a mut Weights {
    let (total, others) = lanes.split_first_mut().expect("a batch has at least one row, and so a lane");
    let gradients: Vec<&[f32]> = others.iter().map(|lane| lane.gradients.values()).collect();
    add_in_order(total.gradients.values_mut(), &gradients, threads);
    let d_tables: Vec<&[f32]> = others.iter().map(|lane| lane.d_table.as_slice()).collect();
    add_in_order(&mut total.d_table, &d_tables, threads);
    finish_first_layer(&mut total.gradients, &total.d_table, table, packed, of_inputs, threads);
    &mut total.gradients
}

fn add_in_order(total: &mut [f32], others: &[&[f32]], threads: usize) {
    let ranges = split(total.len(), threads);
    let mut rest = total;
    let mut jobs: Vec<_> = ranges
        .into_iter()
        .map(|range| (rest.split_off_mut(..range.len()).expect("the ranges make up the slice"), range))
        .collect();
    in_parallel(threads, &mut jobs, |_, (total, range)| {
        others.iter().for_each(|other| add_assign(total, &other[range.clone()]));
    });
}

/// The gradients of the first layer that belong to one input, and memory to compute them.
#[derive(Debug, Default)]
pub(crate) struct InputGradients {
    /// `[G·H, E]`
    w_ih: Vec<f32>,
    /// `[U, E]`
    embedding: Vec<f32>,
    workspace: ProductWorkspace,
}

/// Back-propagates the gradients summed by value through the products with the embeddings.
fn finish_first_layer(
    gradients: &mut Weights,
    d_table: &[f32],
    table: &InputTable,
    packed: &PackedWeights,
    of_inputs: &mut Vec<InputGradients>,
    threads: usize,
) {
    let (spec, n_rows) = (*gradients.spec(), gradients.spec().n_gate_rows());
    of_inputs.resize_with(table.inputs().len(), InputGradients::default);
    in_parallel(threads, of_inputs, |number, d| {
        let (values, size) = (&table.inputs()[number], spec.inputs[number].embedding_size);
        let (n_values, d_rows) = (values.rows.len(), &d_table[values.rows.start * n_rows..values.rows.end * n_rows]);
        d.w_ih.clear();
        d.w_ih.resize(n_rows * size, 0.0);
        add_transposed_product(d_rows, &values.embedding, n_values, &mut d.w_ih, &mut d.workspace);
        d.embedding.resize(n_values * size, 0.0);
        let w_ih = &packed.layers[0].w_ih[number].backward;
        gemm(d_rows, n_values, w_ih, &mut d.embedding, Output::Overwrite);
    });
    let mut view = gradients.view_mut();
    let d_layer = &mut view.layers[0];
    // Every step has one token, so the sum over the tokens is that over the steps.
    let d_tokens = d_table.chunks_exact(n_rows).take(table.inputs()[0].rows.len());
    d_tokens.for_each(|row| add_assign(d_layer.bias, row));
    let mut first_column = 0;
    for (number, (d, values)) in of_inputs.iter().zip(table.inputs()).enumerate() {
        let size = spec.inputs[number].embedding_size;
        for (to, row) in d_layer.w_ih.chunks_exact_mut(spec.embedding_size()).zip(d.w_ih.chunks_exact(size)) {
            to[first_column..first_column + size].copy_from_slice(row);
        }
        first_column += size;
        for (value, row) in values.values.iter().zip(d.embedding.chunks_exact(size)) {
            let to = &mut view.embeddings[number][value.index() * size..][..size];
            // An embedding that skips the layers has the dense layer's share already.
            if spec.inputs[number].skip { add_assign(to, row) } else { to.copy_from_slice(row) }
        }
    }
}

/// The factor that limits the gradient's length to `clip_norm`: min(1, limit / (‖gradient‖ + 1e-6)).
///
/// Pascanu, Mikolov and Bengio 2013; the 1e-6 is PyTorch's, so that runs compare.
///
/// # Errors
///
/// If a gradient is infinite or not a number.
pub(crate) fn clip_factor(gradients: &Weights, clip_norm: Option<f32>, update: u64) -> Result<f32, EngineError> {
    let norm = sum_of_squares(gradients.values()).sqrt();
    if !norm.is_finite() {
        return Err(EngineError::NotFinite { update, tensor: first_not_finite(gradients).unwrap_or_default() });
    }
    Ok(clip_norm.map_or(1.0, |limit| (f64::from(limit) / (norm + 1e-6)).min(1.0) as f32))
}

/// The name of the first tensor that holds a number that is not finite; none if all are.
pub(crate) fn first_not_finite(weights: &Weights) -> Option<String> {
    let mut tensors = Weights::tensors(weights.spec()).into_iter();
    let found = tensors.find(|tensor| !sum_of_squares(&weights.values()[tensor.range.clone()]).is_finite());
    found.map(|tensor| tensor.name)
}

/// The running means of an optimizer.
#[derive(Debug, Clone)]
pub(crate) struct Moments {
    /// Of the gradients; empty if the optimizer keeps none.
    pub(crate) first: Vec<f32>,
    /// Of their squares.
    pub(crate) second: Vec<f32>,
}

impl Moments {
    pub(crate) fn zeros(optimizer: &Optimizer, n_parameters: usize) -> Moments {
        let n_first = if optimizer.has_first_moment() { n_parameters } else { 0 };
        Moments { first: vec![0.0; n_first], second: vec![0.0; n_parameters] }
    }

    /// Moves the weights one step; `update` counts from 1.
    pub(crate) fn step(
        &mut self,
        optimizer: &Optimizer,
        update: u64,
        weights: &mut [f32],
        gradients: &[f32],
        gradient_factor: f32,
        threads: usize,
    ) {
        let (mut weights, mut first, mut second) = (weights, &mut self.first[..], &mut self.second[..]);
        let mut parts = Vec::new();
        for range in split(gradients.len(), threads) {
            parts.push(Part {
                weights: take(&mut weights, range.len()),
                first: take(&mut first, range.len()),
                second: take(&mut second, range.len()),
                gradients: &gradients[range],
            });
        }
        in_parallel(threads, &mut parts, |_, part| part.step(optimizer, update, gradient_factor));
    }
}

/// The part of the numbers that one thread updates.
struct Part<'a> {
    weights: &'a mut [f32],
    first: &'a mut [f32],
    second: &'a mut [f32],
    gradients: &'a [f32],
}

impl Part<'_> {
    fn step(&mut self, optimizer: &Optimizer, update: u64, gradient_factor: f32) {
        match *optimizer {
            Optimizer::Adam(Adam { learning_rate, beta1, beta2, epsilon }) => {
                let settings = AdamStep { learning_rate, beta1, beta2, epsilon, step: update };
                adam(&settings, gradient_factor, self.weights, self.gradients, self.first, self.second);
            }
            Optimizer::RmsProp(RmsProp { learning_rate, rho, epsilon }) => {
                let settings = RmspropStep { learning_rate, rho, epsilon };
                rmsprop(&settings, gradient_factor, self.weights, self.gradients, self.second);
            }
        }
    }
}

/// Splits off the first `len` of the remaining numbers, or all of them if there are fewer.
fn take<'a>(rest: &mut &'a mut [f32], len: usize) -> &'a mut [f32] {
    let len = len.min(rest.len());
    rest.split_off_mut(..len).expect("the length is within the slice")
}
