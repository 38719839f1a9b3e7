use galant_engine::Generator;
use galant_model::{Optimizer, StepModel, Trainable, Weights};
use galant_types::{Positions, Seed, TokenId};

use crate::{LSTM, NETWORKS, STREAMS, batch, engine, inputs, weights, with_streams};

#[test]
fn threads_do_not_change_a_bit() {
    for (network, optimizer) in
        [(LSTM, Optimizer::adam(1e-3)), (LSTM, Optimizer::rms_prop(1e-3)), (STREAMS, Optimizer::adam(1e-3))]
    {
        let train = |threads| {
            let mut engine = engine(weights(network), optimizer, threads);
            let losses: Vec<u64> = (0..4)
                .map(|step| {
                    // The last batch of an epoch is smaller.
                    let batch = batch(if step == 3 { 21 } else { 40 }, 12, Positions::EveryToken);
                    engine.train_batch(&with_streams(&network, &batch), Seed(step), 1.0).unwrap().nats.to_bits()
                })
                .collect();
            let batch = with_streams(&network, &batch(30, 70, Positions::LastToken));
            let evaluated = engine.evaluate(&batch).unwrap().nats.to_bits();
            let bits: Vec<u32> = engine.weights().unwrap().values().iter().map(|value| value.to_bits()).collect();
            (losses, evaluated, bits)
        };
        let one = train(1);
        for threads in 2..=16 {
            assert!(train(threads) == one, "{threads} threads");
        }
    }
}

#[test]
fn a_restored_engine_continues_bit_for_bit() {
    for optimizer in [Optimizer::adam(1e-3), Optimizer::rms_prop(1e-3)] {
        let batch = batch(20, 10, Positions::EveryToken);
        let mut whole = engine(weights(LSTM), optimizer, 2);
        for step in 0..3 {
            whole.train_batch(&batch, Seed(step), 1.0).unwrap();
        }
        let mut resumed = engine(Weights::zeros(LSTM).unwrap(), optimizer, 1);
        resumed.restore(&whole.training_state().unwrap()).unwrap();
        for step in 3..6 {
            whole.train_batch(&batch, Seed(step), 1.0).unwrap();
            resumed.train_batch(&batch, Seed(step), 1.0).unwrap();
        }
        assert_eq!(whole.training_state().unwrap(), resumed.training_state().unwrap());
    }
}

#[test]
fn states_stepped_together_have_the_bits_of_states_stepped_alone() {
    for network in NETWORKS {
        let generator = Generator::new(weights(network));
        for n_states in [0, 1, 2, 5, 9] {
            let mut alone: Vec<_> = (0..n_states).map(|_| generator.zero_state()).collect();
            let mut together = alone.clone();
            for step in 0..7 {
                let inputs: Vec<Vec<TokenId>> =
                    (0..n_states).map(|state| inputs(&network, state * 5 + step * 3)).collect();
                let mut expected = vec![0.0; inputs.len() * 29];
                for ((inputs, state), logits) in inputs.iter().zip(&mut alone).zip(expected.chunks_mut(29)) {
                    generator.step(inputs, state, logits).unwrap();
                }
                let mut logits = vec![f32::NAN; expected.len()];
                generator
                    .step_each(&inputs.concat(), &mut together.iter_mut().collect::<Vec<_>>(), &mut logits)
                    .unwrap();
                let bits = |logits: &[f32]| logits.iter().map(|logit| logit.to_bits()).collect::<Vec<_>>();
                assert_eq!(bits(&logits), bits(&expected), "{network:?}, {n_states} states, step {step}");
            }
        }
    }
}
