//! What all threads share of a network.

use galant_model::{ModelSpec, WeightsView};
use galant_types::TokenId;

use crate::dense::Dense;
use crate::packed::PackedWeights;
use crate::table::InputTable;

/// A network with its input table.
#[derive(Clone, Copy)]
pub(crate) struct Network<'a> {
    pub(crate) spec: &'a ModelSpec,
    pub(crate) weights: &'a WeightsView<'a>,
    pub(crate) packed: &'a PackedWeights,
    pub(crate) table: &'a InputTable,
}

impl<'a> Network<'a> {
    pub(crate) fn dense(&self) -> Dense<'a> {
        Dense { weights: &self.packed.dense, bias: self.weights.dense_bias }
    }

    /// Writes what the dense layer reads at a step, `[D]`: the top layer's output, `[H]`, and the embeddings that skip the
    /// layers, those of the values at `at` of `inputs`.
    pub(crate) fn dense_input(&self, output: &[f32], inputs: &[Vec<TokenId>], at: usize, to: &mut [f32]) {
        let (of_layers, mut rest) = to.split_at_mut(output.len());
        of_layers.copy_from_slice(output);
        for (number, size) in skips(self.spec) {
            let (skipped, after) = rest.split_at_mut(size);
            skipped.copy_from_slice(&self.weights.embeddings[number][inputs[number][at].index() * size..][..size]);
            rest = after;
        }
    }
}

/// The inputs whose embedding skips the layers, with its size.
pub(crate) fn skips(spec: &ModelSpec) -> impl Iterator<Item = (usize, usize)> {
    let inputs = spec.inputs.iter().enumerate();
    inputs.filter(|(_, input)| input.skip).map(|(number, input)| (number, input.embedding_size))
}
