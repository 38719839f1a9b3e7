//! A model that counts: the baseline that a network has to beat.
//!
//! [`Ngrams`] predicts a token from the n − 1 tokens before it by how often they occurred together.
//! Where they rarely or never did, it falls back on shorter contexts: interpolation by Witten and Bell 1991 (their
//! method C).
//! [`Ppm`] counts longer contexts, and the piece that it reads in addition to the corpus.
//!
//! ```
//! use galant_ngram::Ngrams;
//! use galant_types::TokenId;
//!
//! let song: Vec<TokenId> = (0..300).map(|i| TokenId(i % 3)).collect();
//! let ngrams = Ngrams::learn([song.as_slice()], 4, 3);
//! // After 0, 1 comes 2, always.
//! assert!(ngrams.nats(&[TokenId(0), TokenId(1)], TokenId(2)) < 0.02);
//! ```
#![forbid(unsafe_code)]

mod context;
mod ppm;
mod step_model;

use std::collections::HashMap;

use galant_types::TokenId;

use crate::context::Context;

pub use ppm::Ppm;
pub use step_model::NgramError;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// An n-gram model, interpolated by Witten and Bell 1991.
///
/// P(w | h) = (c(h w) + t(h)·P(w | h′)) / (c(h) + t(h)), where c counts, t(h) is the number of different tokens that
/// followed h, and h′ is h without its first token. Below the empty context all V tokens are equally likely.
#[derive(Debug, Clone)]
pub struct Ngrams {
    vocab_size: usize,
    /// n: a prediction takes n − 1 tokens into account.
    order: usize,
    contexts: HashMap<Context, Followers>,
    /// c(h w)
    counts: HashMap<(Context, TokenId), u32>,
}

/// What followed a context.
#[derive(Debug, Clone, Copy, Default)]
struct Followers {
    /// c(h)
    n: u32,
    /// t(h)
    n_different: u32,
}

impl Ngrams {
    /// The longest n-grams.
    pub const MAX_ORDER: usize = Context::MAX_TOKENS + 1;

    /// The most tokens learned from: the contexts of as many take some hundred megabytes at worst.
    pub const MAX_TOKENS: usize = 1 << 20;

    /// Counts the n-grams of `songs`, of up to `order` tokens.
    ///
    /// Contexts do not reach from one song into the next.
    ///
    /// # Panics
    ///
    /// If `order` is 0 or over [`Ngrams::MAX_ORDER`], if `vocab_size` (V) is 0, or if a token is not below it.
    pub fn learn(songs: impl IntoIterator<Item: AsRef<[TokenId]>>, order: usize, vocab_size: usize) -> Ngrams {
        assert!((1..=Ngrams::MAX_ORDER).contains(&order), "n-grams of {order} tokens; 1 to {}", Ngrams::MAX_ORDER);
        assert!(vocab_size > 0, "a vocabulary without tokens");
        let mut ngrams = Ngrams { vocab_size, order, contexts: HashMap::new(), counts: HashMap::new() };
        let mut n_left = Ngrams::MAX_TOKENS;
        for song in songs {
            let song = song.as_ref();
            let song = &song[..song.len().min(n_left)];
            n_left -= song.len();
            (0..song.len()).for_each(|place| ngrams.count(&song[..place], song[place]));
            if n_left == 0 {
                break;
            }
        }
        ngrams
    }

    fn count(&mut self, before: &[TokenId], token: TokenId) {
        assert!(token.index() < self.vocab_size, "token {} of a vocabulary of {}", token.0, self.vocab_size);
        for n_tokens in 0..self.order.min(before.len() + 1) {
            let context = Context::of(&before[before.len() - n_tokens..]);
            let count = self.counts.entry((context, token)).or_default();
            *count += 1;
            let followers = self.contexts.entry(context).or_default();
            followers.n += 1;
            followers.n_different += u32::from(*count == 1);
        }
    }

    /// V, the number of different tokens.
    pub fn vocab_size(&self) -> usize {
        self.vocab_size
    }

    /// n: how many tokens the longest n-grams have.
    pub fn order(&self) -> usize {
        self.order
    }

    /// The probability of `token` after `before`, of which the last n − 1 tokens count.
    pub fn probability(&self, before: &[TokenId], token: TokenId) -> f64 {
        let mut probability = 1.0 / self.vocab_size as f64;
        for n_tokens in 0..self.order.min(before.len() + 1) {
            let context = Context::of(&before[before.len() - n_tokens..]);
            // A context that never occurred ends no longer one that did.
            let Some(&Followers { n, n_different }) = self.contexts.get(&context) else { break };
            let count = self.counts.get(&(context, token)).copied().unwrap_or(0);
            let (n, n_different) = (f64::from(n), f64::from(n_different));
            probability = (f64::from(count) + n_different * probability) / (n + n_different);
        }
        probability
    }

