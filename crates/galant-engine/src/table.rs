//! The first layer's input as a table.
//!
//! Its input is a row of the embedding, so W_ih·x + b has as many different values as a batch has different tokens.
//! They are computed once per batch and looked up; in the backward pass gradients are summed by token before any product.

use galant_kernels::{Output, add_assign, gemm};
use galant_model::Weights;
use galant_types::TokenId;

use crate::lanes::{in_parallel, split};
use crate::packed::PackedWeights;

/// The contribution of each token of a batch to the first layer's gates.
#[derive(Debug, Default)]
pub(crate) struct InputTable {
    /// The different tokens, ascending.
    tokens: Vec<TokenId>,
    /// For each token of the vocabulary its index in `tokens`; stale for tokens that are not in the batch.
    index: Vec<u32>,
    /// The embedding of each, `[U, E]`.
    embedding: Vec<f32>,
    /// W_ih·x + b of each, `[U, G·H]`.
    gates: Vec<f32>,
    n_gate_rows: usize,
}

impl InputTable {
    /// Computes the table for the tokens of a batch; the memory is reused.
    ///
    /// # Panics
    ///
    /// If a token is not in the vocabulary.
    pub(crate) fn fill(&mut self, tokens: &[TokenId], weights: &Weights, packed: &PackedWeights, threads: usize) {
        let (spec, view) = (weights.spec(), weights.view());
        self.tokens.clear();
        self.tokens.extend_from_slice(tokens);
        self.tokens.sort_unstable();
        self.tokens.dedup();
        self.index.resize(spec.vocab_size(), 0);
        self.embedding.clear();
        for (&token, index) in self.tokens.iter().zip(0..) {
            self.index[token.index()] = index;
            self.embedding.extend_from_slice(
                &view.embeddings[0][token.index() * spec.embedding_size()..][..spec.embedding_size()],
            );
        }
        self.n_gate_rows = spec.n_gate_rows();
        self.gates.resize(self.tokens.len() * self.n_gate_rows, 0.0);
        let mut rest = self.gates.as_mut_slice();
        let mut jobs = Vec::new();
        for rows in split(self.tokens.len(), threads) {
            let gates = rest.split_off_mut(..rows.len() * self.n_gate_rows).expect("the ranges make up the table");
            jobs.push((
                &self.embedding[rows.start * spec.embedding_size()..rows.end * spec.embedding_size()],
                rows.len(),
                gates,
            ));
        }
        let (w_ih, bias) = (&packed.layers[0].w_ih.forward, Output::Bias(view.layers[0].bias));
        in_parallel(threads, &mut jobs, |_, (x, n_rows, gates)| gemm(x, *n_rows, w_ih, gates, bias));
    }

    /// The different tokens, ascending.
    pub(crate) fn tokens(&self) -> &[TokenId] {
        &self.tokens
    }

    /// The embedding of each different token, `[U, E]`.
    pub(crate) fn embedding(&self) -> &[f32] {
        &self.embedding
    }

    /// The length of the gradients by token.
    pub(crate) fn len(&self) -> usize {
        self.gates.len()
    }

    /// W_ih·x + b for `token`, `[G·H]`.
    pub(crate) fn gates(&self, token: TokenId) -> &[f32] {
        &self.gates[self.row(token)]
    }

    /// Adds a gradient of [`InputTable::gates`] to the sum of its token; `d_table` is `[U, G·H]`.
    pub(crate) fn add_gradient(&self, token: TokenId, d_gates: &[f32], d_table: &mut [f32]) {
        add_assign(&mut d_table[self.row(token)], d_gates);
    }

    fn row(&self, token: TokenId) -> std::ops::Range<usize> {
        let start = self.index[token.index()] as usize * self.n_gate_rows;
        start..start + self.n_gate_rows
    }
}
