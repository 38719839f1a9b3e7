//! Beam search.
//!
//! ```text
//! beam ← [primer]
//! for each token:
//!     for each hypothesis in beam, for each token that may follow: rank the hypothesis with that token
//!     beam ← the `width` of highest rank
//! ```

use galant_model::StepModel;
use galant_types::{StreamTracker, TokenId};

use crate::distribution::{allowed_log_sum_exp, descending, log_sum_exp};
use crate::limits::{MAX_BEAM_TOKENS, MAX_BEAM_WIDTH};
use crate::random::Random;
use crate::rules::{Candidates, NothingLeft};
use crate::strategy_error::{check_not_negative, check_positive};
use crate::{ComposeError, MAX_TOKENS, Rules, StrategyError, Task, task};

/// A search that continues several hypotheses at a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Beam {
    /// How many hypotheses it keeps, 1 to [`Beam::MAX_WIDTH`].
    pub width: usize,
    /// Which it keeps.
    pub selection: Selection,
}

/// Which hypotheses a [`Beam`] keeps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Selection {
    /// Those of highest score, Σ ln p / lengthᵅ.
    Best {
        /// α: 0 favors short pieces, 1 compares means per token.
        ///
        /// It matters only between pieces of different length, which there are if a constraint ends pieces.
        length_normalization: f64,
        /// A penalty in nats on the rank of the second-best continuation of a hypothesis, twice that on the third and
        /// so on, so that not all hypotheses continue the same one. Li, Monroe and Jurafsky 2016. It is not part of the
        /// score.
        diversity: f64,
    },
    /// Pieces drawn by their probability without replacement (stochastic beam search); a beam of width 1 is one draw.
    ///
    /// Kool, van Hoof and Welling 2019.
    Drawn {
        /// T: tokens are drawn with probability ∝ p^(1/T).
        temperature: f64,
    },
}

/// A piece found by [`search`].
#[derive(Debug, Clone, PartialEq)]
pub struct Hypothesis {
    /// Its tokens, without the primer.
    pub tokens: Vec<TokenId>,
    /// The sum of −ln p over its tokens by the model, at temperature 1 and without rules, in nats.
    pub nats: f64,
    /// What it was selected by: Σ ln p / lengthᵅ after the repetition penalty, or a perturbed Σ ln p if it was drawn.
    pub score: f64,
}

impl Beam {
    /// The widest beam: its states of a network of three layers of 256 cells take 50 MB.
    pub const MAX_WIDTH: usize = MAX_BEAM_WIDTH;

    /// The most tokens in all hypotheses of a beam together.
    pub const MAX_TOKENS: usize = MAX_BEAM_TOKENS;

    /// A beam that keeps the likeliest pieces.
    pub fn best(width: usize) -> Beam {
        Beam { width, selection: Selection::Best { length_normalization: 0.0, diversity: 0.0 } }
    }

    /// Checks that every setting is in its range.
    ///
    /// # Errors
    ///
    /// Names the first that is not.
    pub fn validate(&self) -> Result<(), StrategyError> {
        if self.width == 0 || self.width > Beam::MAX_WIDTH {
            return Err(StrategyError::Width { width: self.width });
        }
        match self.selection {
            Selection::Best { length_normalization, diversity } => {
                check_not_negative("length normalization", length_normalization)?;
                check_not_negative("diversity penalty", diversity)
            }
            Selection::Drawn { temperature } => check_positive("temperature", temperature),
        }
    }
}

