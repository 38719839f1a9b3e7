//! The exact entropy of a waltz.
//!
//! The throws are independent, so the entropy of a waltz is the sum over its sixteen positions of
//! H = −Σ p ln p over the different contents of the position's bars, where p is the probability of the throws that give it.

use std::collections::{BTreeMap, BTreeSet};

use galant_types::Chord;

use crate::repeats::{LAST_OF_FIRST_PART, Repeats};
use crate::tables::{BarNote, BarNumber, MIN_SUM, N_POSITIONS, N_SUMS, SUM_WEIGHTS, tables};
use crate::throws::Throws;

/// Computes the entropy of a waltz in nats, with equal bars of a position counted as one: 31.989553572428.
///
/// A model that knows the position in the waltz and predicts bar by bar needs at least this many nats on average.
pub fn bar_entropy() -> f64 {
    Repeats::Straight.choices().map(|choices| entropy(contents(choices, <[BarNote]>::to_vec).values())).sum()
}

/// Computes the entropy of sixteen sums of two dice, in nats: 36.314279334001.
pub fn sum_entropy() -> f64 {
    N_POSITIONS as f64 * entropy(SUM_WEIGHTS.iter())
}

/// Computes the surprise of these sixteen sums, −ln p in nats; its mean is [`sum_entropy`].
pub fn sum_nats(throws: &Throws) -> f64 {
    let total: u32 = SUM_WEIGHTS.iter().sum();
    let nats = |sum: &u8| (f64::from(total) / f64::from(SUM_WEIGHTS[usize::from(sum - MIN_SUM)])).ln();
    throws.sums().iter().map(nats).sum()
}

/// Computes the surprise of what is played at each position, whatever sums give it: −ln p in nats.
///
/// Bars of equal `content` count as one.
/// With `<[BarNote]>::to_vec` these are the bars that sound the same, and the mean over waltzes is [`bar_entropy`]; with a
/// function that turns a bar into tokens, they are the bars of equal tokens.
pub fn position_nats<T: Ord>(throws: &Throws, content: impl Fn(&[BarNote]) -> T) -> [f64; 16] {
    let total: u32 = SUM_WEIGHTS.iter().sum();
    let mut nats = [0.0; N_POSITIONS];
    for ((nats, choices), sum) in nats.iter_mut().zip(Repeats::Straight.choices()).zip(throws.sums()) {
        let played = content(tables().notes(choices[usize::from(sum - MIN_SUM)]));
        *nats = (f64::from(total) / f64::from(contents(choices, &content)[&played])).ln();
    }
    nats
}

/// Computes the entropy of the tokens of a waltz in nats, and how many tokens it has.
///
/// `tokens_of_bar` turns the notes of a bar into its tokens. With [`chord_tokens`] a straight waltz has 31.936510725 nats
/// and 78.472222 tokens, which is 0.406978 nats per token of a medley without end.
/// Repeats add tokens but no entropy: the second playing follows from the first.
///
/// The sum over the positions is the entropy of the tokens if these are uniquely decodable: no two sequences of bars give
/// the same tokens. The test of Sardinas and Patterson (1953) checks that, with a separate code for each bar that is played.
///
/// # Errors
///
/// If the tokens are not uniquely decodable.
pub fn token_entropy<T: Ord>(
    tokens_of_bar: impl Fn(&[BarNote]) -> Vec<T>,
    repeats: Repeats,
) -> Result<TokenEntropy, TokenEntropyError> {
    let bars: Vec<BTreeMap<Vec<T>, u32>> = repeats.choices().map(|choices| contents(choices, &tokens_of_bar)).collect();
    let codes: Vec<Vec<&[T]>> = bars.iter().map(|contents| contents.keys().map(Vec::as_slice).collect()).collect();
    let prefixes = prefixes(&codes);
    check_uniquely_decodable(&codes, &prefixes)?;
    let total: u32 = SUM_WEIGHTS.iter().sum();
    let n_tokens = |contents: &BTreeMap<Vec<T>, u32>| -> usize {
        contents.iter().map(|(tokens, &weight)| tokens.len() * weight as usize).sum()
    };
    let nats: Vec<f64> = bars.iter().map(|contents| entropy(contents.values())).collect();
    let first_playing = &nats[..LAST_OF_FIRST_PART];
    let second_part = &nats[repeats.n_bars() - LAST_OF_FIRST_PART..];
    Ok(TokenEntropy {
        nats_per_waltz: first_playing.iter().chain(second_part).sum(),
        nats_of_first_part: first_playing.iter().sum(),
        tokens_per_waltz: bars.iter().map(n_tokens).sum::<usize>() as f64 / f64::from(total),
        n_different: codes.iter().flatten().copied().flatten().collect::<BTreeSet<&T>>().len(),
        n_prefixes: prefixes.len(),
    })
}

/// Turns a bar into its chords: at each onset the different pitches of both hands, without their lengths.
pub fn chord_tokens(notes: &[BarNote]) -> Vec<Chord> {
    let mut onsets: BTreeMap<u8, BTreeSet<u8>> = BTreeMap::new();
    for note in notes {
        onsets.entry(note.onset_16).or_default().insert(note.pitch);
    }
    let chord =
        |pitches: BTreeSet<u8>| Chord::new(pitches.into_iter().collect()).expect("a set of the print's pitches");
    onsets.into_values().map(chord).collect()
}

