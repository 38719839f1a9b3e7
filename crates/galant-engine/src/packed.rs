use galant_kernels::PackedMatrix;
use galant_model::{ModelSpec, Weights};

use crate::pool::Pool;

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

    fn repack(&mut self, weights: &[f32]) {
        self.forward.repack_transposed(weights);
        self.backward.repack(weights);
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
    pub(crate) fn new(weights: &Weights, pool: &Pool) -> PackedWeights {
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
        packed.refresh(weights, pool);
        packed
    }

    /// Packs the weights again, after an update.
    pub(crate) fn refresh(&mut self, weights: &Weights, pool: &Pool) {
        let view = weights.view();
        let mut jobs: Vec<(&mut [BothWays], &[f32])> = Vec::new();
        for (packed, layer) in self.layers.iter_mut().zip(&view.layers) {
            jobs.push((&mut packed.w_ih, layer.w_ih));
            jobs.push((std::slice::from_mut(&mut packed.w_hh), layer.w_hh));
        }
        jobs.push((std::slice::from_mut(&mut self.dense), view.dense));
        pool.for_each(&mut jobs, |_, (packed, weights)| match packed {
            [all] => all.repack(weights),
            by_columns => {
                let sizes: Vec<usize> = by_columns.iter().map(|packed| packed.forward.k()).collect();
                let blocks = column_blocks(weights, &sizes);
                by_columns.iter_mut().zip(blocks).for_each(|(packed, block)| packed.repack(&block));
            }
        });
    }
}

/// How many columns of a layer's input matrix are packed together.
fn column_sizes(spec: &ModelSpec, layer: usize) -> impl Iterator<Item = usize> {
    let inputs = if layer == 0 { spec.inputs.as_slice() } else { &[] };
    let above = (layer > 0).then_some(spec.hidden_size);
    inputs.iter().map(|input| input.embedding_size).chain(above)
}

/// A matrix by columns, of which so many make each block.
pub(crate) fn column_blocks(matrix: &[f32], sizes: &[usize]) -> impl Iterator<Item = Vec<f32>> {
    let n_columns = sizes.iter().sum();
    sizes.iter().scan(0, move |end, size| {
        let columns = *end..*end + size;
        *end = columns.end;
        let rows = matrix.chunks_exact(n_columns);
        let mut block = Vec::with_capacity(rows.len() * size);
        rows.for_each(|row| block.extend_from_slice(&row[columns.clone()]));
        Some(block)
    })
}
