//! Sequential Monte Carlo.
//!
//! ```text
//! particles ← n times the primer
//! for each token:
//!     for each particle: weight it by the share of the probability that the rules leave, and draw from what they leave
//!     if a few particles have most of the weight: draw all of them anew, by weight
//! draw all particles anew
//! ```

use galant_model::StepModel;
use galant_types::{StreamTracker, TokenId};

use crate::distribution::{Distribution, allowed_log_sum_exp, descending, log_sum_exp};
use crate::limits::{MAX_BEAM_TOKENS, MAX_BEAM_WIDTH};
use crate::random::Random;
use crate::rules::{Candidates, NothingLeft};
use crate::strategy_error::check_positive;
use crate::{ComposeError, Hypothesis, MAX_TOKENS, Rules, StrategyError, Task, TokenGroups, Truncation, task};

/// Draws several pieces at a time, such that pieces which run into the rules die out.
///
/// A draw token by token takes no notice of rules that are not yet near, and where they leave only what is unlikely, takes
/// that. Here such a piece loses its weight, and others take its place: of infinitely many particles each is a draw from
/// the model under the condition that the rules hold, with p·e^−penalty in the place of p.
///
/// Doucet, de Freitas and Gordon 2001; for language models: Lew et al. 2023.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Particles {
    /// How many pieces it follows, 1 to [`Beam::MAX_WIDTH`](crate::Beam::MAX_WIDTH).
    pub n: usize,
    /// T: tokens of a group are drawn with probability ∝ p^(1/T).
    pub temperature: f64,
    /// Which tokens are drawn from, of those that the rules allow.
    pub truncation: Truncation,
}

impl Particles {
    /// Checks that every setting is in its range.
    ///
    /// # Errors
    ///
    /// Names the first that is not.
    pub fn validate(&self) -> Result<(), StrategyError> {
        if self.n == 0 || self.n > MAX_BEAM_WIDTH {
            return Err(StrategyError::Particles { n: self.n });
        }
        check_positive("temperature", self.temperature)?;
        self.truncation.validate()
    }
}

/// Composes the tokens of `task` by sequential Monte Carlo: as many pieces as there are particles, the best first.
///
/// The temperature chooses between the tokens of a group; the `groups` themselves stay as likely as the model says.
/// A piece that is likely under the rules can be among them several times. A piece's score is Σ (ln p − penalty), at
/// temperature 1. Of pieces of equal score the one with the lower token numbers comes first. Tokens that a constraint says
/// are [given](galant_types::Constraint::given) weigh nothing and cost nothing.
///
/// # Errors
///
/// Like [`compose`](crate::compose); the rules fail only if they forbid every token after every particle.
pub fn particle_search<M: StepModel>(
    model: &M,
    task: &Task,
    particles: &Particles,
    groups: &TokenGroups,
) -> Result<Vec<Hypothesis>, ComposeError<M::Error>> {
    let mut search = ParticleSearch::new(model, task, particles, groups.clone())?;
    while !search.is_complete() {
        search.next_token()?;
    }
    Ok(search.finish())
}

/// A [`particle_search`] in progress, for whoever decides token by token whether to go on.
///
/// It owns its model, which may be a reference or an [`Arc`](std::sync::Arc).
#[derive(Debug)]
pub struct ParticleSearch<M: StepModel> {
    model: M,
    swarm: Swarm<M::State>,
    n_primer: usize,
    n_tokens: usize,
    n_done: usize,
}

