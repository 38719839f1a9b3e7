//! Which tokens of the validation parts no training part has, in bounded memory.

use std::collections::HashSet;
use std::fmt;

use galant_tokens::Token;

use crate::hash;

/// Hashes of the different tokens of the training parts, and of the tokens of the validation parts.
///
/// While there are few, all are kept. When they are more than [`MAX_KEPT`], only those whose hash is a multiple of 2, 4, 8
/// and so on are: a token is in the sample or not wherever it occurs, so that shares stay right on average.
#[derive(Debug, Default)]
pub(super) struct UnseenTokens {
    training: HashSet<u64>,
    /// The number of the file, and the token.
    validation: Vec<(u32, u64)>,
    /// A token is kept if these bits of its hash are 0.
    mask: u64,
    /// The most kept; [`MAX_KEPT`] if 0.
    max_kept: usize,
}

/// The most hashes kept: 16 bytes each, and as much again while a table grows.
const MAX_KEPT: usize = 1 << 22;

/// How many tokens of a validation part the training parts lack, of those in the sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    /// How many occur in no training part.
    pub n_unseen: u64,
    /// How many there are.
    pub n_validation: u64,
}

impl UnseenTokens {
    /// Counts a token of a training part.
    pub(super) fn train(&mut self, token: &Token) {
        let hash = hash(token);
        if hash & self.mask == 0 {
            self.training.insert(hash);
            self.thin_out();
        }
    }

    /// Counts a token of the validation part of a file.
    pub(super) fn validate(&mut self, file: usize, token: &Token) {
        let hash = hash(token);
        if hash & self.mask == 0 {
            self.validation.push((file as u32, hash));
            self.thin_out();
        }
    }

    fn thin_out(&mut self) {
        let max_kept = if self.max_kept == 0 { MAX_KEPT } else { self.max_kept };
        while self.training.len() + self.validation.len() > max_kept {
            self.mask = self.mask << 1 | 1;
            let mask = self.mask;
            self.training.retain(|hash| hash & mask == 0);
            self.validation.retain(|(_, hash)| hash & mask == 0);
        }
    }

    /// Whether all tokens are kept.
    pub(super) fn is_exact(&self) -> bool {
        self.mask == 0
    }

    /// How many different tokens the training parts have, estimated from the sample.
    pub(super) fn n_different(&self) -> u64 {
        self.training.len() as u64 * (self.mask + 1)
    }

    /// The share of each of `n_files`.
    pub(super) fn shares(&self, n_files: usize) -> Vec<Share> {
        let mut shares = vec![Share::default(); n_files];
        for (file, hash) in &self.validation {
            let share = &mut shares[*file as usize];
            share.n_validation += 1;
            share.n_unseen += u64::from(!self.training.contains(hash));
        }
        shares
    }
}

impl Share {
    /// All shares together.
    pub fn sum(shares: &[Share]) -> Share {
        let add = |a: Share, b: &Share| Share {
            n_unseen: a.n_unseen + b.n_unseen,
            n_validation: a.n_validation + b.n_validation,
        };
        shares.iter().fold(Share::default(), add)
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.n_validation == 0 {
            return f.pad("-");
        }
        f.pad(&format!("{:.1} %", 100.0 * self.n_unseen as f64 / self.n_validation as f64))
    }
}

fn hash(token: &Token) -> u64 {
    hash::hash(token.to_string().bytes())
}

#[cfg(test)]
mod tests {
    use galant_tokens::{GridTokenizer, Tokenizer};

    use super::*;

    fn token(number: u32) -> Token {
        let text = format!("{}+{}>{}", number % 128, number / 128 % 64 + 1, number / 8192);
        Tokenizer::Rhythm(GridTokenizer::default()).parse(&text).unwrap()
    }

    /// The tokens below 6000 for training; file 0 validates on 3000 that are all there, file 1 on 3000 of which half are.
    fn counted(max_kept: usize) -> UnseenTokens {
        let mut unseen = UnseenTokens { max_kept, ..UnseenTokens::default() };
        (0..6000).for_each(|number| unseen.train(&token(number)));
        (0..3000).for_each(|number| unseen.validate(0, &token(number)));
        (4500..7500).for_each(|number| unseen.validate(1, &token(number)));
        (0..6000).for_each(|number| unseen.train(&token(number)));
        unseen
    }

    #[test]
    fn tokens_are_unseen_that_no_training_part_has() {
        let unseen = counted(0);
        assert!(unseen.is_exact());
        assert_eq!(unseen.n_different(), 6000);
        let shares = unseen.shares(3);
        assert_eq!(shares.iter().map(ToString::to_string).collect::<Vec<_>>(), ["0.0 %", "50.0 %", "-"]);
        assert_eq!(Share::sum(&shares), Share { n_unseen: 1500, n_validation: 6000 });
    }

    #[test]
    fn a_sample_of_tokens_gives_about_the_same() {
        let unseen = counted(4000);
        assert!(!unseen.is_exact() && unseen.training.len() + unseen.validation.len() <= 4000);
        assert!(unseen.n_different().abs_diff(6000) < 500, "{}", unseen.n_different());
        let [first, second] = unseen.shares(2)[..] else { unreachable!() };
        let share = second.n_unseen as f64 / second.n_validation as f64;
        assert!(first.n_unseen == 0 && first.n_validation > 500 && (share - 0.5).abs() < 0.06, "{first:?} {second:?}");
    }
}
