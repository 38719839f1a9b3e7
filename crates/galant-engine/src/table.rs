//! The first layer's input as a table.
//!
//! Its input is a row of the embedding, so W_ih·x + b takes as many values as there are different words in a batch.
//! They are computed once a batch and looked up; on the way back gradients are summed by word before any product.

use galant_kernels::{Output, add_assign, gemm};
use galant_model::Weights;
use galant_types::TokenId;

use crate::lanes::{in_parallel, split};
use crate::packed::PackedWeights;

/// What the first layer makes of each word of a batch.
#[derive(Debug, Default)]
pub(crate) struct InputTable {
    /// The different words, ascending.
    words: Vec<TokenId>,
    /// For each word of the vocabulary its place in `words`; stale where the word is not in the batch.
    place: Vec<u32>,
    /// The embedding of each, `[U, E]`.
    embedding: Vec<f32>,
    /// W_ih·x + b of each, `[U, G·H]`.
    gates: Vec<f32>,
    n_gate_rows: usize,
}

impl InputTable {
    /// Computes the table for the words of a batch, in the memory of the last one.
    ///
    /// # Panics
    ///
    /// If a word is not in the vocabulary.
    pub(crate) fn fill(&mut self, words: &[TokenId], weights: &Weights, packed: &PackedWeights, threads: usize) {
        let (spec, view) = (weights.spec(), weights.view());
        self.words.clear();
        self.words.extend_from_slice(words);
        self.words.sort_unstable();
        self.words.dedup();
        self.place.resize(spec.vocabulary, 0);
        self.embedding.clear();
        for (&word, place) in self.words.iter().zip(0..) {
            self.place[word.index()] = place;
            self.embedding.extend_from_slice(&view.embedding[word.index() * spec.embedding..][..spec.embedding]);
        }
        self.n_gate_rows = spec.n_gate_rows();
        self.gates.resize(self.words.len() * self.n_gate_rows, 0.0);
        let mut rest = self.gates.as_mut_slice();
        let mut jobs = Vec::new();
        for rows in split(self.words.len(), threads) {
            let gates = rest.split_off_mut(..rows.len() * self.n_gate_rows).expect("the ranges make up the table");
            jobs.push((&self.embedding[rows.start * spec.embedding..rows.end * spec.embedding], rows.len(), gates));
        }
        let (w_ih, bias) = (&packed.layers[0].w_ih.forward, Output::Bias(view.layers[0].bias));
        in_parallel(threads, &mut jobs, |_, (x, n_rows, gates)| gemm(x, *n_rows, w_ih, gates, bias));
    }

    /// The different words, ascending.
    pub(crate) fn words(&self) -> &[TokenId] {
        &self.words
    }

    /// The embedding of each different word, `[U, E]`.
    pub(crate) fn embedding(&self) -> &[f32] {
        &self.embedding
    }

    /// How many numbers gradients by word take.
    pub(crate) fn len(&self) -> usize {
        self.gates.len()
    }

    /// W_ih·x + b for `word`, `[G·H]`.
    pub(crate) fn gates(&self, word: TokenId) -> &[f32] {
        &self.gates[self.row(word)]
    }

    /// Adds a gradient of [`InputTable::gates`] to the sum of its word; `d_table` is `[U, G·H]`.
    pub(crate) fn add_gradient(&self, word: TokenId, d_gates: &[f32], d_table: &mut [f32]) {
        add_assign(&mut d_table[self.row(word)], d_gates);
    }

    fn row(&self, word: TokenId) -> std::ops::Range<usize> {
        let start = self.place[word.index()] as usize * self.n_gate_rows;
        start..start + self.n_gate_rows
    }
}
