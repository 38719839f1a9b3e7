//! Which pieces of a corpus are held out for validation.

use galant_types::Seed;

/// What is held out of a corpus for validation, and why.
#[derive(Debug, Clone, PartialEq)]
pub enum HeldOut {
    /// The same share of each piece, at its end.
    Tails {
        /// The share, 0 to below 1.
        share: f64,
        /// Why not whole pieces.
        reason: TailsReason,
    },
    /// Whole pieces: a flag for each piece of the corpus.
    Pieces(Vec<bool>),
    /// Nothing, as there are pieces named for validation: a flag for each piece of the corpus.
    Named(Vec<bool>),
}

/// Why the end of each piece is held out, and not whole pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TailsReason {
    /// The user asked for it.
    Asked,
    /// There are too few pieces that are not near-duplicates of each other.
    FewFamilies {
        /// How many there are.
        n_families: usize,
    },
}

/// How many pieces are named in a description.
const MAX_NAMED: usize = 8;

impl HeldOut {
    /// The fewest families of pieces of which whole pieces are held out: with fewer, too much would be missing in training,
    /// or too little measured.
    pub const MIN_FAMILIES: usize = 10;

    /// Whether all of a piece, by its number in the corpus, is validated on, so that nothing is learned from it.
    pub fn is_whole(&self, number: usize) -> bool {
        match self {
            HeldOut::Tails { .. } => false,
            HeldOut::Pieces(flags) | HeldOut::Named(flags) => flags[number],
        }
    }

    /// Chooses whole pieces that together have about the share `share` of the tokens.
    ///
    /// `n_tokens` and `families` have an element for each piece; pieces of equal numbers in `families` are
    /// [near-duplicates](crate::NearDuplicates) and stay together. Families are drawn in an order that follows from `seed`,
    /// those first that have at most half of what is held out, so that more than one piece is measured; one that would
    /// bring the sum to more than 1.25 times the share, or to more than a third of the pieces, is passed over.
    /// Without at least [`HeldOut::MIN_FAMILIES`] families it is the end of each piece.
    ///
    /// # Panics
    ///
    /// If `n_tokens` and `families` have different lengths.
    pub fn choose(n_tokens: &[usize], families: &[usize], share: f64, seed: Seed) -> HeldOut {
        assert_eq!(n_tokens.len(), families.len(), "tokens and families of each piece");
        if share == 0.0 {
            return HeldOut::Tails { share, reason: TailsReason::Asked };
        }
        let all = families_of(n_tokens, families);
        if all.len() < HeldOut::MIN_FAMILIES {
            return HeldOut::Tails { share, reason: TailsReason::FewFamilies { n_families: all.len() } };
        }
        let wanted = share * n_tokens.iter().sum::<usize>() as f64;
        let most_pieces = n_tokens.len() / 3;
        let mut order: Vec<&Family> = all.iter().filter(|family| family.pieces.len() <= most_pieces).collect();
        order.sort_by_key(|family| (family.n_tokens as f64 > wanted / 2.0, seed.child(family.pieces[0] as u64).0));
        let (mut chosen, mut held_tokens): (Vec<usize>, usize) = (Vec::new(), 0);
        for family in &order {
            let is_enough = held_tokens as f64 >= wanted;
            let is_too_much = (held_tokens + family.n_tokens) as f64 > 1.25 * wanted;
            if !is_enough && !is_too_much && chosen.len() + family.pieces.len() <= most_pieces {
                chosen.extend(&family.pieces);
                held_tokens += family.n_tokens;
            }
        }
        if chosen.is_empty() {
            let smallest = order.iter().min_by_key(|family| family.n_tokens);
            chosen.extend(smallest.into_iter().flat_map(|family| &family.pieces));
        }
        let mut flags = vec![false; n_tokens.len()];
        chosen.into_iter().for_each(|piece| flags[piece] = true);
        HeldOut::Pieces(flags)
    }

