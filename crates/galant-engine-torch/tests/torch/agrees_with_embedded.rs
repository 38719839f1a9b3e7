use galant_engine::{Engine, EngineConfig, Generator};
use galant_engine_torch::{Placement, TorchGenerator};
use galant_model::{Cell, Initialization, Inputs, ModelSpec, Optimizer, StepModel, Trainable, Weights};
use galant_testkit::{Tolerance, assert_close, relative_error};
use galant_types::{Batch, Positions, Seed, TokenId};

use crate::{NETWORKS, batch, batches, engine, weights, with_streams};

fn embedded(weights: &Weights, optimizer: Optimizer) -> Engine {
    Engine::new(weights.clone(), EngineConfig { optimizer, clip_norm: Some(1.0), threads: 2 }).unwrap()
}

#[test]
fn losses_and_gradients_of_every_tensor() {
    for network in NETWORKS {
        let weights = weights(network);
        for batch in batches(&network) {
            for dropout in [None, Some(Seed(5))] {
                let (expected_loss, expected) =
                    embedded(&weights, Optimizer::adam(1e-3)).gradients(&batch, dropout).unwrap();
                let (loss, gradients) = engine(&weights, Optimizer::adam(1e-3)).gradients(&batch, dropout).unwrap();
                let tolerance = Tolerance { absolute: 0.0, relative: 1e-6 };
                assert_close("loss", &[loss.nats], &[expected_loss.nats], tolerance);
                for tensor in Weights::tensors(weights.spec()) {
                    let (name, range) = (tensor.name, tensor.range);
                    let error = relative_error(&gradients.values()[range.clone()], &expected.values()[range]);
                    assert!(error < 1e-5, "{network:?}, {name}: relative error {error:e}");
                }
            }
        }
    }
}

/// The sizes of the lecture's one-song network, except for the vocabulary.
#[test]
fn logits_of_a_large_network() {
    let spec = ModelSpec {
        cell: Cell::Lstm,
        inputs: Inputs::tokens(500, 128),
        hidden_size: 128,
        n_layers: 3,
        dropout: 0.0,
        residual: false,
    };
    let weights = Weights::initial(spec, Initialization::NormalEmbedding, Seed(1)).unwrap();
    let torch = TorchGenerator::new(&weights, Placement::cpu(2)).unwrap();
    let embedded = Generator::new(weights);
    let (mut state, mut expected_state) = (torch.zero_state(), embedded.zero_state());
    let (mut logits, mut expected) = (vec![0.0; 500], vec![0.0; 500]);
    for i in 0..64_u32 {
        torch.step(&[TokenId(i * 31 % 500)], &mut state, &mut logits).unwrap();
        embedded.step(&[TokenId(i * 31 % 500)], &mut expected_state, &mut expected).unwrap();
        assert_close("logits", &logits, &expected, Tolerance { absolute: 1e-5, relative: 0.0 });
    }
}

/// Trains both engines on the same batches and compares their weights.
#[track_caller]
fn check_steps(weights: &Weights, optimizer: Optimizer, batch: &Batch) {
    let (mut torch, mut embedded) = (engine(weights, optimizer), embedded(weights, optimizer));
    for step in 0..20 {
        let loss = torch.train_batch(batch, Seed(step), 1.0).unwrap();
        let expected = embedded.train_batch(batch, Seed(step), 1.0).unwrap();
        assert_close("loss", &[loss.nats], &[expected.nats], Tolerance { absolute: 0.0, relative: 1e-5 });
    }
    let (trained, expected) = (torch.weights().unwrap(), embedded.weights().unwrap());
    assert_close("weights", trained.values(), expected.values(), Tolerance { absolute: 1e-4, relative: 0.0 });
    let moved = relative_error(weights.values(), trained.values());
    assert!(moved > 0.01, "the weights hardly moved: {moved}");
    let (loss, expected) = (torch.evaluate(batch).unwrap(), embedded.evaluate(batch).unwrap());
    assert_close("loss", &[loss.nats], &[expected.nats], Tolerance { absolute: 0.0, relative: 1e-5 });
}

#[test]
fn twenty_steps_with_and_without_dropout() {
    for network in NETWORKS {
        for optimizer in [Optimizer::rms_prop(1e-3), Optimizer::adam(2e-3)] {
            for dropout in [0.0, 0.3] {
                let weights = weights(network);
                let spec = ModelSpec { dropout, ..*weights.spec() };
                let weights = Weights::from_values(spec, weights.values().to_vec()).unwrap();
                check_steps(&weights, optimizer, &with_streams(&network, &batch(9, 7, Positions::EveryToken)));
            }
        }
    }
}
