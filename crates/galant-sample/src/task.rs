use std::error::Error as StdError;

use galant_model::StepModel;
use galant_types::{Seed, TokenId};

use crate::{ComposeError, Rules};

/// The most words composed at once: a day and a half of music at eight words a second.
pub const MAX_WORDS: usize = 1 << 20;

/// What a piece goes on from, how long it gets and what it may not do.
#[derive(Debug, Clone, Copy)]
pub struct Task<'a> {
    /// What the model reads first, from the zero state; at least one word, and no part of what is composed.
    pub primer: &'a [TokenId],
    /// How many words to compose, at most [`MAX_WORDS`].
    pub n_words: usize,
    /// What may not be composed.
    pub rules: &'a Rules,
    /// Where all chance comes from.
    pub seed: Seed,
}

impl Task<'_> {
    /// Checks the task and reads all of the primer but its last word, which the first choice waits for.
    pub(crate) fn begin<M: StepModel>(&self, model: &M) -> Result<M::State, ComposeError<M::Error>> {
        if self.n_words > MAX_WORDS {
            return Err(ComposeError::TooManyWords { n_words: self.n_words });
        }
        self.rules.validate()?;
        let vocab_size = model.vocab_size();
        if let Some((position, &word)) = self.primer.iter().enumerate().find(|(_, word)| word.index() >= vocab_size) {
            return Err(ComposeError::PrimerWord { position, word, vocab_size });
        }
        let Some((_, read)) = self.primer.split_last() else {
            return Err(ComposeError::EmptyPrimer);
        };
        let (mut state, mut logits) = (model.zero_state(), vec![0.0; vocab_size]);
        for (position, &word) in read.iter().enumerate() {
            let step = model.step(word, &mut state, &mut logits);
            step.map_err(|source| ComposeError::Primer { position, source })?;
        }
        Ok(state)
    }
}

/// Checks that logits of word number `word`, `[B, V]`, are all finite.
pub(crate) fn check_logits<E: StdError>(word: usize, logits: &[f32], vocab_size: usize) -> Result<(), ComposeError<E>> {
    match logits.iter().position(|logit| !logit.is_finite()) {
        Some(at) => Err(ComposeError::Logit { word, index: at % vocab_size, value: logits[at] }),
        None => Ok(()),
    }
}

/// The number of a word as the model counts them.
pub(crate) fn token(index: usize) -> TokenId {
    TokenId(u32::try_from(index).expect("a word's number has 32 bits"))
}
