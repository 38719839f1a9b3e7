use galant_kernels::Level;
use galant_testkit::{Tolerance, assert_close};

use crate::numbers::{LENGTHS, bits, levels_agree, numbers, wide};

const TOLERANCE: Tolerance = Tolerance { absolute: 1e-9, relative: 3e-7 };

fn logits(len: usize) -> Vec<f32> {
    numbers(len, 1).iter().map(|x| 20.0 * x).collect()
}

/// The probabilities and ln Σ eˣ, in f64.
fn exact_softmax(logits: &[f32]) -> (Vec<f64>, f64) {
    let sum: f64 = wide(logits).iter().map(|x| x.exp()).sum();
    (wide(logits).iter().map(|x| x.exp() / sum).collect(), sum.ln())
}

#[test]
fn softmax_gives_the_probabilities() {
    for level in Level::available() {
        for len in LENGTHS.chain([750]) {
            let mut x = logits(len);
            let (expected, _) = exact_softmax(&x);
            level.softmax(&mut x);
            assert_close("softmax", &x, &expected, TOLERANCE);
        }
    }
}

#[test]
fn cross_entropy_is_the_negative_logarithm_and_its_gradient_softmax_less_one_hot() {
    for level in Level::available() {
        for len in LENGTHS.skip(1).chain([750]) {
            let target = len * 2 / 3;
            let mut x = logits(len);
            let (probabilities, log_sum) = exact_softmax(&x);
            let expected_loss = log_sum - f64::from(x[target]);
            let loss = level.softmax_cross_entropy(&mut x, target, 0.25);
            assert_close("loss", &[loss], &[expected_loss], Tolerance { absolute: 2e-7, relative: 1e-7 });
            let one_hot = |i| if i == target { 1.0 } else { 0.0 };
            let expected: Vec<f64> = (0..len).map(|i| 0.25 * (probabilities[i] - one_hot(i))).collect();
            assert_close("gradient", &x, &expected, Tolerance { absolute: 5e-8, relative: 3e-7 });
        }
    }
}

#[test]
fn large_and_infinite_logits_do_not_overflow() {
    for level in Level::available() {
        let mut x = [1e38, -1e38, f32::NEG_INFINITY, 1e38];
        level.softmax(&mut x);
        assert_eq!(x, [0.5, 0.0, 0.0, 0.5], "{level}");
        let mut x = [3e38, -3e38];
        let loss = level.softmax_cross_entropy(&mut x, 1, 1.0);
        assert!((loss - 6e38).abs() < 1e32, "{level}: loss {loss:e}");
        assert_eq!(x, [1.0, -1.0], "{level}");
    }
}

#[test]
fn a_row_without_a_maximum_is_nan_throughout() {
    for level in Level::available() {
        let with = |odd: f32| {
            let mut x = logits(37);
            x[20] = odd;
            x
        };
        for mut x in [with(f32::NAN), with(f32::INFINITY), vec![f32::NEG_INFINITY; 37]] {
            assert!(level.softmax_cross_entropy(&mut x.clone(), 3, 1.0).is_nan(), "{level}");
            level.softmax(&mut x);
            assert!(x.iter().all(|x| x.is_nan()), "{level}: {x:?}");
        }
    }
}

#[test]
fn levels_that_round_alike_give_the_same_bits() {
    for len in LENGTHS.skip(1).chain([750]) {
        let agree = levels_agree(|level| {
            let (mut probabilities, mut gradient) = (logits(len), logits(len));
            level.softmax(&mut probabilities);
            let loss = level.softmax_cross_entropy(&mut gradient, len / 2, 0.25);
            (bits(&probabilities), bits(&gradient), loss.to_bits())
        });
        assert!(agree, "{len} logits");
    }
}
