use galant_model::{Cell, ModelSpec, Reference, StepModel, Weights};
use galant_testkit::{Tolerance, assert_close, relative_error};
use galant_types::{Positions, TokenId};
use serde_json::Value;

use crate::{SKIP, STREAMS, batch, spec};

/// Made by `golden/make_golden_torch.py` with PyTorch 2.13.0.
const GOLDEN: &str = include_str!("golden/torch.json");

/// The weights of the script: 0.7·sin(1.3·i + 0.2), rounded to `f32`.
fn weights(spec: ModelSpec) -> Weights {
    let mut weights = Weights::zeros(spec).unwrap();
    for (i, value) in weights.values_mut().iter_mut().enumerate() {
        *value = (0.7 * (1.3 * i as f64 + 0.2).sin()) as f32;
    }
    weights
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

#[track_caller]
fn check(name: &str, spec: ModelSpec) {
    let golden: Value = serde_json::from_str(GOLDEN).unwrap();
    let golden = &golden[name];
    let weights = weights(spec);
    assert_eq!(golden["n_parameters"], weights.values().len());
    check_logits(&weights, &numbers(&golden["logits"]));
    for (positions, name) in [(Positions::EveryToken, "every_token"), (Positions::LastToken, "last_token")] {
        let gradients = Reference::new(&weights).gradients(&batch(&spec, positions), None).unwrap();
        let loss = golden[name]["loss"].as_f64().unwrap();
        assert_close(name, &[gradients.loss.nats_per_token()], &[loss], Tolerance { absolute: 0.0, relative: 1e-12 });
        for tensor in Weights::tensors(weights.spec()) {
            let expected = numbers(&golden[name]["gradients"][&tensor.name]);
            let error = relative_error(&gradients.values[tensor.range], &expected);
            assert!(error < 1e-12, "{name}, {}: relative error {error:e}", tensor.name);
        }
    }
}

/// Steps through both windows and compares the logits after each token.
fn check_logits(weights: &Weights, expected: &[f64]) {
    let (model, batch) = (Reference::new(weights), batch(weights.spec(), Positions::EveryToken));
    let mut logits = Vec::new();
    for window in 0..batch.n_windows() {
        let mut state = model.zero_state();
        for step in 0..batch.n_steps() {
            let at = window * batch.n_steps() + step;
            let inputs: Vec<TokenId> = batch.all_inputs().iter().map(|values| values[at]).collect();
            let mut of_step = vec![0.0_f32; model.vocab_size()];
            model.step(&inputs, &mut state, &mut of_step).unwrap();
            logits.extend(of_step);
        }
    }
    assert_close("logits", &logits, expected, Tolerance { absolute: 1e-7, relative: 1e-6 });
}

#[test]
fn an_lstm_computes_what_pytorch_computes() {
    check("lstm", spec(Cell::Lstm));
}

#[test]
fn a_vanilla_rnn_computes_what_pytorch_computes() {
    check("rnn", spec(Cell::VanillaRnn));
}

#[test]
fn layers_that_add_their_input_compute_what_pytorch_computes() {
    check("lstm_residual", ModelSpec { residual: true, ..spec(Cell::Lstm) });
    check("rnn_residual", ModelSpec { residual: true, ..spec(Cell::VanillaRnn) });
}

#[test]
fn streams_and_embeddings_that_skip_the_layers_compute_what_pytorch_computes() {
    for (cell, name) in [(Cell::Lstm, "lstm"), (Cell::VanillaRnn, "rnn")] {
        check(&format!("{name}_skip"), ModelSpec { inputs: SKIP, ..spec(cell) });
        check(&format!("{name}_streams_residual"), ModelSpec { inputs: STREAMS, residual: true, ..spec(cell) });
    }
}
