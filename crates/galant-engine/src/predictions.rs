//! The predictions of a wave: their losses, and the gradients of the dense layer.
// N predictions, D size of the dense layer's input, V vocabulary

use std::ops::Range;

use galant_kernels::add_assign;
use galant_model::{Loss, ModelSpec};
use galant_types::{Batch, TokenId};

use crate::network::{Network, skips};
use crate::plan::{BLOCK_ROWS, rows_per_job};
use crate::pool::Pool;
use crate::product::{Workspaces, add_transposed_product};
use crate::shard::Wave;

/// What the predictions of a wave are computed from.
#[derive(Clone, Copy)]
pub(crate) struct Outputs<'a> {
    pub(crate) network: &'a Network<'a>,
    pub(crate) batch: &'a Batch,
    pub(crate) wave: Wave<'a>,
}

/// The most predictions that a thread computes at a time: with a vocabulary of some hundred tokens, their logits stay in the
/// second-level cache.
const PREDICTIONS_PER_JOB: usize = 128;

/// The most logits in memory, 16 MB, unless a block of rows has more.
const MAX_LOGITS: usize = 1 << 22;

/// The predictions of a wave that count, window after window, step after step; the memory is reused.
#[derive(Debug, Default)]
pub(crate) struct Predictions {
    /// `[N]`: where in the batch's `[B, T]`.
    places: Vec<usize>,
    /// `[N, D]`, and the gradients of the same.
    inputs: Vec<f32>,
    d_inputs: Vec<f32>,
    /// The logits of some blocks, `[…, V]`, then their gradients.
    logits: Vec<f32>,
    /// `[N]`
    nats: Vec<f64>,
}

/// The predictions that a thread computes.
struct Job<'a> {
    places: &'a [usize],
    inputs: &'a mut [f32],
    d_inputs: &'a mut [f32],
    logits: &'a mut [f32],
    nats: &'a mut [f64],
}

impl Predictions {
    /// Adds the losses of a wave to `loss`, computes the gradients of the dense layer's inputs, and adds those of the layer's
    /// weights, `[V, D]`, and bias, `[V]`, to `d_weights` and `d_bias`.
    pub(crate) fn compute(
        &mut self,
        pool: &Pool,
        from: Outputs<'_>,
        (d_weights, d_bias): (&mut [f32], &mut [f32]),
        workspaces: &Workspaces,
        loss: &mut Loss,
    ) {
        let blocks = self.collect(from);
        let (spec, n) = (from.network.spec, self.places.len());
        let (size, vocab_size) = (spec.dense_input_size(), spec.vocab_size());
        self.inputs.resize(n * size, 0.0);
        self.d_inputs.resize(n * size, 0.0);
        self.nats.resize(n, 0.0);
        let scale = 1.0 / from.batch.n_counted() as f32;
        let blocks_at_once = (MAX_LOGITS / vocab_size / BLOCK_ROWS).max(1);
        for blocks in blocks.chunks(blocks_at_once) {
            let chunk = blocks[0].start..blocks[blocks.len() - 1].end;
            self.logits.resize(chunk.len() * vocab_size, 0.0);
            self.losses(pool, from, chunk.clone(), scale);
            let rows = |predictions: Range<usize>, rows: Range<usize>| {
                let (first, logits, inputs) = (chunk.start, &self.logits, &self.inputs);
                predictions.map(move |number| {
                    let logits = &logits[(number - first) * vocab_size..][rows.clone()];
                    (logits, &inputs[number * size..][..size])
                })
            };
            let len = rows_per_job(vocab_size, pool.n_threads());
            let jobs = d_weights.chunks_mut(len * size).zip(d_bias.chunks_mut(len)).enumerate();
            pool.for_each(&mut jobs.collect::<Vec<_>>(), |_, (number, (d_weights, d_bias))| {
                let of_job = *number * len..*number * len + d_bias.len();
                workspaces.with(|workspace| {
                    for block in blocks {
                        add_transposed_product(rows(block.clone(), of_job.clone()), d_weights, workspace);
                    }
                });
                rows(chunk.clone(), of_job.clone()).for_each(|(logits, _)| add_assign(d_bias, logits));
            });
        }
        self.nats.iter().for_each(|&nats| loss.add(Loss { nats, n_tokens: 1 }));
    }

