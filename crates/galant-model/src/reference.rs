//! The network in plain loops of `f64`: slow and simple, to check fast engines against.
//!
//! It has no batching, no blocking and no tricks: one window at a time, one step at a time, forward and backward as in the
//! formulas. Engines are tested against it, and it is tested against finite differences.

mod cell;

use std::ops::Range;

use galant_types::{Batch, TokenId};
use thiserror::Error;

use crate::{DropoutMasks, InputError, Loss, ModelSpec, StepModel, Tensor, Weights};
use cell::{CellState, CellStep, LayerGradients, LayerParameters};

/// A network in plain loops of `f64`.
#[derive(Debug, Clone)]
pub struct Reference {
    spec: ModelSpec,
    tensors: Vec<Tensor>,
    values: Vec<f64>,
}

/// The loss of a batch and its gradients.
#[derive(Debug, Clone)]
pub struct ReferenceGradients {
    /// The loss summed over the predictions that count.
    pub loss: Loss,
    /// The gradient of the mean loss, in the layout of [`Weights`].
    pub values: Vec<f64>,
    /// `[layer][step]`: ‖∂(mean loss)/∂h‖ of the layer's hidden state after that step, over all windows.
    pub hidden_norms: Vec<Vec<f64>>,
}

/// What a [`Reference`] remembers of the tokens it has read.
#[derive(Debug, Clone)]
pub struct ReferenceState {
    layers: Vec<CellState>,
}

impl Reference {
    /// The network of these weights.
    pub fn new(weights: &Weights) -> Reference {
        Reference {
            spec: *weights.spec(),
            tensors: Weights::tensors(weights.spec()),
            values: weights.values().iter().map(|&value| f64::from(value)).collect(),
        }
    }

    /// The parameters, mutable: finite differences need more digits than `f32` has.
    pub fn values_mut(&mut self) -> &mut [f64] {
        &mut self.values
    }

    /// The loss of `batch`, with the dropout of `masks` if given.
    ///
    /// # Errors
    ///
    /// If the batch has not the inputs of the network or a value that is not in their vocabularies.
    pub fn loss(&self, batch: &Batch, masks: Option<&DropoutMasks>) -> Result<Loss, ReferenceError> {
        self.spec.inputs.check_batch(batch)?;
        let mut loss = Loss::default();
        for window in 0..batch.n_windows() {
            let trace = self.forward(batch, window, masks);
            loss.add(self.window_loss(batch, window, &trace));
        }
        Ok(loss)
    }

    /// The loss of `batch` and its gradients, with the dropout of `masks` if given.
    ///
    /// # Errors
    ///
    /// If the batch has not the inputs of the network or a value that is not in their vocabularies.
    pub fn gradients(&self, batch: &Batch, masks: Option<&DropoutMasks>) -> Result<ReferenceGradients, ReferenceError> {
        self.spec.inputs.check_batch(batch)?;
        let mut gradients = ReferenceGradients {
            loss: Loss::default(),
            values: vec![0.0; self.values.len()],
            hidden_norms: vec![vec![0.0; batch.n_steps()]; self.spec.n_layers],
        };
        for window in 0..batch.n_windows() {
            let trace = self.forward(batch, window, masks);
            gradients.loss.add(self.window_loss(batch, window, &trace));
            self.backward(batch, window, masks, &trace, &mut gradients);
        }
        for squares in gradients.hidden_norms.iter_mut().flatten() {
            *squares = squares.sqrt();
        }
        Ok(gradients)
    }

