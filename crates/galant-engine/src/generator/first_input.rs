//! The contribution of a step's inputs to the gates of the first layer: W_ih·x + b.

use galant_kernels::{Level, Output, PackedMatrix};
use galant_model::{ModelSpec, WeightsView};
use galant_types::TokenId;

use crate::packed::column_blocks;

/// The most numbers in the tables of all inputs: 64 MB.
const MAX_TABLE: usize = 1 << 24;

/// The contribution of one input to the first layer's gates, the token's with the bias.
#[derive(Debug, Clone)]
enum FirstInput {
    /// Looked up: `[V, G·H]`.
    Table(Vec<f32>),
    /// Computed, where the table would be too large.
    Product {
        /// `[V, E]`
        embedding: Vec<f32>,
        /// `[G·H, E]`, transposed.
        w_ih: PackedMatrix,
    },
}

/// The contributions of all inputs of a step.
#[derive(Debug, Clone)]
pub(super) struct FirstInputs {
    level: Level,
    /// `[K]`
    inputs: Vec<FirstInput>,
    /// `[G·H]`
    bias: Vec<f32>,
}

impl FirstInputs {
    pub(super) fn new(level: Level, spec: &ModelSpec, view: &WeightsView<'_>) -> FirstInputs {
        FirstInputs::up_to(MAX_TABLE, level, spec, view)
    }

    /// Those whose tables have up to `max_table` numbers; the first inputs have precedence.
    fn up_to(max_table: usize, level: Level, spec: &ModelSpec, view: &WeightsView<'_>) -> FirstInputs {
        let (n_rows, bias) = (spec.n_gate_rows(), view.layers[0].bias);
        let mut room = max_table;
        let mut inputs = Vec::new();
        let sizes: Vec<usize> = spec.inputs.iter().map(|input| input.embedding_size).collect();
        for (number, w_ih) in column_blocks(view.layers[0].w_ih, &sizes).enumerate() {
            let (sizes, embedding) = (spec.inputs[number], view.embeddings[number]);
            let w_ih = PackedMatrix::pack_transposed(sizes.embedding_size, n_rows, &w_ih);
            let len = sizes.vocab_size.saturating_mul(n_rows);
            if len > room {
                inputs.push(FirstInput::Product { embedding: embedding.to_vec(), w_ih });
                continue;
            }
            room -= len;
            let mut table = vec![0.0; len];
            let start = if number == 0 { Output::Bias(bias) } else { Output::Overwrite };
            level.gemm(embedding, sizes.vocab_size, &w_ih, &mut table, start);
            inputs.push(FirstInput::Table(table));
        }
        FirstInputs { level, inputs, bias: bias.to_vec() }
    }

    /// Writes W_ih·x + b of a step, whose inputs are `values`, `[K]`, to `gates`, `[G·H]`.
    pub(super) fn gates(&self, values: &[TokenId], gates: &mut [f32]) {
        for (number, (input, value)) in self.inputs.iter().zip(values).enumerate() {
            match input {
                FirstInput::Table(table) => {
                    let row = &table[value.index() * gates.len()..][..gates.len()];
                    if number == 0 { gates.copy_from_slice(row) } else { self.level.add_assign(gates, row) }
                }
                FirstInput::Product { embedding, w_ih } => {
                    let start = if number == 0 { Output::Bias(&self.bias) } else { Output::Accumulate };
                    self.level.gemm(&embedding[value.index() * w_ih.k()..][..w_ih.k()], 1, w_ih, gates, start);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use galant_kernels::level;
    use galant_model::{Cell, Initialization, Inputs, StreamSpec, Weights};
    use galant_testkit::{Tolerance, assert_close};
    use galant_types::Seed;

    use super::*;

    const SPEC: ModelSpec = ModelSpec {
        cell: Cell::Lstm,
        inputs: Inputs::tokens(11, 7),
        hidden_size: 9,
        n_layers: 1,
        dropout: 0.0,
        residual: false,
    };

    /// Which inputs are computed with so much room.
    fn computed(spec: &ModelSpec, view: &WeightsView<'_>, room: usize) -> (FirstInputs, Vec<bool>) {
        let first = FirstInputs::up_to(room, level(), spec, view);
        let computed = first.inputs.iter().map(|input| matches!(input, FirstInput::Product { .. })).collect();
        (first, computed)
    }

    #[test]
    fn looking_up_and_computing_give_the_same_bits_for_tokens() {
        let weights = Weights::initial(SPEC, Initialization::Keras, Seed(1)).unwrap();
        let view = weights.view();
        let [by_product, by_table] = [11 * 36 - 1, 11 * 36].map(|room| computed(&SPEC, &view, room));
        assert_eq!((&by_product.1[..], &by_table.1[..]), (&[true][..], &[false][..]));
        for token in (0..11).map(TokenId) {
            let [by_product, by_table] = [&by_product.0, &by_table.0].map(|first| {
                let mut gates = [f32::NAN; 36];
                first.gates(&[token], &mut gates);
                gates.map(f32::to_bits)
            });
            assert_eq!(by_product, by_table, "token {}", token.0);
        }
    }

    #[test]
    fn streams_are_looked_up_as_far_as_there_is_room() {
        let stream = |vocab_size| StreamSpec { vocab_size, embedding_size: 5, skip: false };
        let spec = ModelSpec { inputs: SPEC.inputs.with(stream(20)).with(stream(3)), ..SPEC };
        let weights = Weights::initial(spec, Initialization::NormalEmbedding, Seed(1)).unwrap();
        let view = weights.view();
        let cases = [(0, [true; 3]), (30 * 36, [false, true, false]), (34 * 36, [false; 3])];
        let gates = cases.map(|(room, expected)| {
            let (first, computed) = computed(&spec, &view, room);
            assert_eq!(computed, expected);
            let mut gates = [f32::NAN; 36];
            first.gates(&[10, 19, 2].map(TokenId), &mut gates);
            gates.map(f64::from)
        });
        assert_close("gates", &gates[0], &gates[2], Tolerance { absolute: 1e-6, relative: 1e-6 });
        assert_close("gates", &gates[1], &gates[2], Tolerance { absolute: 1e-6, relative: 1e-6 });
    }
}
