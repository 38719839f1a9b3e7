use galant_types::{Constraint, TokenId};

use crate::StrategyError;
use crate::strategy_error::check_window;

/// What may be composed, whatever the strategy; by default everything.
///
/// They are applied in the order of the fields.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Makes recent tokens less likely.
    pub repetition: Option<Repetition>,
    /// Forbids the repetition of an n-gram.
    pub ngram_block: Option<NgramBlock>,
    /// All other rules; a token must be allowed by every one.
    pub constraints: Vec<Box<dyn Constraint>>,
}

/// Divides the probability of each token that is among the last `window`, however often, by `factor`.
///
/// It is the penalty of Keskar et al. 2019, but on probabilities: theirs divides positive logits and multiplies
/// negative ones, so it depends on a constant that a model may add to all logits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Repetition {
    /// The divisor, at least 1.
    pub factor: f64,
    /// How many tokens it looks back, 1 to [`MAX_WINDOW`](crate::MAX_WINDOW).
    pub window: usize,
}

/// Forbids a token that would complete an n-gram that is already among the last `window` tokens.
///
/// Paulus, Xiong and Socher 2018.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NgramBlock {
    /// How many tokens an n-gram has, 1 to the window.
    pub n: usize,
    /// How many tokens it looks back, 1 to [`MAX_WINDOW`](crate::MAX_WINDOW).
    pub window: usize,
}

impl Rules {
    /// Checks that every setting is in its range.
    ///
    /// # Errors
    ///
    /// Names the first that is not.
    pub fn validate(&self) -> Result<(), StrategyError> {
        if let Some(Repetition { factor, window }) = self.repetition {
            if !(factor >= 1.0 && factor.is_finite()) {
                return Err(StrategyError::Penalty { factor });
            }
            check_window("repetition penalty", window)?;
        }
        match self.ngram_block {
            Some(NgramBlock { n, window }) => {
                check_window("n-gram block", window)?;
                if (1..=window).contains(&n) { Ok(()) } else { Err(StrategyError::Ngram { n, window }) }
            }
            None => Ok(()),
        }
    }

    /// Tells the constraints that `token` was chosen.
    pub(crate) fn advance(&mut self, token: TokenId) {
        self.constraints.iter_mut().for_each(|constraint| constraint.advance(token));
    }

    /// The token that a constraint says is given.
    pub(crate) fn given(&self) -> Option<TokenId> {
        self.constraints.iter().find_map(|constraint| constraint.given())
    }

    /// Whether a constraint says that the piece is complete.
    pub(crate) fn is_end(&self) -> bool {
        self.constraints.iter().any(|constraint| constraint.is_end())
    }
}

/// The tokens that may come next, and their logits.
#[derive(Debug, Clone, Default)]
pub(crate) struct Candidates {
    /// `[V]`: the model's logits, less what the repetition penalty and the constraints charge.
    pub(crate) logits: Vec<f32>,
    /// `[V]`; after [`Candidates::fill`] at least one is true.
    pub(crate) allowed: Vec<bool>,
}

/// Every token is forbidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NothingLeft {
    /// The rule that forbids the last ones.
    pub(crate) rule: String,
    /// How many tokens the rules before it allow.
    pub(crate) n_allowed: usize,
}

impl Candidates {
    /// Applies `rules` to what may come after `tokens`, for which the model gives `logits`.
    ///
    /// There are `n_left` tokens still to come.
    pub(crate) fn fill(
        &mut self,
        logits: &[f32],
        rules: &Rules,
        tokens: &[TokenId],
        n_left: usize,
    ) -> Result<(), NothingLeft> {
        self.logits.clear();
        self.logits.extend_from_slice(logits);
        self.allowed.clear();
        self.allowed.resize(logits.len(), true);
        if let Some(Repetition { factor, window }) = rules.repetition {
            let recent = last(tokens, window);
            let penalty = factor.ln() as f32;
            // From the model's own logit, so that a token that occurs twice is not made less likely twice.
            recent.iter().for_each(|token| self.logits[token.index()] = logits[token.index()] - penalty);
        }
        let mut n_allowed = self.allowed.len();
        if let Some(block) = rules.ngram_block {
            block.forbid(tokens, &mut self.allowed);
            n_allowed = self.n_allowed(n_allowed, || format!("no {}-gram twice", block.n))?;
        }
        for constraint in &rules.constraints {
            constraint.restrict(n_left, &mut self.allowed);
            constraint.charge(&mut self.logits);
            n_allowed = self.n_allowed(n_allowed, || constraint.name().to_owned())?;
        }
        Ok(())
    }