    /// Reads one window and keeps everything computed on the way.
    fn forward(&self, batch: &Batch, window: usize, masks: Option<&DropoutMasks>) -> Trace {
        let embedded: Vec<Vec<f64>> = step_inputs(batch, window).iter().map(|inputs| self.embed(inputs)).collect();
        let (mut inputs, mut layers) = (embedded.clone(), Vec::new());
        for layer in 0..self.spec.n_layers {
            let parameters = self.layer(layer);
            let mut state = CellState::zero(self.spec.hidden_size);
            let steps: Vec<CellStep> = inputs.iter().map(|x| parameters.forward(x, &mut state)).collect();
            let outputs = steps.iter().enumerate().map(|(t, step)| {
                let mut output = step.state.hidden.clone();
                apply_mask(&mut output, masks, layer, window, t);
                if self.spec.adds_input(layer) {
                    add(&mut output, &inputs[t]);
                }
                output
            });
            let outputs = outputs.collect();
            layers.push(LayerTrace { inputs: std::mem::replace(&mut inputs, outputs), steps });
        }
        let dense_inputs = inputs.into_iter().zip(&embedded).map(|(output, x)| self.dense_input(output, x)).collect();
        Trace { layers, dense_inputs }
    }

    fn window_loss(&self, batch: &Batch, window: usize, trace: &Trace) -> Loss {
        let mut loss = Loss::default();
        let targets = row(batch.targets(), batch, window);
        for (t, (input, target)) in trace.dense_inputs.iter().zip(targets).enumerate() {
            if batch.counts(window, t) {
                let log_probabilities = log_softmax(&self.logits(input));
                loss.add(Loss { nats: -log_probabilities[target.index()], n_tokens: 1 });
            }
        }
        loss
    }

    /// Adds one window's share of the gradients.
    fn backward(
        &self,
        batch: &Batch,
        window: usize,
        masks: Option<&DropoutMasks>,
        trace: &Trace,
        gradients: &mut ReferenceGradients,
    ) {
        let hidden_size = self.spec.hidden_size;
        let d_dense_inputs = self.backward_dense(batch, window, trace, &mut gradients.values);
        let mut d_outputs: Vec<Vec<f64>> = d_dense_inputs.iter().map(|d| d[..hidden_size].to_vec()).collect();
        for layer in (0..self.spec.n_layers).rev() {
            let parameters = self.layer(layer);
            let LayerTrace { inputs, steps } = &trace.layers[layer];
            let mut d_layer = LayerGradients::of(&parameters);
            let mut d_inputs = vec![vec![0.0; parameters.input_size]; steps.len()];
            let d_added = self.spec.adds_input(layer).then(|| d_outputs.clone());
            // The gradient of the state that a step passes to the next one.
            let mut d_state = CellState::zero(hidden_size);
            for t in (0..steps.len()).rev() {
                apply_mask(&mut d_outputs[t], masks, layer, window, t);
                d_state.hidden.iter_mut().zip(&d_outputs[t]).for_each(|(d, from_above)| *d += from_above);
                gradients.hidden_norms[layer][t] += d_state.hidden.iter().map(|d| d * d).sum::<f64>();
                let before = if t == 0 { CellState::zero(hidden_size) } else { steps[t - 1].state.clone() };
                d_inputs[t] = parameters.backward(&inputs[t], &before, &steps[t], &mut d_state, &mut d_layer);
            }
            for (d_input, d_added) in d_inputs.iter_mut().zip(d_added.iter().flatten()) {
                add(d_input, d_added);
            }
            for (tensor, d) in self.layer_tensors(layer).iter().zip([&d_layer.w_ih, &d_layer.w_hh, &d_layer.bias]) {
                add(&mut gradients.values[tensor.range.clone()], d);
            }
            d_outputs = d_inputs;
        }
        let steps = step_inputs(batch, window);
        for ((inputs, mut d_embedded), d_dense_input) in steps.iter().zip(d_outputs).zip(&d_dense_inputs) {
            self.add_skipped(&d_dense_input[hidden_size..], &mut d_embedded);
            self.backward_embeddings(inputs, &d_embedded, &mut gradients.values);
        }
    }

