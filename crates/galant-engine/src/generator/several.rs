//! Several states at a time: the weights, which are most of what a step reads, are read once for all of them.
// B states, H hidden units, G gates, V vocabulary.

use galant_kernels::Output;
use galant_model::Cell;
use galant_types::TokenId;

use super::{Generator, GeneratorState};
use crate::error::EngineError;

impl Generator {
    /// [`StepModel::step_each`](galant_model::StepModel::step_each), with the bits of single steps.
    pub(super) fn step_several(
        &self,
        inputs: &[TokenId],
        states: &mut [&mut GeneratorState],
        logits: &mut [f32],
    ) -> Result<(), EngineError> {
        let (level, spec, n, n_inputs) = (self.level, &self.spec, states.len(), self.spec.inputs.len());
        assert_eq!(inputs.len(), n * n_inputs, "step_each: inputs");
        inputs.chunks_exact(n_inputs).try_for_each(|inputs| spec.inputs.check(inputs))?;
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
                for (inputs, gates) in inputs.chunks_exact(n_inputs).zip(gates.chunks_mut(spec.n_gate_rows())) {
                    self.first.gates(inputs, gates);
                }
            } else {
                level.gemm(&x, n, &self.w_ih[number - 1], &mut gates, Output::Bias(&self.biases[number - 1]));
            }
            level.gemm(&hidden, n, &self.w_hh[number], &mut gates, Output::Accumulate);
            match spec.cell {
                Cell::Lstm => {
                    let before = states.iter().flat_map(|state| &state.cells[units.clone()]);
                    let before = before.copied().collect::<Vec<_>>();
                    let mut cells = before.clone();
                    level.lstm_forward(spec.hidden_size, &mut gates, &before, &mut cells, &mut tanh_cells, &mut hidden);
                    for (state, cells) in states.iter_mut().zip(cells.chunks(spec.hidden_size)) {
                        state.cells[units.clone()].copy_from_slice(cells);
                    }
                }
                Cell::VanillaRnn => {
                    level.rnn_forward(&mut gates);
                    hidden.copy_from_slice(&gates);
                }
            }
            let outputs = hidden.chunks(spec.hidden_size).zip(gates.chunks(rows.len()));
            for (state, (hidden, gates)) in states.iter_mut().zip(outputs) {
                state.hidden[units.clone()].copy_from_slice(hidden);
                state.gates[rows.clone()].copy_from_slice(gates);
            }
            if spec.adds_input(number) {
                level.add_assign(&mut x, &hidden);
            } else {
                x = hidden;
            }
        }
        if spec.dense_input_size() > spec.hidden_size {
            // What the dense layer reads, [B, D].
            let mut dense_inputs = vec![0.0; n * spec.dense_input_size()];
            let rows = dense_inputs.chunks_mut(spec.dense_input_size());
            for (row, (output, inputs)) in rows.zip(x.chunks(spec.hidden_size).zip(inputs.chunks(n_inputs))) {
                let (h, skipped) = row.split_at_mut(spec.hidden_size);
                h.copy_from_slice(output);
                self.skips.embed(inputs, skipped);
            }
            x = dense_inputs;
        }
        level.gemm(&x, n, &self.dense, logits, Output::Bias(&self.dense_bias));
        Ok(())
    }
}
