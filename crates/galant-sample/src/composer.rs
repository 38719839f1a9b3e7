use galant_model::StepModel;
use galant_types::{StreamTracker, TokenId};

use crate::chooser::Chooser;
use crate::rules::{Candidates, NothingLeft};
use crate::{ComposeError, Rules, Strategy, Task, distribution, task};

/// Composes the tokens of `task` one after the other, and calls `on_token` after each.
///
/// Equal arguments give equal tokens.
/// There are fewer than [`Task::n_tokens`] only if a constraint says that the piece is complete.
/// The model may be a reference.
///
/// # Errors
///
/// If the primer is empty or has a token that the model does not know, if the streams are not as many as the model reads, if
/// a setting is out of its range, if the rules
/// forbid every token, if the model fails, or if it gives a logit that is NaN or infinite.
pub fn compose<M: StepModel>(
    model: M,
    task: Task,
    strategy: Strategy,
    on_token: &mut dyn FnMut(&ComposedToken),
) -> Result<Vec<TokenId>, ComposeError<M::Error>> {
    let mut composer = Composer::new(model, task, strategy)?;
    while !composer.is_complete() {
        on_token(&composer.next_token()?);
    }
    Ok(composer.tokens.split_off(composer.n_primer))
}

/// A piece in progress, for whoever decides token by token whether to go on.
///
/// It owns its model, which may be a reference or an [`Arc`](std::sync::Arc).
#[derive(Debug, Clone)]
pub struct Composer<M: StepModel> {
    model: M,
    rules: Rules,
    /// They have followed all `tokens`.
    streams: Box<dyn StreamTracker>,
    state: M::State,
    /// Room for the inputs of a step, `[K]`.
    inputs: Vec<TokenId>,
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
    /// −ln p of the token by the model, at temperature 1 and without rules, in nats.
    pub nats: f64,
    /// The temperature it was drawn at; none if it was not drawn.
    pub temperature: Option<f64>,
    /// The length of the repetition that loop control found before it; none if it found none.
    pub loop_length: Option<usize>,
    /// Whether the entropy floor raised the temperature.
    pub entropy_raised: bool,
}

impl<M: StepModel> Composer<M> {
    /// Reads the primer from the zero state.
    ///
    /// # Errors
    ///
    /// Like [`compose`], except for what can happen while tokens are chosen.
    pub fn new(model: M, task: Task, strategy: Strategy) -> Result<Composer<M>, ComposeError<M::Error>> {
        strategy.validate()?;
        let (state, streams) = task.begin(&model)?;
        let Task { primer, n_tokens, rules, streams: _, seed } = task;
        Ok(Composer {
            rules,
            streams,
            state,
            inputs: Vec::with_capacity(model.n_inputs()),
            logits: vec![0.0; model.vocab_size()],
            candidates: Candidates::default(),
            chooser: Chooser::new(strategy, seed),
            n_primer: primer.len(),
            tokens: primer,
            n_tokens,
            model,
        })
    }

    /// Chooses the next token: one step of the model, however many tokens there are.
    ///
    /// More than [`Task::n_tokens`] may be chosen; constraints take each of those for the last.
    ///
    /// # Errors
    ///
    /// If the rules forbid every token, if the model fails or gives a logit that is NaN or infinite; the piece cannot
    /// be continued from there.
    pub fn next_token(&mut self) -> Result<ComposedToken, ComposeError<M::Error>> {
        let position = self.tokens.len() - self.n_primer;
        let last = *self.tokens.last().expect("a primer has a token");
        self.inputs.clear();
        task::push_inputs(last, &*self.streams, &mut self.inputs);
        let step = self.model.step(&self.inputs, &mut self.state, &mut self.logits);
        step.map_err(|source| ComposeError::Model { position, source })?;
        task::check_logits(position, &self.logits, self.logits.len())?;
        let n_left = self.n_tokens.saturating_sub(position).max(1);
        let filled = self.candidates.fill(&self.logits, &self.rules, &self.tokens, n_left);
        filled.map_err(|NothingLeft { rule, n_allowed }| ComposeError::NothingLeft { position, rule, n_allowed })?;
        let choice = self.chooser.choose(&self.candidates, &self.tokens);
        let token = task::token(choice.index);
        self.tokens.push(token);
        self.rules.advance(token);
        self.streams.advance(token);
        Ok(ComposedToken {
            token,
            nats: distribution::surprise(&self.logits, choice.index),
            temperature: choice.temperature,
            loop_length: choice.loop_length,
            entropy_raised: choice.entropy_raised,
        })
    }

    /// Whether all tokens of the task are chosen, or a constraint says that the piece is complete before.
    pub fn is_complete(&self) -> bool {
        self.tokens.len() - self.n_primer >= self.n_tokens || self.rules.is_end()
    }

    /// The primer and the tokens chosen so far.
    pub fn tokens(&self) -> &[TokenId] {
        &self.tokens
    }

    /// How many of [`tokens`](Composer::tokens) are the primer.
    pub fn n_primer(&self) -> usize {
        self.n_primer
    }
}
