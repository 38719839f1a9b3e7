//! Bars that come back.

use std::sync::Arc;

use galant_types::{Constraint, TokenId};

use crate::stream::Frame;
use crate::{NoteToken, Token, Vocabulary};

/// Makes bars of a piece equal to earlier ones, so that it has a form.
///
/// A bar comes back token by token, from its first beat on, which must be reached exactly; under an
/// [`Ending`](super::Ending) with downbeats it always is. In note tokens no note that was struck before sounds into such a
/// bar. Where another rule forbids a token of the bar, the rest of the bar is free.
///
/// It must be the last of the constraints of a piece, as it asks what the others allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returns {
    /// `[V]`
    tokens: Arc<[Passing]>,
    plan: Arc<Plan>,
    /// From the start of the piece, in steps.
    now: u64,
    bar: usize,
    /// How long the note struck last is so far, in steps.
    held: u64,
    /// How many tokens of the bar that comes back have been repeated; none if this bar does not follow another.
    n_repeated: Option<usize>,
    /// The tokens of each bar so far that comes back, by bar.
    bars: Vec<Vec<TokenId>>,
}

/// One bar that is to equal another; both counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Return {
    /// The bar.
    pub bar: usize,
    /// The earlier bar that it equals.
    pub of: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Plan {
    /// For each bar, the one that it equals.
    sources: Vec<Option<usize>>,
    /// Where each of these bars begins and, in addition, where the one after them does, in steps.
    starts: Vec<u64>,
}

/// What counts of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Passing {
    /// In steps.
    time: u16,
    /// How much longer the last note is for it; 0 if it is no length.
    length: u16,
    strikes: bool,
}

impl Passing {
    fn of(token: &Token) -> Passing {
        let length = if let Token::Note(NoteToken::Length(steps)) = token { steps.get() } else { 0 };
        Passing { time: token.time(), length, strikes: !token.pitches().is_empty() }
    }
}

impl Returns {
    /// The `returns` in a piece of tokens of `vocabulary` with the bars of `frame`.
    ///
    /// Those of a bar that is not earlier than the other are left out.
    pub fn new(vocabulary: &Vocabulary, frame: &Frame, returns: &[Return]) -> Returns {
        let returns = || returns.iter().filter(|one| one.of < one.bar);
        let n_bars = returns().map(|one| one.bar + 1).max().unwrap_or(0);
        let mut sources = vec![None; n_bars];
        returns().for_each(|one| sources[one.bar] = Some(one.of));
        let starts = (0..=n_bars as u64).map(|bar| frame.bar_start(bar)).collect();
        Returns {
            tokens: vocabulary.tokens().iter().map(Passing::of).collect(),
            plan: Arc::new(Plan { sources, starts }),
            now: 0,
            bar: 0,
            held: 0,
            n_repeated: None,
            bars: vec![Vec::new(); n_bars],
        }
    }

    /// The token that comes next in a bar that comes back.
    fn next(&self) -> Option<TokenId> {
        let source = (*self.plan.sources.get(self.bar)?)?;
        self.bars[source].get(self.n_repeated?).copied()
    }

    /// How long a note struck now may sound at most: to the next bar that comes back.
    fn longest(&self) -> Option<u64> {
        let later = self.plan.sources.iter().enumerate().skip(self.bar + 1);
        let (next, _) = later.into_iter().find(|(_, source)| source.is_some())?;
        Some(self.plan.starts[next].saturating_sub(self.now))
    }
}

impl Constraint for Returns {
    fn name(&self) -> &str {
        "bars that come back"
    }

    fn restrict(&self, _n_left: usize, allowed: &mut [bool]) {
        assert_eq!(self.tokens.len(), allowed.len(), "{}: tokens of the vocabulary and of the model", self.name());
        if let Some(next) = self.next().filter(|next| allowed[next.index()]) {
            allowed.fill(false);
            allowed[next.index()] = true;
            return;
        }
        let Some(longest) = self.longest() else { return };
        let fits = |token: &Passing| token.length == 0 || self.held + u64::from(token.length) <= longest;
        // Where a vocabulary has no length as short, the note sounds on.
        if self.tokens.iter().zip(&*allowed).any(|(token, allowed)| *allowed && fits(token)) {
            self.tokens.iter().zip(allowed).for_each(|(token, allowed)| *allowed &= fits(token));
        }
    }

    fn advance(&mut self, token: TokenId) {
        let Passing { time, length, strikes } = self.tokens[token.index()];
        self.held = if strikes { 0 } else { self.held + u64::from(length) };
        if let Some(n_repeated) = self.n_repeated {
            self.n_repeated = (self.next() == Some(token)).then_some(n_repeated + 1);
        }
        if let Some(bar) = self.bars.get_mut(self.bar) {
            bar.push(token);
        }
        self.now += u64::from(time);
        while self.plan.starts.get(self.bar + 1).is_some_and(|&end| self.now >= end) {
            self.bar += 1;
            let is_exact = self.now == self.plan.starts[self.bar];
            let source = self.plan.sources.get(self.bar).copied().flatten();
            self.n_repeated = source.filter(|_| is_exact).map(|_| 0);
            // What was not heard from its first beat on cannot come back.
            if !is_exact && let Some(bar) = self.bars.get_mut(self.bar) {
                bar.clear();
            }
        }
    }

    fn boxed_clone(&self) -> Box<dyn Constraint> {
        Box::new(self.clone())
    }
}
