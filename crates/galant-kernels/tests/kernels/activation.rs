use galant_kernels::Level;

use crate::numbers::{LENGTHS, bits, levels_agree, numbers};

type Kernel = fn(Level, &mut [f32]);
type Exact = fn(f64) -> f64;

const EXP: Kernel = |level, x| level.exp(x);
const SIGMOID: Kernel = |level, x| level.sigmoid(x);
const TANH: Kernel = |level, x| level.tanh(x);

/// Each form is exact in f64 where the other one loses digits.
fn exact_sigmoid(x: f64) -> f64 {
    if x < 0.0 { x.exp() / (1.0 + x.exp()) } else { 1.0 / (1.0 + (-x).exp()) }
}

/// The distance of `actual` from `exact` in units of the last place that an f32 of the size of `exact` has.
fn units_off(actual: f32, exact: f64) -> f64 {
    let rounded = exact as f32;
    if rounded.is_infinite() || actual.is_infinite() {
        // A result just below the overflow may round up to infinity.
        let edge = f64::from(f32::MAX);
        return if actual == rounded { 0.0 } else { (f64::from(actual).min(edge) - exact.min(edge)).abs() / 2e31 };
    }
    let above = f32::from_bits(rounded.abs().to_bits() + 1);
    let unit = f64::from(above) - f64::from(rounded.abs());
    (f64::from(actual) - exact).abs() / unit
}

/// Every 499th float from −∞ to ∞, and the numbers around which a kernel changes its method.
fn all_over_the_range() -> Vec<f32> {
    let bounds =
        [0.0, 0.346_573_6, 1.0, 9.01, 9.02, 17.3, 87.3, 88.722_84, 88.73, 88.9, 103.97, 104.0, 104.5, f32::MAX];
    let bounds =
        bounds.into_iter().flat_map(|x: f32| [x.next_down(), x, x.next_up(), -x.next_down(), -x, -x.next_up()]);
    (0..=f32::INFINITY.to_bits()).step_by(499).map(f32::from_bits).flat_map(|x| [x, -x]).chain(bounds).collect()
}

#[track_caller]
fn check_over_the_range(kernel: Kernel, exact: Exact, bound: f64, zero_below: f64) {
    let x = all_over_the_range();
    for level in Level::available() {
        let mut y = x.clone();
        kernel(level, &mut y);
        for (&x, &y) in x.iter().zip(&y).filter(|(x, _)| !x.is_nan()) {
            let exact = exact(f64::from(x));
            if y == 0.0 && exact.abs() < zero_below {
                continue;
            }
            let off = units_off(y, exact);
            assert!(off <= bound, "{level}: at {x:e} expected {exact:e}, got {y:e}, {off} units off, allowed {bound}");
        }
    }
}

#[test]
fn exp_stays_within_its_bound_over_the_entire_range() {
    check_over_the_range(EXP, f64::exp, 1.1, 0.0);
}

#[test]
fn sigmoid_stays_within_its_bound_over_the_entire_range() {
    check_over_the_range(SIGMOID, exact_sigmoid, 2.5, 1.2e-38);
}

#[test]
fn tanh_stays_within_its_bound_over_the_entire_range() {
    check_over_the_range(TANH, f64::tanh, 2.8, 0.0);
}

#[test]
fn special_numbers_have_their_limits() {
    let inf = f32::INFINITY;
    for level in Level::available() {
        for (kernel, expected) in [
            (EXP, [1.0, 1.0, inf, 0.0, inf, 0.0]),
            (SIGMOID, [0.5, 0.5, 1.0, 0.0, 1.0, 0.0]),
            (TANH, [0.0, -0.0, 1.0, -1.0, 1.0, -1.0]),
        ] {
            let mut x = [0.0, -0.0, inf, -inf, f32::MAX, f32::MIN];
            kernel(level, &mut x);
            assert_eq!(bits(&x), bits(&expected), "{level}: expected {expected:?}, got {x:?}");
        }
    }
}

#[test]
fn nan_stays_nan_and_spoils_no_neighbor() {
    for level in Level::available() {
        for kernel in [EXP, SIGMOID, TANH] {
            for at in 0..20 {
                let mut x = [0.5; 20];
                x[at] = if at % 2 == 0 { f32::NAN } else { -f32::NAN };
                kernel(level, &mut x);
                for (i, x) in x.iter().enumerate() {
                    assert_eq!(x.is_nan(), i == at, "{level}: element {i} with NaN at {at}");
                }
            }
        }
    }
}

#[test]
fn every_position_in_a_slice_gives_the_same_bits() {
    for kernel in [EXP, SIGMOID, TANH] {
        let x: Vec<f32> = numbers(*LENGTHS.end() + 3, 5).iter().map(|x| 12.0 * x).collect();
        for level in Level::available() {
            let one = |&x: &f32| {
                let mut x = [x];
                kernel(level, &mut x);
                x[0]
            };
            let one_by_one: Vec<f32> = x.iter().map(one).collect();
            for len in LENGTHS {
                let at = len % 3;
                let mut y = x.clone();
                kernel(level, &mut y[at..at + len]);
                assert_eq!(bits(&y[at..at + len]), bits(&one_by_one[at..at + len]), "{level}, {len} elements");
                assert_eq!(bits(&y[at + len..]), bits(&x[at + len..]), "{level} wrote past the slice");
            }
        }
    }
}

#[test]
fn levels_that_round_alike_give_the_same_bits() {
    let x = all_over_the_range();
    for kernel in [EXP, SIGMOID, TANH] {
        let agree = levels_agree(|level| {
            let mut y = x.clone();
            kernel(level, &mut y);
            // Which of the numbers that are not a number results is left open.
            bits(&y.iter().map(|y| if y.is_nan() { f32::NAN } else { *y }).collect::<Vec<f32>>())
        });
        assert!(agree);
    }
}
