//! The dense layer and the loss, for the predictions that count.
// N predictions, D size of the layer's input, V vocabulary

use galant_kernels::{Output, gemm, softmax_cross_entropy};
use galant_types::TokenId;

use crate::packed::BothWays;

/// The dense layer's tensors.
#[derive(Clone, Copy)]
pub(crate) struct Dense<'a> {
    /// `[V, D]`, packed.
    pub(crate) weights: &'a BothWays,
    /// `[V]`
    pub(crate) bias: &'a [f32],
}

impl Dense<'_> {
    /// Writes the loss of predicting each of `targets` from the rows of `inputs`, `[N, D]`, in nats, to `nats`.
    ///
    /// Leaves `scale` times its gradient with respect to the logits in `logits`, `[N, V]`.
    pub(crate) fn losses(
        &self,
        inputs: &[f32],
        targets: impl ExactSizeIterator<Item = TokenId>,
        scale: f32,
        logits: &mut [f32],
        nats: &mut [f64],
    ) {
        gemm(inputs, targets.len(), &self.weights.forward, logits, Output::Bias(self.bias));
        let rows = logits.chunks_exact_mut(self.bias.len()).zip(targets).zip(nats);
        rows.for_each(|((logits, target), nats)| *nats = softmax_cross_entropy(logits, target.index(), scale));
    }

    /// Back-propagates the gradient of the logits, `[N, V]`, to that of the layer's inputs, `[N, D]`.
    pub(crate) fn backward(&self, d_logits: &[f32], d_inputs: &mut [f32]) {
        let n_rows = d_logits.len() / self.bias.len();
        gemm(d_logits, n_rows, &self.weights.backward, d_inputs, Output::Overwrite);
    }
}
