//! Which rhythm tokens may follow others.

use std::sync::Arc;

use galant_types::{Constraint, TokenId};

use super::filter::TokenFilter;
use super::forbid_unless;
use crate::{Token, Vocabulary};

/// Allows rhythm tokens struck together only in the order in which a score is encoded: as long as no time has passed,
/// a token after which none passes either lasts longer than the one before.
///
/// So time goes on after a few tokens, however unlikely a model finds that. Where no token lets time pass, nothing is
/// forbidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RhythmGrammar {
    /// `[V]`
    tokens: Arc<[Facts]>,
    /// The longest note struck since time last passed, in steps; 0 if there is none.
    longest: u16,
}

/// What counts of a token, in steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Facts {
    length: u16,
    time: u16,
}

impl RhythmGrammar {
    /// The grammar of the rhythm tokens in `vocabulary`, for a piece in which `filters` hold too; none if a token is of
    /// another tokenizer, or if the filters allow none after which time passes.
    ///
    /// # Panics
    ///
    /// If a filter was made for another vocabulary.
    pub fn new(vocabulary: &Vocabulary, filters: &[TokenFilter]) -> Option<RhythmGrammar> {
        let facts = |token: &Token| match token {
            Token::Rhythm(_) => Some(Facts { length: token.length(), time: token.time() }),
            Token::Chord(_) | Token::Note(_) | Token::Voice(_) => None,
        };
        let tokens: Arc<[Facts]> = vocabulary.tokens().iter().map(facts).collect::<Option<_>>()?;
        let is_usable = |at: usize| filters.iter().all(|filter| filter.allowed()[at]);
        let has_time = tokens.iter().enumerate().any(|(at, token)| token.time > 0 && is_usable(at));
        has_time.then_some(RhythmGrammar { tokens, longest: 0 })
    }
}

impl Constraint for RhythmGrammar {
    fn name(&self) -> &str {
        "grammar of rhythm tokens"
    }

    fn restrict(&self, _n_left: usize, allowed: &mut [bool]) {
        forbid_unless(self.name(), &self.tokens, allowed, |token| token.time > 0 || token.length > self.longest);
    }

    fn advance(&mut self, token: TokenId) {
        let Facts { length, time } = self.tokens[token.index()];
        self.longest = if time > 0 { 0 } else { self.longest.max(length) };
    }

    fn boxed_clone(&self) -> Box<dyn Constraint> {
        Box::new(self.clone())
    }
}
