use std::error::Error as StdError;

use galant_model::StepModel;
use galant_types::{Seed, TokenId};
use thiserror::Error;

use crate::chooser::Chooser;
use crate::distribution;
use crate::{Strategy, StrategyError};

/// The most words composed at once: a day and a half of music at eight words a second.
pub const MAX_WORDS: usize = 1 << 20;

/// Composes `n_words` that go on from `primer`, and calls `on_word` after each.
///
/// The primer is read from the zero state and is not part of what is returned.
/// Equal arguments give equal words.
///
/// # Errors
///
/// If the primer is empty or has a word that the model does not know, if a setting of the strategy is out of its range, if
/// `n_words` is over [`MAX_WORDS`], if the model fails, or if it gives a logit that is NaN or infinite.
pub fn compose<M: StepModel>(
    model: &M,
    primer: &[TokenId],
    n_words: usize,
    strategy: &Strategy,
    seed: Seed,
    on_word: &mut dyn FnMut(&ComposedWord),
) -> Result<Vec<TokenId>, ComposeError<M::Error>> {
    if n_words > MAX_WORDS {
        return Err(ComposeError::TooManyWords { n_words });
    }
    let mut composer = Composer::new(model, primer, strategy, seed)?;
    for _ in 0..n_words {
        on_word(&composer.next_word()?);
    }
    Ok(composer.words.split_off(primer.len()))
}

/// A piece in the making, for whoever decides word by word whether to go on.
#[derive(Debug, Clone)]
pub struct Composer<'m, M: StepModel> {
    model: &'m M,
    state: M::State,
    /// `[V]`, after the last word read.
    logits: Vec<f32>,
    chooser: Chooser,
    /// The primer and all words chosen; the model has read all but the last.
    words: Vec<TokenId>,
    n_primer: usize,
}

/// A word chosen by a [`Composer`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ComposedWord {
    /// The word.
    pub token: TokenId,
    /// −ln p of the word under the model itself, at temperature 1, in nats.
    pub nats: f64,
    /// The temperature it was drawn at; none if it was not drawn.
    pub temperature: Option<f64>,
}

impl<'m, M: StepModel> Composer<'m, M> {
    /// Reads `primer` from the zero state, all but its last word, which the first choice waits for.
    ///
    /// # Errors
    ///
    /// If the primer is empty or has a word that the model does not know, if a setting of the strategy is out of its range,
    /// or if the model fails.
    pub fn new(
        model: &'m M,
        primer: &[TokenId],
        strategy: &Strategy,
        seed: Seed,
    ) -> Result<Composer<'m, M>, ComposeError<M::Error>> {
        strategy.validate()?;
        let vocab_size = model.vocab_size();
        if let Some((position, &word)) = primer.iter().enumerate().find(|(_, word)| word.index() >= vocab_size) {
            return Err(ComposeError::PrimerWord { position, word, vocab_size });
        }
        let Some((_, read)) = primer.split_last() else {
            return Err(ComposeError::EmptyPrimer);
        };
        let (mut state, mut logits) = (model.zero_state(), vec![0.0; vocab_size]);
        for (position, &word) in read.iter().enumerate() {
            let step = model.step(word, &mut state, &mut logits);
            step.map_err(|source| ComposeError::Primer { position, source })?;
        }
        let chooser = Chooser::new(strategy.clone(), seed);
        Ok(Composer { model, state, logits, chooser, words: primer.to_vec(), n_primer: primer.len() })
    }

    /// Chooses the next word: one step of the model, however many words there are.
    ///
    /// # Errors
    ///
    /// If the model fails or gives a logit that is NaN or infinite; the piece cannot go on from there.
    pub fn next_word(&mut self) -> Result<ComposedWord, ComposeError<M::Error>> {
        let word = self.words.len() - self.n_primer;
        let last = *self.words.last().expect("a primer has a word");
        let step = self.model.step(last, &mut self.state, &mut self.logits);
        step.map_err(|source| ComposeError::Model { word, source })?;
        if let Some(index) = self.logits.iter().position(|logit| !logit.is_finite()) {
            return Err(ComposeError::Logit { word, index, value: self.logits[index] });
        }
        let choice = self.chooser.choose(&self.logits, &self.words);
        let token = TokenId(u32::try_from(choice.index).expect("a word's number has 32 bits"));
        self.words.push(token);
        let nats = distribution::nats(&self.logits, choice.index);
        Ok(ComposedWord { token, nats, temperature: choice.temperature })
    }

    /// The primer and the words chosen so far.
    pub fn words(&self) -> &[TokenId] {
        &self.words
    }
}

/// Why a piece cannot be composed.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ComposeError<E: StdError + 'static> {
    /// There is no word to begin with.
    #[error("the primer is empty; give at least one word to begin with")]
    EmptyPrimer,
    /// The model does not know a word of the primer.
    #[error("primer, word {position}: number {} is not in the vocabulary of {vocab_size} words", word.0)]
    PrimerWord {
        /// Where in the primer, from 0.
        position: usize,
        /// The word.
        word: TokenId,
        /// V, the number of different words.
        vocab_size: usize,
    },
    /// Too many words are asked for.
    #[error("{n_words} words asked for, over the limit of {MAX_WORDS}; compose several pieces")]
    TooManyWords {
        /// How many.
        n_words: usize,
    },
    /// A setting of the strategy is out of its range.
    #[error(transparent)]
    Strategy(#[from] StrategyError),
    /// The model fails on the primer.
    #[error("primer, word {position}: the model fails")]
    Primer {
        /// Where in the primer, from 0.
        position: usize,
        /// What the model says.
        source: E,
    },
    /// The model fails on what it composed.
    #[error("word {word}: the model fails")]
    Model {
        /// The word that was to be chosen, from 0 after the primer.
        word: usize,
        /// What the model says.
        source: E,
    },
    /// The model gives no usable scores.
    #[error("word {word}: the model's logit for number {index} is {value}; it must be finite, train the model again")]
    Logit {
        /// The word that was to be chosen, from 0 after the primer.
        word: usize,
        /// Whose logit it is.
        index: usize,
        /// The logit.
        value: f32,
    },
}
