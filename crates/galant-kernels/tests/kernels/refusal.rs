//! Lengths that do not match cause a panic before anything is written.

use galant_kernels::{
    AdamStep, Output, PackedMatrix, ProductWorkspace, adam, add_transposed_product, axpy, gemm, lstm_backward,
    lstm_forward, softmax_cross_entropy,
};

#[test]
#[should_panic(expected = "axpy: y has 3 elements, but must have 4")]
fn axpy_refuses_lengths_that_differ() {
    axpy(1.0, &[0.0; 4], &mut [0.0; 3]);
}

#[test]
#[should_panic(expected = "gemm: a has 7 elements, but must have 6")]
fn gemm_refuses_a_of_another_shape() {
    gemm(&[0.0; 7], 2, &PackedMatrix::zeros(3, 5), &mut [0.0; 10], Output::Overwrite);
}

#[test]
#[should_panic(expected = "gemm: c has 11 elements, but must have 10")]
fn gemm_refuses_c_of_another_shape() {
    gemm(&[0.0; 6], 2, &PackedMatrix::zeros(3, 5), &mut [0.0; 11], Output::Overwrite);
}

#[test]
#[should_panic(expected = "gemm: bias has 4 elements, but must have 5")]
fn gemm_refuses_a_bias_of_another_shape() {
    gemm(&[0.0; 6], 2, &PackedMatrix::zeros(3, 5), &mut [0.0; 10], Output::Bias(&[0.0; 4]));
}

#[test]
#[should_panic(expected = "add_transposed_product: a row of b has 2 elements, but must have 3")]
fn the_transposed_product_refuses_part_of_a_row() {
    let (a, b) = ([&[0.0; 2][..]; 2], [&[0.0; 3][..], &[0.0; 2]]);
    add_transposed_product(&a, &b, &mut [0.0; 6], &mut ProductWorkspace::default());
}

#[test]
#[should_panic(expected = "add_transposed_product: b has 1 elements, but must have 2")]
fn the_transposed_product_refuses_factors_of_unequal_depth() {
    let (a, b) = ([&[0.0; 2][..]; 2], [&[0.0; 3][..]; 1]);
    add_transposed_product(&a, &b, &mut [0.0; 6], &mut ProductWorkspace::default());
}

#[test]
#[should_panic(expected = "add_transposed_product: c has 5 elements, but must have 6")]
fn the_transposed_product_refuses_c_of_another_shape() {
    let (a, b) = ([&[0.0; 2][..]; 2], [&[0.0; 3][..]; 2]);
    add_transposed_product(&a, &b, &mut [0.0; 5], &mut ProductWorkspace::default());
}

#[test]
#[should_panic(expected = "repack: b has 14 elements, but must have 15")]
fn packing_refuses_another_shape() {
    let _ = PackedMatrix::pack(3, 5, &[0.0; 14]);
}

#[test]
#[should_panic(expected = "lstm_forward: gates has 15 elements, but must have 16")]
fn lstm_forward_refuses_gates_of_another_shape() {
    lstm_forward(2, &mut [0.0; 15], &[0.0; 4], &mut [0.0; 4], &mut [0.0; 4], &mut [0.0; 4]);
}

#[test]
#[should_panic(expected = "d_h has 4 elements, but must have a multiple of the hidden size, 3")]
fn lstm_backward_refuses_part_of_a_row() {
    lstm_backward(3, &mut [0.0; 16], &[0.0; 4], &[0.0; 4], &[0.0; 4], &mut [0.0; 4]);
}

#[test]
#[should_panic(expected = "target is 5, but must be below the number of logits, 5")]
fn cross_entropy_refuses_a_target_that_is_not_a_logit() {
    let _ = softmax_cross_entropy(&mut [0.0; 5], 5, 1.0);
}

#[test]
#[should_panic(expected = "adam: step is 0, but must count from 1")]
fn adam_refuses_step_zero() {
    let settings = AdamStep { learning_rate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 0 };
    adam(&settings, 1.0, &mut [0.0], &[0.0], &mut [0.0], &mut [0.0]);
}