/// Composes the tokens of `task` by beam search; the best piece, or the one drawn first, comes first.
///
/// There are at most as many pieces as the beam is wide, fewer if no more are possible, and at least one.
/// Of pieces of equal score the one with the lower token numbers comes first.
/// Whenever the pieces have become a token longer, `on_tokens` is shown the tokens of the first.
///
/// # Errors
///
/// Like [`compose`](crate::compose); the rules fail only if they forbid every token after every hypothesis of the beam.
pub fn search<M: StepModel>(
    model: &M,
    task: &Task,
    beam: &Beam,
    on_tokens: &mut dyn FnMut(&[TokenId]),
) -> Result<Vec<Hypothesis>, ComposeError<M::Error>> {
    beam.validate()?;
    if task.n_tokens <= MAX_TOKENS && beam.width.saturating_mul(task.n_tokens) > Beam::MAX_TOKENS {
        return Err(ComposeError::BeamTooLarge { width: beam.width, n_tokens: task.n_tokens });
    }
    let (state, streams) = task.begin(model)?;
    let root = Branch {
        tokens: task.primer.clone(),
        log_p: 0.0,
        score: 0.0,
        nats: 0.0,
        state,
        rules: task.rules.clone(),
        streams,
        is_complete: task.rules.is_end(),
    };
    let mut ranking = Ranking { beam, random: Random::draws(task.seed), children: Vec::new() };
    let mut branches = vec![root];
    for position in 0..task.n_tokens {
        if branches.iter().all(|branch| branch.is_complete) {
            break;
        }
        let mut steps = look_ahead(model, task.n_tokens, position, &mut branches, &mut ranking)?;
        steps.sort_by(|a, b| descending(a.rank, b.rank));
        steps.truncate(beam.width);
        branches = steps.iter().map(|step| branches[step.parent].grow(step)).collect();
        on_tokens(&branches[0].tokens[task.primer.len()..]);
    }
    branches.sort_by(|a, b| descending(a.score, b.score).then_with(|| a.tokens.cmp(&b.tokens)));
    let hypothesis = |mut branch: Branch<M::State>| {
        let tokens = branch.tokens.split_off(task.primer.len());
        Hypothesis { tokens, nats: branch.nats, score: branch.score }
    };
    Ok(branches.into_iter().map(hypothesis).collect())
}

/// How many states are advanced at a time: so many that more would save nothing, so few that their logits fit into
/// memory.
const N_TOGETHER: usize = 32;

/// All continuations that the next beam may keep, those of each branch in order of rank.
fn look_ahead<M: StepModel>(
    model: &M,
    n_tokens: usize,
    position: usize,
    branches: &mut [Branch<M::State>],
    ranking: &mut Ranking<'_>,
) -> Result<Vec<Step>, ComposeError<M::Error>> {
    let (vocab_size, n_left) = (model.vocab_size(), n_tokens - position);
    let (mut steps, mut nothing_left) = (Vec::new(), None);
    let (mut candidates, mut inputs, mut logits) = (Candidates::default(), Vec::new(), Vec::new());
    for (chunk, first) in branches.chunks_mut(N_TOGETHER).zip((0..).step_by(N_TOGETHER)) {
        let going_on = chunk.iter_mut().filter(|branch| !branch.is_complete);
        inputs.clear();
        let mut states: Vec<&mut M::State> = going_on.map(|branch| branch.unread(&mut inputs)).collect();
        logits.resize(states.len() * vocab_size, 0.0);
        let step = model.step_each(&inputs, &mut states, &mut logits);
        step.map_err(|source| ComposeError::Model { position, source })?;
        task::check_logits(position, &logits, vocab_size)?;
        let mut rows = logits.chunks(vocab_size);
        for (parent, branch) in (first..).zip(&*chunk) {
            if branch.is_complete {
                steps.push(Step::stay(parent, branch));
                continue;
            }
            let logits = rows.next().expect("each branch that goes on has its logits");
            match candidates.fill(logits, &branch.rules, &branch.tokens, n_left) {
                Ok(()) => ranking.extend(parent, branch, position + 1, logits, &candidates, &mut steps),
                Err(nothing) => nothing_left = Some(nothing),
            }
        }
    }
    match nothing_left {
        Some(NothingLeft { rule, n_allowed }) if steps.is_empty() => {
            Err(ComposeError::NothingLeft { position, rule, n_allowed })
        }
        _ => Ok(steps),
    }
}

/// A hypothesis in the beam.
struct Branch<S> {
    /// With the primer.
    tokens: Vec<TokenId>,
    /// Σ ln p, after temperature and rules.
    log_p: f64,
    /// What it is ranked by, without the diversity penalty.
    score: f64,
    nats: f64,
    /// After all tokens but the last.
    state: S,
    /// With constraints that have followed it.
    rules: Rules,
    /// They have followed it too.
    streams: Box<dyn StreamTracker>,
    is_complete: bool,
}

impl<S> Branch<S> {
    /// Appends the step that its state has not read to `inputs`, `[B, K]`, and returns the state.
    fn unread(&mut self, inputs: &mut Vec<TokenId>) -> &mut S {
        task::push_inputs(*self.tokens.last().expect("a primer has a token"), &*self.streams, inputs);
        &mut self.state
    }
}

impl<S: Clone> Branch<S> {
    /// The branch that `step` leads to.
    fn grow(&self, step: &Step) -> Branch<S> {
        let mut tokens = Vec::with_capacity(self.tokens.len() + 1);
        tokens.extend_from_slice(&self.tokens);
        tokens.extend(step.token);
        let (mut rules, mut streams) = (self.rules.clone(), self.streams.clone());
        if let Some(token) = step.token {
            rules.advance(token);
            streams.advance(token);
        }
        let Step { log_p, score, nats, .. } = *step;
        let is_complete = step.token.is_none() || rules.is_end();
        Branch { tokens, log_p, score, nats, state: self.state.clone(), rules, streams, is_complete }
    }
}

