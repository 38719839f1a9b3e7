//! All suffixes of a text in their order, to find in it what another text has.

use std::ops::Range;

use crate::minima::Minima;
use crate::suffix_array::suffix_array;

/// All suffixes of a text in their order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Suffixes {
    text: Vec<u32>,
    /// Where they begin, the least first.
    order: Vec<u32>,
    /// The rank of the suffix at each place.
    ranks: Vec<u32>,
    /// How many symbols each has in common with the one before it in the order; 0 for the first.
    common: Minima,
}

/// What a text has of a pattern from one of its places on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Match {
    /// How many symbols.
    pub(crate) n: usize,
    /// The ranks of all suffixes that begin with them.
    pub(crate) ranks: Range<usize>,
}

/// How many suffixes are looked at for the earliest: what occurs more often is in all music.
const MAX_COMPARED: usize = 1 << 17;

impl Suffixes {
    /// Those of a text of symbols below `n_symbols`.
    pub(crate) fn new(text: Vec<u32>, n_symbols: usize) -> Suffixes {
        let order = suffix_array(&text, n_symbols);
        let mut ranks = vec![0_u32; text.len()];
        (0..).zip(&order).for_each(|(rank, &at)| ranks[at as usize] = rank);
        let common = Minima::new(common_lengths(&text, &order, &ranks));
        Suffixes { text, order, ranks, common }
    }

    /// For each place of a pattern the longest run of symbols from there on that is somewhere in the text.
    ///
    /// Without its first symbol a run is in the text too, so each symbol is looked for once. Chang and Lawler 1994.
    pub(crate) fn matches(&self, pattern: &[u32]) -> Vec<Match> {
        let everything = Match { n: 0, ranks: 0..self.order.len() };
        let (mut found, mut now) = (Vec::with_capacity(pattern.len()), everything.clone());
        for place in 0..pattern.len() {
            while let Some(&symbol) = pattern.get(place + now.n) {
                let narrower = self.narrower(&now, symbol);
                if narrower.is_empty() {
                    break;
                }
                now = Match { n: now.n + 1, ranks: narrower };
            }
            found.push(now.clone());
            now = if now.n > 1 {
                self.own(self.order[now.ranks.start] as usize + 1, now.n - 1)
            } else {
                everything.clone()
            };
        }
        found
    }

    /// The `n` symbols from a place of the text on, at least 1, with all suffixes that begin with them.
    pub(crate) fn own(&self, at: usize, n: usize) -> Match {
        let (rank, limit) = (self.ranks[at] as usize, n as u32);
        let begin = self.common.last_below(rank + 1, limit).unwrap_or(0);
        let end = self.common.first_below(rank + 1, limit).unwrap_or(self.order.len());
        Match { n, ranks: begin..end }
    }

    /// The ranks of the suffixes that go on with `symbol`.
    fn narrower(&self, Match { n, ranks }: &Match, symbol: u32) -> Range<usize> {
        let next = |at: &u32| self.text.get(*at as usize + n);
        let suffixes = &self.order[ranks.clone()];
        let begin = suffixes.partition_point(|at| next(at) < Some(&symbol));
        let n_equal = suffixes[begin..].partition_point(|at| next(at) == Some(&symbol));
        ranks.start + begin..ranks.start + begin + n_equal
    }

    /// The earliest place of a match, except where one from there `is_left_out`; if there are more than 131,072 places, of so
    /// many of them.
    pub(crate) fn earliest(&self, found: &Match, is_left_out: &dyn Fn(usize) -> bool) -> Option<usize> {
        let places = self.order[found.ranks.clone()].iter().map(|&at| at as usize);
        places.filter(|&at| !is_left_out(at)).take(MAX_COMPARED).min()
    }

