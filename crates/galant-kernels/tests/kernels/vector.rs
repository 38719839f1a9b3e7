use galant_kernels::Level;
use galant_testkit::{Tolerance, assert_close};

use crate::numbers::{LENGTHS, bits, numbers, wide};

/// One rounding of a product and one of a sum of numbers below 1.
const ROUNDING: Tolerance = Tolerance { absolute: 1.2e-7, relative: 0.0 };

/// Calls `check` at every level with every length and with slices that start off any alignment.
fn at_every_level_and_length(check: impl Fn(Level, &[f32], &[f32])) {
    for level in Level::available() {
        for len in LENGTHS {
            for offset in 0..3 {
                let (x, y) = (numbers(len + offset, 1), numbers(len + offset, 2));
                check(level, &x[offset..], &y[offset..]);
            }
        }
    }
}

#[track_caller]
fn check_elementwise(what: &str, actual: &[f32], x: &[f32], y: &[f32], formula: impl Fn(f64, f64) -> f64) {
    let expected: Vec<f64> = wide(x).iter().zip(wide(y)).map(|(&x, y)| formula(x, y)).collect();
    assert_close(what, actual, &expected, ROUNDING);
}

#[test]
fn axpy_adds_a_multiple() {
    at_every_level_and_length(|level, x, y| {
        let mut out = y.to_vec();
        level.axpy(0.7, x, &mut out);
        check_elementwise("axpy", &out, x, y, |x, y| f64::from(0.7_f32) * x + y);
    });
}

#[test]
fn add_assign_adds_in_place() {
    at_every_level_and_length(|level, x, y| {
        let mut out = y.to_vec();
        level.add_assign(&mut out, x);
        check_elementwise("add_assign", &out, x, y, |x, y| x + y);
    });
}

#[test]
fn mul_assign_and_mul_into_multiply_element_by_element() {
    at_every_level_and_length(|level, x, y| {
        let mut out = y.to_vec();
        level.mul_assign(&mut out, x);
        check_elementwise("mul_assign", &out, x, y, |x, y| x * y);
        level.mul_into(x, y, &mut out);
        check_elementwise("mul_into", &out, x, y, |x, y| x * y);
    });
}

#[test]
fn dot_and_sum_of_squares_add_every_product_once() {
    at_every_level_and_length(|level, x, y| {
        let exact = |x: &[f32], y: &[f32]| wide(x).iter().zip(wide(y)).map(|(x, y)| x * y).sum::<f64>();
        let tolerance = Tolerance { absolute: 3e-6, relative: 0.0 };
        assert_close("dot", &[level.dot(x, y)], &[exact(x, y)], tolerance);
        let tolerance = Tolerance { absolute: 0.0, relative: 1e-14 };
        assert_close("sum_of_squares", &[level.sum_of_squares(x)], &[exact(x, x)], tolerance);
    });
}

#[test]
fn sum_of_squares_holds_what_overflows_f32() {
    for level in Level::available() {
        assert_eq!(level.sum_of_squares(&[1e30; 4]), 4.0 * f64::from(1e30_f32) * f64::from(1e30_f32));
    }
}

#[test]
fn sums_are_taken_in_the_documented_order() {
    // 2²⁴ + 1 rounds to 2²⁴ in f32: the ones survive only if they are added to lanes without a large number.
    let mut x = vec![1.0_f32; 64];
    x[0] = 16_777_216.0;
    for level in Level::available() {
        // Lane 0 loses one 1. The upper half is added to the lower half five times; lane 0 receives 2, 4, 8, 16, 32.
        assert_eq!(level.dot(&x, &vec![1.0; 64]), 16_777_216.0 + 62.0);
    }
}

#[test]
fn every_level_gives_the_same_bits() {
    let mut expected: Option<Vec<u32>> = None;
    for level in Level::available() {
        let mut all = Vec::new();
        for len in [1, 31, 33, 500] {
            let (x, y) = (numbers(len, 3), numbers(len, 4));
            let mut out = y.clone();
            level.axpy(0.3, &x, &mut out);
            level.mul_assign(&mut out, &x);
            all.extend(bits(&out));
            all.extend(bits(&[level.dot(&x, &y), level.sum_of_squares(&x) as f32]));
        }
        assert_eq!(*expected.get_or_insert_with(|| all.clone()), all, "level {level}");
    }
}