/// A continuation that the next beam may keep.
struct Step {
    parent: usize,
    /// The next token; none if the piece is complete.
    token: Option<TokenId>,
    log_p: f64,
    score: f64,
    rank: f64,
    nats: f64,
}

impl Step {
    /// A complete piece competes with those that go on.
    fn stay<S>(parent: usize, branch: &Branch<S>) -> Step {
        let Branch { log_p, score, nats, .. } = *branch;
        Step { parent, token: None, log_p, score, rank: score, nats }
    }
}

/// Ranks the continuations of a branch.
struct Ranking<'a> {
    beam: &'a Beam,
    random: Random,
    /// Score, Σ ln p and index of each continuation of one branch.
    children: Vec<(f64, f64, usize)>,
}

impl Ranking<'_> {
    /// Adds to `steps` the continuations of `branch` that the beam may keep; each has `length` tokens.
    fn extend<S>(
        &mut self,
        parent: usize,
        branch: &Branch<S>,
        length: usize,
        logits: &[f32],
        candidates: &Candidates,
        steps: &mut Vec<Step>,
    ) {
        match self.beam.selection {
            Selection::Best { length_normalization, .. } => {
                self.score(branch, candidates, (length as f64).powf(length_normalization));
            }
            Selection::Drawn { temperature } => self.perturb(branch, candidates, temperature),
        }
        let diversity = match self.beam.selection {
            Selection::Best { diversity, .. } => diversity,
            Selection::Drawn { .. } => 0.0,
        };
        // The beam cannot keep more continuations of one branch than its width.
        let order = |a: &(f64, f64, usize), b: &(f64, f64, usize)| descending(a.0, b.0).then(a.2.cmp(&b.2));
        if self.children.len() > self.beam.width {
            self.children.select_nth_unstable_by(self.beam.width, order);
            self.children.truncate(self.beam.width);
        }
        self.children.sort_unstable_by(order);
        let log_sum = log_sum_exp(logits);
        steps.extend(self.children.iter().enumerate().map(|(sibling, &(score, log_p, index))| Step {
            parent,
            token: Some(task::token(index)),
            log_p,
            score,
            rank: score - diversity * sibling as f64,
            nats: branch.nats + (log_sum - f64::from(logits[index])),
        }));
    }

    /// Forbidden tokens keep their share of the probability: the piece found is the likeliest that keeps the rules.
    fn score<S>(&mut self, branch: &Branch<S>, candidates: &Candidates, divisor: f64) {
        let log_sum = log_sum_exp(&candidates.logits);
        let allowed =
            candidates.logits.iter().zip(&candidates.allowed).enumerate().filter(|(_, (_, allowed))| **allowed);
        self.children.clear();
        self.children.extend(allowed.map(|(index, (&logit, _))| {
            let log_p = branch.log_p + (f64::from(logit) - log_sum);
            (log_p / divisor, log_p, index)
        }));
    }

    /// Adds Gumbel noise to each Σ ln p, such that the largest is as large as the branch's own.
    ///
    /// With G the branch's, Z the largest before, G̃ one of them: G' = −ln(e^−G − e^−Z + e^−G̃). Forbidden tokens give
    /// their share of the probability to the others.
    fn perturb<S>(&mut self, branch: &Branch<S>, candidates: &Candidates, temperature: f64) {
        let log_sum = allowed_log_sum_exp(&candidates.logits, &candidates.allowed, temperature);
        let mut largest = f64::NEG_INFINITY;
        self.children.clear();
        for (index, (&logit, _)) in
            candidates.logits.iter().zip(&candidates.allowed).enumerate().filter(|(_, (_, allowed))| **allowed)
        {
            let log_p = branch.log_p + (f64::from(logit) / temperature - log_sum);
            let perturbed = log_p + self.random.gumbel();
            largest = largest.max(perturbed);
            self.children.push((perturbed, log_p, index));
        }
        for (perturbed, ..) in &mut self.children {
            // The paper's appendix B.3, which neither overflows nor cancels.
            let v = branch.score - *perturbed + (-(*perturbed - largest).exp()).ln_1p();
            *perturbed = branch.score - v.max(0.0) - (-v.abs()).exp().ln_1p();
        }
    }
}
