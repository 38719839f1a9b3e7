//! Several states at a time: the weights, which are most of what a step reads, are read once for all of them.
// B states, H hidden units, G gates, V vocabulary.

use galant_kernels::{Output, add_assign, gemm, lstm_forward, rnn_forward};
use galant_model::Cell;
use galant_types::TokenId;

use super::{Generator, GeneratorState};
use crate::engine::check_inputs;
use crate::error::EngineError;

impl Generator {
    /// [`StepModel::step_each`](galant_model::StepModel::step_each), with the bits of single steps.
    pub(super) fn step_several(
        &self,
        tokens: &[TokenId],
        states: &mut [&mut GeneratorState],
        logits: &mut [f32],
    ) -> Result<(), EngineError> {
        assert_eq!(tokens.len(), states.len(), "step_each: tokens and states");
        let (spec, n) = (self.spec, tokens.len());
        check_inputs(&spec)?;
        tokens.iter().try_for_each(|&token| spec.inputs.check(&[token]))?;
        assert_eq!(logits.len(), n * spec.vocab_size(), "step_each: logits");
        // The output of the layer below, [B, H].
        let mut x: Vec<f32> = Vec::new();
        let mut tanh_cells = vec![0.0; n * spec.hidden_size];
        for number in 0..spec.n_layers {
            let units = number * spec.hidden_size..(number + 1) * spec.hidden_size;
            let rows = number * spec.n_gate_rows()..(number + 1) * spec.n_gate_rows();
            let mut hidden = states.iter().flat_map(|state| &state.hidden[units.clone()]).copied().collect::<Vec<_>>();
            let mut gates = vec![0.0; n * spec.n_gate_rows()];
            if number == 0 {
                for (&token, gates) in tokens.iter().zip(gates.chunks_mut(spec.n_gate_rows())) {
                    self.first.gates(token, &self.biases[0], gates);
                }
            } else {
                gemm(&x, n, &self.w_ih[number - 1], &mut gates, Output::Bias(&self.biases[number]));
            }
            gemm(&hidden, n, &self.w_hh[number], &mut gates, Output::Accumulate);
            match spec.cell {
                Cell::Lstm => {
                    let before = states.iter().flat_map(|state| &state.cells[units.clone()]);
                    let before = before.copied().collect::<Vec<_>>();
                    let mut cells = before.clone();
                    lstm_forward(spec.hidden_size, &mut gates, &before, &mut cells, &mut tanh_cells, &mut hidden);
                    for (state, cells) in states.iter_mut().zip(cells.chunks(spec.hidden_size)) {
                        state.cells[units.clone()].copy_from_slice(cells);
                    }
                }
                Cell::VanillaRnn => {
                    rnn_forward(&mut gates);
                    hidden.copy_from_slice(&gates);
                }
            }
            let outputs = hidden.chunks(spec.hidden_size).zip(gates.chunks(rows.len()));
            for (state, (hidden, gates)) in states.iter_mut().zip(outputs) {
                state.hidden[units.clone()].copy_from_slice(hidden);
                state.gates[rows.clone()].copy_from_slice(gates);
            }
            if spec.adds_input(number) {
                add_assign(&mut x, &hidden);
            } else {
                x = hidden;
            }
        }
        gemm(&x, n, &self.dense, logits, Output::Bias(&self.dense_bias));
        Ok(())
    }
}
