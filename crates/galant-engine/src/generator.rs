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
    /// Room for a step: gates `[G·H]`, a copy of the cells `[H]` and their tanh `[H]`.
    gates: Vec<f32>,
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
            gates: vec![0.0; spec.n_gate_rows()],
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
            state.gates.copy_from_slice(view.layers[number].bias);
            gemm(x, 1, &layer.w_ih, &mut state.gates, Output::Accumulate);
            gemm(hidden, 1, &layer.w_hh, &mut state.gates, Output::Accumulate);
            match spec.cell {
                Cell::Lstm => {
                    let cells = &mut state.cells[at..at + spec.hidden];
                    state.cells_before.copy_from_slice(cells);
                    let tanh_cells = &mut state.tanh_cells;
                    lstm_forward(spec.hidden, &mut state.gates, &state.cells_before, cells, tanh_cells, hidden);
                }
                Cell::VanillaRnn => {
                    rnn_forward(&mut state.gates);
                    hidden.copy_from_slice(&state.gates);
                }
            }
        }
        logits.copy_from_slice(view.dense_bias);
        gemm(&state.hidden[(spec.layers - 1) * spec.hidden..], 1, &self.dense, logits, Output::Accumulate);
        Ok(())
    }
}
