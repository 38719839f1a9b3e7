//! One time step of an LSTM layer on the kernels of a level.
// B batch, I input size, H hidden size

use galant_kernels::{Level, Output, PackedMatrix};

/// The sizes of a step.
#[derive(Debug, Clone, Copy)]
pub struct StepSize {
    /// B, the number of sequences.
    pub batch: usize,
    /// I, the input size.
    pub input: usize,
    /// H, the hidden size.
    pub hidden: usize,
}

impl StepSize {
    /// Floating-point operations of the products in the forward pass: two for each weight and sequence.
    #[must_use]
    pub fn forward_flop(&self) -> u64 {
        2 * (self.batch * (self.input + self.hidden) * 4 * self.hidden) as u64
    }
}

/// A layer in the middle of a sequence, with room for all that a step computes.
#[derive(Debug, Clone)]
pub struct Step {
    level: Level,
    size: StepSize,
    /// `[4H, I]` and `[4H, H]`, each transposed for the forward pass and as it is for the backward pass.
    w_ih: [PackedMatrix; 2],
    w_hh: [PackedMatrix; 2],
    bias: Vec<f32>,
    /// `[B, I]`
    x: Vec<f32>,
    /// `[B, H]`: the state before the step.
    h_before: Vec<f32>,
    c_before: Vec<f32>,
    /// `[B, 4H]`: the gates, and after the backward pass the gradient of their pre-activations.
    gates: Vec<f32>,
    c: Vec<f32>,
    tanh_c: Vec<f32>,
    h: Vec<f32>,
    /// `[4H, B]`: the gradient of the pre-activations, transposed for the gradients of the weights.
    d_gates_transposed: Vec<f32>,
    packed_x: PackedMatrix,
    packed_h: PackedMatrix,
    gradients: StepTensors,
}

/// Everything that a step reads, or the gradients of the sum of all h with respect to it.
#[derive(Debug, Clone, PartialEq)]
pub struct StepTensors {
    /// `[4H, I]`, the gates in the order i, f, g, o.
    pub w_ih: Vec<f32>,
    /// `[4H, H]`
    pub w_hh: Vec<f32>,
    /// `[4H]`
    pub bias: Vec<f32>,
    /// `[B, I]`
    pub x: Vec<f32>,
    /// `[B, H]`
    pub h_before: Vec<f32>,
    /// `[B, H]`
    pub c_before: Vec<f32>,
}

impl StepTensors {
    /// Irregular numbers between −0.5 and 0.5.
    #[must_use]
    pub fn synthetic(size: &StepSize) -> StepTensors {
        let StepSize { batch, input, hidden } = *size;
        let numbers =
            |n: usize, salt: usize| (0..n).map(move |i| ((i * 7919 + salt * 104_729) % 1009) as f32 / 1009.0 - 0.5);
        StepTensors {
            w_ih: numbers(4 * hidden * input, 1).map(|w| w / (input as f32).sqrt()).collect(),
            w_hh: numbers(4 * hidden * hidden, 2).map(|w| w / (hidden as f32).sqrt()).collect(),
            bias: numbers(4 * hidden, 3).collect(),
            x: numbers(batch * input, 4).collect(),
            h_before: numbers(batch * hidden, 5).collect(),
            c_before: numbers(batch * hidden, 6).collect(),
        }
    }
}

