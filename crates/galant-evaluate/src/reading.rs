//! A model that reads a piece, token by token.

use std::error::Error;

use galant_model::{StepModel, surprise};
use galant_types::TokenId;
use thiserror::Error;

/// Has `model` read `ids` from its zero state, and shows `observe` each token's place, the logits before it was read
/// (none before the first) and the state after.
///
/// # Errors
///
/// If the model fails, with the place.
pub fn read_tokens<M: StepModel>(
    model: &M,
    ids: &[TokenId],
    mut observe: impl FnMut(usize, Option<&[f32]>, &M::State),
) -> Result<(), ReadError<M::Error>> {
    let mut state = model.zero_state();
    let (mut before, mut after) = (vec![0.0; model.vocab_size()], vec![0.0; model.vocab_size()]);
    for (place, &id) in ids.iter().enumerate() {
        std::mem::swap(&mut before, &mut after);
        model.step(&[id], &mut state, &mut after).map_err(|source| ReadError { place, source })?;
        observe(place, (place > 0).then_some(&before), &state);
    }
    Ok(())
}

/// The surprise of each token in nats; 0 for the first, which nothing predicts.
///
/// # Errors
///
/// If the model fails, with the place.
pub fn surprises<M: StepModel>(model: &M, ids: &[TokenId]) -> Result<Vec<f64>, ReadError<M::Error>> {
    let mut nats = Vec::with_capacity(ids.len());
    read_tokens(model, ids, |place, logits, _| {
        nats.push(logits.map_or(0.0, |logits| surprise(logits, ids[place].index())));
    })?;
    Ok(nats)
}

/// A model failed to read a token.
#[derive(Debug, Clone, PartialEq, Error)]
#[error("token {place}: the model failed")]
pub struct ReadError<E: Error> {
    /// The token's place, from 0.
    pub place: usize,
    /// Why.
    pub source: E,
}
