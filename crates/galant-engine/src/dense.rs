//! The dense layer and the loss, for the predictions that count.
// N predictions, D size of the layer's input, V vocabulary

use galant_kernels::{Level, Output, ProductWorkspace, add_assign, gemm, level, softmax_cross_entropy};
use galant_types::TokenId;
use ndarray::linalg::general_mat_mul;
use ndarray::{ArrayView2, ArrayViewMut2};

use crate::packed::BothWays;

/// How many predictions are computed at a time: with a vocabulary of some hundred tokens, their logits stay in the
/// second-level cache.
pub(crate) const PREDICTIONS_PER_BLOCK: usize = 128;

/// The dense layer's tensors.
pub(crate) struct Dense<'a> {
    /// `[V, D]`, packed.
    pub(crate) weights: &'a BothWays,
    /// `[V]`
    pub(crate) bias: &'a [f32],
}

/// The gradients of the dense layer.
pub(crate) struct DenseGradients<'a> {
    /// `[V, D]`
    pub(crate) weights: &'a mut [f32],
    /// `[V]`
    pub(crate) bias: &'a mut [f32],
}

impl Dense<'_> {
    /// The loss of predicting `targets` from the rows of `inputs`, `[N, D]`, summed in nats.
    ///
    /// Leaves `scale` times its gradient with respect to the logits in `logits`, `[N, V]`.
    pub(crate) fn loss(&self, inputs: &[f32], targets: &[TokenId], scale: f32, logits: &mut Vec<f32>) -> f64 {
        logits.resize(targets.len() * self.bias.len(), 0.0);
        gemm(inputs, targets.len(), &self.weights.forward, logits, Output::Bias(self.bias));
        let rows = logits.chunks_exact_mut(self.bias.len()).zip(targets);
        rows.map(|(logits, target)| softmax_cross_entropy(logits, target.index(), scale)).sum()
    }

    /// Back-propagates the gradient of the logits, `[N, V]`, to that of `inputs`, written to `d_inputs`, both `[N, D]`.
    ///
    /// The gradients of the tensors are added to `d`.
    pub(crate) fn backward(
        &self,
        inputs: &[f32],
        d_logits: &[f32],
        d_inputs: &mut [f32],
        d: &mut DenseGradients<'_>,
        workspace: &mut ProductWorkspace,
    ) {
        let n_rows = d_logits.len() / self.bias.len();
        d_logits.chunks_exact(self.bias.len()).for_each(|row| add_assign(d.bias, row));
        add_transposed_product(d_logits, inputs, n_rows, d.weights, workspace);
        gemm(d_logits, n_rows, &self.weights.backward, d_inputs, Output::Overwrite);
    }
}

/// C ← C + Aᵀ·B for A `[K, M]`, B `[K, N]` and C `[M, N]`: the gradient of a matrix from its inputs and the gradient of its
/// outputs.
///
/// Without AVX2 ndarray's product is the faster one; where both are fast, they give the same bits.
pub(crate) fn add_transposed_product(a: &[f32], b: &[f32], k: usize, c: &mut [f32], workspace: &mut ProductWorkspace) {
    match level() {
        Level::Scalar => add_by_ndarray(a, b, k, c),
        level => level.add_transposed_product(a, b, k, c, workspace),
    }
}

fn add_by_ndarray(a: &[f32], b: &[f32], k: usize, c: &mut [f32]) {
    if k == 0 {
        return;
    }
    let (m, n) = (a.len() / k, b.len() / k);
    let view = |values, columns| ArrayView2::from_shape((k, columns), values).expect("the lengths are whole rows");
    let mut c = ArrayViewMut2::from_shape((m, n), c).expect("the gradient has the shape of its tensor");
    general_mat_mul(1.0, &view(a, m).t(), &view(b, n), 1.0, &mut c);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `len` numbers around zero, of many sizes and without a pattern.
    fn numbers(len: usize, seed: usize) -> Vec<f32> {
        (0..len).map(|i| ((i * i % 7919 + i * seed) as f64 * 0.37).sin() as f32).collect()
    }

    #[test]
    fn both_products_give_the_same_bits_where_multiplication_and_addition_are_fused() {
        // From one token to several blocks of 256 rows.
        for (k, m, n) in [(1, 16, 8), (7, 33, 5), (100, 104, 128), (256, 40, 40), (700, 100, 72), (1030, 13, 600)] {
            let (a, b, start) = (numbers(k * m, 1), numbers(k * n, 2), numbers(m * n, 3));
            for level in Level::available().into_iter().filter(|level| *level != Level::Scalar) {
                let (mut expected, mut actual) = (start.clone(), start.clone());
                add_by_ndarray(&a, &b, k, &mut expected);
                level.add_transposed_product(&a, &b, k, &mut actual, &mut ProductWorkspace::default());
                let bits = |c: &[f32]| c.iter().map(|c| c.to_bits()).collect::<Vec<_>>();
                assert_eq!(bits(&actual), bits(&expected), "{level} [{k}, {m}]T x [{k}, {n}]");
            }
        }
    }
}
