//! The gradients of the layers' weights, from the gradients of pre-activations that the backward pass leaves.
// G·H gates, I size of a layer's input, H hidden size, D size of the dense layer's input, V vocabulary, E embedding size

use std::ops::Range;

use galant_kernels::add_assign;
use galant_model::{LayerViewMut, ModelSpec, Processes, WeightsViewMut};
use galant_types::Batch;

use crate::by_value::{ValueGradients, add_by_value};
use crate::network::skips;
use crate::plan::{relayed_rows, rows_of_part, rows_per_job};
use crate::pool::Pool;
use crate::predictions::Predictions;
use crate::product::{Workspaces, add_transposed_product};
use crate::shard::Wave;
use crate::table::InputTable;

/// Some rows of a gradient.
#[derive(Debug, Clone)]
struct Task {
    gradient: Gradient,
    rows: Range<usize>,
    /// How many numbers a row has.
    width: usize,
}

/// The gradient of a tensor, as rows.
#[derive(Debug, Clone, Copy)]
enum Gradient {
    /// Of the matrix that multiplies the layer's input, `[G·H, I]`, or state, `[G·H, H]`.
    Matrix { layer: usize, factor: Factor },
    /// Of a bias, `[G·H, 1]`.
    Bias { layer: usize },
    /// The sums by value; a row is a block of columns.
    Values { n_columns: usize },
    /// The dense layer's share of the gradient of an embedding that skips the layers, all of it, `[1, V·E]`.
    Skipped { input: usize },
    /// Of the dense layer's weights, `[V, D]`.
    Dense,
    /// Of its bias, `[V, 1]`.
    DenseBias,
}

/// What a matrix of a layer multiplies.
#[derive(Debug, Clone, Copy)]
enum Factor {
    Input,
    State,
}

/// What one thread adds at a time.
struct Job<'a> {
    task: Task,
    d: &'a mut [f32],
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
    let len = rows_per_job(from.spec.n_gate_rows(), pool.n_threads());
    let mut jobs = jobs_of_layers(from.spec, &mut d.layers, values, (len, 1));
    jobs.extend(jobs_of_skipped(from.spec, &mut d.embeddings));
    pool.for_each(&mut jobs, |_, job| job.task.add(from, job.d));
}

/// Adds the gradients of all processes, each of which has the activations of its windows: all gradients, those of the dense
/// layer too.
///
/// How they are divided into rounds depends on the network alone, as the processes must agree on it.
pub(crate) fn relay_wave(
    pool: &Pool,
    processes: &dyn Processes,
    from: &Sources<'_>,
    d: &mut WeightsViewMut<'_>,
    values: &mut ValueGradients,
) {
    /// How many blocks of the sums by value make a round.
    const BLOCKS: usize = 2;
    let spec = from.spec;
    let width = spec.dense_input_size();
    let mut rounds = Job::divide(Gradient::Dense, width, relayed_rows(spec, spec.vocab_size()), d.dense);
    rounds.extend(Job::divide(Gradient::DenseBias, 1, spec.vocab_size(), d.dense_bias));
    rounds.extend(jobs_of_layers(spec, &mut d.layers, values, (relayed_rows(spec, spec.n_gate_rows()), BLOCKS)));
    rounds.extend(jobs_of_skipped(spec, &mut d.embeddings));
    let (tasks, mut rounds): (Vec<Task>, Vec<&mut [f32]>) = rounds.into_iter().map(|job| (job.task, job.d)).unzip();
    processes.relay(&mut rounds, &mut |round, d| {
        if !from.wave.lanes.is_empty() {
            let mut jobs = tasks[round].for_threads(d, pool.n_threads());
            pool.for_each(&mut jobs, |_, job| job.task.add(from, job.d));
        }
    });
}

