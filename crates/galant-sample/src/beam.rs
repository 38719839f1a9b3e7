//! Beam search.
//!
//! ```text
//! beam ← [primer]
//! for each token:
//!     for each piece in beam, for each token that may follow: rank the piece with that token
//!     beam ← the `width` of highest rank
//! ```

use galant_model::StepModel;
use galant_types::TokenId;

use crate::distribution::{allowed_log_sum_exp, descending, log_sum_exp};
use crate::mask::Played;
use crate::random::Random;
use crate::rules::{Candidates, NothingLeft};
use crate::strategy::{check_not_negative, check_positive};
use crate::{ComposeError, MAX_TOKENS, StrategyError, Task, task};

/// A search that goes on from several pieces at a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Beam {
    /// How many pieces it goes on from, 1 to [`Beam::MAX_WIDTH`].
    pub width: usize,
    /// Which it goes on from.
    pub selection: Selection,
}

/// Which pieces a [`Beam`] goes on from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Selection {
    /// Those of highest score, Σ ln p / lengthᵅ.
    Best {
        /// α: 0 favours short pieces, 1 compares means per token.
        ///
        /// It decides between pieces of different length only, which there are where a mask ends pieces.
        length_normalisation: f64,
        /// What the second-best continuation of a piece loses against the best, the third against the second and so on,
        /// in nats; so that not all go on from one. Li, Monroe and Jurafsky 2016. The score is without it.
        diversity: f64,
    },
    /// Pieces drawn without replacement, each as if alone by its probability; a beam of 1 is a draw.
    ///
    /// Kool, van Hoof and Welling 2019.
    Drawn {
        /// T: tokens are drawn with probability ∝ p^(1/T).
        temperature: f64,
    },
}

/// A piece found by [`search`].
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Its tokens, without the primer.
    pub tokens: Vec<TokenId>,
    /// −ln p of all of them under the model itself, in nats.
    pub nats: f64,
    /// What it was ranked by: Σ ln p / lengthᵅ after the repetition penalty, or a perturbed Σ ln p if it was drawn.
    pub score: f64,
}

impl Beam {
    /// The widest beam: its states of a network of 3 × 256 take 50 MB.
    pub const MAX_WIDTH: usize = 4096;

    /// The most tokens in all pieces of a beam together.
    pub const MAX_TOKENS: usize = 1 << 24;

    /// A beam of the likeliest pieces.
    pub fn best(width: usize) -> Beam {
        Beam { width, selection: Selection::Best { length_normalisation: 0.0, diversity: 0.0 } }
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
            Selection::Best { length_normalisation, diversity } => {
                check_not_negative("length normalisation", length_normalisation)?;
                check_not_negative("diversity penalty", diversity)
            }
            Selection::Drawn { temperature } => check_positive("temperature", temperature),
        }
    }
}

/// Composes the tokens of `task` by beam search; the best piece, or the first drawn, comes first.
///
/// There are at most as many pieces as the beam is wide, fewer where there are no more, and at least one.
/// Of pieces of equal score that with tokens of lower numbers comes first.
///
/// # Errors
///
/// As [`compose`](crate::compose); rules are broken only where they leave no token to any piece of the beam.
pub fn search<M: StepModel>(model: &M, task: &Task<'_>, beam: &Beam) -> Result<Vec<Found>, ComposeError<M::Error>> {
    beam.validate()?;
    if task.n_tokens <= MAX_TOKENS && beam.width.saturating_mul(task.n_tokens) > Beam::MAX_TOKENS {
        return Err(ComposeError::BeamTooLarge { width: beam.width, n_tokens: task.n_tokens });
    }
    let root = Branch {
        tokens: task.primer.to_vec(),
        log_p: 0.0,
        score: 0.0,
        nats: 0.0,
        state: task.begin(model)?,
        is_over: false,
    };
    let mut ranking = Ranking { beam, random: Random::draws(task.seed), children: Vec::new() };
    let mut branches = vec![root];
    for token in 0..task.n_tokens {
        let mut steps = look_ahead(model, task, token, &mut branches, &mut ranking)?;
        steps.sort_by(|a, b| descending(a.rank, b.rank));
        steps.truncate(beam.width);
        branches = grow(&branches, &steps, task, task.n_tokens - token - 1);
        if branches.iter().all(|branch| branch.is_over) {
            break;
        }
    }
    branches.sort_by(|a, b| descending(a.score, b.score).then_with(|| a.tokens.cmp(&b.tokens)));
    let found = |mut branch: Branch<M::State>| {
        let tokens = branch.tokens.split_off(task.primer.len());
        Found { tokens, nats: branch.nats, score: branch.score }
    };
    Ok(branches.into_iter().map(found).collect())
}

/// How many states are stepped at a time: enough that few more would save nothing, few enough that their logits fit.
const N_TOGETHER: usize = 32;