    /// −ln of [`Ngrams::probability`].
    pub fn nats(&self, before: &[TokenId], token: TokenId) -> f64 {
        -self.probability(before, token).ln()
    }

    /// The probability of every token after `before`, `[V]`.
    fn probabilities(&self, before: &[TokenId]) -> Vec<f64> {
        (0..self.vocab_size as u32).map(|number| self.probability(before, TokenId(number))).collect()
    }
}

/// The entropy of the tokens of `songs` taken one by one, in nats: what a model pays that knows only how frequent each
/// token is; 0 without tokens.
pub fn unigram_entropy(songs: impl IntoIterator<Item: AsRef<[TokenId]>>) -> f64 {
    let mut counts: Vec<u64> = Vec::new();
    for song in songs {
        for token in song.as_ref() {
            if token.index() >= counts.len() {
                counts.resize(token.index() + 1, 0);
            }
            counts[token.index()] += 1;
        }
    }
    let n = counts.iter().sum::<u64>() as f64;
    let shares = counts.iter().filter(|count| **count > 0).map(|count| *count as f64 / n);
    shares.map(|share| -share * share.ln()).sum()
}

#[cfg(test)]
mod tests {
    use galant_testkit::{Tolerance, assert_close};
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;

    fn tokens(numbers: &[u32]) -> Vec<TokenId> {
        numbers.iter().copied().map(TokenId).collect()
    }

    const TIGHT: Tolerance = Tolerance { absolute: 1e-15, relative: 1e-13 };

    #[test]
    fn probabilities_are_those_of_a_sum_by_hand() {
        // 0 1 0 2 0 1 of 4 tokens.
        let song = tokens(&[0, 1, 0, 2, 0, 1]);
        let ngrams = Ngrams::learn([song.as_slice()], 2, 4);
        // Empty context: c = 6, t = 3. P(1) = (2 + 3/4) / 9, P(3) = (0 + 3/4) / 9.
        let (of_1, of_3) = (2.75 / 9.0, 0.75 / 9.0);
        // After 0: 1, 2 and 1, so c = 3, t = 2. P(1 | 0) = (2 + 2·P(1)) / 5, P(3 | 0) = 2·P(3) / 5.
        let expected = [of_1, of_3, (2.0 + 2.0 * of_1) / 5.0, 2.0 * of_3 / 5.0];
        let found = [
            ngrams.probability(&[], TokenId(1)),
            ngrams.probability(&[], TokenId(3)),
            ngrams.probability(&song[..1], TokenId(1)),
            ngrams.probability(&song[..1], TokenId(3)),
        ];
        assert_close("P", &found, &expected, TIGHT);
        // Nothing ever followed 3: the shorter context decides.
        assert_close("P", &[ngrams.probability(&[TokenId(3)], TokenId(1))], &[of_1], TIGHT);
    }

    #[test]
    fn contexts_end_where_a_song_begins() {
        let songs = [tokens(&[0, 1]), tokens(&[2, 1])];
        let ngrams = Ngrams::learn(songs.iter().map(Vec::as_slice), 3, 3);
        let apart = ngrams.probability(&[TokenId(1)], TokenId(2));
        assert_close("P", &[apart], &[ngrams.probability(&[], TokenId(2))], TIGHT);
    }

    #[test]
    fn the_entropy_of_single_tokens() {
        let songs = [tokens(&[5, 5]), tokens(&[1, 3])];
        let expected = 1.5 * 2.0_f64.ln();
        assert_close("entropy", &[unigram_entropy(songs.iter().map(Vec::as_slice))], &[expected], TIGHT);
        assert_eq!(unigram_entropy([[]; 0]), 0.0);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

        #[test]
        fn probabilities_sum_to_one_after_any_context(
            song in prop::collection::vec(0_u32..6, 0..60),
            context in prop::collection::vec(0_u32..6, 0..10),
            order in 1_usize..=Ngrams::MAX_ORDER,
        ) {
            let ngrams = Ngrams::learn([tokens(&song).as_slice()], order, 6);
            let sum: f64 = ngrams.probabilities(&tokens(&context)).iter().sum();
            prop_assert!((sum - 1.0).abs() < 1e-12, "{}", sum);
        }
    }
}
