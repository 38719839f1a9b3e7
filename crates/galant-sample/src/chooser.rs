//! From logits to a word, by one strategy.

use galant_types::{Seed, TokenId};

use crate::Strategy;
use crate::distribution::{self, Distribution};
use crate::random::Random;

/// A strategy at work: what it draws from and what it has learned of the piece.
#[derive(Debug, Clone)]
pub(crate) struct Chooser {
    strategy: Strategy,
    /// As it is now; loop control changes it.
    temperature: f64,
    random: Random,
    distribution: Distribution,
}

/// What a [`Chooser`] chose.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Choice {
    pub(crate) index: usize,
    pub(crate) temperature: Option<f64>,
}

impl Chooser {
    /// A chooser by `strategy`, which must be valid.
    pub(crate) fn new(strategy: Strategy, seed: Seed) -> Chooser {
        let temperature = match strategy {
            Strategy::Greedy => 1.0,
            Strategy::Random { temperature, .. } => temperature,
        };
        Chooser { strategy, temperature, random: Random::draws(seed), distribution: Distribution::default() }
    }

    /// Chooses among words of the given logits, all finite, to stand after `words`.
    pub(crate) fn choose(&mut self, logits: &[f32], words: &[TokenId]) -> Choice {
        match &self.strategy {
            Strategy::Greedy => Choice { index: distribution::argmax(logits), temperature: None },
            Strategy::Random { loop_control, .. } => {
                if let Some(control) = loop_control {
                    self.temperature = control.adjust(self.temperature, words);
                }
                self.distribution.fill(logits, self.temperature);
                let index = self.distribution.draw(self.random.unit());
                Choice { index, temperature: Some(self.temperature) }
            }
        }
    }
}
