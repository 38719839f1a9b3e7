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
    /// `[V, H]`
    pub(crate) dense: BothWays,
}

/// The matrices of a layer, packed.
#[derive(Debug, Clone)]
pub(crate) struct PackedLayer {
    /// `[G·H, I]`
    pub(crate) w_ih: BothWays,
    /// `[G·H, H]`
    pub(crate) w_hh: BothWays,
}

impl PackedWeights {
    pub(crate) fn new(weights: &Weights, threads: usize) -> PackedWeights {
        let spec: &ModelSpec = weights.spec();
        let rows = spec.n_gate_rows();
        let layer = |layer| PackedLayer {
            w_ih: BothWays::zeros(rows, spec.input_size(layer)),
            w_hh: BothWays::zeros(rows, spec.hidden_size),
        };
        let mut packed = PackedWeights {
            layers: (0..spec.n_layers).map(layer).collect(),
            dense: BothWays::zeros(spec.vocab_size(), spec.hidden_size),
        };
        packed.refresh(weights, threads);
        packed
    }

    /// Packs the weights again, after an update.
    pub(crate) fn refresh(&mut self, weights: &Weights, threads: usize) {
        let view = weights.view();
        let layers = self.layers.iter_mut().zip(&view.layers);
        let mut jobs: Vec<(&mut BothWays, &[f32])> = layers
            .flat_map(|(packed, layer)| [(&mut packed.w_ih, layer.w_ih), (&mut packed.w_hh, layer.w_hh)])
            .collect();
        jobs.push((&mut self.dense, view.dense));
        in_parallel(threads, &mut jobs, |_, (packed, weights)| {
            packed.forward.repack_transposed(weights);
            packed.backward.repack(weights);
        });
    }
}
