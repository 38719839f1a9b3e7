use galant_kernels::Level;
use galant_testkit::{Tolerance, assert_close, derivative};

use crate::numbers::{bits, levels_agree, numbers, wide};

/// A step of an LSTM of `rows` rows and `hidden` units: pre-activations, the state before, and the weights of h and c in a loss.
struct Step {
    rows: usize,
    hidden: usize,
    gates: Vec<f32>,
    c_prev: Vec<f32>,
    d_h: Vec<f32>,
    d_c: Vec<f32>,
}

impl Step {
    fn new(rows: usize, hidden: usize) -> Step {
        let cells = rows * hidden;
        let gates = numbers(4 * cells, 1).iter().map(|x| 3.0 * x).collect();
        Step { rows, hidden, gates, c_prev: numbers(cells, 2), d_h: numbers(cells, 3), d_c: numbers(cells, 4) }
    }

    /// c and h of one cell from the formulas in f64, with its four pre-activations and its state moved by `shift`.
    fn exact_cell(&self, row: usize, unit: usize, shift: [f64; 5]) -> (f64, f64) {
        let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
        let pre = |gate: usize| f64::from(self.gates[(4 * row + gate) * self.hidden + unit]) + shift[gate];
        let c_prev = f64::from(self.c_prev[row * self.hidden + unit]) + shift[4];
        let c = sigmoid(pre(1)) * c_prev + sigmoid(pre(0)) * pre(2).tanh();
        (c, sigmoid(pre(3)) * c.tanh())
    }
}

struct Forward {
    gates: Vec<f32>,
    c: Vec<f32>,
    tanh_c: Vec<f32>,
    h: Vec<f32>,
}

fn forward(level: Level, step: &Step) -> Forward {
    let cells = step.rows * step.hidden;
    let mut out =
        Forward { gates: step.gates.clone(), c: vec![0.0; cells], tanh_c: vec![0.0; cells], h: vec![0.0; cells] };
    level.lstm_forward(step.hidden, &mut out.gates, &step.c_prev, &mut out.c, &mut out.tanh_c, &mut out.h);
    out
}

/// The gradients of the pre-activations, `[B, 4H]`, and of the state before.
fn backward(level: Level, step: &Step) -> (Vec<f32>, Vec<f32>) {
    let Forward { mut gates, tanh_c, .. } = forward(level, step);
    let mut d_c = step.d_c.clone();
    level.lstm_backward(step.hidden, &mut gates, &step.c_prev, &tanh_c, &step.d_h, &mut d_c);
    (gates, d_c)
}

fn sizes() -> impl Iterator<Item = (usize, usize)> {
    (1..=41).map(|hidden| (2, hidden)).chain([(0, 8), (1, 128), (3, 64)])
}

#[test]
fn lstm_forward_follows_the_formulas() {
    let tolerance = Tolerance { absolute: 5e-7, relative: 0.0 };
    for (rows, hidden) in sizes() {
        let step = Step::new(rows, hidden);
        let exact: Vec<(f64, f64)> =
            (0..rows * hidden).map(|at| step.exact_cell(at / hidden, at % hidden, [0.0; 5])).collect();
        let c: Vec<f64> = exact.iter().map(|cell| cell.0).collect();
        let h: Vec<f64> = exact.iter().map(|cell| cell.1).collect();
        for level in Level::available() {
            let out = forward(level, &step);
            assert_close("c", &out.c, &c, tolerance);
            assert_close("h", &out.h, &h, tolerance);
            let tanh_c: Vec<f64> = c.iter().map(|c| c.tanh()).collect();
            assert_close("tanh_c", &out.tanh_c, &tanh_c, tolerance);
        }
    }
}

#[test]
fn lstm_backward_is_the_derivative_of_forward() {
    let tolerance = Tolerance { absolute: 1e-6, relative: 0.0 };
    for (rows, hidden) in sizes() {
        let step = Step::new(rows, hidden);
        // The loss is Σ d_h·h + d_c·c; each cell's part depends only on its own five inputs.
        let slope = |row: usize, unit: usize, input: usize| {
            derivative(1e-3, |moved| {
                let mut shift = [0.0; 5];
                shift[input] = moved;
                let (c, h) = step.exact_cell(row, unit, shift);
                let at = row * hidden + unit;
                f64::from(step.d_h[at]) * h + f64::from(step.d_c[at]) * c
            })
        };
        let d_gates: Vec<f64> =
            (0..4 * rows * hidden).map(|at| slope(at / (4 * hidden), at % hidden, at / hidden % 4)).collect();
        let d_c_prev: Vec<f64> = (0..rows * hidden).map(|at| slope(at / hidden, at % hidden, 4)).collect();
        for level in Level::available() {
            let (gates, d_c) = backward(level, &step);
            assert_close("d_gates", &gates, &d_gates, tolerance);
            assert_close("d_c_prev", &d_c, &d_c_prev, tolerance);
        }
    }
}

#[test]
fn a_cell_gives_the_same_bits_in_any_batch() {
    for (rows, hidden) in sizes() {
        let step = Step::new(rows, hidden);
        for level in Level::available() {
            let (all, all_back) = (forward(level, &step), backward(level, &step));
            for row in 0..rows {
                let at = row * hidden..(row + 1) * hidden;
                let alone = Step {
                    rows: 1,
                    hidden,
                    gates: step.gates[4 * at.start..4 * at.end].to_vec(),
                    c_prev: step.c_prev[at.clone()].to_vec(),
                    d_h: step.d_h[at.clone()].to_vec(),
                    d_c: step.d_c[at.clone()].to_vec(),
                };
                assert_eq!(bits(&forward(level, &alone).h), bits(&all.h[at.clone()]), "{level}: row {row}, H {hidden}");
                let (d_gates, d_c) = backward(level, &alone);
                assert_eq!(bits(&d_gates), bits(&all_back.0[4 * at.start..4 * at.end]), "{level}: row {row}");
                assert_eq!(bits(&d_c), bits(&all_back.1[at]), "{level}: row {row}");
            }
        }
    }
}

#[test]
fn rnn_backward_is_the_derivative_of_forward() {
    for level in Level::available() {
        for len in 0..=40 {
            let (pre, d_h) = (numbers(len, 5), numbers(len, 6));
            let mut h = pre.clone();
            level.rnn_forward(&mut h);
            let mut d_pre = vec![f32::NAN; len];
            level.rnn_backward(&h, &d_h, &mut d_pre);
            let slope = |(x, d): (f64, f64)| d * derivative(1e-3, |moved| (x + moved).tanh());
            let exact: Vec<f64> = wide(&pre).into_iter().zip(wide(&d_h)).map(slope).collect();
            assert_close("d_pre", &d_pre, &exact, Tolerance { absolute: 5e-7, relative: 0.0 });
        }
    }
}

#[test]
fn levels_that_round_alike_give_the_same_bits() {
    for (rows, hidden) in sizes() {
        let step = Step::new(rows, hidden);
        let agree = levels_agree(|level| {
            let Forward { gates, c, tanh_c, h } = forward(level, &step);
            let (d_gates, d_c) = backward(level, &step);
            [gates, c, tanh_c, h, d_gates, d_c].map(|numbers| bits(&numbers))
        });
        assert!(agree, "{rows} rows, H {hidden}");
    }
}