    /// How many tokens are allowed after a rule before which `n_before` were.
    fn n_allowed(&self, n_before: usize, rule: impl Fn() -> String) -> Result<usize, NothingLeft> {
        match self.allowed.iter().filter(|allowed| **allowed).count() {
            0 => Err(NothingLeft { rule: rule(), n_allowed: n_before }),
            n => Ok(n),
        }
    }
}

impl NgramBlock {
    fn forbid(self, tokens: &[TokenId], allowed: &mut [bool]) {
        let recent = last(tokens, self.window);
        if recent.len() < self.n {
            return;
        }
        let begun = &recent[recent.len() - (self.n - 1)..];
        for ngram in recent.windows(self.n) {
            let (next, before) = ngram.split_last().expect("an n-gram has at least 1 token");
            if before == begun {
                allowed[next.index()] = false;
            }
        }
    }
}

fn last(tokens: &[TokenId], n: usize) -> &[TokenId] {
    &tokens[tokens.len().saturating_sub(n)..]
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    fn tokens(numbers: &[u32]) -> Vec<TokenId> {
        numbers.iter().copied().map(TokenId).collect()
    }

    #[track_caller]
    fn check_block(n: usize, window: usize, before: &[u32], forbidden: &[usize]) {
        let mut allowed = [true; 5];
        NgramBlock { n, window }.forbid(&tokens(before), &mut allowed);
        let found: Vec<usize> = (0..5).filter(|&token| !allowed[token]).collect();
        assert_eq!(found, forbidden);
    }

    #[test]
    fn a_block_forbids_what_followed_the_same_tokens_before() {
        check_block(3, 100, &[0, 1, 2, 4, 0, 1, 3, 0, 1], &[2, 3]);
        check_block(3, 5, &[0, 1, 2, 4, 0, 1, 3, 0, 1], &[3]);
        check_block(2, 100, &[1, 1], &[1]);
        check_block(2, 100, &[1], &[]);
        check_block(1, 100, &[3, 0, 3], &[0, 3]);
        check_block(4, 100, &[0, 1, 2, 0, 1], &[]);
        check_block(2, 100, &[], &[]);
    }

    #[test]
    fn a_repetition_costs_once_however_often_it_was() {
        let repetition = Some(Repetition { factor: std::f64::consts::E, window: 3 });
        let rules = Rules { repetition, ..Rules::default() };
        let mut candidates = Candidates::default();
        candidates.fill(&[2.0, -2.0, 0.5, 7.0], &rules, &tokens(&[3, 0, 1, 0]), 1).unwrap();
        assert_eq!(candidates.logits, [1.0, -3.0, 0.5, 7.0]);
    }

    #[test]
    fn rules_out_of_range_are_named() {
        let repetition = |factor, window| Rules { repetition: Some(Repetition { factor, window }), ..Rules::default() };
        let block = |n, window| Rules { ngram_block: Some(NgramBlock { n, window }), ..Rules::default() };
        let refused = [repetition(0.9, 9), repetition(2.0, 4097), block(0, 9), block(10, 9)];
        let messages: String = refused.map(|rules| format!("{}\n", rules.validate().unwrap_err())).concat();
        expect![[r#"
            repetition penalty is 0.9; it must be at least 1 and finite
            the window of the repetition penalty is 4097 tokens; it must be 1 to 4096
            the n-gram block has n = 0; it must be 1 to its window of 9 tokens
            the n-gram block has n = 10; it must be 1 to its window of 9 tokens
        "#]]
        .assert_eq(&messages);
        assert_eq!(Rules::default().validate(), Ok(()));
    }
}
