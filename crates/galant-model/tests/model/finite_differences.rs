use galant_model::{Cell, DropoutMasks, Initialization, ModelSpec, Reference, Weights};
use galant_testkit::{derivative, relative_error};
use galant_types::{Positions, Seed};

use crate::{SKIP, STREAMS, batch, spec};

/// Compares the gradient of every single number of the network with its finite difference, tensor by tensor.
#[track_caller]
fn check(spec: ModelSpec, positions: Positions, masks: Option<&DropoutMasks>) {
    let weights = Weights::initial(spec, Initialization::Keras, Seed(3)).unwrap();
    let batch = batch(&spec, positions);
    let mut model = Reference::new(&weights);
    // Initial biases are all alike; a network in the midst of training has others.
    model.values_mut().iter_mut().enumerate().for_each(|(i, value)| *value += 0.3 * (i as f64).sin());
    let gradients = model.gradients(&batch, masks).unwrap();
    assert_eq!(gradients.loss, model.loss(&batch, masks).unwrap());
    for tensor in Weights::tensors(weights.spec()) {
        let differences: Vec<f64> = tensor
            .range
            .clone()
            .map(|i| {
                let value = model.values_mut()[i];
                let slope = derivative(1e-3, |h| {
                    model.values_mut()[i] = value + h;
                    model.loss(&batch, masks).unwrap().nats_per_token()
                });
                model.values_mut()[i] = value;
                slope
            })
            .collect();
        let error = relative_error(&gradients.values[tensor.range], &differences);
        assert!(error < 1e-8, "{}: relative error {error:e}", tensor.name);
    }
}

/// With tokens only, with two streams beside them, with embeddings that skip the layers, and with residuals.
fn networks(cell: Cell) -> [ModelSpec; 6] {
    let tokens = spec(cell);
    let [skip, streams] = [SKIP, STREAMS].map(|inputs| ModelSpec { inputs, ..tokens });
    let residual = |spec| ModelSpec { residual: true, ..spec };
    [tokens, residual(tokens), skip, residual(skip), streams, residual(streams)]
}

#[test]
fn gradients_of_an_lstm_are_its_finite_differences() {
    for spec in networks(Cell::Lstm) {
        check(spec, Positions::EveryToken, None);
        check(spec, Positions::LastToken, None);
    }
}

#[test]
fn gradients_of_a_vanilla_rnn_are_its_finite_differences() {
    for spec in networks(Cell::VanillaRnn) {
        check(spec, Positions::EveryToken, None);
        check(spec, Positions::LastToken, None);
    }
}

#[test]
fn gradients_hold_with_dropout_and_with_a_mask_of_positions() {
    let mask = Positions::Mask((0..12).map(|i| i % 5 == 2).collect());
    for spec in [Cell::Lstm, Cell::VanillaRnn].into_iter().flat_map(networks) {
        let masks = DropoutMasks::draw(&spec, 2, 6, Seed(5));
        check(spec, mask.clone(), Some(&masks));
    }
}

#[test]
fn hidden_norms_grow_towards_the_token_predicted() {
    // An orthogonal recurrent matrix behind a tanh never lengthens a gradient on its way back.
    let weights = Weights::initial(spec(Cell::VanillaRnn), Initialization::Keras, Seed(3)).unwrap();
    let gradients =
        Reference::new(&weights).gradients(&batch(&spec(Cell::VanillaRnn), Positions::LastToken), None).unwrap();
    let top = &gradients.hidden_norms[2];
    assert!(top[0] > 0.0, "{top:?}");
    assert!(top.windows(2).all(|pair| pair[0] < pair[1]), "{top:?}");
}
