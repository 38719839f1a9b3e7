//! The embeddings that the dense layer reads beside the top layer's output.

use galant_model::{ModelSpec, WeightsView};
use galant_types::TokenId;

/// The embeddings of the inputs that skip the layers.
#[derive(Debug, Clone)]
pub(super) struct Skips {
    /// The input, the size of its embedding, and the embedding `[V, E]`.
    inputs: Vec<(usize, usize, Vec<f32>)>,
}

impl Skips {
    pub(super) fn new(spec: &ModelSpec, view: &WeightsView<'_>) -> Skips {
        let inputs = spec.inputs.iter().zip(&view.embeddings).enumerate().filter(|(_, (input, _))| input.skip);
        let embeddings = inputs.map(|(number, (input, embedding))| (number, input.embedding_size, embedding.to_vec()));
        Skips { inputs: embeddings.collect() }
    }

    /// Writes the embeddings of a step, whose inputs are `values`, `[K]`, one after the other to `skipped`.
    pub(super) fn embed(&self, values: &[TokenId], mut skipped: &mut [f32]) {
        for &(number, size, ref embedding) in &self.inputs {
            let (to, rest) = skipped.split_at_mut(size);
            to.copy_from_slice(&embedding[values[number].index() * size..][..size]);
            skipped = rest;
        }
    }
}
