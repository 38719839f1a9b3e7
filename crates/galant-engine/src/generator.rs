mod several;

use galant_kernels::{Output, PackedMatrix, gemm, lstm_forward, rnn_forward};
use galant_model::{Cell, ModelSpec, StepModel, Weights};
use galant_types::TokenId;

use crate::EngineError;

/// A network that reads a word at a time: packed for composing, without what only training needs.
#[derive(Debug, Clone)]
pub struct Generator {
    weights: Weights,
    layers: Vec<GeneratorLayer>,
    /// `[V, H]`, transposed.
    dense: PackedMatrix,
}

/// A layer's matrices, transposed.
#[derive(Debug, Clone)]
struct GeneratorLayer {
    w_ih: PackedMatrix,
    w_hh: PackedMatrix,
}

/// What a [`Generator`] remembers of the words read.
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
}

impl Generator {
    /// The network of these weights.
    pub fn new(weights: Weights) -> Generator {
        let (spec, view) = (*weights.spec(), weights.view());
        let rows = spec.n_gate_rows();
        let layers = view.layers.iter().enumerate().map(|(number, layer)| GeneratorLayer {
            w_ih: PackedMatrix::pack_transposed(spec.input_size(number), rows, layer.w_ih),
            w_hh: PackedMatrix::pack_transposed(spec.hidden, rows, layer.w_hh),
        });
        let layers = layers.collect();
        let dense = PackedMatrix::pack_transposed(spec.hidden, spec.vocabulary, view.dense);
        Generator { weights, layers, dense }
    }

    /// The network's sizes.
    pub fn spec(&self) -> &ModelSpec {
        self.weights.spec()
    }
}

impl GeneratorState {
    /// The hidden state of a layer, from 0, after the last word read: `[H]`.
    ///
    /// # Panics
    ///
    /// If there is no such layer.
    pub fn hidden(&self, layer: usize) -> &[f32] {
        let n_units = self.tanh_cells.len();
        &self.hidden[layer * n_units..][..n_units]
    }

    /// The gates of a layer, from 0, as the last word read set them: `[4H]` in the order i, f, g, o of an LSTM.
    ///
    /// A vanilla RNN has none; there it is the hidden state, `[H]`.
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
        self.spec().vocabulary
    }

    fn zero_state(&self) -> GeneratorState {
        let spec = self.spec();
        GeneratorState {
            hidden: vec![0.0; spec.layers * spec.hidden],
            cells: vec![0.0; spec.layers * spec.hidden],
            gates: vec![0.0; spec.layers * spec.n_gate_rows()],
            cells_before: vec![0.0; spec.hidden],
            tanh_cells: vec![0.0; spec.hidden],
        }
    }

    fn step(&self, token: TokenId, state: &mut GeneratorState, logits: &mut [f32]) -> Result<(), EngineError> {
        let (spec, view) = (self.spec(), self.weights.view());
        if token.index() >= spec.vocabulary {
            return Err(EngineError::Word { word: token, vocabulary: spec.vocabulary });
        }
        if logits.len() != spec.vocabulary {
            return Err(EngineError::Logits { len: logits.len(), vocabulary: spec.vocabulary });
        }
        let embedding = &view.embedding[token.index() * spec.embedding..][..spec.embedding];
        for (number, layer) in self.layers.iter().enumerate() {
            let at = number * spec.hidden;
            let (below, rest) = state.hidden.split_at_mut(at);
            let hidden = &mut rest[..spec.hidden];
            let x = if number == 0 { embedding } else { &below[at - spec.hidden..] };
            let n_rows = spec.n_gate_rows();
            let gates = &mut state.gates[number * n_rows..][..n_rows];
            gates.copy_from_slice(view.layers[number].bias);
            gemm(x, 1, &layer.w_ih, gates, Output::Accumulate);
            gemm(hidden, 1, &layer.w_hh, gates, Output::Accumulate);
            match spec.cell {
                Cell::Lstm => {
                    let cells = &mut state.cells[at..at + spec.hidden];
                    state.cells_before.copy_from_slice(cells);
                    let tanh_cells = &mut state.tanh_cells;
                    lstm_forward(spec.hidden, gates, &state.cells_before, cells, tanh_cells, hidden);
                }
                Cell::VanillaRnn => {
                    rnn_forward(gates);
                    hidden.copy_from_slice(gates);
                }
            }
        }
        logits.copy_from_slice(view.dense_bias);
        gemm(&state.hidden[(spec.layers - 1) * spec.hidden..], 1, &self.dense, logits, Output::Accumulate);
        Ok(())
    }

    fn step_each(
        &self,
        tokens: &[TokenId],
        states: &mut [&mut GeneratorState],
        logits: &mut [f32],
    ) -> Result<(), EngineError> {
        self.step_several(tokens, states, logits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use galant_types::Seed;

    #[test]
    fn gates_and_hidden_states_of_each_layer_obey_the_formula_of_the_cell() {
        let spec = ModelSpec { cell: Cell::Lstm, vocabulary: 5, embedding: 3, hidden: 4, layers: 2, dropout: 0.0 };
        let generator = Generator::new(Weights::initial(spec, Seed(1)).unwrap());
        let (mut state, mut logits) = (generator.zero_state(), [0.0; 5]);
        let mut cells = [[0.0; 4]; 2];
        for word in [3, 1, 4] {
            generator.step(TokenId(word), &mut state, &mut logits).unwrap();
            for (layer, cells) in cells.iter_mut().enumerate() {
                let [i, f, g, o] = [0, 1, 2, 3].map(|gate| &state.gates(layer)[4 * gate..][..4]);
                for unit in 0..4 {
                    // c' = f·c + i·g, h' = o·tanh(c')
                    cells[unit] = f[unit] * cells[unit] + i[unit] * g[unit];
                    let hidden = o[unit] * cells[unit].tanh();
                    let difference = (state.hidden(layer)[unit] - hidden).abs();
                    assert!(difference < 1e-6, "word {word}, layer {layer}, unit {unit}: {difference}");
                }
            }
        }
    }
}