impl<M: StepModel> ParticleSearch<M> {
    /// Reads the primer from the zero state.
    ///
    /// # Errors
    ///
    /// Like [`particle_search`], except for what can happen while tokens are chosen.
    pub fn new(
        model: M,
        task: &Task,
        particles: &Particles,
        groups: TokenGroups,
    ) -> Result<ParticleSearch<M>, ComposeError<M::Error>> {
        particles.validate()?;
        if task.n_tokens <= MAX_TOKENS && particles.n.saturating_mul(task.n_tokens) > MAX_BEAM_TOKENS {
            return Err(ComposeError::BeamTooLarge { width: particles.n, n_tokens: task.n_tokens });
        }
        let vocab_size = model.vocab_size();
        if !groups.fit(vocab_size) {
            return Err(ComposeError::Groups { n_tokens: groups.len(), vocab_size });
        }
        let (state, streams) = task.begin(&model)?;
        let first = Particle {
            tokens: task.primer.clone(),
            log_weight: 0.0,
            score: 0.0,
            nats: 0.0,
            state,
            is_complete: task.rules.is_end(),
            rules: task.rules.clone(),
            streams,
        };
        let swarm = Swarm {
            particles: vec![first; particles.n],
            settings: *particles,
            groups,
            tempered: Vec::new(),
            random: Random::draws(task.seed),
            candidates: Candidates::default(),
            distribution: Distribution::default(),
        };
        Ok(ParticleSearch { model, swarm, n_primer: task.primer.len(), n_tokens: task.n_tokens, n_done: 0 })
    }

    /// Draws the next token of each particle.
    ///
    /// # Errors
    ///
    /// If the rules forbid every token after every particle, if the model fails or gives a logit that is NaN or infinite.
    pub fn next_token(&mut self) -> Result<(), ComposeError<M::Error>> {
        self.swarm.step(&self.model, self.n_done, self.n_tokens.saturating_sub(self.n_done).max(1))?;
        self.n_done += 1;
        if self.swarm.is_uneven() {
            self.swarm.resample();
        }
        Ok(())
    }

    /// Whether all particles have all tokens of the task, or a constraint says that they are complete before.
    pub fn is_complete(&self) -> bool {
        self.n_done >= self.n_tokens || self.swarm.particles.iter().all(|particle| particle.is_complete)
    }

    /// How many tokens each particle has, without the primer.
    pub fn n_done(&self) -> usize {
        self.n_done
    }

    /// The pieces, as [`particle_search`] returns them.
    pub fn finish(mut self) -> Vec<Hypothesis> {
        self.swarm.resample();
        let n_primer = self.n_primer;
        let piece = |mut particle: Particle<M::State>| {
            let tokens = particle.tokens.split_off(n_primer);
            Hypothesis { tokens, nats: particle.nats, score: particle.score }
        };
        let mut found: Vec<Hypothesis> = self.swarm.particles.into_iter().map(piece).collect();
        found.sort_by(|a, b| descending(a.score, b.score).then_with(|| a.tokens.cmp(&b.tokens)));
        found
    }
}

/// A piece so far.
#[derive(Debug, Clone)]
struct Particle<S> {
    /// With the primer.
    tokens: Vec<TokenId>,
    /// Since all were drawn anew; −∞ if the rules leave no token.
    log_weight: f64,
    /// Σ (ln p − penalty).
    score: f64,
    nats: f64,
    /// After all tokens but the last.
    state: S,
    rules: Rules,
    streams: Box<dyn StreamTracker>,
    is_complete: bool,
}

impl<S> Particle<S> {
    fn goes_on(&self) -> bool {
        !self.is_complete && self.log_weight > f64::NEG_INFINITY
    }

    fn push(&mut self, token: TokenId) {
        self.tokens.push(token);
        self.rules.advance(token);
        self.streams.advance(token);
        self.is_complete = self.rules.is_end();
    }
}

/// All particles, and what draws them.
#[derive(Debug)]
struct Swarm<S> {
    particles: Vec<Particle<S>>,
    settings: Particles,
    groups: TokenGroups,
    /// Buffer: logits as the temperature takes them, `[V]`.
    tempered: Vec<f32>,
    random: Random,
    candidates: Candidates,
    distribution: Distribution,
}

