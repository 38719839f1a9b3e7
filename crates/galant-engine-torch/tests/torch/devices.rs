use galant_engine_torch::{Device, Placement, Precision, TorchConfig, TorchEngine};
use galant_model::{Optimizer, Trainable};
use galant_testkit::{Tolerance, assert_close};
use galant_types::{Positions, Seed};

use crate::{LSTM, batch, config, engine, weights, with_streams};

/// Trains a little on a placement and on the CPU in full precision, and compares the losses.
#[track_caller]
fn check(placement: Placement, tolerance: Tolerance) {
    for network in crate::NETWORKS {
        let config = TorchConfig { placement, ..config(Optimizer::adam(3e-3)) };
        let mut elsewhere = TorchEngine::new(&weights(network), config).unwrap();
        let mut here = engine(&weights(network), Optimizer::adam(3e-3));
        let batch = with_streams(&network, &batch(8, 12, Positions::EveryToken));
        let before = here.evaluate(&batch).unwrap().nats_per_token();
        for step in 0..30 {
            let loss = elsewhere.train_batch(&batch, Seed(step), 1.0).unwrap().nats_per_token();
            let expected = here.train_batch(&batch, Seed(step), 1.0).unwrap().nats_per_token();
            assert_close("loss", &[loss], &[expected], tolerance);
        }
        let (after, expected) = (elsewhere.evaluate(&batch).unwrap(), here.evaluate(&batch).unwrap());
        assert_close("loss", &[after.nats_per_token()], &[expected.nats_per_token()], tolerance);
        assert!(after.nats_per_token() < before - 0.1, "nothing was learned: {before}, then {after:?}");
    }
}

#[test]
fn bf16_learns_nearly_the_same() {
    let placement = Placement { precision: Precision::Bf16, ..Placement::cpu(1) };
    check(placement, Tolerance { absolute: 0.05, relative: 0.0 });
    // And not the very same: matrices were multiplied in another precision.
    let batch = batch(3, 5, Positions::EveryToken);
    let config = TorchConfig { placement, ..config(Optimizer::adam(3e-3)) };
    let rounded = TorchEngine::new(&weights(LSTM), config).unwrap().evaluate(&batch).unwrap();
    assert_ne!(rounded, engine(&weights(LSTM), config.optimizer).evaluate(&batch).unwrap());
}

#[test]
fn a_cuda_device_learns_the_same() {
    if Device::Cuda(0).check().is_err() {
        println!("skipped: no CUDA device");
        return;
    }
    let placement = Placement { device: Device::Cuda(0), ..Placement::cpu(1) };
    check(placement, Tolerance { absolute: 5e-3, relative: 0.0 });
    check(Placement { precision: Precision::Bf16, ..placement }, Tolerance { absolute: 0.05, relative: 0.0 });
}

#[test]
fn the_best_device_is_available() {
    assert_eq!(Device::best().check(), Ok(()));
}
