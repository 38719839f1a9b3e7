use galant_model::StepModel;
use galant_types::TokenId;

use crate::chooser::Chooser;
use crate::mask::Played;
use crate::rules::{Candidates, NothingLeft};
use crate::{ComposeError, Rules, Strategy, Task, distribution, task};

/// Composes the tokens of `task` one after the other, and calls `on_token` after each.
///
/// Equal arguments give equal tokens.
/// There are fewer than [`Task::n_tokens`] only if a mask says that the piece is over.
///
/// # Errors
///
/// If the primer is empty or has a token that the model does not know, if a setting is out of its range, if the rules leave
/// no token to go on with, if the model fails, or if it gives a logit that is NaN or infinite.
pub fn compose<M: StepModel>(
    model: &M,
    task: &Task<'_>,
    strategy: &Strategy,
    on_token: &mut dyn FnMut(&ComposedToken),
) -> Result<Vec<TokenId>, ComposeError<M::Error>> {
    let mut composer = Composer::new(model, task, strategy)?;
    for n_left in (0..task.n_tokens).rev() {
        on_token(&composer.next_token()?);
        if task.rules.is_end(&Played { tokens: composer.tokens(), n_primer: task.primer.len(), n_left }) {
            break;
        }
    }
    Ok(composer.tokens.split_off(task.primer.len()))
}

/// A piece in the making, for whoever decides token by token whether to go on.
#[derive(Debug, Clone)]
pub struct Composer<'a, M: StepModel> {
    model: &'a M,
    rules: &'a Rules,
    state: M::State,
    /// `[V]`, after the last token read.
    logits: Vec<f32>,
    candidates: Candidates,
    chooser: Chooser,
    /// The primer and all tokens chosen; the model has read all but the last.
    tokens: Vec<TokenId>,
    n_primer: usize,
    n_tokens: usize,
}

/// A token chosen by a [`Composer`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ComposedToken {
    /// The token.
    pub token: TokenId,
    /// −ln p of the token under the model itself, at temperature 1 and without rules, in nats.
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
    /// As [`compose`], but for what happens while tokens are chosen.
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
            tokens: task.primer.to_vec(),
            n_primer: task.primer.len(),
            n_tokens: task.n_tokens,
        })
    }

    /// Chooses the next token: one step of the model, however many tokens there are.
    ///
    /// Whoever asks for more than [`Task::n_tokens`] gets them; masks take each of those for the last.
    ///
    /// # Errors
    ///
    /// If the rules leave no token, if the model fails or gives a logit that is NaN or infinite; the piece cannot go on
    /// from there.
    pub fn next_token(&mut self) -> Result<ComposedToken, ComposeError<M::Error>> {
        let token = self.tokens.len() - self.n_primer;
        let last = *self.tokens.last().expect("a primer has a token");
        let step = self.model.step(last, &mut self.state, &mut self.logits);
        step.map_err(|source| ComposeError::Model { token, source })?;
        task::check_logits(token, &self.logits, self.logits.len())?;
        let n_left = self.n_tokens.saturating_sub(token).max(1);
        let played = Played { tokens: &self.tokens, n_primer: self.n_primer, n_left };
        let filled = self.candidates.fill(&self.logits, self.rules, &played);
        filled.map_err(|NothingLeft { rule, n_left }| ComposeError::NothingLeft { token, rule, n_left })?;
        let choice = self.chooser.choose(&self.candidates, &self.tokens);
        let token = task::token(choice.index);
        self.tokens.push(token);
        Ok(ComposedToken {
            token,
            nats: distribution::nats(&self.logits, choice.index),
            temperature: choice.temperature,
            loop_length: choice.loop_length,
            freed: choice.freed,
        })
    }

    /// The primer and the tokens chosen so far.
    pub fn tokens(&self) -> &[TokenId] {
        &self.tokens
    }
}
