//! From logits to a token, by one strategy.

use std::collections::VecDeque;

use galant_types::{Seed, TokenId};

use crate::distribution::{self, Distribution};
use crate::random::Random;
use crate::rules::Candidates;
use crate::{Draw, EntropyFloor, Strategy};

/// A strategy with what it keeps from draw to draw.
#[derive(Debug, Clone)]
pub(crate) struct Chooser {
    strategy: Strategy,
    /// The current one; loop control changes it.
    temperature: f64,
    random: Random,
    distribution: Distribution,
    /// Of the last draws, as many as the entropy floor takes the mean of.
    entropies: VecDeque<f64>,
}

/// What a [`Chooser`] chose.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Choice {
    pub(crate) index: usize,
    pub(crate) temperature: Option<f64>,
    pub(crate) loop_length: Option<usize>,
    pub(crate) entropy_raised: bool,
}

impl Chooser {
    /// A chooser for `strategy`, which must be valid.
    pub(crate) fn new(strategy: Strategy, seed: Seed) -> Chooser {
        let temperature = match &strategy {
            Strategy::Greedy => 1.0,
            Strategy::Random(draw) => draw.temperature,
        };
        let random = Random::draws(seed);
        Chooser { strategy, temperature, random, distribution: Distribution::default(), entropies: VecDeque::new() }
    }

    /// Chooses one of the candidates as the token after `tokens`.
    pub(crate) fn choose(&mut self, candidates: &Candidates, tokens: &[TokenId]) -> Choice {
        let Chooser { strategy, temperature, random, distribution, entropies } = self;
        let draw = match strategy {
            Strategy::Greedy => {
                let index = distribution::argmax(&candidates.logits, &candidates.allowed);
                return Choice { index, temperature: None, loop_length: None, entropy_raised: false };
            }
            Strategy::Random(draw) => draw,
        };
        let mut loop_length = None;
        if let Some(control) = &draw.loop_control {
            *temperature = control.adjust(*temperature, tokens);
            loop_length = control.found(tokens);
        }
        fill(distribution, candidates, draw, *temperature);
        let raised = draw
            .entropy_floor
            .and_then(|floor| raise_entropy(distribution, candidates, draw, *temperature, floor, entropies));
        let index = distribution.draw(random.unit());
        let temperature = Some(raised.unwrap_or(*temperature));
        Choice { index, temperature, loop_length, entropy_raised: raised.is_some() }
    }
}

fn fill(distribution: &mut Distribution, candidates: &Candidates, draw: &Draw, temperature: f64) {
    distribution.fill(&candidates.logits, &candidates.allowed, temperature);
    distribution.truncate(draw.truncation);
}

/// Raises the temperature if the entropy is below `floor`, and returns what it became.
fn raise_entropy(
    distribution: &mut Distribution,
    candidates: &Candidates,
    draw: &Draw,
    mut temperature: f64,
    floor: EntropyFloor,
    entropies: &mut VecDeque<f64>,
) -> Option<f64> {
    let mut entropy = distribution.entropy();
    let mean = entropies.iter().sum::<f64>() / entropies.len() as f64;
    let is_low = entropies.len() == floor.window && mean < floor.nats && entropy < floor.nats;
    if is_low {
        while entropy < floor.nats && temperature < EntropyFloor::MAX_TEMPERATURE {
            temperature *= 1.25;
            fill(distribution, candidates, draw, temperature);
            entropy = distribution.entropy();
        }
    }
    if entropies.len() == floor.window {
        entropies.pop_front();
    }
    entropies.push_back(entropy);
    is_low.then_some(temperature)
}
