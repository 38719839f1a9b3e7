use galant_engine::{Engine, EngineConfig};
use galant_model::{Optimizer, Trainable, TrainingState, Weights};
use galant_testkit::{Tolerance, assert_close};
use galant_types::{Positions, Seed};

use crate::{LSTM, batch, config, engine, weights};

const OPTIMIZERS: [Optimizer; 2] = [
    Optimizer::Adam(galant_model::Adam { learning_rate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }),
    Optimizer::RmsProp(galant_model::RmsProp { learning_rate: 1e-3, rho: 0.9, epsilon: 1e-7 }),
];

fn steps<T: Trainable>(engine: &mut T, steps: std::ops::Range<u64>) -> TrainingState {
    let batch = batch(20, 10, Positions::EveryToken);
    for step in steps {
        engine.train_batch(&batch, Seed(step), 1.0).unwrap();
    }
    engine.training_state().unwrap()
}

#[test]
fn a_restored_engine_continues_bit_for_bit() {
    for optimizer in OPTIMIZERS {
        let mut whole = engine(&weights(LSTM), optimizer);
        let halfway = steps(&mut whole, 0..3);
        let expected = steps(&mut whole, 3..6);
        let mut resumed = engine(&Weights::zeros(LSTM).unwrap(), optimizer);
        resumed.restore(&halfway).unwrap();
        assert_eq!(resumed.training_state().unwrap(), halfway);
        assert_eq!(steps(&mut resumed, 3..6), expected);
    }
}

#[test]
fn equal_trainings_give_equal_bits() {
    let train = || steps(&mut engine(&weights(LSTM), OPTIMIZERS[0]), 0..4);
    assert_eq!(train(), train());
}

#[test]
fn either_engine_continues_from_the_others_snapshot() {
    for optimizer in OPTIMIZERS {
        let config = EngineConfig { optimizer, clip_norm: Some(1.0), threads: 2 };
        let mut embedded = Engine::new(weights(LSTM), config).unwrap();
        let mut torch = engine(&weights(LSTM), optimizer);
        let (of_embedded, of_torch) = (steps(&mut embedded, 0..3), steps(&mut torch, 0..3));
        let expected = steps(&mut embedded, 3..6);

        torch.restore(&of_embedded).unwrap();
        embedded.restore(&of_torch).unwrap();
        for state in [steps(&mut torch, 3..6), steps(&mut embedded, 3..6)] {
            assert_eq!(state.n_updates, 6);
            let tolerance = Tolerance { absolute: 1e-4, relative: 0.0 };
            assert_close("weights", state.weights.values(), expected.weights.values(), tolerance);
            assert_close("first moment", &state.first_moment, &expected.first_moment, tolerance);
            assert_close("second moment", &state.second_moment, &expected.second_moment, tolerance);
        }
    }
}

#[test]
fn weights_go_in_and_come_out_with_their_bits() {
    let weights = weights(LSTM);
    let engine = galant_engine_torch::TorchEngine::new(&weights, config(OPTIMIZERS[0])).unwrap();
    assert_eq!(engine.weights().unwrap(), weights);
}
