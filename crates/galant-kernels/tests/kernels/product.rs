use galant_kernels::{Level, Output, PackedMatrix};
use galant_testkit::relative_error;

use crate::numbers::{bits, numbers, wide};

/// The documented order of additions, one number at a time, with the documented rounding of each level.
fn chain(level: Level, a: &[f32], b: &[f32], n: usize, column: usize, start: f32) -> f32 {
    let mut sum = start;
    for (i, a) in a.iter().enumerate() {
        let b = b[i * n + column];
        sum = if level.is_fused() { a.mul_add(b, sum) } else { sum + a * b };
    }
    sum
}

#[track_caller]
fn check_bits(m: usize, k: usize, n: usize) {
    let (a, b, c, bias) = (numbers(m * k, 1), numbers(k * n, 2), numbers(m * n, 3), numbers(n, 4));
    let packed = PackedMatrix::pack(k, n, &b);
    for level in Level::available() {
        for output in [Output::Overwrite, Output::Accumulate, Output::Bias(&bias)] {
            let mut actual = c.clone();
            if output != Output::Accumulate {
                // What is overwritten must not matter.
                actual.fill(f32::NAN);
            }
            level.gemm(&a, m, &packed, &mut actual, output);
            for row in 0..m {
                for column in 0..n {
                    let at = row * n + column;
                    let start = match output {
                        Output::Overwrite => 0.0,
                        Output::Accumulate => c[at],
                        Output::Bias(bias) => bias[column],
                    };
                    let expected = chain(level, &a[row * k..(row + 1) * k], &b, n, column, start);
                    assert!(
                        actual[at].to_bits() == expected.to_bits(),
                        "{level} {output:?} [{m}, {k}] x [{k}, {n}]: c[{row}, {column}] expected {expected}, got {}",
                        actual[at]
                    );
                }
            }
        }
    }
}

#[test]
fn gemm_adds_in_the_documented_order_at_every_tail_of_rows_and_columns() {
    for m in 0..=13 {
        for n in 0..=50 {
            check_bits(m, 5, n);
        }
    }
}

#[test]
fn gemm_adds_in_the_documented_order_at_every_depth() {
    for k in 0..=40 {
        for m in [1, 2, 3, 4, 5] {
            check_bits(m, k, 75);
        }
    }
}

#[test]
fn gemm_adds_in_the_documented_order_across_blocks() {
    // Blocks are 256 deep and 128 rows high; eight rows and fewer are not split.
    for (m, k, n) in [(1, 300, 100), (8, 600, 49), (9, 511, 30), (12, 513, 24), (131, 257, 33), (257, 40, 72)] {
        check_bits(m, k, n);
    }
}

#[test]
fn gemm_agrees_with_f64() {
    let (m, k, n) = (7, 200, 61);
    let (a, b) = (numbers(m * k, 4), numbers(k * n, 5));
    let (wide_a, wide_b) = (wide(&a), wide(&b));
    let exact: Vec<f64> =
        (0..m * n).map(|at| (0..k).map(|i| wide_a[at / n * k + i] * wide_b[i * n + at % n]).sum()).collect();
    for level in Level::available() {
        let mut c = vec![0.0; m * n];
        level.gemm(&a, m, &PackedMatrix::pack(k, n, &b), &mut c, Output::Overwrite);
        let error = relative_error(&c, &exact);
        assert!(error < 5e-7, "{level}: relative error {error:e}");
    }
}

#[test]
fn gemm_works_on_slices_off_any_alignment() {
    let (m, k, n) = (6, 17, 43);
    let packed = PackedMatrix::pack(k, n, &numbers(k * n, 2));
    for level in Level::available() {
        let mut results = Vec::new();
        for offset in 0..4 {
            let mut a = vec![0.0; offset];
            a.extend(numbers(m * k, 1));
            let mut c = vec![9.0; offset + m * n + 1];
            level.gemm(&a[offset..], m, &packed, &mut c[offset..offset + m * n], Output::Overwrite);
            assert!(c[..offset].iter().chain(c.last()).all(|&x| x == 9.0), "{level} wrote outside of c");
            results.push(bits(&c[offset..offset + m * n]));
        }
        assert!(results.iter().all(|result| *result == results[0]), "{level}");
    }
}

#[test]
fn packing_the_transpose_gives_the_same_matrix() {
    for (k, n) in [(3, 1), (5, 8), (7, 23), (40, 24), (9, 25), (33, 100), (0, 5), (5, 0)] {
        let b = numbers(k * n, 6);
        let b_t: Vec<f32> = (0..n * k).map(|at| b[at % k * n + at / k]).collect();
        let a = numbers(2 * k, 7);
        let (mut from_b, mut from_b_t) = (vec![0.0; 2 * n], vec![0.0; 2 * n]);
        Level::Scalar.gemm(&a, 2, &PackedMatrix::pack(k, n, &b), &mut from_b, Output::Overwrite);
        Level::Scalar.gemm(&a, 2, &PackedMatrix::pack_transposed(k, n, &b_t), &mut from_b_t, Output::Overwrite);
        assert_eq!(bits(&from_b), bits(&from_b_t), "[{k}, {n}]");
    }
}

#[test]
fn repacking_leaves_nothing_of_the_old_matrix() {
    let (k, n) = (10, 30);
    let (old, new) = (numbers(k * n, 8), numbers(k * n, 9));
    let a = numbers(k, 10);
    let mut packed = PackedMatrix::pack(k, n, &old);
    packed.repack(&new);
    let (mut repacked, mut fresh) = (vec![0.0; n], vec![0.0; n]);
    Level::Scalar.gemm(&a, 1, &packed, &mut repacked, Output::Overwrite);
    Level::Scalar.gemm(&a, 1, &PackedMatrix::pack(k, n, &new), &mut fresh, Output::Overwrite);
    assert_eq!(bits(&repacked), bits(&fresh));
}
