//! The rules of part-writing as a rule on which voice token comes next.

use std::sync::Arc;

use galant_tokens::{Token, Vocabulary, VoiceToken};
use galant_types::{Constraint, PartStep, Texture, TokenId};

use crate::enforcement::Enforcements;
use crate::leading::VoiceLeading;

/// Holds voices to the rules of part-writing, as strictly as [`Enforcements`] say.
///
/// A penalty is charged for what breaks a rule. What breaks a vetoed rule is forbidden, unless all that other rules allow
/// does: then it costs [`Enforcement::VETO_NATS`](crate::Enforcement::VETO_NATS), so that something is always left. For this
/// the rule must be the last one.
///
/// Parts that are given are known at the beginning of each step, so the other parts can avoid what they would break with
/// them. What a given part breaks by itself, or with another one, costs nothing.
#[derive(Debug, Clone)]
pub struct PartWriting {
    tables: Arc<Tables>,
    parts: VoiceLeading,
    /// The pitch that each part sounded last, if it was not silent.
    sounding: Vec<Option<u8>>,
    step: usize,
    turn: usize,
}

#[derive(Debug)]
struct Tables {
    /// `[V]`
    tokens: Vec<VoiceToken>,
    rules: Enforcements,
    /// The parts before the first step.
    start: VoiceLeading,
    given: Option<(Texture, Vec<usize>)>,
}

impl PartWriting {
    /// Holds the voices of `vocabulary` to `rules`; `parts` are its parts before the first step. None if a token is of
    /// another tokenizer.
    pub fn new(vocabulary: &Vocabulary, rules: Enforcements, parts: VoiceLeading) -> Option<PartWriting> {
        let voice = |token: &Token| if let Token::Voice(token) = token { Some(*token) } else { None };
        let tokens = vocabulary.tokens().iter().map(voice).collect::<Option<_>>()?;
        Some(PartWriting::begin(Tables { tokens, rules, start: parts, given: None }))
    }

    /// The same for a piece in which some parts, counted from 0, are as they are in `texture`, and silent after its end.
    ///
    /// # Panics
    ///
    /// If the texture has no such part.
    #[must_use]
    pub fn with_given(self, texture: &Texture, parts: &[usize]) -> PartWriting {
        assert!(parts.iter().all(|part| *part < texture.n_parts()), "parts {parts:?} of {}", texture.n_parts());
        let Tables { tokens, rules, start, .. } = &*self.tables;
        let given = Some((texture.clone(), parts.to_vec()));
        PartWriting::begin(Tables { tokens: tokens.clone(), rules: *rules, start: start.clone(), given })
    }

    fn begin(tables: Tables) -> PartWriting {
        let (parts, sounding) = (tables.start.clone(), vec![None; tables.start.n_parts()]);
        let mut constraint = PartWriting { tables: Arc::new(tables), parts, sounding, step: 0, turn: 0 };
        constraint.begin_step();
        constraint
    }

    /// Takes note of what the given parts do in this step.
    fn begin_step(&mut self) {
        let Some((texture, parts)) = &self.tables.given else { return };
        for &part in parts {
            let is_over = self.step >= texture.n_steps();
            self.parts.push(part, if is_over { PartStep::Rest } else { texture.step(self.step)[part] });
        }
    }

    /// Whether the part whose turn it is has to be judged.
    fn is_free(&self) -> bool {
        !self.tables.given.as_ref().is_some_and(|(_, parts)| parts.contains(&self.turn))
    }

    /// What the part whose turn it is does by a token; none if that token begins a piece.
    fn does(&self, token: VoiceToken) -> Option<PartStep> {
        match token {
            VoiceToken::Begin(_) => None,
            VoiceToken::Rest => Some(PartStep::Rest),
            VoiceToken::Strike(pitch) => Some(PartStep::Strike(pitch)),
            VoiceToken::Hold => Some(self.sounding[self.turn].map_or(PartStep::Rest, PartStep::Hold)),
        }
    }

    fn is_vetoed(&self, token: VoiceToken) -> bool {
        self.does(token).is_some_and(|step| self.tables.rules.vetoes(&self.parts.breaches(self.turn, step)))
    }
}

impl Constraint for PartWriting {
    fn name(&self) -> &str {
        "part-writing"
    }

    fn restrict(&self, _n_left: usize, allowed: &mut [bool]) {
        let tokens = &self.tables.tokens;
        assert_eq!(tokens.len(), allowed.len(), "part-writing: tokens of the vocabulary and of the model");
        if !self.tables.rules.have_vetoes() || !self.is_free() {
            return;
        }
        let kept: Vec<bool> =
            allowed.iter().zip(tokens).map(|(&allowed, &token)| allowed && !self.is_vetoed(token)).collect();
        if kept.contains(&true) {
            allowed.copy_from_slice(&kept);
        }
    }

    fn charge(&self, logits: &mut [f32]) {
        let tokens = &self.tables.tokens;
        assert_eq!(tokens.len(), logits.len(), "part-writing: tokens of the vocabulary and of the model");
        if self.tables.rules.are_off() || !self.is_free() {
            return;
        }
        for (logit, &token) in logits.iter_mut().zip(tokens) {
            if let Some(step) = self.does(token) {
                *logit -= self.tables.rules.unavoidable_cost(&self.parts.breaches(self.turn, step));
            }
        }
    }

    fn advance(&mut self, token: TokenId) {
        let Some(step) = self.does(self.tables.tokens[token.index()]) else {
            self.parts = self.tables.start.clone();
            self.sounding.fill(None);
            (self.step, self.turn) = (0, 0);
            return self.begin_step();
        };
        if self.is_free() {
            self.parts.push(self.turn, step);
        }
        self.sounding[self.turn] = step.pitch();
        self.turn += 1;
        if self.turn == self.sounding.len() {
            (self.step, self.turn) = (self.step + 1, 0);
            self.begin_step();
        }
    }

    fn boxed_clone(&self) -> Box<dyn Constraint> {
        Box::new(self.clone())
    }
}
