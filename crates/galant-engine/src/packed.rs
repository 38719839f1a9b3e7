use std::borrow::Cow;

use galant_kernels::PackedMatrix;
use galant_model::{ModelSpec, Weights};

use crate::lanes::in_parallel;

/// A matrix of a network and its transpose, both packed as right factors of products.
#[derive(Debug, Clone)]
pub(crate) struct BothWays {
    /// Wᵀ, for the forward pass.
    pub(crate) forward: PackedMatrix,
    /// W, for the backward pass.
    pub(crate) backward: PackedMatrix,
}

impl BothWays {
    fn zeros(n_outputs: usize, n_inputs: usize) -> BothWays {
        BothWays {
            forward: PackedMatrix::zeros(n_inputs, n_outputs),
            backward: PackedMatrix::zeros(n_outputs, n_inputs),
        }
    }
}

/// The matrices of a network, packed.
#[derive(Debug, Clone)]
pub(crate) struct PackedWeights {
    pub(crate) layers: Vec<PackedLayer>,
    /// `[V, D]`
    pub(crate) dense: BothWays,
}

/// The matrices of a layer, packed.
#[derive(Debug, Clone)]
pub(crate) struct PackedLayer {
    /// `[G·H, I]`; that of the first layer by columns, `[G·H, E]` for each input.
    pub(crate) w_ih: Vec<BothWays>,
    /// `[G·H, H]`
    pub(crate) w_hh: BothWays,
}

impl PackedWeights {
    pub(crate) fn new(weights: &Weights, threads: usize) -> PackedWeights {
        let spec: &ModelSpec = weights.spec();
        let rows = spec.n_gate_rows();
        let layer = |layer| {
            let w_ih = column_sizes(spec, layer).map(|size| BothWays::zeros(rows, size)).collect();
            PackedLayer { w_ih, w_hh: BothWays::zeros(rows, spec.hidden_size) }
        };
        let mut packed = PackedWeights {
            layers: (0..spec.n_layers).map(layer).collect(),
            dense: BothWays::zeros(spec.vocab_size(), spec.dense_input_size()),
        };
        packed.refresh(weights, threads);
        packed
    }

    /// Packs the weights again, after an update.
    pub(crate) fn refresh(&mut self, weights: &Weights, threads: usize) {
        let view = weights.view();
        let mut jobs: Vec<(&mut BothWays, Cow<'_, [f32]>)> = Vec::new();
        for (packed, layer) in self.layers.iter_mut().zip(&view.layers) {
            match packed.w_ih.as_mut_slice() {
                [w_ih] => jobs.push((w_ih, layer.w_ih.into())),
                w_ih => {
                    let blocks = column_blocks(layer.w_ih, weights.spec());
                    jobs.extend(w_ih.iter_mut().zip(blocks.map(Cow::from)));
                }
            }
            jobs.push((&mut packed.w_hh, layer.w_hh.into()));
        }
        jobs.push((&mut self.dense, view.dense.into()));
        in_parallel(threads, &mut jobs, |_, (packed, weights)| {
            packed.forward.repack_transposed(weights);
            packed.backward.repack(weights);
        });
    }
}

/// How many columns of a layer's input matrix are packed together.
fn column_sizes(spec: &ModelSpec, layer: usize) -> impl Iterator<Item = usize> {
    let inputs = if layer == 0 { spec.inputs.as_slice() } else { &[] };
    let above = (layer > 0).then_some(spec.hidden_size);
    inputs.iter().map(|input| input.embedding_size).chain(above)
}

/// The columns of the first layer's input matrix that belong to each input, `[G·H, E]`.
pub(crate) fn column_blocks(w_ih: &[f32], spec: &ModelSpec) -> impl Iterator<Item = Vec<f32>> {
    let n_columns = spec.embedding_size();
    spec.inputs.iter().scan(0, move |end, input| {
        let columns = *end..*end + input.embedding_size;
        *end = columns.end;
        Some(w_ih.chunks_exact(n_columns).flat_map(|row| &row[columns.clone()]).copied().collect())
    })
}