    /// Adds the dense layer's gradients and returns those of its inputs, `[T][D]`.
    fn backward_dense(&self, batch: &Batch, window: usize, trace: &Trace, values: &mut [f64]) -> Vec<Vec<f64>> {
        let [dense, bias] = self.dense_tensors();
        let size = self.spec.dense_input_size();
        let mut d_inputs = vec![vec![0.0; size]; trace.dense_inputs.len()];
        let targets = row(batch.targets(), batch, window);
        for (t, (input, target)) in trace.dense_inputs.iter().zip(targets).enumerate() {
            if !batch.counts(window, t) {
                continue;
            }
            // ∂(−ln softmax(logits)[target])/∂logits = softmax(logits) − onehot(target)
            let mut d_logits: Vec<f64> = log_softmax(&self.logits(input)).iter().map(|log_p| log_p.exp()).collect();
            d_logits[target.index()] -= 1.0;
            for (token, d_logit) in d_logits.iter().map(|d| d / batch.n_counted() as f64).enumerate() {
                let weights = &self.values[dense.range.clone()][token * size..][..size];
                for i in 0..size {
                    d_inputs[t][i] += d_logit * weights[i];
                    values[dense.range.start + token * size + i] += d_logit * input[i];
                }
                values[bias.range.start + token] += d_logit;
            }
        }
        d_inputs
    }

    /// logits = W_dense·input + b
    fn logits(&self, input: &[f64]) -> Vec<f64> {
        let [dense, bias] = self.dense_tensors().map(|tensor| &self.values[tensor.range.clone()]);
        let scores = dense.chunks_exact(self.spec.dense_input_size()).zip(bias);
        scores.map(|(weights, bias)| bias + weights.iter().zip(input).map(|(w, i)| w * i).sum::<f64>()).collect()
    }

    /// The embeddings of the inputs of a step, `[K]`, one after the other: `[E]`.
    fn embed(&self, inputs: &[TokenId]) -> Vec<f64> {
        (0..inputs.len())
            .flat_map(|number| &self.values[self.embedding_range(number, inputs[number])])
            .copied()
            .collect()
    }

    /// Adds the gradient of the embeddings of a step, `[E]`, to that of each input's value.
    fn backward_embeddings(&self, inputs: &[TokenId], d_embedded: &[f64], values: &mut [f64]) {
        for (number, columns) in self.columns().enumerate() {
            add(&mut values[self.embedding_range(number, inputs[number])], &d_embedded[columns]);
        }
    }

    /// The top layer's output, after dropout and residual, and then the embeddings that skip the layers, as they are: `[D]`.
    fn dense_input(&self, mut output: Vec<f64>, embedded: &[f64]) -> Vec<f64> {
        self.skipping().for_each(|columns| output.extend(&embedded[columns]));
        output
    }

    /// Adds the gradient of the embeddings that skip the layers to that of all embeddings of a step, `[E]`.
    fn add_skipped(&self, mut d_skipped: &[f64], d_embedded: &mut [f64]) {
        for columns in self.skipping() {
            let (d, rest) = d_skipped.split_at(columns.len());
            add(&mut d_embedded[columns], d);
            d_skipped = rest;
        }
    }

    /// The columns of each input among those of the embeddings.
    fn columns(&self) -> impl Iterator<Item = Range<usize>> {
        self.spec.inputs.iter().scan(0, |end, input| {
            let start = *end;
            *end += input.embedding_size;
            Some(start..*end)
        })
    }

    /// The columns of the inputs that skip the layers.
    fn skipping(&self) -> impl Iterator<Item = Range<usize>> {
        self.columns().zip(self.spec.inputs.iter()).filter(|(_, input)| input.skip).map(|(columns, _)| columns)
    }

    /// Where the embedding of an input's value is.
    fn embedding_range(&self, number: usize, value: TokenId) -> Range<usize> {
        let size = self.spec.inputs[number].embedding_size;
        let start = self.tensors[number].range.start + value.index() * size;
        start..start + size
    }

