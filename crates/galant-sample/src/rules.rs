use galant_types::TokenId;

use crate::StrategyError;
use crate::mask::{Mask, Played};
use crate::strategy::check_window;

/// What may not be composed, whatever the strategy; by default all may.
///
/// They are asked in the order of the fields, and each sees what those before it left.
#[derive(Debug, Default)]
pub struct Rules {
    /// Makes tokens that were just played less likely.
    pub repetition: Option<Repetition>,
    /// Forbids to play a row of tokens twice.
    pub ngram_block: Option<NgramBlock>,
    /// Forbid all else.
    pub masks: Vec<Box<dyn Mask>>,
}

/// Divides the probability of each token that stands among the last `window`, however often, by `factor`.
///
/// As the penalty of Keskar et al. 2019, but on probabilities: theirs divides logits above 0 and multiplies those below,
/// so that it changes when a constant is added to all, which a model is free to do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Repetition {
    /// By what, at least 1.
    pub factor: f64,
    /// How many tokens are looked back, at least 1.
    pub window: usize,
}

/// Forbids a token that would complete a row of `n` tokens which stands among the last `window` already.
///
/// Paulus, Xiong and Socher 2018.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NgramBlock {
    /// How long the row is, at least 1.
    pub n: usize,
    /// How many tokens are looked back, at least 1.
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

    /// Whether a mask says that the piece is over.
    pub(crate) fn is_end(&self, played: &Played<'_>) -> bool {
        self.masks.iter().any(|mask| mask.is_end(played))
    }
}

/// The tokens that may stand at one place, and how they score there.
#[derive(Debug, Clone, Default)]
pub(crate) struct Candidates {
    /// `[V]`: the model's logits, less what the repetition penalty takes.
    pub(crate) logits: Vec<f32>,
    /// `[V]`; after [`Candidates::fill`] at least one is.
    pub(crate) allowed: Vec<bool>,
}

/// No token is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NothingLeft {
    /// The rule that forbade the last.
    pub(crate) rule: String,
    /// How many tokens it found.
    pub(crate) n_left: usize,
}

impl Candidates {
    /// Asks `rules` what may stand after `played`, where the model gives `logits`.
    pub(crate) fn fill(&mut self, logits: &[f32], rules: &Rules, played: &Played<'_>) -> Result<(), NothingLeft> {
        self.logits.clear();
        self.logits.extend_from_slice(logits);
        self.allowed.clear();
        self.allowed.resize(logits.len(), true);
        if let Some(Repetition { factor, window }) = rules.repetition {
            let recent = last(played.tokens, window);
            let penalty = factor.ln() as f32;
            // From the model's own logit, so that a token that stands there twice is not made less likely twice.
            recent.iter().for_each(|token| self.logits[token.index()] = logits[token.index()] - penalty);
        }
        let mut n_left = self.allowed.len();
        if let Some(block) = rules.ngram_block {
            block.forbid(played.tokens, &mut self.allowed);
            n_left = self.left(n_left, || format!("the block of {}-grams", block.n))?;
        }
        for mask in &rules.masks {
            mask.forbid(played, &mut self.allowed);
            n_left = self.left(n_left, || mask.name().to_owned())?;
        }
        Ok(())
    }

    /// How many tokens are left after a rule that found `n_left`.
    fn left(&self, n_left: usize, rule: impl Fn() -> String) -> Result<usize, NothingLeft> {
        match self.allowed.iter().filter(|allowed| **allowed).count() {
            0 => Err(NothingLeft { rule: rule(), n_left }),
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
        for row in recent.windows(self.n) {
            let (next, before) = row.split_last().expect("a row has n tokens, at least 1");
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
    use super::*;

    fn tokens(numbers: &[u32]) -> Vec<TokenId> {
        numbers.iter().copied().map(TokenId).collect()
    }

    #[track_caller]
    fn check_block(n: usize, window: usize, played: &[u32], forbidden: &[usize]) {
        let mut allowed = [true; 5];
        NgramBlock { n, window }.forbid(&tokens(played), &mut allowed);
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
        let played = tokens(&[3, 0, 1, 0]);
        let played = Played { tokens: &played, n_primer: 1, n_left: 1 };
        candidates.fill(&[2.0, -2.0, 0.5, 7.0], &rules, &played).unwrap();
        assert_eq!(candidates.logits, [1.0, -3.0, 0.5, 7.0]);
    }

    #[test]
    fn rules_out_of_range_are_named() {
        let message = |rules: Rules| rules.validate().unwrap_err().to_string();
        let repetition = |factor, window| Rules { repetition: Some(Repetition { factor, window }), ..Rules::default() };
        let block = |n, window| Rules { ngram_block: Some(NgramBlock { n, window }), ..Rules::default() };
        assert_eq!(message(repetition(0.9, 9)), "repetition penalty is 0.9; it must be at least 1 and finite");
        assert_eq!(
            message(repetition(2.0, 4097)),
            "the window of the repetition penalty is 4097 tokens; it must be 1 to 4096"
        );
        assert_eq!(message(block(0, 9)), "the n-gram block is of 0 tokens; it must be 1 to its window of 9");
        assert_eq!(message(block(10, 9)), "the n-gram block is of 10 tokens; it must be 1 to its window of 9");
        assert_eq!(Rules::default().validate(), Ok(()));
    }
}
