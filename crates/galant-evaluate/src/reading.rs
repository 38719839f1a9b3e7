//! A model that reads a piece, token by token.

use std::error::Error;

use galant_model::{StepModel, surprise};
use galant_types::TokenId;
use thiserror::Error;

/// Has `model` read `ids` from its zero state, and shows `observe` each token's place, the logits before it was read
/// (none before the first) and the state after.
///
/// `streams` are what the model reads beside the tokens, `[K − 1]`, each at least as long as they are; none for a model
/// that reads tokens only.
///
/// # Errors
///
/// If the model fails, with the place.
///
/// # Panics
///
/// If a stream is shorter than the tokens.
pub fn read_tokens<M: StepModel>(
    model: &M,
    ids: &[TokenId],
    streams: &[Vec<TokenId>],
    mut observe: impl FnMut(usize, Option<&[f32]>, &M::State),
) -> Result<(), ReadError<M::Error>> {
    let mut state = model.zero_state();
    let (mut before, mut after) = (vec![0.0; model.vocab_size()], vec![0.0; model.vocab_size()]);
    let mut inputs = Vec::with_capacity(1 + streams.len());
    for (place, &id) in ids.iter().enumerate() {
        std::mem::swap(&mut before, &mut after);
        inputs.clear();
        inputs.push(id);
        inputs.extend(streams.iter().map(|stream| stream[place]));
        model.step(&inputs, &mut state, &mut after).map_err(|source| ReadError { place, source })?;
        observe(place, (place > 0).then_some(&before), &state);
    }
    Ok(())
}

/// The surprise of each token in nats; 0 for the first, which nothing predicts.
///
/// `streams` are as in [`read_tokens`].
///
/// # Errors
///
/// If the model fails, with the place.
///
/// # Panics
///
/// If a stream is shorter than the tokens.
pub fn surprises<M: StepModel>(
    model: &M,
    ids: &[TokenId],
    streams: &[Vec<TokenId>],
) -> Result<Vec<f64>, ReadError<M::Error>> {
    let mut nats = Vec::with_capacity(ids.len());
    read_tokens(model, ids, streams, |place, logits, _| {
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
