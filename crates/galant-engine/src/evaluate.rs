//! The loss without training: forward only, one block of steps at a time, because rows may be whole songs.

use std::ops::Range;

use galant_model::Weights;
use galant_types::{Batch, TokenId};

use crate::activations::{Activations, STEPS_PER_BLOCK};
use crate::layer::Shape;
use crate::network::Network;
use crate::packed::PackedWeights;
use crate::plan::shards;
use crate::pool::Pool;
use crate::table::InputTable;

/// The loss of each of some rows of `batch` in nats, each from the zero state, without dropout.
pub(crate) fn evaluate(
    weights: &Weights,
    packed: &PackedWeights,
    batch: &Batch,
    rows: Range<usize>,
    pool: &Pool,
) -> Vec<f64> {
    let mut table = InputTable::default();
    table.fill(batch.all_inputs(), weights, packed, pool);
    let view = weights.view();
    let network = Network { spec: weights.spec(), weights: &view, packed, table: &table };
    let shards = shards(rows, pool.n_threads()).into_iter();
    let mut shards: Vec<_> = shards.map(|rows| (vec![0.0; rows.len()], rows)).collect();
    pool.for_each(&mut shards, |_, (nats, rows)| evaluate_shard(&network, batch, rows.clone(), nats));
    shards.into_iter().flat_map(|(nats, _)| nats).collect()
}

/// Adds the loss of each of `rows` to its number in `nats`.
fn evaluate_shard(network: &Network<'_>, batch: &Batch, rows: Range<usize>, nats: &mut [f64]) {
    let (spec, n_rows, n_steps) = (network.spec, rows.len(), batch.n_steps());
    let (dense_size, vocab_size) = (spec.dense_input_size(), spec.vocab_size());
    let mut activations = Activations::default();
    activations.begin(spec, Shape { n_rows, n_steps: STEPS_PER_BLOCK.min(n_steps) }, None);
    let mut dense_inputs = vec![0.0; STEPS_PER_BLOCK * n_rows * dense_size];
    let mut logits = vec![0.0; STEPS_PER_BLOCK * n_rows * vocab_size];
    let (mut targets, mut of_row, mut losses) = (Vec::<TokenId>::new(), Vec::new(), Vec::new());
    for first in (0..n_steps).step_by(STEPS_PER_BLOCK) {
        let n_block_steps = STEPS_PER_BLOCK.min(n_steps - first);
        let place = |row, step| (rows.start + row) * n_steps + first + step;
        activations.forward(network, batch.all_inputs(), n_block_steps, place);
        let outputs = activations.outputs(spec).chunks_exact(spec.hidden_size).take(n_block_steps * n_rows);
        targets.clear();
        of_row.clear();
        for (at, output) in outputs.enumerate() {
            let (row, step) = (at % n_rows, first + at / n_rows);
            if batch.counts(rows.start + row, step) {
                let (place, to) = (place(row, step - first), targets.len() * dense_size);
                network.dense_input(output, batch.all_inputs(), place, &mut dense_inputs[to..to + dense_size]);
                targets.push(batch.targets()[place]);
                of_row.push(row);
            }
        }
        let n = targets.len();
        losses.resize(n, 0.0);
        let logits = &mut logits[..n * vocab_size];
        network.dense().losses(&dense_inputs[..n * dense_size], targets.iter().copied(), 1.0, logits, &mut losses);
        of_row.iter().zip(&losses).for_each(|(row, loss): (&usize, &f64)| nats[*row] += loss);
        activations.carry(spec, n_block_steps);
    }
}