/// The exact figures of waltzes as tokens.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TokenEntropy {
    /// Entropy of a waltz, in nats.
    pub nats_per_waltz: f64,
    /// Entropy of the first part, positions 1 to 8, in nats; its second playing adds none.
    pub nats_of_first_part: f64,
    /// How many tokens a waltz has on average.
    pub tokens_per_waltz: f64,
    /// How many different tokens there are.
    pub n_different: usize,
    /// How many pairs of bars for the same place of the waltz there are in which one begins with all the tokens of the
    /// other.
    ///
    /// Where there are any, only the tokens that follow show where the bar ends.
    pub n_prefixes: usize,
}

/// Why the entropy of tokens is not known exactly.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenEntropyError {
    /// Different bars can give the same tokens.
    #[error(
        "the tokens from bar {bar} of the waltz on can be divided into bars in two ways; \
         they must be uniquely decodable"
    )]
    Ambiguous {
        /// The bar of the waltz as played from which the two ways differ, from 1.
        bar: usize,
    },
}

/// The different contents of the bars that the sums choose, each with how many of the 36 throws give it.
fn contents<T: Ord>(choices: [BarNumber; N_SUMS], content: impl Fn(&[BarNote]) -> T) -> BTreeMap<T, u32> {
    let mut weights = BTreeMap::new();
    for (bar, weight) in choices.into_iter().zip(SUM_WEIGHTS) {
        *weights.entry(content(tables().notes(bar))).or_insert(0) += weight;
    }
    weights
}

/// −Σ p ln p in nats, where p is a weight's share of the sum of weights.
fn entropy<'a>(weights: impl Iterator<Item = &'a u32> + Clone) -> f64 {
    let total: u32 = weights.clone().sum();
    weights.map(|&weight| f64::from(weight) / f64::from(total)).map(|p| -p * p.ln()).sum()
}

/// A bar that begins with all the tokens of another of its position, and goes on with `rest`.
struct Prefix<'a, T> {
    /// From 0.
    index: usize,
    rest: &'a [T],
}

/// All such pairs; `codes` holds the different contents of each position, in ascending order.
fn prefixes<'a, T: Ord>(codes: &[Vec<&'a [T]>]) -> Vec<Prefix<'a, T>> {
    let mut prefixes = Vec::new();
    for (index, code) in codes.iter().enumerate() {
        for (nth, shorter) in code.iter().enumerate() {
            let rests = code[nth + 1..].iter().filter_map(|longer| longer.strip_prefix(*shorter));
            prefixes.extend(rests.map(|rest| Prefix { index, rest }));
        }
    }
    prefixes
}

/// Follows every two divisions that differ at a prefix, until the tokens rule out one of them.
///
/// One is ahead of the other by `rest`; if that is ever empty, both give the tokens up to there.
fn check_uniquely_decodable<T: Ord>(codes: &[Vec<&[T]>], prefixes: &[Prefix<'_, T>]) -> Result<(), TokenEntropyError> {
    for prefix in prefixes {
        let next = (prefix.index + 1) % codes.len();
        let mut seen = BTreeSet::from([(next, next, prefix.rest)]);
        let mut open: Vec<(usize, usize, &[T])> = seen.iter().copied().collect();
        while let Some((ahead, behind, rest)) = open.pop() {
            if rest.is_empty() {
                return Err(TokenEntropyError::Ambiguous { bar: prefix.index + 1 });
            }
            let after_behind = (behind + 1) % codes.len();
            for tokens in &codes[behind] {
                let state = if let Some(rest) = tokens.strip_prefix(rest) {
                    (after_behind, ahead, rest)
                } else if let Some(rest) = rest.strip_prefix(*tokens) {
                    (ahead, after_behind, rest)
                } else {
                    continue;
                };
                if seen.insert(state) {
                    open.push(state);
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number of prefixes and the result for a waltz of two positions with these bars; each letter is a token.
    fn check(first: &[&'static str], second: &[&'static str]) -> (usize, Result<(), TokenEntropyError>) {
        let codes = [first, second].map(|code| {
            let ascending: BTreeSet<&[u8]> = code.iter().map(|tokens| tokens.as_bytes()).collect();
            ascending.into_iter().collect()
        });
        let prefixes = prefixes(&codes);
        (prefixes.len(), check_uniquely_decodable(&codes, &prefixes))
    }

    #[test]
    fn a_prefix_does_no_harm_if_what_follows_rules_it_out() {
        assert_eq!(check(&["ab", "ac"], &["x"]), (0, Ok(())));
        assert_eq!(check(&["a", "ab", "abc"], &["x", "y"]), (3, Ok(())));
    }

    #[test]
    fn two_divisions_are_found_however_far_they_go_on() {
        let ambiguous = |bar| Err(TokenEntropyError::Ambiguous { bar });
        // a·bx = ab·x
        assert_eq!(check(&["a", "ab"], &["x", "bx"]), (1, ambiguous(1)));
        // a·bcd·e = abc·de
        assert_eq!(check(&["a", "abc", "e"], &["bcd", "de"]), (1, ambiguous(1)));
        // x·a·yb = x·ay·b: the divisions differ from the second position on.
        assert_eq!(check(&["x", "yb", "b"], &["a", "ay"]), (1, ambiguous(2)));
        // A bar without tokens leaves its place open.
        assert_eq!(check(&["", "a"], &["a", "aa"]).1, ambiguous(1));
    }
}