    /// What is held out, in words; `pieces` is the name and the number of tokens of each piece.
    pub fn describe<'a>(&self, pieces: impl IntoIterator<Item = (&'a str, usize)>) -> String {
        match self {
            HeldOut::Tails { share: 0.0, .. } => "nothing".to_owned(),
            HeldOut::Tails { share, reason } => {
                let reason = match (reason, pieces.into_iter().count()) {
                    (TailsReason::Asked, _) => String::new(),
                    (TailsReason::FewFamilies { .. }, 1) => ", since there is only one piece".to_owned(),
                    (TailsReason::FewFamilies { n_families: 1 }, n) => {
                        format!(", since the {n} pieces have music in common")
                    }
                    (TailsReason::FewFamilies { n_families }, n) if *n_families == n => {
                        format!(", since there are only {n} pieces")
                    }
                    (TailsReason::FewFamilies { n_families }, n) => {
                        format!(", since only {n_families} of the {n} pieces have no music in common")
                    }
                };
                format!("the last {} % of each piece{reason}", round(100.0 * share))
            }
            HeldOut::Pieces(flags) => {
                let Marked { names, n_pieces, n_tokens, n_of_all } = marked(flags, pieces);
                let percent = round(100.0 * n_tokens as f64 / n_of_all.max(1) as f64);
                format!("{n_pieces} of {} pieces, {percent} % of the tokens: {names}", flags.len())
            }
            HeldOut::Named(flags) => {
                let Marked { names, n_pieces, .. } = marked(flags, pieces);
                let pieces = if n_pieces == 1 { "piece" } else { "pieces" };
                format!("nothing of the corpus; {n_pieces} {pieces} for validation: {names}")
            }
        }
    }
}

/// The pieces with a flag.
struct Marked {
    /// Of the first of them.
    names: String,
    n_pieces: usize,
    n_tokens: usize,
    /// The tokens of all pieces, with and without a flag.
    n_of_all: usize,
}

fn marked<'a>(flags: &[bool], pieces: impl IntoIterator<Item = (&'a str, usize)>) -> Marked {
    let (mut all, mut n_tokens, mut n_of_all) = (Vec::new(), 0, 0);
    for ((name, n), is_marked) in pieces.into_iter().zip(flags) {
        n_of_all += n;
        if *is_marked {
            all.push(name);
            n_tokens += n;
        }
    }
    let mut names = all[..all.len().min(MAX_NAMED)].join(", ");
    if let Some(n_more) = all.len().checked_sub(MAX_NAMED).filter(|n| *n > 0) {
        names += &format!(" and {n_more} more");
    }
    Marked { names, n_pieces: all.len(), n_tokens, n_of_all }
}

/// To one decimal place.
fn round(percent: f64) -> f64 {
    (10.0 * percent).round() / 10.0
}

/// Pieces that stay together.
struct Family {
    /// Their numbers, in ascending order; at least one.
    pieces: Vec<usize>,
    /// Of all of them.
    n_tokens: usize,
}