    /// Finds the predictions of a wave, and their blocks: no block has predictions of two lanes.
    fn collect(&mut self, Outputs { batch, wave, .. }: Outputs<'_>) -> Vec<Range<usize>> {
        self.places.clear();
        let mut blocks = Vec::new();
        for lane in wave.lanes {
            let first = self.places.len();
            for window in lane.clone() {
                let counted = (0..wave.n_steps).filter(|step| batch.counts(window, *step));
                self.places.extend(counted.map(|step| window * wave.n_steps + step));
            }
            let end = self.places.len();
            blocks.extend((first..end).step_by(BLOCK_ROWS).map(|start| start..end.min(start + BLOCK_ROWS)));
        }
        blocks
    }

    /// Computes the losses and the gradients of logits and inputs of a chunk of predictions.
    fn losses(&mut self, pool: &Pool, from: Outputs<'_>, chunk: Range<usize>, scale: f32) {
        let Outputs { network, batch, wave } = from;
        let (size, vocab_size) = (network.spec.dense_input_size(), network.spec.vocab_size());
        let len = chunk.len().div_ceil(pool.n_threads()).min(PREDICTIONS_PER_JOB);
        let inputs = self.inputs[chunk.start * size..chunk.end * size].chunks_mut(len * size);
        let d_inputs = self.d_inputs[chunk.start * size..chunk.end * size].chunks_mut(len * size);
        let logits = self.logits.chunks_mut(len * vocab_size);
        let nats = self.nats[chunk.clone()].chunks_mut(len);
        let jobs = self.places[chunk].chunks(len).zip(inputs).zip(d_inputs).zip(logits).zip(nats);
        let jobs =
            jobs.map(|((((places, inputs), d_inputs), logits), nats)| Job { places, inputs, d_inputs, logits, nats });
        pool.for_each(&mut jobs.collect::<Vec<_>>(), |_, job| {
            for (&place, input) in job.places.iter().zip(job.inputs.chunks_exact_mut(size)) {
                let (window, step) = (place / wave.n_steps, place % wave.n_steps);
                let output = wave.shard(window).output(network.spec, window, step);
                network.dense_input(output, batch.all_inputs(), place, input);
            }
            let targets = job.places.iter().map(|&place| batch.targets()[place]);
            network.dense().losses(job.inputs, targets, scale, job.logits, job.nats);
            network.dense().backward(job.logits, job.d_inputs);
        });
    }

    /// The gradient of the top layer's output at a place of `[B, T]`, `[H]`, if it is predicted from and counts.
    pub(crate) fn d_output(&self, spec: &ModelSpec, place: usize) -> Option<&[f32]> {
        let number = self.places.binary_search(&place).ok()?;
        Some(&self.d_inputs[number * spec.dense_input_size()..][..spec.hidden_size])
    }

    /// Adds the gradients of an embedding that skips the layers to `d_embedding`, `[V, E]`.
    pub(crate) fn add_skipped(&self, spec: &ModelSpec, values: &[TokenId], number: usize, d_embedding: &mut [f32]) {
        let before = skips(spec).take_while(|(skipping, _)| *skipping < number);
        let first = spec.hidden_size + before.map(|(_, size)| size).sum::<usize>();
        let size = spec.inputs[number].embedding_size;
        for (&place, d_input) in self.places.iter().zip(self.d_inputs.chunks_exact(spec.dense_input_size())) {
            add_assign(&mut d_embedding[values[place].index() * size..][..size], &d_input[first..first + size]);
        }
    }
}
