//! Composing with models whose probabilities are known.

mod beam;
mod compose;
mod draws;
mod music;
mod particles;
mod refusals;
mod rules;
mod streams;

use std::cell::Cell;

use galant_model::StepModel;
use galant_sample::{ComposeError, ComposedToken, Rules, Strategy, Task, compose};
use galant_types::{NoStreams, Seed, TokenId};
use thiserror::Error;

/// A Markov chain of first order: `logits[token]` scores what follows `token`. It counts its steps.
#[derive(Debug)]
struct Markov {
    logits: Vec<Vec<f32>>,
    n_steps: Cell<usize>,
    /// The step that fails, counted from 0.
    failing_step: Option<usize>,
}

#[derive(Debug, Clone, PartialEq, Error)]
#[error("step {0} fails")]
struct StepFails(usize);

impl Markov {
    fn new(logits: Vec<Vec<f32>>) -> Markov {
        Markov { logits, n_steps: Cell::new(0), failing_step: None }
    }

    /// The chain in which the token before makes no difference.
    fn memoryless(probabilities: &[f64]) -> Markov {
        let logits: Vec<f32> = probabilities.iter().map(|p| p.ln() as f32).collect();
        Markov::new(vec![logits; probabilities.len()])
    }
}

impl StepModel for Markov {
    /// The tokens read.
    type State = Vec<TokenId>;
    type Error = StepFails;

    fn vocab_size(&self) -> usize {
        self.logits.len()
    }

    fn n_inputs(&self) -> usize {
        1
    }

    fn zero_state(&self) -> Vec<TokenId> {
        Vec::new()
    }

    fn step(&self, inputs: &[TokenId], state: &mut Vec<TokenId>, logits: &mut [f32]) -> Result<(), StepFails> {
        let step = self.n_steps.replace(self.n_steps.get() + 1);
        if self.failing_step == Some(step) {
            return Err(StepFails(step));
        }
        state.extend(inputs);
        logits.copy_from_slice(&self.logits[inputs[0].index()]);
        Ok(())
    }
}

fn task(primer: &[u32], n_tokens: usize, rules: Rules, seed: u64) -> Task {
    Task { primer: tokens(primer), n_tokens, rules, streams: Box::new(NoStreams), seed: Seed(seed) }
}

fn tokens(numbers: &[u32]) -> Vec<TokenId> {
    numbers.iter().copied().map(TokenId).collect()
}

/// Composes without rules, and returns what is reported of each token.
fn try_compose(
    model: &Markov,
    primer: &[u32],
    n_tokens: usize,
    strategy: &Strategy,
    seed: u64,
) -> Result<Vec<ComposedToken>, ComposeError<StepFails>> {
    let mut composed = Vec::new();
    compose(model, task(primer, n_tokens, Rules::default(), seed), strategy.clone(), &mut |token| {
        composed.push(*token);
    })?;
    Ok(composed)
}

/// The tokens composed without rules.
fn piece(model: &Markov, primer: &[u32], n_tokens: usize, strategy: &Strategy, seed: u64) -> Vec<TokenId> {
    chosen(&try_compose(model, primer, n_tokens, strategy, seed).unwrap())
}

fn chosen(composed: &[ComposedToken]) -> Vec<TokenId> {
    composed.iter().map(|token| token.token).collect()
}
