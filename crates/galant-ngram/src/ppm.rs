//! Prediction by partial match: the longest contexts that occurred decide, and the piece that is read is counted, too.

use std::collections::HashMap;

use galant_types::TokenId;

use crate::context::Context;

/// A model that counts a corpus, and then the piece that it reads.
///
/// That is prediction by partial match (PPM; Cleary and Witten 1984) as Pearce and Wiggins 2004 use it for music: contexts of
/// all lengths are interpolated, a shorter context counts a token only where it was new to the longer one (update exclusion),
/// and what is read is learned. In place of an escape it has the discounts of Chen and Goodman 1999, who modified Kneser and
/// Ney's:
///
/// P(w | h) = (max(c(h w) − D(c(h w)), 0) + m(h)·P(w | h′)) / c(h), where c counts, h′ is h without its first token, D is a
/// discount for tokens that followed once, twice, or more often, of contexts of each length, and m(h) is all that is
/// discounted after h. Below the empty context all V tokens are equally likely.
#[derive(Debug, Clone)]
pub struct Ppm {
    vocab_size: usize,
    counts: Counts<'static>,
    /// For contexts of each length, of tokens that followed once, twice, and three times or more.
    discounts: [[f64; 3]; Ppm::ORDER],
}

impl Ppm {
    /// How many tokens the longest context has, and the token after it.
    pub const ORDER: usize = Context::MAX_TOKENS + 1;

    /// The most tokens learned from: the contexts of as many take some hundred megabytes at worst.
    pub const MAX_TOKENS: usize = 1 << 19;

    /// Counts `songs`; contexts do not reach from one into the next.
    ///
    /// # Panics
    ///
    /// If `vocab_size` (V) is 0, or if a token is not below it.
    pub fn learn(songs: impl IntoIterator<Item: AsRef<[TokenId]>>, vocab_size: usize) -> Ppm {
        assert!(vocab_size > 0, "a vocabulary without tokens");
        let mut counts = Counts::default();
        let mut n_left = Ppm::MAX_TOKENS;
        for song in songs {
            let song = song.as_ref();
            let song = &song[..song.len().min(n_left)];
            n_left -= song.len();
            for (place, token) in song.iter().enumerate() {
                assert!(token.index() < vocab_size, "token {} of a vocabulary of {vocab_size}", token.0);
                counts.add(&song[..place], *token);
            }
            if n_left == 0 {
                break;
            }
        }
        let discounts = counts.discounts();
        Ppm { vocab_size, counts, discounts }
    }

    /// −ln of the probability of each token of a piece from the place `first` on, after all that come before it.
    ///
    /// From `first` on, tokens are counted as they are read, and forgotten at the end; those before it are context only, as if
    /// the corpus had them.
    pub fn nats(&self, song: &[TokenId], first: usize) -> Vec<f64> {
        let mut counts = Counts { below: Some(&self.counts), ..Counts::default() };
        let mut nats = Vec::with_capacity(song.len().saturating_sub(first));
        for place in first..song.len() {
            nats.push(-self.probability(&counts, &song[..place], song[place]).ln());
            counts.add(&song[..place], song[place]);
        }
        nats
    }

    fn probability(&self, counts: &Counts<'_>, before: &[TokenId], token: TokenId) -> f64 {
        let mut probability = 1.0 / self.vocab_size as f64;
        for (context, discounts) in contexts(before).zip(&self.discounts) {
            // A context that never occurred ends no longer one that did.
            let Some(Followers { n, by_count }) = counts.followers(&context) else { break };
            let count = counts.count(&(context, token));
            let left = if count == 0 { 0.0 } else { f64::from(count) - discounts[level(count)] };
            let discounted: f64 = by_count.iter().zip(discounts).map(|(n, discount)| f64::from(*n) * discount).sum();
            probability = (left + discounted * probability) / f64::from(n);
        }
        probability
    }
}

/// The contexts of what comes after `before`, the empty one first.
fn contexts(before: &[TokenId]) -> impl DoubleEndedIterator<Item = Context> {
    let longest = before.len().min(Context::MAX_TOKENS);
    (0..=longest).map(|n_tokens| Context::of(&before[before.len() - n_tokens..]))
}

/// The discount of a count that is not 0.
fn level(count: u32) -> usize {
    count.clamp(1, 3) as usize - 1
}

/// What followed which context how often; where it has no count of its own, that of what is below it.
#[derive(Debug, Clone, Default)]
struct Counts<'a> {
    below: Option<&'a Counts<'a>>,
    contexts: HashMap<Context, Followers>,
    /// c(h w)
    counts: HashMap<(Context, TokenId), u32>,
}

