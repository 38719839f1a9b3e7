use galant_kernels::{Level, ProductWorkspace};
use galant_testkit::relative_error;

use crate::numbers::{bits, levels_agree, numbers, wide};

/// The `k` rows of a matrix that is whole.
fn rows(matrix: &[f32], k: usize) -> Vec<&[f32]> {
    matrix.chunks_exact(matrix.len() / k).collect()
}

/// The documented order of additions, one number of C at a time, with the documented rounding of each level.
fn documented(level: Level, [m, k, n]: [usize; 3], a: &[f32], b: &[f32], c: &[f32]) -> Vec<f32> {
    let number = |at: usize| {
        let (row, column) = (at / n, at % n);
        (0..k).step_by(256).fold(c[at], |c, first| {
            let sum = (first..k.min(first + 256)).fold(0.0_f32, |sum, i| {
                let (a, b) = (a[i * m + row], b[i * n + column]);
                if level.is_fused() { a.mul_add(b, sum) } else { sum + a * b }
            });
            c + sum
        })
    };
    (0..m * n).map(number).collect()
}

/// Checks a product of every level, with a workspace that may hold other products.
#[track_caller]
fn check_bits(m: usize, k: usize, n: usize, workspace: &mut ProductWorkspace) {
    let (a, b, c) = (numbers(k * m, 1), numbers(k * n, 2), numbers(m * n, 3));
    for level in Level::available() {
        let mut actual = c.clone();
        level.add_transposed_product(&rows(&a, k), &rows(&b, k), &mut actual, workspace);
        let expected = documented(level, [m, k, n], &a, &b, &c);
        for (at, (actual, expected)) in actual.iter().zip(&expected).enumerate() {
            assert!(
                actual.to_bits() == expected.to_bits(),
                "{level} [{k}, {m}]T x [{k}, {n}]: c[{}, {}] expected {expected}, got {actual}",
                at / n,
                at % n
            );
        }
    }
}

#[test]
fn the_transposed_product_adds_in_the_documented_order_at_every_tail_of_rows_and_columns() {
    let mut workspace = ProductWorkspace::default();
    for m in 1..=26 {
        for n in 1..=66 {
            check_bits(m, 5, n, &mut workspace);
        }
    }
}

#[test]
fn the_transposed_product_adds_in_the_documented_order_across_blocks() {
    // Blocks are 256 deep, 96 rows high and 256 columns wide.
    let mut workspace = ProductWorkspace::default();
    for (m, k, n) in [(13, 255, 33), (13, 256, 33), (13, 257, 33), (96, 20, 16), (97, 20, 65), (205, 513, 40)] {
        check_bits(m, k, n, &mut workspace);
    }
    for n in [255, 256, 257, 530] {
        check_bits(14, 300, n, &mut workspace);
    }
}

#[test]
fn the_transposed_product_adds_in_the_documented_order_at_every_depth() {
    let mut workspace = ProductWorkspace::default();
    // From deep to shallow, so that the workspace holds the remains of larger products.
    for k in (1..=40).rev() {
        check_bits(25, k, 50, &mut workspace);
    }
}

#[test]
fn levels_that_round_alike_give_the_same_transposed_product() {
    let (m, k, n) = (110, 300, 90);
    let (a, b) = (numbers(k * m, 4), numbers(k * n, 5));
    let agree = levels_agree(|level| {
        let mut c = numbers(m * n, 6);
        level.add_transposed_product(&rows(&a, k), &rows(&b, k), &mut c, &mut ProductWorkspace::default());
        bits(&c)
    });
    assert!(agree);
}

