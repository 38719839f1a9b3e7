use std::error::Error as StdError;

use galant_model::StepModel;
use galant_types::{Seed, StreamTracker, TokenId};

use crate::{ComposeError, MAX_TOKENS, Rules};

/// What to compose: what it continues, how many tokens it has, and under which rules.
#[derive(Debug, Clone)]
pub struct Task {
    /// What the model reads first, from the zero state; at least one token. It is not part of what is composed.
    pub primer: Vec<TokenId>,
    /// How many tokens to compose, at most [`MAX_TOKENS`].
    pub n_tokens: usize,
    /// What may be composed.
    ///
    /// Constraints are advanced by the tokens composed, not by the primer; if the primer counts for one, advance it
    /// over the primer first.
    pub rules: Rules,
    /// What the model reads beside the tokens, from before the primer on; [`NoStreams`](galant_types::NoStreams) for a model
    /// that reads tokens only.
    pub streams: Box<dyn StreamTracker>,
    /// What all random numbers depend on.
    pub seed: Seed,
}

impl Task {
    /// Checks the task and reads all of the primer but its last token, which is read with the first choice.
    ///
    /// The streams returned have followed the whole primer.
    #[expect(clippy::type_complexity, reason = "a pair of what the model and the streams remember")]
    pub(crate) fn begin<M: StepModel>(
        &self,
        model: &M,
    ) -> Result<(M::State, Box<dyn StreamTracker>), ComposeError<M::Error>> {
        if self.n_tokens > MAX_TOKENS {
            return Err(ComposeError::TooManyTokens { n_tokens: self.n_tokens });
        }
        self.rules.validate()?;
        let vocab_size = model.vocab_size();
        if let Some((position, &token)) = self.primer.iter().enumerate().find(|(_, token)| token.index() >= vocab_size)
        {
            return Err(ComposeError::PrimerToken { position, token, vocab_size });
        }
        let (n_streams, expected) = (self.streams.values().len(), model.n_inputs().saturating_sub(1));
        if n_streams != expected {
            return Err(ComposeError::Streams { n_streams, expected });
        }
        let Some((&last, read)) = self.primer.split_last() else {
            return Err(ComposeError::EmptyPrimer);
        };
        let (mut state, mut logits, mut streams) = (model.zero_state(), vec![0.0; vocab_size], self.streams.clone());
        let mut inputs = Vec::new();
        for (position, &token) in read.iter().enumerate() {
            streams.advance(token);
            inputs.clear();
            push_inputs(token, &*streams, &mut inputs);
            let step = model.step(&inputs, &mut state, &mut logits);
            step.map_err(|source| ComposeError::Primer { position, source })?;
        }
        streams.advance(last);
        Ok((state, streams))
    }
}

/// Appends the inputs of the step that reads `token`, `[K]`: the token and its streams, which have followed it.
pub(crate) fn push_inputs(token: TokenId, streams: &dyn StreamTracker, inputs: &mut Vec<TokenId>) {
    inputs.push(token);
    inputs.extend_from_slice(streams.values());
}

/// Checks that the logits for the token at `position`, `[B, V]`, are all finite.
pub(crate) fn check_logits<E: StdError>(
    position: usize,
    logits: &[f32],
    vocab_size: usize,
) -> Result<(), ComposeError<E>> {
    match logits.iter().position(|logit| !logit.is_finite()) {
        Some(at) => Err(ComposeError::Logit { position, index: at % vocab_size, value: logits[at] }),
        None => Ok(()),
    }
}

/// The token whose logit is at `index`.
pub(crate) fn token(index: usize) -> TokenId {
    TokenId(u32::try_from(index).expect("a token's number has 32 bits"))
}