/// The families, in the order of their first pieces.
fn families_of(n_tokens: &[usize], families: &[usize]) -> Vec<Family> {
    let mut all: Vec<Family> = Vec::new();
    let mut numbers = std::collections::BTreeMap::new();
    for (piece, (n_tokens, family)) in n_tokens.iter().zip(families).enumerate() {
        let number = *numbers.entry(family).or_insert(all.len());
        if number == all.len() {
            all.push(Family { pieces: Vec::new(), n_tokens: 0 });
        }
        all[number].pieces.push(piece);
        all[number].n_tokens += n_tokens;
    }
    all
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;

    fn held_out(n_tokens: &[usize], families: &[usize], seed: u64) -> Vec<usize> {
        match HeldOut::choose(n_tokens, families, 0.1, Seed(seed)) {
            HeldOut::Pieces(flags) => (0..flags.len()).filter(|&piece| flags[piece]).collect(),
            HeldOut::Tails { .. } | HeldOut::Named(_) => Vec::new(),
        }
    }

    #[test]
    fn about_the_share_is_held_out_and_other_seeds_hold_out_other_pieces() {
        let (n_tokens, families) = ([100; 40], (0..40).collect::<Vec<_>>());
        let chosen: Vec<Vec<usize>> = (0..20).map(|seed| held_out(&n_tokens, &families, seed)).collect();
        assert!(chosen.iter().all(|pieces| pieces.len() == 4), "{chosen:?}");
        assert_eq!(chosen[3], held_out(&n_tokens, &families, 3));
        let different: std::collections::BTreeSet<_> = chosen.iter().flatten().collect();
        assert!(different.len() > 30, "{different:?}");
    }

    #[test]
    fn small_pieces_are_held_out_first_so_that_there_are_several() {
        let n_tokens: Vec<usize> = (0..20).map(|piece| if piece % 2 == 0 { 90 } else { 10 }).collect();
        for seed in 0..10 {
            let chosen = held_out(&n_tokens, &(0..20).collect::<Vec<_>>(), seed);
            assert!(chosen.len() == 6 && chosen.iter().all(|piece| piece % 2 == 1), "{chosen:?}");
        }
    }

    #[test]
    fn fewer_than_ten_families_lose_their_ends() {
        let few = |n_families| HeldOut::Tails { share: 0.1, reason: TailsReason::FewFamilies { n_families } };
        let choose = |families: &[usize]| HeldOut::choose(&vec![50; families.len()], families, 0.1, Seed(1));
        assert_eq!(choose(&[0, 1, 2, 3, 4, 5, 6, 7, 8]), few(9));
        assert_eq!(choose(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 8, 8]), few(9));
        assert!(matches!(choose(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), HeldOut::Pieces(_)));
        let nothing = HeldOut::choose(&[50; 12], &(0..12).collect::<Vec<_>>(), 0.0, Seed(1));
        assert_eq!(nothing, HeldOut::Tails { share: 0.0, reason: TailsReason::Asked });
    }

    #[test]
    fn a_work_that_is_most_of_the_corpus_is_not_held_out() {
        let mut n_tokens = [100; 15];
        n_tokens[4] = 10_000;
        for seed in 0..20 {
            let chosen = held_out(&n_tokens, &(0..15).collect::<Vec<_>>(), seed);
            assert!(!chosen.contains(&4) && (1..=5).contains(&chosen.len()), "{chosen:?}");
        }
        // Every piece is more than what is to be held out: the smallest.
        let n_tokens = [500, 500, 500, 500, 450, 500, 500, 500, 500, 500];
        let chosen = HeldOut::choose(&n_tokens, &(0..10).collect::<Vec<_>>(), 0.05, Seed(1));
        assert_eq!(chosen, HeldOut::Pieces((0..10).map(|piece| piece == 4).collect()));
    }

    #[track_caller]
    fn check(held_out: &HeldOut, n_pieces: usize, expected: Expect) {
        let names: Vec<String> = (0..n_pieces).map(|piece| format!("{piece}.mid")).collect();
        expected.assert_eq(&held_out.describe(names.iter().map(|name| (name.as_str(), 25))));
    }

    #[test]
    fn descriptions_say_which_pieces_or_why_none() {
        let every = |n| HeldOut::Pieces((0..40).map(|piece| piece % n == 3).collect());
        check(&every(20), 40, expect!["2 of 40 pieces, 5 % of the tokens: 3.mid, 23.mid"]);
        check(
            &every(4),
            40,
            expect![
                "10 of 40 pieces, 25 % of the tokens: 3.mid, 7.mid, 11.mid, 15.mid, 19.mid, 23.mid, 27.mid, 31.mid and 2 more"
            ],
        );
        check(
            &HeldOut::Named((0..40).map(|piece| piece > 37).collect()),
            40,
            expect!["nothing of the corpus; 2 pieces for validation: 38.mid, 39.mid"],
        );
        let asked = |share| HeldOut::Tails { share, reason: TailsReason::Asked };
        check(&asked(0.0), 40, expect!["nothing"]);
        check(&asked(0.15), 40, expect!["the last 15 % of each piece"]);
        let few = |n_families| HeldOut::Tails { share: 0.1, reason: TailsReason::FewFamilies { n_families } };
        check(&few(1), 1, expect!["the last 10 % of each piece, since there is only one piece"]);
        check(&few(9), 9, expect!["the last 10 % of each piece, since there are only 9 pieces"]);
        check(
            &few(9),
            15,
            expect!["the last 10 % of each piece, since only 9 of the 15 pieces have no music in common"],
        );
        check(&few(1), 40, expect!["the last 10 % of each piece, since the 40 pieces have music in common"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::with_cases(256) })]

        #[test]
        fn families_stay_together_and_most_is_left_to_learn_from(
            pieces in prop::collection::vec((1_usize..5000, 0_usize..40), 1..80),
            share in 0.01..0.5,
            seed: u64,
        ) {
            let (n_tokens, families): (Vec<usize>, Vec<usize>) = pieces.into_iter().unzip();
            let n_families = families.iter().collect::<std::collections::BTreeSet<_>>().len();
            let held_out = HeldOut::choose(&n_tokens, &families, share, Seed(seed));
            let HeldOut::Pieces(flags) = held_out else {
                prop_assert!(n_families < 10);
                return Ok(());
            };
            prop_assert!(n_families >= 10);
            for (a, b) in (0..flags.len()).flat_map(|a| (0..a).map(move |b| (a, b))) {
                prop_assert!(families[a] != families[b] || flags[a] == flags[b]);
            }
            let held: Vec<usize> = (0..flags.len()).filter(|&piece| flags[piece]).collect();
            prop_assert!(!held.is_empty() && held.len() * 3 <= flags.len());
            let n_held: usize = held.iter().map(|&piece| n_tokens[piece]).sum();
            let total: usize = n_tokens.iter().sum();
            let is_one_family = held.iter().all(|&piece| families[piece] == families[held[0]]);
            prop_assert!(n_held as f64 <= 1.25 * share * total as f64 || is_one_family);
        }
    }
}
