use galant_kernels::{AdamStep, Level, RmspropStep};
use galant_testkit::{Tolerance, assert_close};
use serde_json::Value;

use crate::numbers::{LENGTHS, bits, numbers};

/// Made by `optimizers.py` next to it.
fn golden() -> Value {
    serde_json::from_str(include_str!("../golden/optimizers.json")).unwrap()
}

fn floats(value: &Value) -> Vec<f32> {
    value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap() as f32).collect()
}

/// Runs `update` over the golden gradients, halved and doubled again by the scale, and compares after each step.
#[track_caller]
fn check_golden(optimizer: &str, mut update: impl FnMut(u64, f32, &mut [f32], &[f32])) {
    let golden = golden();
    let mut weights = floats(&golden["start"]);
    for (i, gradients) in golden["gradients"].as_array().unwrap().iter().enumerate() {
        let halved: Vec<f32> = floats(gradients).iter().map(|g| g / 2.0).collect();
        update(i as u64 + 1, 2.0, &mut weights, &halved);
        let expected = floats(&golden[optimizer]["weights"][i]);
        let what = format!("{optimizer} after step {}", i + 1);
        assert_close(&what, &weights[..7], &expected[..7], Tolerance { absolute: 1e-7, relative: 1e-6 });
        // The eighth weight is tiny throughout; nothing absolute may excuse it.
        assert_close(&what, &weights[7..], &expected[7..], Tolerance { absolute: 0.0, relative: 1e-5 });
    }
}

fn setting(settings: &Value, name: &str) -> f64 {
    settings[name].as_f64().unwrap()
}

#[test]
fn adam_follows_pytorch() {
    let settings = &golden()["adam"];
    for level in Level::available() {
        let (mut m, mut v) = ([0.0; 8], [0.0; 8]);
        check_golden("adam", |step, scale, weights, gradients| {
            let settings = AdamStep {
                learning_rate: setting(settings, "learning_rate"),
                beta1: setting(settings, "beta1"),
                beta2: setting(settings, "beta2"),
                epsilon: setting(settings, "epsilon"),
                step,
            };
            level.adam(&settings, scale, weights, gradients, &mut m, &mut v);
        });
    }
}

#[test]
fn rmsprop_follows_keras() {
    let settings = &golden()["rmsprop"];
    for level in Level::available() {
        let mut mean_square = [0.0; 8];
        check_golden("rmsprop", |_, scale, weights, gradients| {
            let settings = RmspropStep {
                learning_rate: setting(settings, "learning_rate"),
                rho: setting(settings, "rho"),
                epsilon: setting(settings, "epsilon"),
            };
            level.rmsprop(&settings, scale, weights, gradients, &mut mean_square);
        });
    }
}

const ADAM: AdamStep = AdamStep { learning_rate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 1 };
const RMSPROP: RmspropStep = RmspropStep { learning_rate: 0.1, rho: 0.9, epsilon: 1e-7 };

#[test]
fn the_first_step_of_adam_moves_by_the_learning_rate() {
    for level in Level::available() {
        let mut weights = [1.0, 1.0, 1.0];
        level.adam(&ADAM, 1.0, &mut weights, &[5.0, -0.01, 0.0], &mut [0.0; 3], &mut [0.0; 3]);
        assert_close("weights", &weights, &[0.9, 1.1, 1.0], Tolerance { absolute: 1e-6, relative: 0.0 });
    }
}

#[test]
fn adam_still_moves_after_more_steps_than_i32_counts() {
    for level in Level::available() {
        let mut weights = [1.0];
        let late = AdamStep { step: u64::MAX, ..ADAM };
        level.adam(&late, 1.0, &mut weights, &[0.0], &mut [2.0], &mut [4.0]);
        assert_close(
            "weight",
            &weights,
            &[1.0 - 0.1 * 1.8 / 3.996_f64.sqrt()],
            Tolerance { absolute: 1e-6, relative: 0.0 },
        );
    }
}

#[test]
fn every_level_and_length_gives_the_same_bits() {
    let run = |level: Level, range: std::ops::Range<usize>| {
        let state = |seed: u64| numbers(100, seed)[range.clone()].to_vec();
        let squares = |seed: u64| state(seed).iter().map(|x| x * x).collect::<Vec<f32>>();
        let (mut weights, gradients, mut m, mut v) = (state(1), state(2), state(3), squares(4));
        let mut mean_square = squares(5);
        level.adam(&AdamStep { step: 7, ..ADAM }, 0.3, &mut weights, &gradients, &mut m, &mut v);
        level.rmsprop(&RMSPROP, 0.3, &mut weights, &gradients, &mut mean_square);
        [bits(&weights), bits(&m), bits(&v), bits(&mean_square)]
    };
    let all = run(Level::Scalar, 0..100);
    for level in Level::available() {
        for len in LENGTHS {
            let part = run(level, 3..3 + len);
            for (part, all) in part.iter().zip(&all) {
                assert_eq!(part[..], all[3..3 + len], "{level}, {len} elements");
            }
        }
    }
}