/// All that the next beam may be chosen from, each piece's continuations in order of rank.
fn look_ahead<M: StepModel>(
    model: &M,
    task: &Task<'_>,
    token: usize,
    branches: &mut [Branch<M::State>],
    ranking: &mut Ranking<'_>,
) -> Result<Vec<Step>, ComposeError<M::Error>> {
    let (vocab_size, n_left) = (model.vocab_size(), task.n_tokens - token);
    let (mut steps, mut nothing_left) = (Vec::new(), None);
    let (mut candidates, mut logits) = (Candidates::default(), Vec::new());
    for (chunk, first) in branches.chunks_mut(N_TOGETHER).zip((0..).step_by(N_TOGETHER)) {
        let going_on = chunk.iter_mut().filter(|branch| !branch.is_over);
        let (tokens, mut states): (Vec<TokenId>, Vec<&mut M::State>) = going_on.map(Branch::unread).unzip();
        logits.resize(tokens.len() * vocab_size, 0.0);
        let step = model.step_each(&tokens, &mut states, &mut logits);
        step.map_err(|source| ComposeError::Model { token, source })?;
        task::check_logits(token, &logits, vocab_size)?;
        let mut rows = logits.chunks(vocab_size);
        for (parent, branch) in (first..).zip(&*chunk) {
            if branch.is_over {
                steps.push(Step::stay(parent, branch));
                continue;
            }
            let logits = rows.next().expect("each branch that goes on has its logits");
            let played = Played { tokens: &branch.tokens, n_primer: task.primer.len(), n_left };
            match candidates.fill(logits, task.rules, &played) {
                Ok(()) => ranking.extend(parent, branch, token + 1, logits, &candidates, &mut steps),
                Err(nothing) => nothing_left = Some(nothing),
            }
        }
    }
    match nothing_left {
        Some(NothingLeft { rule, n_left }) if steps.is_empty() => {
            Err(ComposeError::NothingLeft { token, rule, n_left })
        }
        _ => Ok(steps),
    }
}

/// A piece in the beam.
struct Branch<S> {
    /// With the primer.
    tokens: Vec<TokenId>,
    /// Σ ln p, after temperature and rules.
    log_p: f64,
    /// What it is ranked by, but for the diversity penalty.
    score: f64,
    nats: f64,
    /// After all tokens but the last.
    state: S,
    is_over: bool,
}

impl<S> Branch<S> {
    /// The token that its state has not read.
    fn unread(&mut self) -> (TokenId, &mut S) {
        (*self.tokens.last().expect("a primer has a token"), &mut self.state)
    }
}

/// A piece that may be in the next beam.
struct Step {
    parent: usize,
    /// The token to go on with; none if the piece is over.
    token: Option<TokenId>,
    log_p: f64,
    score: f64,
    rank: f64,
    nats: f64,
}

impl Step {
    /// A piece that is over stands beside those that go on.
    fn stay<S>(parent: usize, branch: &Branch<S>) -> Step {
        let Branch { log_p, score, nats, .. } = *branch;
        Step { parent, token: None, log_p, score, rank: score, nats }
    }
}

/// The branches that steps lead to.
fn grow<S: Clone>(branches: &[Branch<S>], steps: &[Step], task: &Task<'_>, n_left: usize) -> Vec<Branch<S>> {
    let branch = |step: &Step| {
        let parent = &branches[step.parent];
        let mut tokens = Vec::with_capacity(parent.tokens.len() + 1);
        tokens.extend_from_slice(&parent.tokens);
        tokens.extend(step.token);
        let is_over =
            step.token.is_none() || task.rules.is_end(&Played { tokens: &tokens, n_primer: task.primer.len(), n_left });
        let Step { log_p, score, nats, .. } = *step;
        Branch { tokens, log_p, score, nats, state: parent.state.clone(), is_over }
    };
    steps.iter().map(branch).collect()
}

/// Gives each continuation of a piece its rank.
struct Ranking<'a> {
    beam: &'a Beam,
    random: Random,
    /// Score, Σ ln p and index of each continuation of one piece.
    children: Vec<(f64, f64, usize)>,
}

impl Ranking<'_> {
    /// Adds to `steps` the continuations of `branch` that the beam may keep; with them it has `length` tokens.
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
            Selection::Best { length_normalisation, .. } => {
                self.score(branch, candidates, (length as f64).powf(length_normalisation));
            }
            Selection::Drawn { temperature } => self.perturb(branch, candidates, temperature),
        }
        let diversity = match self.beam.selection {
            Selection::Best { diversity, .. } => diversity,
            Selection::Drawn { .. } => 0.0,
        };
        // No more of one piece's continuations than the beam holds can be in it.
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

    /// Tokens that rules forbid keep their share of the probability: the piece found is the likeliest that keeps the rules.
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
    /// With G the branch's, Z the largest before, G̃ one of them: G' = −ln(e^−G − e^−Z + e^−G̃). Tokens that rules forbid give
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
