use galant_engine_torch::{Placement, TorchGenerator};
use galant_model::{DropoutMasks, Optimizer, Reference, StepModel, Trainable, Weights};
use galant_testkit::{Tolerance, assert_close, relative_error};
use galant_types::{Positions, Seed};

use crate::{NETWORKS, batch, batches, engine, inputs, weights, with_streams};

const LOSS: Tolerance = Tolerance { absolute: 0.0, relative: 1e-6 };

#[test]
fn losses_and_gradients_of_every_tensor_with_and_without_dropout() {
    for network in NETWORKS {
        let weights = weights(network);
        let reference = Reference::new(&weights);
        for batch in batches(&network) {
            let masks = DropoutMasks::draw(&network, batch.n_windows(), batch.n_steps(), Seed(9));
            for (masks, seed) in [(None, None), (Some(&masks), Some(Seed(9)))] {
                let expected = reference.gradients(&batch, masks).unwrap();
                let (loss, gradients) = engine(&weights, Optimizer::adam(1e-3)).gradients(&batch, seed).unwrap();
                assert_eq!(loss.n_tokens, expected.loss.n_tokens);
                assert_close("loss", &[loss.nats], &[expected.loss.nats], LOSS);
                for tensor in Weights::tensors(&network) {
                    let (name, range) = (tensor.name, tensor.range);
                    let error = relative_error(&gradients.values()[range.clone()], &expected.values[range]);
                    assert!(error < 5e-6, "{network:?}, dropout {}, {name}: relative error {error:e}", seed.is_some());
                }
            }
        }
    }
}

#[test]
fn evaluation_reads_rows_longer_than_a_block_of_steps() {
    for network in NETWORKS {
        let weights = weights(network);
        for batch in [batch(11, 150, Positions::EveryToken), batch(3, 64, Positions::LastToken)] {
            let batch = with_streams(&network, &batch);
            let expected = Reference::new(&weights).loss(&batch, None).unwrap();
            let loss = engine(&weights, Optimizer::adam(1e-3)).evaluate(&batch).unwrap();
            assert_eq!(loss.n_tokens, expected.n_tokens);
            assert_close("loss", &[loss.nats], &[expected.nats], LOSS);
        }
    }
}

#[test]
fn the_generator_gives_the_logits_of_the_reference_to_states_alone_and_together() {
    for network in NETWORKS {
        let weights = weights(network);
        let (reference, generator) =
            (Reference::new(&weights), TorchGenerator::new(&weights, Placement::cpu(1)).unwrap());
        let mut slow = [reference.zero_state(), reference.zero_state()];
        let mut alone = [generator.zero_state(), generator.zero_state()];
        let mut together = alone.clone();
        let mut logits = vec![0.0; 2 * 29];
        for i in 0..100 {
            let inputs = [inputs(&network, i), inputs(&network, 3 * i + 1)];
            let mut expected = vec![0.0; 2 * 29];
            for (number, expected) in expected.chunks_mut(29).enumerate() {
                reference.step(&inputs[number], &mut slow[number], expected).unwrap();
                generator.step(&inputs[number], &mut alone[number], &mut logits[..29]).unwrap();
                assert_close("logits", &logits[..29], expected, Tolerance { absolute: 1e-5, relative: 0.0 });
            }
            generator.step_each(&inputs.concat(), &mut together.iter_mut().collect::<Vec<_>>(), &mut logits).unwrap();
            assert_close("logits", &logits, &expected, Tolerance { absolute: 1e-5, relative: 0.0 });
        }
    }
}