#[test]
fn the_transposed_product_agrees_with_f64() {
    let (m, k, n) = (30, 700, 61);
    let (a, b, start) = (numbers(k * m, 4), numbers(k * n, 5), numbers(m * n, 6));
    let (wide_a, wide_b) = (wide(&a), wide(&b));
    let sum = |at: usize| (0..k).map(|i| wide_a[i * m + at / n] * wide_b[i * n + at % n]).sum::<f64>();
    let exact: Vec<f64> = wide(&start).iter().enumerate().map(|(at, c)| c + sum(at)).collect();
    for level in Level::available() {
        let mut c = start.clone();
        level.add_transposed_product(&rows(&a, k), &rows(&b, k), &mut c, &mut ProductWorkspace::default());
        let error = relative_error(&c, &exact);
        assert!(error < 5e-7, "{level}: relative error {error:e}");
    }
}

#[test]
fn the_transposed_product_works_on_slices_off_any_alignment() {
    let (m, k, n) = (17, 9, 43);
    for level in Level::available() {
        let mut results = Vec::new();
        for offset in 0..4 {
            let (mut a, mut b) = (vec![0.0; offset], vec![0.0; offset]);
            a.extend(numbers(k * m, 1));
            b.extend(numbers(k * n, 2));
            let mut c = vec![9.0; offset + m * n + 1];
            let workspace = &mut ProductWorkspace::default();
            let (a, b) = (rows(&a[offset..], k), rows(&b[offset..], k));
            level.add_transposed_product(&a, &b, &mut c[offset..offset + m * n], workspace);
            assert!(c[..offset].iter().chain(c.last()).all(|&x| x == 9.0), "{level} wrote outside of c");
            results.push(bits(&c[offset..offset + m * n]));
        }
        assert!(results.iter().all(|result| *result == results[0]), "{level}");
    }
}

#[test]
fn rows_may_be_anywhere_in_any_order() {
    let (m, k, n) = (14, 300, 35);
    let (a, b) = (numbers(2 * k * (m + 3), 1), numbers(3 * k * n, 2));
    // Part of every second row of A, from the last to the first, and every third row of B.
    let scattered_a: Vec<&[f32]> = a.chunks_exact(m + 3).step_by(2).rev().map(|row| &row[2..2 + m]).collect();
    let scattered_b: Vec<&[f32]> = b.chunks_exact(n).step_by(3).collect();
    let (whole_a, whole_b) = (scattered_a.concat(), scattered_b.concat());
    for level in Level::available() {
        let results = [(&scattered_a, &scattered_b), (&rows(&whole_a, k), &rows(&whole_b, k))].map(|(a, b)| {
            let mut c = numbers(m * n, 3);
            level.add_transposed_product(a, b, &mut c, &mut ProductWorkspace::default());
            bits(&c)
        });
        assert_eq!(results[0], results[1], "{level}");
    }
}

#[test]
fn what_is_not_a_number_reaches_only_its_own_row_and_column() {
    let (m, k, n) = (13, 4, 33);
    for level in Level::available() {
        let (mut a, mut b) = (numbers(k * m, 1), numbers(k * n, 2));
        (a[2 * m + 12], b[n + 32]) = (f32::NAN, f32::INFINITY);
        let mut c = numbers(m * n, 3);
        level.add_transposed_product(&rows(&a, k), &rows(&b, k), &mut c, &mut ProductWorkspace::default());
        for (at, c) in c.iter().enumerate() {
            assert_eq!(c.is_finite(), at / n != 12 && at % n != 32, "{level}: c[{}, {}] is {c}", at / n, at % n);
        }
    }
}

#[test]
fn empty_matrices_leave_c_as_it_was() {
    for level in Level::available() {
        let workspace = &mut ProductWorkspace::default();
        let mut c = [1.0; 6];
        level.add_transposed_product(&[], &[], &mut c, workspace);
        assert_eq!(c, [1.0; 6], "{level}");
        level.add_transposed_product(&[&[], &[]], &[&[1.0; 3], &[1.0; 3]], &mut [], workspace);
        level.add_transposed_product(&[&[1.0; 3], &[1.0; 3]], &[&[], &[]], &mut [], workspace);
    }
}