impl<S: Clone> Swarm<S> {
    /// Draws the next token of each particle.
    fn step<M: StepModel<State = S>>(
        &mut self,
        model: &M,
        position: usize,
        n_left: usize,
    ) -> Result<(), ComposeError<M::Error>> {
        let (mut inputs, mut states) = (Vec::new(), Vec::new());
        for particle in self.particles.iter_mut().filter(|particle| particle.goes_on()) {
            let last = *particle.tokens.last().expect("a primer has a token");
            task::push_inputs(last, &*particle.streams, &mut inputs);
            states.push(&mut particle.state);
        }
        let vocab_size = model.vocab_size();
        let mut logits = vec![0.0; states.len() * vocab_size];
        let step = model.step_each(&inputs, &mut states, &mut logits);
        step.map_err(|source| ComposeError::Model { position, source })?;
        task::check_logits(position, &logits, vocab_size)?;
        let (all, mut nothing_left) = (vec![true; vocab_size], None);
        let going_on = self.particles.iter_mut().filter(|particle| particle.goes_on());
        for (particle, logits) in going_on.zip(logits.chunks(vocab_size)) {
            let Particles { temperature, truncation, .. } = self.settings;
            self.groups.temper(logits, temperature, &mut self.tempered);
            match self.candidates.fill(&self.tempered, &particle.rules, &particle.tokens, n_left) {
                Ok(()) => {
                    if let Some(token) = particle.rules.given() {
                        particle.push(token);
                        continue;
                    }
                }
                Err(nothing) => {
                    (particle.log_weight, nothing_left) = (f64::NEG_INFINITY, Some(nothing));
                    continue;
                }
            }
            let Candidates { logits: charged, allowed } = &self.candidates;
            let unruled = allowed_log_sum_exp(&self.tempered, &all, temperature);
            particle.log_weight += allowed_log_sum_exp(charged, allowed, temperature) - unruled;
            self.distribution.fill(charged, allowed, temperature);
            self.distribution.truncate(truncation);
            let index = self.distribution.draw(self.random.unit());
            let log_sum = log_sum_exp(logits);
            particle.nats += log_sum - f64::from(logits[index]);
            let penalty = f64::from(self.tempered[index]) - f64::from(charged[index]);
            particle.score += f64::from(logits[index]) - penalty - log_sum;
            particle.push(task::token(index));
        }
        match nothing_left {
            Some(NothingLeft { rule, n_allowed })
                if self.particles.iter().all(|particle| particle.log_weight == f64::NEG_INFINITY) =>
            {
                Err(ComposeError::NothingLeft { position, rule, n_allowed })
            }
            _ => Ok(()),
        }
    }

    /// The share of each particle in the weight.
    fn shares(&self) -> Vec<f64> {
        let max = self.particles.iter().map(|particle| particle.log_weight).fold(f64::NEG_INFINITY, f64::max);
        let weights: Vec<f64> = self.particles.iter().map(|particle| (particle.log_weight - max).exp()).collect();
        let sum: f64 = weights.iter().sum();
        weights.into_iter().map(|weight| weight / sum).collect()
    }

    /// Whether the effective number of particles, 1 / Σw², is below half of them.
    fn is_uneven(&self) -> bool {
        let sum_of_squares: f64 = self.shares().iter().map(|share| share * share).sum();
        sum_of_squares * 0.5 * self.particles.len() as f64 > 1.0
    }

    /// Draws all particles anew, by weight.
    ///
    /// The draw is systematic: a particle with the share w of the weight is kept ⌊nw⌋ or ⌈nw⌉ times. Kitagawa 1996.
    fn resample(&mut self) {
        let (n, unit) = (self.particles.len(), self.random.unit());
        let (mut kept, mut passed) = (Vec::with_capacity(n), 0.0);
        for (particle, share) in self.particles.iter().zip(self.shares()) {
            passed += share * n as f64;
            while kept.len() < n && kept.len() as f64 + unit < passed {
                kept.push(Particle { log_weight: 0.0, ..particle.clone() });
            }
        }
        // Rounding may leave the last place free.
        if let Some(last) = kept.last().cloned() {
            kept.resize(n, last);
        }
        self.particles = kept;
    }
}
