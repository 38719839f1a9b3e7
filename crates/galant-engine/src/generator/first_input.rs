//! The input's contribution to the gates of the first layer: W_ih·x + b.

use galant_kernels::{Output, PackedMatrix, gemm};
use galant_model::{ModelSpec, WeightsView};
use galant_types::TokenId;

/// The largest table, in numbers: 64 MB.
const MAX_TABLE: usize = 1 << 24;

/// The input's contribution to the first layer's gates.
#[derive(Debug, Clone)]
pub(super) enum FirstInput {
    /// Looked up: `[V, G·H]`, bias included.
    Table(Vec<f32>),
    /// Computed, for vocabularies whose table would be too large.
    Product {
        /// `[V, E]`
        embedding: Vec<f32>,
        /// `[G·H, E]`, transposed.
        w_ih: PackedMatrix,
    },
}

impl FirstInput {
    pub(super) fn new(spec: &ModelSpec, view: &WeightsView<'_>) -> FirstInput {
        FirstInput::up_to(MAX_TABLE, spec, view)
    }

    fn up_to(max_table: usize, spec: &ModelSpec, view: &WeightsView<'_>) -> FirstInput {
        let n_rows = spec.n_gate_rows();
        let w_ih = PackedMatrix::pack_transposed(spec.embedding_size(), n_rows, view.layers[0].w_ih);
        if spec.vocab_size().saturating_mul(n_rows) > max_table {
            return FirstInput::Product { embedding: view.embeddings[0].to_vec(), w_ih };
        }
        let mut table = vec![0.0; spec.vocab_size() * n_rows];
        gemm(view.embeddings[0], spec.vocab_size(), &w_ih, &mut table, Output::Bias(view.layers[0].bias));
        FirstInput::Table(table)
    }

    /// Writes the contribution of `token` to `gates`, `[G·H]`.
    pub(super) fn gates(&self, token: TokenId, bias: &[f32], gates: &mut [f32]) {
        match self {
            FirstInput::Table(table) => gates.copy_from_slice(&table[token.index() * gates.len()..][..gates.len()]),
            FirstInput::Product { embedding, w_ih } => {
                gemm(&embedding[token.index() * w_ih.k()..][..w_ih.k()], 1, w_ih, gates, Output::Bias(bias));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use galant_model::{Cell, Weights};
    use galant_model::{Initialization, Inputs};
    use galant_types::Seed;

    #[test]
    fn looking_up_and_computing_give_the_same_bits() {
        let spec = ModelSpec {
            cell: Cell::Lstm,
            inputs: Inputs::tokens(11, 7),
            hidden_size: 9,
            n_layers: 1,
            dropout: 0.0,
            residual: false,
        };
        let weights = Weights::initial(spec, Initialization::Keras, Seed(1)).unwrap();
        let view = weights.view();
        let [computed, looked_up] = [11 * 36 - 1, 11 * 36].map(|limit| FirstInput::up_to(limit, &spec, &view));
        assert!(matches!(computed, FirstInput::Product { .. }));
        assert!(matches!(looked_up, FirstInput::Table(_)));
        for token in (0..11).map(TokenId) {
            let [computed, looked_up] = [&computed, &looked_up].map(|input| {
                let mut gates = [f32::NAN; 36];
                input.gates(token, view.layers[0].bias, &mut gates);
                gates.map(f32::to_bits)
            });
            assert_eq!(computed, looked_up, "token {}", token.0);
        }
    }
}
