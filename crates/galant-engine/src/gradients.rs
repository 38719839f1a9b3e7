//! The gradients of the layers' weights, from the gradients of pre-activations that the backward pass leaves.
// G·H gates, I size of a layer's input, H hidden size

use std::ops::Range;

use galant_kernels::add_assign;
use galant_model::{ModelSpec, WeightsViewMut};
use galant_types::Batch;

use crate::by_value::{ColumnBlock, ValueGradients};
use crate::network::skips;
use crate::plan::rows_per_job;
use crate::pool::Pool;
use crate::predictions::Predictions;
use crate::product::{Workspaces, add_transposed_product};
use crate::shard::{Shard, Wave};
use crate::table::InputTable;

/// What one thread adds at a time.
enum Job<'a> {
    /// Rows of the gradient of the matrix that multiplies the layer's input, `[rows, I]`, or state, `[rows, H]`.
    Matrix { layer: usize, factor: Factor, rows: Range<usize>, d: &'a mut [f32] },
    /// The gradient of a bias, `[G·H]`.
    Bias { layer: usize, d: &'a mut [f32] },
    /// Some columns of the gradients by value.
    Values(&'a mut ColumnBlock),
    /// The dense layer's share of the gradient of an embedding that skips the layers, `[V, E]`.
    Skipped { input: usize, d: &'a mut [f32] },
}

/// What a matrix of a layer multiplies.
#[derive(Clone, Copy)]
enum Factor {
    Input,
    State,
}

/// What the jobs of a wave read.
pub(crate) struct Sources<'a> {
    pub(crate) spec: &'a ModelSpec,
    pub(crate) batch: &'a Batch,
    pub(crate) wave: Wave<'a>,
    pub(crate) table: &'a InputTable,
    pub(crate) predictions: &'a Predictions,
    pub(crate) workspaces: &'a Workspaces,
}

/// Adds a wave's gradients: all except those of the dense layer; those of the first layer's input to `values`.
pub(crate) fn add_wave(pool: &Pool, from: &Sources<'_>, d: &mut WeightsViewMut<'_>, values: &mut ValueGradients) {
    let spec = from.spec;
    let len = rows_per_job(spec.n_gate_rows(), pool.n_threads());
    let mut jobs = Vec::new();
    let mut biases = Vec::new();
    // The first layer's gradients were computed last, and may still be in a cache.
    for (layer, d) in d.layers.iter_mut().enumerate() {
        let mut matrix = |factor, n_columns: usize, d| {
            for (number, d) in <[f32]>::chunks_mut(d, len * n_columns).enumerate() {
                let rows = number * len..number * len + d.len() / n_columns;
                jobs.push(Job::Matrix { layer, factor, rows, d });
            }
        };
        matrix(Factor::State, spec.hidden_size, &mut *d.w_hh);
        if layer > 0 {
            matrix(Factor::Input, spec.hidden_size, &mut *d.w_ih);
            biases.push(Job::Bias { layer, d: &mut *d.bias });
        }
    }
    jobs.extend(values.blocks().iter_mut().map(Job::Values));
    jobs.append(&mut biases);
    for (input, d) in d.embeddings.iter_mut().enumerate() {
        if skips(spec).any(|(skipping, _)| skipping == input) {
            jobs.push(Job::Skipped { input, d });
        }
    }
    pool.for_each(&mut jobs, |_, job| job.run(from));
}

impl Job<'_> {
    fn run(&mut self, from: &Sources<'_>) {
        let (spec, wave) = (from.spec, from.wave);
        match self {
            Job::Matrix { layer, factor, rows, d } => from.workspaces.with(|workspace| {
                for lane in wave.lanes {
                    let both = wave.rows(lane.clone(), |shard: &Shard, window, step| {
                        let factor = match factor {
                            Factor::Input => shard.input(spec, *layer, window, step),
                            Factor::State => shard.hidden_before(*layer, window, step),
                        };
                        (&shard.d_gates(*layer, window, step)[rows.clone()], factor)
                    });
                    add_transposed_product(both, d, workspace);
                }
            }),
            Job::Bias { layer, d } => {
                wave.rows(wave.windows(), |shard, window, step| shard.d_gates(*layer, window, step))
                    .for_each(|d_gates| add_assign(d, d_gates));
            }
            Job::Values(block) => block.add(from.table, from.batch.all_inputs(), wave),
            Job::Skipped { input, d } => {
                from.predictions.add_skipped(spec, &from.batch.all_inputs()[*input], *input, d);
            }
        }
    }
}