/// What followed a context.
#[derive(Debug, Clone, Copy, Default)]
struct Followers {
    /// c(h)
    n: u32,
    /// How many different tokens followed once, twice, and more often.
    by_count: [u32; 3],
}

impl Counts<'_> {
    fn followers(&self, context: &Context) -> Option<Followers> {
        self.contexts.get(context).copied().or_else(|| self.below?.followers(context))
    }

    fn count(&self, key: &(Context, TokenId)) -> u32 {
        let below = || self.below.map_or(0, |below| below.count(key));
        self.counts.get(key).copied().unwrap_or_else(below)
    }

    /// Counts a token after the longest context, and after shorter ones as long as it is new to each longer one.
    fn add(&mut self, before: &[TokenId], token: TokenId) {
        for context in contexts(before).rev() {
            let key = (context, token);
            let count = self.count(&key);
            let mut followers = self.followers(&context).unwrap_or_default();
            followers.n += 1;
            if count > 0 {
                followers.by_count[level(count)] -= 1;
            }
            followers.by_count[level(count + 1)] += 1;
            self.contexts.insert(context, followers);
            self.counts.insert(key, count + 1);
            if count > 0 {
                break;
            }
        }
    }

    /// Those that Chen and Goodman estimate from how many counts are 1, 2, 3 and 4; where there are none, what they usually
    /// come to.
    fn discounts(&self) -> [[f64; 3]; Ppm::ORDER] {
        let mut numbers = [[0.0_f64; 4]; Ppm::ORDER];
        for ((context, _), count) in self.counts.iter().filter(|(_, count)| **count <= 4) {
            numbers[context.n_tokens()][*count as usize - 1] += 1.0;
        }
        numbers.map(|[once, twice, three, four]| {
            if [once, twice, three, four].contains(&0.0) {
                return [0.5, 1.0, 1.5];
            }
            let share = once / (once + 2.0 * twice);
            let estimates =
                [1.0 - 2.0 * share * twice / once, 2.0 - 3.0 * share * three / twice, 3.0 - 4.0 * share * four / three];
            // Something must be left for what did not follow, and nothing is taken that was not counted.
            [0, 1, 2].map(|at| estimates[at].clamp(0.1, at as f64 + 1.0))
        })
    }
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

    #[test]
    fn what_is_read_is_learned_until_the_piece_ends() {
        let song = tokens(&[0, 1, 2, 0, 2, 1]);
        let ppm = Ppm::learn([song.as_slice()], 6);
        let piece = tokens(&[3, 4, 5, 3, 4, 5, 3, 4, 5]);
        let nats = ppm.nats(&piece, 0);
        assert!(nats[2] > 6.0_f64.ln() && nats[8] < 0.5 * nats[5] && nats[5] < nats[2], "{nats:?}");
        assert_eq!(ppm.nats(&piece, 0), nats);
        // What is not counted is not learned.
        assert!(ppm.nats(&piece, 8)[0] > 6.0_f64.ln());
        assert_eq!(ppm.nats(&piece, 9), [0.0; 0]);
    }

    #[test]
    fn probabilities_are_those_of_a_sum_by_hand() {
        // 0 1 1 of 3 tokens: after nothing, each counts once at the beginning or as new, and 1 after 1 is new, too.
        let song = tokens(&[0, 1, 1]);
        let ppm = Ppm::learn([song.as_slice()], 3);
        // Counts after nothing: 0 once and 1 twice, as 1 was new after 0 and after 0 1, and so after 1.
        let of_2: f64 = (0.5 + 1.0) / 3.0 / 3.0;
        let of_1: f64 = (2.0 - 1.0) / 3.0 + of_2;
        let expected = [-of_2.ln(), -of_1.ln()];
        assert_close("nats", &[ppm.nats(&tokens(&[2]), 0)[0], ppm.nats(&tokens(&[1]), 0)[0]], &expected, TIGHT);
        // After 1: 1 once.
        let after_1 = (1.0 - 0.5) + 0.5 * of_1;
        assert_close("nats", &ppm.nats(&tokens(&[1, 1]), 1), &[-after_1.ln()], TIGHT);
    }

    const TIGHT: Tolerance = Tolerance { absolute: 1e-13, relative: 0.0 };

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

        #[test]
        fn probabilities_sum_to_one_after_any_context(
            song in prop::collection::vec(0_u32..6, 0..200),
            piece in prop::collection::vec(0_u32..6, 0..30),
        ) {
            let ppm = Ppm::learn([tokens(&song).as_slice()], 6);
            let next = |token| {
                let piece = [tokens(&piece), tokens(&[token])].concat();
                (-ppm.nats(&piece, 0).last().unwrap()).exp()
            };
            let sum: f64 = (0..6).map(next).sum();
            prop_assert!((sum - 1.0).abs() < 1e-12, "{}", sum);
        }
    }
}
