use galant_model::StepModel;
use galant_types::TokenId;

use crate::chooser::Chooser;
use crate::mask::Played;
use crate::rules::{Candidates, NothingLeft};
use crate::{ComposeError, Rules, Strategy, Task, distribution, task};

/// Composes the words of `task` one after the other, and calls `on_word` after each.
///
/// Equal arguments give equal words.
/// There are fewer than [`Task::n_words`] only if a mask says that the piece is over.
///
/// # Errors
///
/// If the primer is empty or has a word that the model does not know, if a setting is out of its range, if the rules leave
/// no word to go on with, if the model fails, or if it gives a logit that is NaN or infinite.
pub fn compose<M: StepModel>(
    model: &M,
    task: &Task<'_>,
    strategy: &Strategy,
    on_word: &mut dyn FnMut(&ComposedWord),
) -> Result<Vec<TokenId>, ComposeError<M::Error>> {
    let mut composer = Composer::new(model, task, strategy)?;
    for n_left in (0..task.n_words).rev() {
        on_word(&composer.next_word()?);
        if task.rules.is_end(&Played { words: composer.words(), n_primer: task.primer.len(), n_left }) {
            break;
        }
    }
    Ok(composer.words.split_off(task.primer.len()))
}

/// A piece in the making, for whoever decides word by word whether to go on.
#[derive(Debug, Clone)]
pub struct Composer<'a, M: StepModel> {
    model: &'a M,
    rules: &'a Rules,
    state: M::State,
    /// `[V]`, after the last word read.
    logits: Vec<f32>,
    candidates: Candidates,
    chooser: Chooser,
    /// The primer and all words chosen; the model has read all but the last.
    words: Vec<TokenId>,
    n_primer: usize,
    n_words: usize,
}

/// A word chosen by a [`Composer`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ComposedWord {
    /// The word.
    pub token: TokenId,
    /// −ln p of the word under the model itself, at temperature 1 and without rules, in nats.
    pub nats: f64,
    /// The temperature it was drawn at; none if it was not drawn.
    pub temperature: Option<f64>,
    /// The length of the repetition that loop control saw before it; none if it saw none.
    pub loop_length: Option<usize>,
    /// Whether the entropy floor had to raise the temperature.
    pub freed: bool,
}

impl<'a, M: StepModel> Composer<'a, M> {
    /// Reads the primer from the zero state.
    ///
    /// # Errors
    ///
    /// As [`compose`], but for what happens while words are chosen.
    pub fn new(model: &'a M, task: &Task<'a>, strategy: &Strategy) -> Result<Composer<'a, M>, ComposeError<M::Error>> {
        strategy.validate()?;
        let state = task.begin(model)?;
        Ok(Composer {
            model,
            rules: task.rules,
            state,
            logits: vec![0.0; model.vocab_size()],
            candidates: Candidates::default(),
            chooser: Chooser::new(strategy.clone(), task.seed),
            words: task.primer.to_vec(),
            n_primer: task.primer.len(),
            n_words: task.n_words,
        })
    }

    /// Chooses the next word: one step of the model, however many words there are.
    ///
    /// Whoever asks for more than [`Task::n_words`] gets them; masks take each of those for the last.
    ///
    /// # Errors
    ///
    /// If the rules leave no word, if the model fails or gives a logit that is NaN or infinite; the piece cannot go on
    /// from there.
    pub fn next_word(&mut self) -> Result<ComposedWord, ComposeError<M::Error>> {
        let word = self.words.len() - self.n_primer;
        let last = *self.words.last().expect("a primer has a word");
        let step = self.model.step(last, &mut self.state, &mut self.logits);
        step.map_err(|source| ComposeError::Model { word, source })?;
        task::check_logits(word, &self.logits, self.logits.len())?;
        let n_left = self.n_words.saturating_sub(word).max(1);
        let played = Played { words: &self.words, n_primer: self.n_primer, n_left };
        let filled = self.candidates.fill(&self.logits, self.rules, &played);
        filled.map_err(|NothingLeft { rule, n_left }| ComposeError::NothingLeft { word, rule, n_left })?;
        let choice = self.chooser.choose(&self.candidates, &self.words);
        let token = task::token(choice.index);
        self.words.push(token);
        Ok(ComposedWord {
            token,
            nats: distribution::nats(&self.logits, choice.index),
            temperature: choice.temperature,
            loop_length: choice.loop_length,
            freed: choice.freed,
        })
    }

    /// The primer and the words chosen so far.
    pub fn words(&self) -> &[TokenId] {
        &self.words
    }
}
