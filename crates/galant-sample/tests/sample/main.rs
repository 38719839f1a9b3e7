//! Composing with models whose probabilities are known.

mod beam;
mod compose;
mod draws;
mod refusals;
mod rules;
mod time;

use std::cell::Cell;

use galant_model::StepModel;
use galant_sample::{ComposeError, ComposedWord, Rules, Strategy, Task, compose};
use galant_types::{Seed, TokenId};
use thiserror::Error;

/// A Markov chain of first order: `logits[word]` scores what follows `word`. It counts its steps.
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

    /// The chain in which the word before makes no difference.
    fn memoryless(probabilities: &[f64]) -> Markov {
        let logits: Vec<f32> = probabilities.iter().map(|p| p.ln() as f32).collect();
        Markov::new(vec![logits; probabilities.len()])
    }
}

impl StepModel for Markov {
    /// The words read.
    type State = Vec<TokenId>;
    type Error = StepFails;

    fn vocab_size(&self) -> usize {
        self.logits.len()
    }

    fn zero_state(&self) -> Vec<TokenId> {
        Vec::new()
    }

    fn step(&self, token: TokenId, state: &mut Vec<TokenId>, logits: &mut [f32]) -> Result<(), StepFails> {
        let step = self.n_steps.replace(self.n_steps.get() + 1);
        if self.failing_step == Some(step) {
            return Err(StepFails(step));
        }
        state.push(token);
        logits.copy_from_slice(&self.logits[token.index()]);
        Ok(())
    }
}

fn words(numbers: &[u32]) -> Vec<TokenId> {
    numbers.iter().copied().map(TokenId).collect()
}

/// Composes without rules, and returns all that is told of each word.
fn try_compose(
    model: &Markov,
    primer: &[u32],
    n_words: usize,
    strategy: &Strategy,
    seed: u64,
) -> Result<Vec<ComposedWord>, ComposeError<StepFails>> {
    let mut composed = Vec::new();
    let task = Task { primer: &words(primer), n_words, rules: &Rules::default(), seed: Seed(seed) };
    compose(model, &task, strategy, &mut |word| composed.push(*word))?;
    Ok(composed)
}

/// The words composed without rules.
fn piece(model: &Markov, primer: &[u32], n_words: usize, strategy: &Strategy, seed: u64) -> Vec<TokenId> {
    tokens(&try_compose(model, primer, n_words, strategy, seed).unwrap())
}

fn tokens(composed: &[ComposedWord]) -> Vec<TokenId> {
    composed.iter().map(|word| word.token).collect()
}