/// The jobs of all layers; so many rows of a matrix, or blocks of the sums by value, are one.
fn jobs_of_layers<'a>(
    spec: &ModelSpec,
    layers: &'a mut [LayerViewMut<'_>],
    values: &'a mut ValueGradients,
    (rows, blocks): (usize, usize),
) -> Vec<Job<'a>> {
    let mut jobs = Vec::new();
    let mut biases = Vec::new();
    // The first layer's gradients were computed last, and may still be in a cache.
    for (layer, d) in layers.iter_mut().enumerate() {
        let mut matrix = |factor, d| {
            jobs.extend(Job::divide(Gradient::Matrix { layer, factor }, spec.hidden_size, rows, d));
        };
        matrix(Factor::State, &mut *d.w_hh);
        if layer > 0 {
            matrix(Factor::Input, &mut *d.w_ih);
            biases.extend(Job::divide(Gradient::Bias { layer }, 1, spec.n_gate_rows(), &mut *d.bias));
        }
    }
    let of_values = Gradient::Values { n_columns: values.n_columns() };
    jobs.extend(Job::divide(of_values, values.block_len(), blocks, values.sums()));
    // These are short.
    jobs.append(&mut biases);
    jobs
}

/// The jobs of the embeddings that skip the layers.
fn jobs_of_skipped<'a>(spec: &ModelSpec, embeddings: &'a mut [&mut [f32]]) -> Vec<Job<'a>> {
    let skipped = embeddings.iter_mut().enumerate().filter(|(input, _)| skips(spec).any(|(skips, _)| skips == *input));
    skipped.flat_map(|(input, d)| Job::divide(Gradient::Skipped { input }, d.len(), 1, d)).collect()
}

impl<'a> Job<'a> {
    /// The jobs of a gradient `d`, each of `rows` rows of `width` numbers.
    fn divide(gradient: Gradient, width: usize, rows: usize, d: &'a mut [f32]) -> Vec<Job<'a>> {
        let parts = d.chunks_mut(rows * width).enumerate();
        let job = |(number, d): (usize, &'a mut [f32])| {
            let rows = number * rows..number * rows + d.len().div_ceil(width);
            Job { task: Task { gradient, rows, width }, d }
        };
        parts.map(job).collect()
    }
}

impl Task {
    /// The task as jobs for so many threads.
    fn for_threads<'a>(&self, d: &'a mut [f32], n_threads: usize) -> Vec<Job<'a>> {
        let rows = match self.gradient {
            Gradient::Matrix { .. } | Gradient::Dense => rows_of_part(self.rows.len(), n_threads),
            Gradient::Bias { .. } | Gradient::DenseBias => self.rows.len(),
            Gradient::Values { .. } | Gradient::Skipped { .. } => 1,
        };
        let mut jobs = Job::divide(self.gradient, self.width, rows, d);
        jobs.iter_mut().for_each(|job| {
            job.task.rows.start += self.rows.start;
            job.task.rows.end += self.rows.start;
        });
        jobs
    }

    /// Adds what a wave has to these rows.
    fn add(&self, from: &Sources<'_>, d: &mut [f32]) {
        let Sources { spec, wave, predictions, workspaces, .. } = *from;
        let (inputs, rows) = (from.batch.all_inputs(), &self.rows);
        match self.gradient {
            Gradient::Matrix { layer, factor } => workspaces.with(|workspace| {
                for lane in wave.lanes {
                    let both = wave.rows(lane.clone(), |shard, window, step| {
                        let factor = match factor {
                            Factor::Input => shard.input(spec, layer, window, step),
                            Factor::State => shard.hidden_before(layer, window, step),
                        };
                        (&shard.d_gates(layer, window, step)[rows.clone()], factor)
                    });
                    add_transposed_product(both, d, workspace);
                }
            }),
            Gradient::Bias { layer } => {
                wave.rows(wave.windows(), |shard, window, step| &shard.d_gates(layer, window, step)[rows.clone()])
                    .for_each(|d_gates| add_assign(d, d_gates));
            }
            Gradient::Values { n_columns } => {
                for (block, sums) in rows.clone().zip(d.chunks_mut(self.width)) {
                    let first = block * n_columns;
                    let columns = first..spec.n_gate_rows().min(first + n_columns);
                    add_by_value(sums, columns, from.table, inputs, wave);
                }
            }
            Gradient::Skipped { input } => predictions.add_skipped(spec, &inputs[input], input, d),
            Gradient::Dense => {
                predictions.add_weights(spec, predictions.blocks(), rows.clone(), d, workspaces);
            }
            Gradient::DenseBias => predictions.add_bias(spec, predictions.blocks(), rows.clone(), d),
        }
    }
}
