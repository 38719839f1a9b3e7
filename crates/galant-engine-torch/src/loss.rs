//! What a batch asks for, and what predicting it costs.
//!
//! B windows, T steps, V vocabulary, H hidden size, n predictions that count.

use std::ops::Range;

use galant_model::Loss;
use galant_types::{Batch, Positions, TokenId};
use tch::{Kind, Reduction, TchError, Tensor};

use crate::network::{Network, Pass, upload};
use crate::{Device, Placement};

/// The most steps evaluated before the memory is used again: rows may be whole songs.
const STRETCH: usize = 64;
/// The most logits made at once in evaluation, a quarter of a gigabyte; one step's are always made together.
const MAX_LOGITS: usize = 1 << 26;

/// The predictions of some steps that count.
pub(crate) struct Predictions {
    /// Where they stand among the steps' outputs, `[n]`; none if all count.
    places: Option<Tensor>,
    /// `[n]`
    targets: Tensor,
}

impl Predictions {
    /// None if no prediction of these steps counts.
    pub(crate) fn of(
        batch: &Batch,
        steps: Range<usize>,
        placement: Placement,
    ) -> Result<Option<Predictions>, TchError> {
        let at = steps.clone().flat_map(|step| (0..batch.n_windows()).map(move |window| (window, step)));
        let counted = at.enumerate().filter(|&(_, (window, step))| batch.counts(window, step));
        let (mut places, mut targets) = (Vec::new(), Vec::new());
        for (place, (window, step)) in counted {
            places.push(place as i64);
            targets.push(i64::from(batch.targets()[window * batch.n_steps() + step].0));
        }
        if places.is_empty() {
            return Ok(None);
        }
        let all_count = *batch.positions() == Positions::EveryToken;
        let places = if all_count { None } else { Some(upload(&places, placement)?) };
        Ok(Some(Predictions { places, targets: upload(&targets, placement)? }))
    }

    /// −ln p(token) of each, `[n]`, from `outputs`, `[T, B, H]`.
    pub(crate) fn losses(&self, network: &Network, outputs: &Tensor) -> Result<Tensor, TchError> {
        let outputs = outputs.f_reshape([-1, network.spec().hidden_size as i64])?;
        let outputs = match &self.places {
            Some(places) => outputs.f_index_select(0, places)?,
            None => outputs,
        };
        let logits = network.logits(&outputs)?;
        // All classes weigh the same, none is ignored (-100 is no token), and targets are not smoothed.
        logits.f_cross_entropy_loss::<Tensor>(&self.targets, None, Reduction::None, -100, 0.0)
    }
}

/// The loss of `batch`, each row from the zero state, without dropout.
pub(crate) fn evaluate(network: &Network, batch: &Batch) -> Result<Loss, TchError> {
    let placement = network.placement();
    let logits_a_step = batch.n_windows() * network.spec().vocab_size;
    let stretch = (MAX_LOGITS / logits_a_step).clamp(1, STRETCH);
    let mut state = network.zero_state(batch.n_windows())?;
    let mut nats = 0.0;
    for first in (0..batch.n_steps()).step_by(stretch) {
        let steps = first..(first + stretch).min(batch.n_steps());
        let tokens = tokens(batch.inputs(), batch, steps.clone(), placement)?;
        let (outputs, after) = network.read(&tokens, state, Pass::Reading)?;
        state = after;
        if let Some(predictions) = Predictions::of(batch, steps, placement)? {
            nats += sum(&predictions.losses(network, &outputs)?, placement)?;
        }
    }
    Ok(Loss { nats, n_tokens: batch.n_counted() as u64 })
}

/// Some steps of `tokens`, `[B, T]`, as a tensor, `[T, B]`.
pub(crate) fn tokens(
    tokens: &[TokenId],
    batch: &Batch,
    steps: Range<usize>,
    placement: Placement,
) -> Result<Tensor, TchError> {
    let (n_windows, n_steps) = (batch.n_windows(), batch.n_steps());
    let at = steps.clone().flat_map(|step| (0..n_windows).map(move |window| window * n_steps + step));
    let numbers: Vec<i64> = at.map(|at| i64::from(tokens[at].0)).collect();
    upload(&numbers, placement)?.f_reshape([steps.len() as i64, n_windows as i64])
}

/// The sum of all numbers, in `f64` where the device has it.
pub(crate) fn sum(numbers: &Tensor, placement: Placement) -> Result<f64, TchError> {
    let kind = if placement.device == Device::Mps { Kind::Float } else { Kind::Double };
    numbers.f_sum(kind)?.f_double_value(&[])
}