impl Step {
    /// A step of these numbers on the kernels of `level`.
    #[must_use]
    pub fn new(level: Level, size: StepSize, from: &StepTensors) -> Step {
        let StepSize { batch, input, hidden } = size;
        let both_ways = |k, matrix: &[f32]| {
            [PackedMatrix::pack_transposed(k, 4 * hidden, matrix), PackedMatrix::pack(4 * hidden, k, matrix)]
        };
        Step {
            level,
            size,
            w_ih: both_ways(input, &from.w_ih),
            w_hh: both_ways(hidden, &from.w_hh),
            bias: from.bias.clone(),
            x: from.x.clone(),
            h_before: from.h_before.clone(),
            c_before: from.c_before.clone(),
            gates: vec![0.0; batch * 4 * hidden],
            c: vec![0.0; batch * hidden],
            tanh_c: vec![0.0; batch * hidden],
            h: vec![0.0; batch * hidden],
            d_gates_transposed: vec![0.0; 4 * hidden * batch],
            packed_x: PackedMatrix::zeros(batch, input),
            packed_h: PackedMatrix::zeros(batch, hidden),
            gradients: StepTensors {
                w_ih: vec![0.0; 4 * hidden * input],
                w_hh: vec![0.0; 4 * hidden * hidden],
                bias: vec![0.0; 4 * hidden],
                x: vec![0.0; batch * input],
                h_before: vec![0.0; batch * hidden],
                c_before: vec![0.0; batch * hidden],
            },
        }
    }

    /// Computes the state after the step; returns h, `[B, H]`.
    pub fn forward(&mut self) -> &[f32] {
        let (level, StepSize { batch, hidden, .. }) = (self.level, self.size);
        self.gates.chunks_exact_mut(4 * hidden).for_each(|row| row.copy_from_slice(&self.bias));
        level.gemm(&self.x, batch, &self.w_ih[0], &mut self.gates, Output::Accumulate);
        level.gemm(&self.h_before, batch, &self.w_hh[0], &mut self.gates, Output::Accumulate);
        level.lstm_forward(hidden, &mut self.gates, &self.c_before, &mut self.c, &mut self.tanh_c, &mut self.h);
        &self.h
    }

    /// Computes the gradients of the sum of all h with respect to everything the step reads, after [`Step::forward`].
    pub fn backward(&mut self) -> &StepTensors {
        let (level, StepSize { batch, hidden, .. }) = (self.level, self.size);
        let gradients = &mut self.gradients;
        gradients.c_before.fill(0.0);
        self.h.fill(1.0);
        level.lstm_backward(hidden, &mut self.gates, &self.c_before, &self.tanh_c, &self.h, &mut gradients.c_before);
        level.gemm(&self.gates, batch, &self.w_ih[1], &mut gradients.x, Output::Overwrite);
        level.gemm(&self.gates, batch, &self.w_hh[1], &mut gradients.h_before, Output::Overwrite);
        gradients.bias.fill(0.0);
        for (row, gates) in self.gates.chunks_exact(4 * hidden).enumerate() {
            level.add_assign(&mut gradients.bias, gates);
            for (d, transposed) in gates.iter().zip(self.d_gates_transposed.chunks_exact_mut(batch)) {
                transposed[row] = *d;
            }
        }
        self.packed_x.repack(&self.x);
        self.packed_h.repack(&self.h_before);
        let d_gates = &self.d_gates_transposed;
        level.gemm(d_gates, 4 * hidden, &self.packed_x, &mut gradients.w_ih, Output::Overwrite);
        level.gemm(d_gates, 4 * hidden, &self.packed_h, &mut gradients.w_hh, Output::Overwrite);
        gradients
    }
}

/// The sum of all h after a step, by the formulas in `f64`.
#[must_use]
pub fn sum_of_h(size: &StepSize, from: &StepTensors) -> f64 {
    let StepSize { batch, input, hidden } = *size;
    let product = |matrix: &[f32], row: usize, x: &[f32]| -> f64 {
        matrix[row * x.len()..].iter().zip(x).map(|(w, x)| f64::from(*w) * f64::from(*x)).sum()
    };
    let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
    let mut sum = 0.0;
    for sequence in 0..batch {
        let (x, h) = (&from.x[sequence * input..][..input], &from.h_before[sequence * hidden..][..hidden]);
        for unit in 0..hidden {
            let [i, f, g, o] = [0, 1, 2, 3].map(|gate| {
                let row = gate * hidden + unit;
                f64::from(from.bias[row]) + product(&from.w_ih, row, x) + product(&from.w_hh, row, h)
            });
            let c = sigmoid(f) * f64::from(from.c_before[sequence * hidden + unit]) + sigmoid(i) * g.tanh();
            sum += sigmoid(o) * c.tanh();
        }
    }
    sum
}