    /// For each place of the text, how many symbols from there on are also somewhere in a part of another number;
    /// `part` says to which part a place belongs.
    ///
    /// # Panics
    ///
    /// If a symbol that ends a part is in the text twice.
    pub(crate) fn longest_in_other_parts(&self, part: &dyn Fn(usize) -> u32) -> Vec<u32> {
        let parts: Vec<u32> = self.order.iter().map(|&at| part(at as usize)).collect();
        let mut longest = vec![0; self.text.len()];
        let mut note = |rank: usize, n: u32| {
            let longest = &mut longest[self.order[rank] as usize];
            *longest = n.max(*longest);
        };
        let common = self.common.numbers();
        // What a suffix has in common with the nearest suffix of another part, on either side.
        let mut n = 0;
        for rank in 1..parts.len() {
            n = if parts[rank] == parts[rank - 1] { n.min(common[rank]) } else { common[rank] };
            note(rank, n);
        }
        n = 0;
        for rank in (1..parts.len()).rev() {
            n = if parts[rank] == parts[rank - 1] { n.min(common[rank]) } else { common[rank] };
            note(rank - 1, n);
        }
        longest
    }
}

/// How many symbols two texts have in common at their beginnings.
fn in_common(a: &[u32], b: &[u32]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// How many symbols each suffix has in common with the one before it in `order`.
///
/// Kasai et al. 2001.
fn common_lengths(text: &[u32], order: &[u32], ranks: &[u32]) -> Vec<u32> {
    let mut common = vec![0; text.len()];
    let mut n = 0;
    for at in 0..text.len() {
        let rank = ranks[at] as usize;
        if rank == 0 {
            n = 0;
            continue;
        }
        let other = order[rank - 1] as usize;
        n += in_common(&text[at + n..], &text[other + n..]);
        common[rank] = n as u32;
        n = n.saturating_sub(1);
    }
    common
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;

    /// By comparing with every place.
    fn by_comparing(text: &[u32], pattern: &[u32], is_left_out: &dyn Fn(usize) -> bool) -> usize {
        let places = (0..text.len()).filter(|&at| !is_left_out(at));
        places.map(|at| in_common(&text[at..], pattern)).max().unwrap_or(0)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::with_cases(500) })]

        #[test]
        fn what_is_found_is_what_comparing_with_every_place_finds(
            text in prop::collection::vec(0_u32..3, 0..60),
            pattern in prop::collection::vec(0_u32..4, 0..12),
            left_out in prop::collection::vec(any::<bool>(), 60),
        ) {
            let suffixes = Suffixes::new(text.clone(), 4);
            let is_left_out = |at: usize| left_out[at];
            for (place, found) in suffixes.matches(&pattern).into_iter().enumerate() {
                prop_assert_eq!(found.n, by_comparing(&text, &pattern[place..], &|_| false));
                let run = &pattern[place..place + found.n];
                let places: Vec<usize> = (0..text.len()).filter(|&at| text[at..].starts_with(run)).collect();
                prop_assert_eq!(found.ranks.len(), places.len());
                prop_assert_eq!(suffixes.earliest(&found, &is_left_out), places.iter().copied().find(|&at| !left_out[at]));
                if found.n > 0 {
                    prop_assert_eq!(suffixes.own(places[0], found.n), found);
                }
            }
        }

        #[test]
        fn parts_are_found_in_other_parts(parts in prop::collection::vec((prop::collection::vec(0_u32..3, 0..20), 0_u32..4), 1..6)) {
            let (mut text, mut part_of) = (Vec::new(), Vec::new());
            for (number, (symbols, part)) in (3..).zip(&parts) {
                text.extend(symbols.iter().copied().chain([number]));
                part_of.extend(vec![*part; symbols.len() + 1]);
            }
            let longest = Suffixes::new(text.clone(), 3 + parts.len()).longest_in_other_parts(&|at| part_of[at]);
            for at in 0..text.len() {
                let same = |other: usize| part_of[other] == part_of[at];
                prop_assert_eq!(longest[at] as usize, by_comparing(&text, &text[at..], &same), "place {}", at);
            }
        }
    }
}
