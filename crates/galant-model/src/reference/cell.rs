//! One layer, one step: forward and backward side by side.

use crate::Cell;

/// What a layer passes from step to step; a vanilla RNN leaves `cell` at zero.
#[derive(Debug, Clone)]
pub(super) struct CellState {
    /// h, `[H]`
    pub(super) hidden: Vec<f64>,
    /// c, `[H]`
    pub(super) cell: Vec<f64>,
}

impl CellState {
    pub(super) fn zero(hidden_size: usize) -> CellState {
        CellState { hidden: vec![0.0; hidden_size], cell: vec![0.0; hidden_size] }
    }
}

/// What a step computed: the gates after their activations, `[G·H]`, and the state it passes on.
pub(super) struct CellStep {
    gates: Vec<f64>,
    pub(super) state: CellState,
}

/// A layer's tensors, shapes as in [`crate::LayerView`].
pub(super) struct LayerParameters<'a> {
    pub(super) cell: Cell,
    pub(super) input_size: usize,
    pub(super) hidden_size: usize,
    pub(super) w_ih: &'a [f64],
    pub(super) w_hh: &'a [f64],
    pub(super) bias: &'a [f64],
}

/// The gradients of a layer's tensors.
pub(super) struct LayerGradients {
    pub(super) w_ih: Vec<f64>,
    pub(super) w_hh: Vec<f64>,
    pub(super) bias: Vec<f64>,
}

impl LayerGradients {
    pub(super) fn of(parameters: &LayerParameters<'_>) -> LayerGradients {
        LayerGradients {
            w_ih: vec![0.0; parameters.w_ih.len()],
            w_hh: vec![0.0; parameters.w_hh.len()],
            bias: vec![0.0; parameters.bias.len()],
        }
    }
}

impl LayerParameters<'_> {
    /// Reads `x` and advances `state` by one step.
    ///
    /// LSTM: c' = σ(f)·c + σ(i)·tanh(g), h' = σ(o)·tanh(c'). Vanilla RNN: h' = tanh(a).
    /// The gates' pre-activations, in the order i, f, g, o, or the single a, are W_ih·x + W_hh·h + b.
    pub(super) fn forward(&self, x: &[f64], state: &mut CellState) -> CellStep {
        let mut gates = self.bias.to_vec();
        for (row, gate) in gates.iter_mut().enumerate() {
            *gate +=
                dot(&self.w_ih[row * self.input_size..], x) + dot(&self.w_hh[row * self.hidden_size..], &state.hidden);
        }
        let n = self.hidden_size;
        match self.cell {
            Cell::Lstm => {
                for k in 0..n {
                    let (i, f, g, o) =
                        (sigmoid(gates[k]), sigmoid(gates[n + k]), gates[2 * n + k].tanh(), sigmoid(gates[3 * n + k]));
                    (gates[k], gates[n + k], gates[2 * n + k], gates[3 * n + k]) = (i, f, g, o);
                    state.cell[k] = f * state.cell[k] + i * g;
                    state.hidden[k] = o * state.cell[k].tanh();
                }
            }
            Cell::VanillaRnn => {
                gates.iter_mut().for_each(|gate| *gate = gate.tanh());
                state.hidden.copy_from_slice(&gates);
            }
        }
        CellStep { gates, state: state.clone() }
    }

    /// Goes back through a step that read `x` in the state `before`.
    ///
    /// `d_state` is the gradient of the state after the step and becomes that of the state before it;
    /// the gradients of the tensors are added to `d`; the gradient of `x` is returned.
    pub(super) fn backward(
        &self,
        x: &[f64],
        before: &CellState,
        step: &CellStep,
        d_state: &mut CellState,
        d: &mut LayerGradients,
    ) -> Vec<f64> {
        let n = self.hidden_size;
        // The gradient of the gates before their activations.
        let mut d_gates = vec![0.0; step.gates.len()];
        for k in 0..n {
            let d_hidden = d_state.hidden[k];
            match self.cell {
                Cell::Lstm => {
                    let gate = |which: usize| step.gates[which * n + k];
                    let (i, f, g, o) = (gate(0), gate(1), gate(2), gate(3));
                    let tanh_c = step.state.cell[k].tanh();
                    let d_cell = d_state.cell[k] + d_hidden * o * (1.0 - tanh_c * tanh_c);
                    d_gates[k] = d_cell * g * i * (1.0 - i);
                    d_gates[n + k] = d_cell * before.cell[k] * f * (1.0 - f);
                    d_gates[2 * n + k] = d_cell * i * (1.0 - g * g);
                    d_gates[3 * n + k] = d_hidden * tanh_c * o * (1.0 - o);
                    d_state.cell[k] = d_cell * f;
                }
                Cell::VanillaRnn => d_gates[k] = d_hidden * (1.0 - step.gates[k] * step.gates[k]),
            }
        }
        let mut d_x = vec![0.0; x.len()];
        d_state.hidden.fill(0.0);
        for (row, &d_gate) in d_gates.iter().enumerate() {
            d.bias[row] += d_gate;
            outer_row(row, d_gate, self.w_ih, x, &mut d_x, &mut d.w_ih);
            outer_row(row, d_gate, self.w_hh, &before.hidden, &mut d_state.hidden, &mut d.w_hh);
        }
        d_x
    }
}

/// For a product y = W·v: adds the share of one row, whose gradient is `d_y`, to the gradients of v and W.
fn outer_row(row: usize, d_y: f64, w: &[f64], v: &[f64], d_v: &mut [f64], d_w: &mut [f64]) {
    let n = v.len();
    for k in 0..n {
        d_v[k] += d_y * w[row * n + k];
        d_w[row * n + k] += d_y * v[k];
    }
}

/// The product of `column` with a row of the same length that starts at `row[0]`.
fn dot(row: &[f64], column: &[f64]) -> f64 {
    row.iter().zip(column).map(|(w, v)| w * v).sum()
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}
