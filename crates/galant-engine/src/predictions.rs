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
    /// The logits of some blocks, `[…, V]`, then their gradients; which of the predictions the first ones are of.
    logits: Vec<f32>,
    first_logits: usize,
    /// The predictions whose products are one sum.
    blocks: Vec<Range<usize>>,
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
        self.begin(from);
        let spec = from.network.spec;
        let (size, vocab_size) = (spec.dense_input_size(), spec.vocab_size());
        let blocks = std::mem::take(&mut self.blocks);
        let blocks_at_once = (MAX_LOGITS / vocab_size / BLOCK_ROWS).max(1);
        for blocks in blocks.chunks(blocks_at_once) {
            self.losses(pool, from, blocks[0].start..blocks[blocks.len() - 1].end);
            let predictions = &*self;
            let len = rows_per_job(vocab_size, pool.n_threads());
            let jobs = d_weights.chunks_mut(len * size).zip(d_bias.chunks_mut(len)).enumerate();
            pool.for_each(&mut jobs.collect::<Vec<_>>(), |_, (number, (d_weights, d_bias))| {
                let rows = *number * len..*number * len + d_bias.len();
                predictions.add_weights(spec, blocks, rows.clone(), d_weights, workspaces);
                predictions.add_bias(spec, blocks, rows, d_bias);
            });
        }
        self.blocks = blocks;
        self.nats.iter().for_each(|&nats| loss.add(Loss { nats, n_tokens: 1 }));
    }

    /// Computes the losses of a wave and the gradients of the dense layer's inputs, and keeps what the gradients of the layer
    /// are computed from.
    pub(crate) fn keep(&mut self, pool: &Pool, from: Outputs<'_>) {
        self.begin(from);
        if !self.places.is_empty() {
            self.losses(pool, from, 0..self.places.len());
        }
    }

    /// The losses of a wave, in the order of its predictions.
    pub(crate) fn nats(&self) -> &[f64] {
        &self.nats
    }

    /// The predictions of a wave, in blocks.
    pub(crate) fn blocks(&self) -> &[Range<usize>] {
        &self.blocks
    }

    /// Adds the gradients of some rows of the dense layer's weights, `[rows, D]`.
    pub(crate) fn add_weights(
        &self,
        spec: &ModelSpec,
        blocks: &[Range<usize>],
        rows: Range<usize>,
        d_weights: &mut [f32],
        workspaces: &Workspaces,
    ) {
        let size = spec.dense_input_size();
        workspaces.with(|workspace| {
            for block in blocks {
                let both = block
                    .clone()
                    .map(|number| (&self.d_logits(spec, number)[rows.clone()], &self.inputs[number * size..][..size]));
                add_transposed_product(both, d_weights, workspace);
            }
        });
    }

    /// Adds the gradients of some numbers of the dense layer's bias, `[rows]`.
    pub(crate) fn add_bias(&self, spec: &ModelSpec, blocks: &[Range<usize>], rows: Range<usize>, d_bias: &mut [f32]) {
        let numbers = blocks.iter().cloned().flatten();
        numbers.for_each(|number| add_assign(d_bias, &self.d_logits(spec, number)[rows.clone()]));
    }

    /// The gradient of the logits of a prediction, `[V]`.
    fn d_logits(&self, spec: &ModelSpec, number: usize) -> &[f32] {
        &self.logits[(number - self.first_logits) * spec.vocab_size()..][..spec.vocab_size()]
    }

    /// Finds the predictions of a wave, and their blocks: no block has predictions of two lanes.
    fn begin(&mut self, Outputs { network, batch, wave }: Outputs<'_>) {
        self.places.clear();
        self.blocks.clear();
        for lane in wave.lanes {
            let first = self.places.len();
            for window in lane.clone() {
                let counted = (0..wave.n_steps).filter(|step| batch.counts(window, *step));
                self.places.extend(counted.map(|step| window * wave.n_steps + step));
            }
            let end = self.places.len();
            self.blocks.extend((first..end).step_by(BLOCK_ROWS).map(|start| start..end.min(start + BLOCK_ROWS)));
        }
        let (n, size) = (self.places.len(), network.spec.dense_input_size());
        self.inputs.resize(n * size, 0.0);
        self.d_inputs.resize(n * size, 0.0);
        self.nats.resize(n, 0.0);
    }

    /// Computes the losses and the gradients of logits and inputs of a chunk of predictions.
    fn losses(&mut self, pool: &Pool, from: Outputs<'_>, chunk: Range<usize>) {
        let Outputs { network, batch, wave } = from;
        let (size, vocab_size) = (network.spec.dense_input_size(), network.spec.vocab_size());
        let scale = 1.0 / batch.n_counted() as f32;
        self.first_logits = chunk.start;
        self.logits.resize(chunk.len() * vocab_size, 0.0);
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
