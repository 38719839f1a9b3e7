mod first_input;
mod several;
mod skip;

use galant_kernels::{Level, Output, PackedMatrix, level};
use galant_model::{Cell, ModelSpec, StepModel, Weights};
use galant_types::TokenId;

use self::first_input::FirstInputs;
use self::skip::Skips;
use crate::error::EngineError;

/// A network that reads one token at a time: packed for composing, without what only training needs.
///
/// A step reads every matrix once, so memory bandwidth limits its speed; it allocates nothing.
#[derive(Debug, Clone)]
pub struct Generator {
    level: Level,
    spec: ModelSpec,
    first: FirstInputs,
    skips: Skips,
    /// The input matrices of all layers except the first, `[G·H, H]`, transposed.
    w_ih: Vec<PackedMatrix>,
    /// The recurrent matrices of all layers, `[G·H, H]`, transposed.
    w_hh: Vec<PackedMatrix>,
    /// The biases of all layers except the first, `[G·H]`.
    biases: Vec<Vec<f32>>,
    /// `[V, D]`, transposed.
    dense: PackedMatrix,
    /// `[V]`
    dense_bias: Vec<f32>,
}

/// The state of a [`Generator`] after the tokens read so far.
#[derive(Debug, Clone)]
pub struct GeneratorState {
    /// `[layers, H]`
    hidden: Vec<f32>,
    /// `[layers, H]`
    cells: Vec<f32>,
    /// `[layers, G·H]`
    gates: Vec<f32>,
    /// Room for a step: a copy of the cells `[H]` and their tanh `[H]`.
    cells_before: Vec<f32>,
    tanh_cells: Vec<f32>,
    /// The output of the layer last read, `[H]`, and the embeddings that skip the layers: `[D]`.
    output: Vec<f32>,
}

impl Generator {
    /// The network with these weights, at the fastest level of this CPU.
    pub fn new(weights: Weights) -> Generator {
        Generator::at_level(weights, level())
    }

    /// The network with these weights, with kernels of a given level.
    ///
    /// Levels differ in the last bits of logits; [`Level::portable`] gives the same bits on every CPU.
    pub fn at_level(weights: Weights, level: Level) -> Generator {
        let (spec, view) = (*weights.spec(), weights.view());
        let packed = |matrix: &[f32]| PackedMatrix::pack_transposed(spec.hidden_size, spec.n_gate_rows(), matrix);
        Generator {
            level,
            spec,
            first: FirstInputs::new(level, &spec, &view),
            skips: Skips::new(&spec, &view),
            w_ih: view.layers[1..].iter().map(|layer| packed(layer.w_ih)).collect(),
            w_hh: view.layers.iter().map(|layer| packed(layer.w_hh)).collect(),
            biases: view.layers[1..].iter().map(|layer| layer.bias.to_vec()).collect(),
            dense: PackedMatrix::pack_transposed(spec.dense_input_size(), spec.vocab_size(), view.dense),
            dense_bias: view.dense_bias.to_vec(),
        }
    }

    /// The network's sizes.
    pub fn spec(&self) -> &ModelSpec {
        &self.spec
    }
}

impl GeneratorState {
    /// The hidden state of a layer, from 0, after the last token read: `[H]`.
    ///
    /// # Panics
    ///
    /// If there is no such layer.
    pub fn hidden(&self, layer: usize) -> &[f32] {
        let n_units = self.tanh_cells.len();
        &self.hidden[layer * n_units..][..n_units]
    }

    /// The gates of a layer, from 0, at the last token read: `[4H]` in the order i, f, g, o for an LSTM.
    ///
    /// A vanilla RNN has none; for it this is the hidden state, `[H]`.
    ///
    /// # Panics
    ///
    /// If there is no such layer.
    pub fn gates(&self, layer: usize) -> &[f32] {
        let n_layers = self.hidden.len() / self.tanh_cells.len();
        let n_rows = self.gates.len() / n_layers;
        &self.gates[layer * n_rows..][..n_rows]
    }
}

impl StepModel for Generator {
    type State = GeneratorState;
    type Error = EngineError;

    fn vocab_size(&self) -> usize {
        self.spec().vocab_size()
    }

