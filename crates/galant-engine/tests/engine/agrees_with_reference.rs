use galant_engine::Generator;
use galant_model::{DropoutMasks, ModelSpec, Optimizer, Reference, StepModel, Trainable, Weights};
use galant_testkit::{Tolerance, assert_close, relative_error};
use galant_types::{Batch, Positions, Seed};

use crate::{LSTM, NETWORKS, SKIP, STREAMS, batch, engine, inputs, weights, with_streams};

/// Compares loss and every gradient tensor of a batch, with and without dropout.
#[track_caller]
fn check(network: ModelSpec, batch: &Batch) {
    let (weights, batch) = (weights(network), &with_streams(&network, batch));
    let reference = Reference::new(&weights);
    let masks = DropoutMasks::draw(&network, batch.n_windows(), batch.n_steps(), Seed(9));
    for (masks, seed) in [(None, None), (Some(&masks), Some(Seed(9)))] {
        let expected = reference.gradients(batch, masks).unwrap();
        let (loss, gradients) = engine(weights.clone(), Optimizer::adam(1e-3), 2).gradients(batch, seed).unwrap();
        assert_eq!(loss.n_tokens, expected.loss.n_tokens);
        assert_close("loss", &[loss.nats], &[expected.loss.nats], Tolerance { absolute: 0.0, relative: 1e-6 });
        for tensor in Weights::tensors(&network) {
            let error = relative_error(&gradients.values()[tensor.range.clone()], &expected.values[tensor.range]);
            assert!(error < 2e-6, "{network:?}, dropout {}, {}: relative error {error:e}", seed.is_some(), tensor.name);
        }
    }
}

#[test]
fn gradients_at_every_token() {
    for network in NETWORKS {
        check(network, &batch(3, 11, Positions::EveryToken));
    }
}

#[test]
fn gradients_at_the_last_token() {
    for network in NETWORKS {
        check(network, &batch(4, 9, Positions::LastToken));
        check(network, &batch(1, 1, Positions::LastToken));
    }
}

#[test]
fn gradients_at_marked_tokens_of_more_windows_than_lanes_hold_at_once() {
    let mask = (0..83 * 6).map(|i| i % 5 == 2 || i > 400).collect();
    let batch = batch(83, 6, Positions::Mask(mask));
    check(LSTM, &batch);
    check(STREAMS, &batch);
}

#[test]
fn gradients_of_more_gates_than_are_summed_at_once() {
    check(ModelSpec { hidden_size: 70, n_layers: 1, ..STREAMS }, &batch(3, 11, Positions::EveryToken));
}

#[test]
fn evaluation_reads_rows_longer_than_a_block_of_steps() {
    for network in NETWORKS {
        let weights = weights(network);
        for batch in [batch(11, 150, Positions::EveryToken), batch(3, 64, Positions::LastToken)] {
            let batch = with_streams(&network, &batch);
            let expected = Reference::new(&weights).loss(&batch, None).unwrap();
            let loss = engine(weights.clone(), Optimizer::adam(1e-3), 2).evaluate(&batch).unwrap();
            assert_eq!(loss.n_tokens, expected.n_tokens);
            assert_close("loss", &[loss.nats], &[expected.nats], Tolerance { absolute: 0.0, relative: 1e-6 });
        }
    }
}

#[test]
fn the_generator_gives_the_logits_of_the_reference() {
    for network in NETWORKS {
        let weights = weights(network);
        let (reference, generator) = (Reference::new(&weights), Generator::new(weights));
        let (mut slow, mut fast) = (reference.zero_state(), generator.zero_state());
        let (mut expected, mut logits) = (vec![0.0; 29], vec![0.0; 29]);
        for i in 0..200 {
            let inputs = inputs(&network, i);
            reference.step(&inputs, &mut slow, &mut expected).unwrap();
            generator.step(&inputs, &mut fast, &mut logits).unwrap();
            assert_close("logits", &logits, &expected, Tolerance { absolute: 1e-5, relative: 1e-5 });
        }
    }
}

/// Twenty updates by the papers' formulas in `f64` at a changing rate, with gradients of the reference, and by the engine.
#[track_caller]
fn check_updates(network: ModelSpec, optimizer: Optimizer) {
    let weights = weights(network);
    let batch = with_streams(&network, &batch(9, 7, Positions::EveryToken));
    let mut engine = engine(weights.clone(), optimizer, 2);
    let mut reference = Reference::new(&weights);
    let n = weights.values().len();
    let (mut m, mut v) = (vec![0.0; n], vec![0.0; n]);
    for update in 1..=20 {
        let rate_factor = [1.0, 0.25, 1.5][update as usize % 3];
        let masks = DropoutMasks::draw(weights.spec(), 9, 7, Seed(update));
        let gradients = reference.gradients(&batch, Some(&masks)).unwrap().values;
        let norm = gradients.iter().map(|g| g * g).sum::<f64>().sqrt();
        let factor = (1.0 / (norm + 1e-6)).min(1.0);
        for (i, value) in reference.values_mut().iter_mut().enumerate() {
            let g = factor * gradients[i];
            *value -= rate_factor
                * match optimizer {
                    Optimizer::Adam(adam) => {
                        m[i] = adam.beta1 * m[i] + (1.0 - adam.beta1) * g;
                        v[i] = adam.beta2 * v[i] + (1.0 - adam.beta2) * g * g;
                        let m_hat = m[i] / (1.0 - adam.beta1.powi(update as i32));
                        let v_hat: f64 = v[i] / (1.0 - adam.beta2.powi(update as i32));
                        adam.learning_rate * m_hat / (v_hat.sqrt() + adam.epsilon)
                    }
                    Optimizer::RmsProp(rms_prop) => {
                        v[i] = rms_prop.rho * v[i] + (1.0 - rms_prop.rho) * g * g;
                        rms_prop.learning_rate * g / (v[i] + rms_prop.epsilon).sqrt()
                    }
                };
        }
        engine.train_batch(&batch, Seed(update), rate_factor).unwrap();
    }
    let trained = engine.weights().unwrap();
    assert_close("weights", trained.values(), reference.values_mut(), Tolerance { absolute: 1e-4, relative: 0.0 });
    let moved = relative_error(weights.values(), reference.values_mut());
    assert!(moved > 0.01, "the weights hardly moved: {moved}");
}

#[test]
fn updates_with_clipping_and_dropout_follow_the_papers() {
    for network in [LSTM, STREAMS, SKIP] {
        check_updates(network, Optimizer::adam(2e-3));
        check_updates(network, Optimizer::rms_prop(1e-3));
    }
}
