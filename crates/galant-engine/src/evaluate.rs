//! The loss without training: forward only, one block of steps at a time, because rows may be whole songs.

use std::ops::Range;

use galant_model::{Loss, Weights};
use galant_types::{Batch, TokenId};

use crate::lanes::{SHARD_ROWS, in_parallel};
use crate::layer::Shape;
use crate::packed::PackedWeights;
use crate::shard::{Activations, Network, STEPS_PER_BLOCK};
use crate::table::InputTable;

/// The loss of `batch`, each row from the zero state, without dropout.
///
/// Shards are summed in order, so the number of threads changes nothing.
pub(crate) fn evaluate(weights: &Weights, packed: &PackedWeights, batch: &Batch, threads: usize) -> Loss {
    let mut table = InputTable::default();
    table.fill(batch.all_inputs(), weights, packed, threads);
    let view = weights.view();
    let network = Network { spec: weights.spec(), weights: &view, packed, table: &table };
    let firsts = (0..batch.n_windows()).step_by(SHARD_ROWS);
    let rows = firsts.map(|first| first..(first + SHARD_ROWS).min(batch.n_windows()));
    let mut shards: Vec<(Range<usize>, f64)> = rows.map(|rows| (rows, 0.0)).collect();
    in_parallel(threads, &mut shards, |_, (rows, nats)| *nats = evaluate_shard(&network, batch, rows.clone()));
    Loss { nats: shards.iter().map(|(_, nats)| nats).sum(), n_tokens: batch.n_counted() as u64 }
}

fn evaluate_shard(network: &Network<'_>, batch: &Batch, rows: Range<usize>) -> f64 {
    let (spec, n_rows, n_steps) = (network.spec, rows.len(), batch.n_steps());
    let mut activations = Activations::default();
    activations.begin(spec, Shape { n_rows, n_steps: STEPS_PER_BLOCK.min(n_steps) }, None);
    let (mut dense_inputs, mut targets, mut logits) = (Vec::new(), Vec::<TokenId>::new(), Vec::new());
    let mut nats = 0.0;
    for first in (0..n_steps).step_by(STEPS_PER_BLOCK) {
        let n_block_steps = STEPS_PER_BLOCK.min(n_steps - first);
        let place = |row, step| (rows.start + row) * n_steps + first + step;
        activations.forward(network, batch.all_inputs(), n_block_steps, place);
        let outputs = activations.outputs(spec).chunks_exact(spec.hidden_size).take(n_block_steps * n_rows);
        for (at, output) in outputs.enumerate() {
            let (row, step) = (rows.start + at % n_rows, first + at / n_rows);
            if batch.counts(row, step) {
                network.push_dense_input(output, batch.all_inputs(), row * n_steps + step, &mut dense_inputs);
                targets.push(batch.targets()[row * n_steps + step]);
            }
        }
        nats += network.dense().loss(&dense_inputs, &targets, 1.0, &mut logits);
        dense_inputs.clear();
        targets.clear();
        activations.carry(spec, n_block_steps);
    }
    nats
}