    fn n_inputs(&self) -> usize {
        self.spec.inputs.len()
    }

    fn zero_state(&self) -> GeneratorState {
        let spec = self.spec();
        GeneratorState {
            hidden: vec![0.0; spec.n_layers * spec.hidden_size],
            cells: vec![0.0; spec.n_layers * spec.hidden_size],
            gates: vec![0.0; spec.n_layers * spec.n_gate_rows()],
            cells_before: vec![0.0; spec.hidden_size],
            tanh_cells: vec![0.0; spec.hidden_size],
            output: vec![0.0; spec.dense_input_size()],
        }
    }

    fn step(&self, inputs: &[TokenId], state: &mut GeneratorState, logits: &mut [f32]) -> Result<(), EngineError> {
        let (level, spec) = (self.level, &self.spec);
        spec.inputs.check(inputs)?;
        if logits.len() != spec.vocab_size() {
            return Err(EngineError::Logits { len: logits.len(), vocab_size: spec.vocab_size() });
        }
        let (output, skipped) = state.output.split_at_mut(spec.hidden_size);
        self.skips.embed(inputs, skipped);
        for number in 0..spec.n_layers {
            let at = number * spec.hidden_size;
            let (below, rest) = state.hidden.split_at_mut(at);
            let hidden = &mut rest[..spec.hidden_size];
            let n_rows = spec.n_gate_rows();
            let gates = &mut state.gates[number * n_rows..][..n_rows];
            if number == 0 {
                self.first.gates(inputs, gates);
            } else {
                let x = if spec.residual { &*output } else { &below[at - spec.hidden_size..] };
                level.gemm(x, 1, &self.w_ih[number - 1], gates, Output::Bias(&self.biases[number - 1]));
            }
            level.gemm(hidden, 1, &self.w_hh[number], gates, Output::Accumulate);
            match spec.cell {
                Cell::Lstm => {
                    let cells = &mut state.cells[at..at + spec.hidden_size];
                    state.cells_before.copy_from_slice(cells);
                    let tanh_cells = &mut state.tanh_cells;
                    level.lstm_forward(spec.hidden_size, gates, &state.cells_before, cells, tanh_cells, hidden);
                }
                Cell::VanillaRnn => {
                    level.rnn_forward(gates);
                    hidden.copy_from_slice(gates);
                }
            }
            if spec.adds_input(number) {
                level.add_assign(output, hidden);
            } else {
                output.copy_from_slice(hidden);
            }
        }
        level.gemm(&state.output, 1, &self.dense, logits, Output::Bias(&self.dense_bias));
        Ok(())
    }

    fn step_each(
        &self,
        inputs: &[TokenId],
        states: &mut [&mut GeneratorState],
        logits: &mut [f32],
    ) -> Result<(), EngineError> {
        self.step_several(inputs, states, logits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use galant_model::{Initialization, Inputs};
    use galant_types::Seed;

    #[test]
    fn gates_and_hidden_states_of_each_layer_satisfy_the_formula_of_the_cell() {
        let spec = ModelSpec {
            cell: Cell::Lstm,
            inputs: Inputs::tokens(5, 3),
            hidden_size: 4,
            n_layers: 2,
            dropout: 0.0,
            residual: false,
        };
        let generator = Generator::new(Weights::initial(spec, Initialization::Keras, Seed(1)).unwrap());
        let (mut state, mut logits) = (generator.zero_state(), [0.0; 5]);
        let mut cells = [[0.0; 4]; 2];
        for token in [3, 1, 4] {
            generator.step(&[TokenId(token)], &mut state, &mut logits).unwrap();
            for (layer, cells) in cells.iter_mut().enumerate() {
                let [i, f, g, o] = [0, 1, 2, 3].map(|gate| &state.gates(layer)[4 * gate..][..4]);
                for unit in 0..4 {
                    // c' = f·c + i·g, h' = o·tanh(c')
                    cells[unit] = f[unit] * cells[unit] + i[unit] * g[unit];
                    let hidden = o[unit] * cells[unit].tanh();
                    let difference = (state.hidden(layer)[unit] - hidden).abs();
                    assert!(difference < 1e-6, "token {token}, layer {layer}, unit {unit}: {difference}");
                }
            }
        }
    }
}
