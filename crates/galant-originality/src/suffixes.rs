//! All suffixes of a text in their order, to find in it what another text has.

use crate::suffix_array::suffix_array;

/// All suffixes of a text in their order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Suffixes {
    text: Vec<u32>,
    /// Where they begin, the least first.
    order: Vec<u32>,
    /// How many symbols each has in common with the one before it in the order; 0 for the first.
    common: Vec<u32>,
}

/// Where a pattern belongs in the order of the suffixes.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// How many suffixes are less.
    rank: usize,
    /// How many symbols it has in common with the last of these.
    with_less: usize,
    /// How many with the first of the others.
    with_others: usize,
}

/// Over how many suffixes on either side the earliest occurrence is looked for: what occurs more often is in all music.
const MAX_COMPARED: usize = 1 << 16;

impl Suffixes {
    /// Those of a text of symbols below `n_symbols`.
    pub(crate) fn new(text: Vec<u32>, n_symbols: usize) -> Suffixes {
        let order = suffix_array(&text, n_symbols);
        let common = common_lengths(&text, &order);
        Suffixes { text, order, common }
    }

    /// How many symbols at the beginning of `pattern` are somewhere in the text, except where a run from there
    /// `is_left_out`.
    pub(crate) fn longest(&self, pattern: &[u32], is_left_out: &dyn Fn(usize) -> bool) -> usize {
        let place = self.place(pattern);
        let first = |(at, n): (usize, usize)| (!is_left_out(at)).then_some(n);
        let less = self.less(place).find_map(first);
        less.max(self.others(place).find_map(first)).unwrap_or(0)
    }

    /// The earliest place where the text has all of `pattern`, except where a run from there `is_left_out`.
    pub(crate) fn earliest(&self, pattern: &[u32], is_left_out: &dyn Fn(usize) -> bool) -> Option<usize> {
        let place = self.place(pattern);
        let whole = |&(_, n): &(usize, usize)| n >= pattern.len();
        let less = self.less(place).take_while(whole).take(MAX_COMPARED);
        let others = self.others(place).take_while(whole).take(MAX_COMPARED);
        less.chain(others).map(|(at, _)| at).filter(|&at| !is_left_out(at)).min()
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
        // What a suffix has in common with the nearest suffix of another part, on either side.
        let mut n = 0;
        for rank in 1..parts.len() {
            n = if parts[rank] == parts[rank - 1] { n.min(self.common[rank]) } else { self.common[rank] };
            note(rank, n);
        }
        n = 0;
        for rank in (1..parts.len()).rev() {
            n = if parts[rank] == parts[rank - 1] { n.min(self.common[rank]) } else { self.common[rank] };
            note(rank - 1, n);
        }
        longest
    }

    /// The suffixes before a place, the nearest first, as long as they have symbols in common with the pattern, and how many.
    fn less(&self, place: Place) -> impl Iterator<Item = (usize, usize)> {
        let mut n = place.with_less;
        (0..place.rank).rev().map_while(move |rank| {
            let found = (n > 0).then_some((self.order[rank] as usize, n));
            n = n.min(self.common[rank] as usize);
            found
        })
    }

    /// The suffixes from a place on, likewise.
    fn others(&self, place: Place) -> impl Iterator<Item = (usize, usize)> {
        let mut n = place.with_others;
        (place.rank..self.order.len()).map_while(move |rank| {
            if rank > place.rank {
                n = n.min(self.common[rank] as usize);
            }
            (n > 0).then_some((self.order[rank] as usize, n))
        })
    }

    /// Finds the place of a pattern by halving; what both ends have in common with it is not compared again.
    fn place(&self, pattern: &[u32]) -> Place {
        let (mut low, mut high) = (0, self.order.len());
        let (mut with_less, mut with_others) = (0, 0);
        while low < high {
            let middle = low + (high - low) / 2;
            let suffix = &self.text[self.order[middle] as usize..];
            let known = with_less.min(with_others);
            let n = known + in_common(&suffix[known..], &pattern[known..]);
            if suffix.get(n) < pattern.get(n) {
                (low, with_less) = (middle + 1, n);
            } else {
                (high, with_others) = (middle, n);
            }
        }
        Place { rank: low, with_less, with_others }
    }
}

/// How many symbols two texts have in common at their beginnings.
fn in_common(a: &[u32], b: &[u32]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// How many symbols each suffix has in common with the one before it in `order`.
///
/// Kasai et al. 2001.
fn common_lengths(text: &[u32], order: &[u32]) -> Vec<u32> {
    let mut ranks = vec![0_u32; text.len()];
    (0..).zip(order).for_each(|(rank, &at)| ranks[at as usize] = rank);
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
            let longest = suffixes.longest(&pattern, &is_left_out);
            prop_assert_eq!(longest, by_comparing(&text, &pattern, &is_left_out));
            let found = &pattern[..longest];
            let first = (0..text.len()).find(|&at| !left_out[at] && text[at..].starts_with(found));
            if longest > 0 {
                prop_assert_eq!(suffixes.earliest(found, &is_left_out), first);
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
