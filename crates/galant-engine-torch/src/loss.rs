//! The predictions of a batch that count, and their loss.
//!
//! B windows, T steps, K inputs, V vocabulary, D input size of the dense layer, n predictions that count.

use std::ops::Range;

use galant_model::Loss;
use galant_types::{Batch, Positions, TokenId};
use tch::{Kind, Reduction, TchError, Tensor};

use crate::config::{Device, Placement};
use crate::network::{Network, Pass, upload};

/// The most steps evaluated at a time, to limit memory: rows may be whole songs.
const STEPS_PER_BLOCK: usize = 64;
/// The most logits computed at a time in evaluation, a quarter of a gigabyte; those of one step are always together.
const MAX_LOGITS: usize = 1 << 26;

/// The predictions of some steps that count.
pub(crate) struct Predictions {
    /// Their positions in the steps' outputs, `[n]`; `None` if all count.
    positions: Option<Tensor>,
    /// `[n]`
    targets: Tensor,
}

impl Predictions {
    /// The predictions of `steps`; `None` if none of them counts.
    pub(crate) fn of(
        batch: &Batch,
        steps: Range<usize>,
        placement: Placement,
    ) -> Result<Option<Predictions>, TchError> {
        let at = steps.clone().flat_map(|step| (0..batch.n_windows()).map(move |window| (window, step)));
        let counted = at.enumerate().filter(|&(_, (window, step))| batch.counts(window, step));
        let (mut positions, mut targets) = (Vec::new(), Vec::new());
        for (position, (window, step)) in counted {
            positions.push(position as i64);
            targets.push(i64::from(batch.targets()[window * batch.n_steps() + step].0));
        }
        if positions.is_empty() {
            return Ok(None);
        }
        let all_count = *batch.positions() == Positions::EveryToken;
        let positions = if all_count { None } else { Some(upload(&positions, placement)?) };
        Ok(Some(Predictions { positions, targets: upload(&targets, placement)? }))
    }

    /// −ln p(token) of each, `[n]`, from `dense_inputs`, `[T, B, D]`.
    pub(crate) fn losses(&self, network: &Network, dense_inputs: &Tensor) -> Result<Tensor, TchError> {
        let dense_inputs = dense_inputs.f_reshape([-1, network.spec().dense_input_size() as i64])?;
        let dense_inputs = match &self.positions {
            Some(positions) => dense_inputs.f_index_select(0, positions)?,
            None => dense_inputs,
        };
        let logits = network.logits(&dense_inputs)?;
        // All classes have equal weight, none is ignored (-100 is not a token), and there is no label smoothing.
        logits.f_cross_entropy_loss::<Tensor>(&self.targets, None, Reduction::None, -100, 0.0)
    }
}

/// The loss of `batch`, each row from the zero state, without dropout.
pub(crate) fn evaluate(network: &Network, batch: &Batch) -> Result<Loss, TchError> {
    let placement = network.placement();
    let logits_per_step = batch.n_windows() * network.spec().vocab_size();
    let n_block_steps = (MAX_LOGITS / logits_per_step).clamp(1, STEPS_PER_BLOCK);
    let mut state = network.zero_state(batch.n_windows())?;
    let mut nats = 0.0;
    for first in (0..batch.n_steps()).step_by(n_block_steps) {
        let steps = first..(first + n_block_steps).min(batch.n_steps());
        let inputs = inputs(batch, steps.clone(), placement)?;
        let (dense_inputs, after) = network.read(&inputs, state, Pass::Reading)?;
        state = after;
        if let Some(predictions) = Predictions::of(batch, steps, placement)? {
            nats += sum(&predictions.losses(network, &dense_inputs)?, placement)?;
        }
    }
    Ok(Loss { nats, n_tokens: batch.n_counted() as u64 })
}

/// Some steps of the inputs of a batch, `[K]` of `[T, B]`.
pub(crate) fn inputs(batch: &Batch, steps: Range<usize>, placement: Placement) -> Result<Vec<Tensor>, TchError> {
    let (n_windows, n_steps) = (batch.n_windows(), batch.n_steps());
    let at = steps.clone().flat_map(|step| (0..n_windows).map(move |window| window * n_steps + step));
    let tensor = |values: &Vec<TokenId>| {
        let numbers: Vec<i64> = at.clone().map(|at| i64::from(values[at].0)).collect();
        upload(&numbers, placement)?.f_reshape([steps.len() as i64, n_windows as i64])
    };
    batch.all_inputs().iter().map(tensor).collect()
}

/// The sum of all numbers, in `f64` where the device has it.
pub(crate) fn sum(numbers: &Tensor, placement: Placement) -> Result<f64, TchError> {
    let kind = if placement.device == Device::Mps { Kind::Float } else { Kind::Double };
    numbers.f_sum(kind)?.f_double_value(&[])
}
