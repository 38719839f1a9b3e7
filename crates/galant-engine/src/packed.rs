use galant_kernels::PackedMatrix;
use galant_model::{ModelSpec, Weights};

use crate::lanes::in_parallel;

/// A matrix of a network as it stands and transposed, both packed for products from the left.
#[derive(Debug, Clone)]
pub(crate) struct TwoWays {
    /// Wᵀ: what goes forward is multiplied by it.
    pub(crate) forward: PackedMatrix,
    /// W: gradients on their way back are multiplied by it.
    pub(crate) backward: PackedMatrix,
}

impl TwoWays {
    fn zeros(n_outputs: usize, n_inputs: usize) -> TwoWays {
        TwoWays {
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
    pub(crate) dense: TwoWays,
}

/// The matrices of a layer, packed.
#[derive(Debug, Clone)]
pub(crate) struct PackedLayer {
    /// `[G·H, I]`
    pub(crate) w_ih: TwoWays,
    /// `[G·H, H]`
    pub(crate) w_hh: TwoWays,
}

impl PackedWeights {
    pub(crate) fn new(weights: &Weights, threads: usize) -> PackedWeights {
        let spec: &ModelSpec = weights.spec();
        let rows = spec.n_gate_rows();
        let layer = |layer| PackedLayer {
            w_ih: TwoWays::zeros(rows, spec.input_size(layer)),
            w_hh: TwoWays::zeros(rows, spec.hidden_size),
        };
        let mut packed = PackedWeights {
            layers: (0..spec.n_layers).map(layer).collect(),
            dense: TwoWays::zeros(spec.vocab_size, spec.hidden_size),
        };
        packed.refresh(weights, threads);
        packed
    }

    /// Packs the weights again after an update.
    pub(crate) fn refresh(&mut self, weights: &Weights, threads: usize) {
        let view = weights.view();
        let layers = self.layers.iter_mut().zip(&view.layers);
        let mut jobs: Vec<(&mut TwoWays, &[f32])> = layers
            .flat_map(|(packed, layer)| [(&mut packed.w_ih, layer.w_ih), (&mut packed.w_hh, layer.w_hh)])
            .collect();
        jobs.push((&mut self.dense, view.dense));
        in_parallel(threads, &mut jobs, |_, (packed, weights)| {
            packed.forward.repack_transposed(weights);
            packed.backward.repack(weights);
        });
    }
}