    fn layer(&self, layer: usize) -> LayerParameters<'_> {
        let [w_ih, w_hh, bias] = self.layer_tensors(layer) else { unreachable!("a layer has three tensors") };
        LayerParameters {
            cell: self.spec.cell,
            input_size: self.spec.input_size(layer),
            hidden_size: self.spec.hidden_size,
            w_ih: &self.values[w_ih.range.clone()],
            w_hh: &self.values[w_hh.range.clone()],
            bias: &self.values[bias.range.clone()],
        }
    }

    fn layer_tensors(&self, layer: usize) -> &[Tensor] {
        &self.tensors[self.spec.inputs.len() + 3 * layer..][..3]
    }

    fn dense_tensors(&self) -> [&Tensor; 2] {
        let n = self.tensors.len();
        [&self.tensors[n - 2], &self.tensors[n - 1]]
    }
}

impl StepModel for Reference {
    type State = ReferenceState;
    type Error = ReferenceError;

    fn vocab_size(&self) -> usize {
        self.spec.vocab_size()
    }

    fn n_inputs(&self) -> usize {
        self.spec.inputs.len()
    }

    fn zero_state(&self) -> ReferenceState {
        ReferenceState { layers: vec![CellState::zero(self.spec.hidden_size); self.spec.n_layers] }
    }

    fn step(&self, inputs: &[TokenId], state: &mut ReferenceState, logits: &mut [f32]) -> Result<(), ReferenceError> {
        self.spec.inputs.check(inputs)?;
        if logits.len() != self.vocab_size() {
            return Err(ReferenceError::Logits { len: logits.len(), vocab_size: self.vocab_size() });
        }
        let embedded = self.embed(inputs);
        let mut x = embedded.clone();
        for (layer, state) in state.layers.iter_mut().enumerate() {
            let mut output = self.layer(layer).forward(&x, state).state.hidden;
            if self.spec.adds_input(layer) {
                add(&mut output, &x);
            }
            x = output;
        }
        logits
            .iter_mut()
            .zip(self.logits(&self.dense_input(x, &embedded)))
            .for_each(|(logit, score)| *logit = score as f32);
        Ok(())
    }
}

/// Everything that reading a window computes.
struct Trace {
    layers: Vec<LayerTrace>,
    /// `[T][D]`
    dense_inputs: Vec<Vec<f64>>,
}

struct LayerTrace {
    /// `[T][I]`
    inputs: Vec<Vec<f64>>,
    steps: Vec<CellStep>,
}

/// The inputs of each step of a window, `[T][K]`.
fn step_inputs(batch: &Batch, window: usize) -> Vec<Vec<TokenId>> {
    let at = window * batch.n_steps()..(window + 1) * batch.n_steps();
    at.map(|at| batch.all_inputs().iter().map(|values| values[at]).collect()).collect()
}

fn row<'a>(tokens: &'a [TokenId], batch: &Batch, window: usize) -> &'a [TokenId] {
    &tokens[window * batch.n_steps()..][..batch.n_steps()]
}

fn apply_mask(output: &mut [f64], masks: Option<&DropoutMasks>, layer: usize, window: usize, step: usize) {
    if let Some(masks) = masks {
        let factors = masks.factors(layer, window, step);
        output.iter_mut().zip(factors).for_each(|(o, &factor)| *o *= f64::from(factor));
    }
}

fn add(sum: &mut [f64], values: &[f64]) {
    sum.iter_mut().zip(values).for_each(|(s, v)| *s += v);
}

/// ln softmax(x)_i = x_i − max − ln Σ exp(x_j − max)
fn log_softmax(x: &[f64]) -> Vec<f64> {
    let max = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let log_sum = x.iter().map(|x| (x - max).exp()).sum::<f64>().ln();
    x.iter().map(|x| x - max - log_sum).collect()
}

/// Why the reference cannot compute.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReferenceError {
    /// An input is not one of the network's.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The number of logits is not that of the tokens.
    #[error("there is room for {len} logits; the vocabulary has {vocab_size} tokens")]
    Logits {
        /// How many there is room for.
        len: usize,
        /// V, the number of different tokens.
        vocab_size: usize,
    },
}
