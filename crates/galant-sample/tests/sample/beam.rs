//! Beam search against all pieces there are.

use std::collections::{BTreeMap, BTreeSet};

use galant_sample::{Beam, Hypothesis, Rules, Selection, search};
use galant_testkit::{Tolerance, assert_close};
use galant_types::{Constraint, TokenId};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::{Markov, piece, task, tokens};

const CLOSE: Tolerance = Tolerance { absolute: 1e-9, relative: 0.0 };

fn find(model: &Markov, n_tokens: usize, rules: &Rules, beam: &Beam, seed: u64) -> Vec<Hypothesis> {
    search(model, &task(&[0], n_tokens, rules.clone(), seed), beam, &mut |_| ()).unwrap()
}

#[test]
fn a_search_shows_the_first_of_its_pieces_whenever_they_have_grown() {
    let chain = Markov::memoryless(&[0.4, 0.3, 0.2, 0.1]);
    let mut shown: Vec<Vec<TokenId>> = Vec::new();
    let task = task(&[0], 5, Rules::default(), 1);
    let found = search(&chain, &task, &Beam::best(3), &mut |tokens| shown.push(tokens.to_vec())).unwrap();
    assert_eq!(shown.iter().map(Vec::len).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert_eq!(shown.last(), Some(&found[0].tokens));
}

/// A piece is complete with the token 4.
#[derive(Debug, Clone)]
struct EndAtFour {
    last: TokenId,
}

impl Constraint for EndAtFour {
    fn name(&self) -> &str {
        "end at 4"
    }

    fn restrict(&self, _: usize, _: &mut [bool]) {}

    fn advance(&mut self, token: TokenId) {
        self.last = token;
    }

    fn is_end(&self) -> bool {
        self.last == TokenId(4)
    }

    fn boxed_clone(&self) -> Box<dyn Constraint> {
        Box::new(self.clone())
    }
}

/// The same token may not come twice in a row, nor 3 at the end.
#[derive(Debug, Clone)]
struct Restless {
    last: TokenId,
}

impl Constraint for Restless {
    fn name(&self) -> &str {
        "restless"
    }

    fn restrict(&self, n_left: usize, allowed: &mut [bool]) {
        allowed[self.last.index()] = false;
        allowed[3] &= n_left > 1;
    }

    fn advance(&mut self, token: TokenId) {
        self.last = token;
    }

    fn boxed_clone(&self) -> Box<dyn Constraint> {
        Box::new(self.clone())
    }
}

fn log_p(model: &Markov, from: usize, to: usize) -> f64 {
    let row = &model.logits[from];
    let sum: f64 = row.iter().map(|&logit| f64::from(logit).exp()).sum();
    f64::from(row[to]) - sum.ln()
}

/// Every piece there is, with Σ ln p; `is_end` says which tokens end a piece, `allowed` what may follow what.
fn all_pieces(
    model: &Markov,
    n_tokens: usize,
    is_end: &dyn Fn(usize) -> bool,
    allowed: &dyn Fn(usize, usize, usize) -> bool,
) -> Vec<(Vec<usize>, f64)> {
    let mut all = vec![(vec![0], 0.0)];
    for place in 0..n_tokens {
        let mut longer = Vec::new();
        for (piece, sum) in all {
            if piece.len() > 1 && is_end(*piece.last().unwrap()) {
                longer.push((piece, sum));
                continue;
            }
            let last = *piece.last().unwrap();
            for next in (0..model.logits.len()).filter(|&next| allowed(place, last, next)) {
                longer.push(([&piece[..], &[next]].concat(), sum + log_p(model, last, next)));
            }
        }
        all = longer;
    }
    all.into_iter().map(|(piece, sum)| (piece[1..].to_vec(), sum)).collect()
}

/// Compares scores in order; pieces that visit the same pairs of tokens in another order may change places.
#[track_caller]
fn check_against(found: &[Hypothesis], all: &[(Vec<usize>, f64)], alpha: f64) {
    let score = |piece: &[usize], sum: f64| sum / (piece.len() as f64).powf(alpha);
    let log_p: BTreeMap<&[usize], f64> = all.iter().map(|(piece, sum)| (&piece[..], *sum)).collect();
    let mut expected: Vec<f64> = all.iter().map(|(piece, sum)| score(piece, *sum)).collect();
    expected.sort_by(|a, b| b.total_cmp(a));
    expected.truncate(found.len());
    let scores: Vec<f64> = found.iter().map(|found| found.score).collect();
    assert_close("scores", &scores, &expected, CLOSE);
    let mut pieces = BTreeSet::new();
    for found in found {
        let piece: Vec<usize> = found.tokens.iter().map(|token| token.index()).collect();
        let sum = *log_p.get(&piece[..]).unwrap_or_else(|| panic!("{piece:?} is not a piece"));
        assert_close("score and nats", &[found.score, found.nats], &[score(&piece, sum), -sum], CLOSE);
        assert!(pieces.insert(piece), "found twice");
    }
}

fn models(vocabulary: usize) -> impl Strategy<Value = Markov> {
    let row = prop::collection::vec(-3.0_f32..3.0, vocabulary);
    prop::collection::vec(row, vocabulary).prop_map(Markov::new)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 6, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn a_beam_of_all_prefixes_finds_what_trying_all_pieces_finds(model in models(5)) {
        // 5⁵ = 3,125 pieces of five tokens go into the last choice, and the best 4,096 of 15,625 come out.
        let found = find(&model, 6, &Rules::default(), &Beam::best(4096), 0);
        prop_assert_eq!(found.len(), 4096);
        check_against(&found, &all_pieces(&model, 6, &|_| false, &|_, _, _| true), 0.0);
    }

    #[test]
    fn length_normalization_decides_between_short_and_long_pieces(model in models(5)) {
        for alpha in [0.0, 0.7, 1.0] {
            let selection = Selection::Best { length_normalization: alpha, diversity: 0.0 };
            let rules = Rules { constraints: vec![Box::new(EndAtFour { last: TokenId(0) })], ..Rules::default() };
            let found = find(&model, 4, &rules, &Beam { width: 4096, selection }, 0);
            let all = all_pieces(&model, 4, &|token| token == 4, &|_, _, _| true);
            prop_assert_eq!(found.len(), all.len());
            check_against(&found, &all, alpha);
        }
    }

    #[test]
    fn a_beam_under_constraints_finds_the_likeliest_piece_that_keeps_them(model in models(5)) {
        let rules = Rules { constraints: vec![Box::new(Restless { last: TokenId(0) })], ..Rules::default() };
        let found = find(&model, 5, &rules, &Beam::best(4096), 0);
        let allowed = |place, last, next| last != next && (next != 3 || place < 4);
        let all = all_pieces(&model, 5, &|_| false, &allowed);
        prop_assert_eq!(found.len(), all.len());
        check_against(&found, &all, 0.0);
    }

    #[test]
    fn a_beam_of_one_is_greedy(model in models(9)) {
        let found = find(&model, 40, &Rules::default(), &Beam::best(1), 0);
        prop_assert_eq!(&found[0].tokens, &piece(&model, &[0], 40, &galant_sample::Strategy::Greedy, 0));
        prop_assert_eq!(found.len(), 1);
    }
}

#[test]
fn equal_pieces_come_in_the_order_of_their_tokens() {
    let model = Markov::memoryless(&[0.5, 0.5]);
    let found = find(&model, 3, &Rules::default(), &Beam::best(8), 0);
    let expected: Vec<Vec<TokenId>> = (0..8).map(|n| tokens(&[n >> 2 & 1, n >> 1 & 1, n & 1])).collect();
    assert_eq!(found.into_iter().map(|found| found.tokens).collect::<Vec<_>>(), expected);
    // The beam goes on from 2 first, since 2 is likelier than 1.
    let found = find(&Markov::memoryless(&[0.3, 0.2, 0.5]), 2, &Rules::default(), &Beam::best(9), 0);
    let place = |piece: &[u32]| found.iter().position(|found| found.tokens == tokens(piece)).unwrap();
    assert_eq!(place(&[1, 2]) + 1, place(&[2, 1]));
}

#[test]
fn a_diversity_penalty_keeps_second_thoughts_out() {
    let flat = Markov::new(vec![vec![-99.0, 1.0, 0.0], vec![-99.0, 0.1, 0.0], vec![-99.0, 0.1, 0.0]]);
    let pairs = |diversity| {
        let selection = Selection::Best { length_normalization: 0.0, diversity };
        let found = find(&flat, 2, &Rules::default(), &Beam { width: 2, selection }, 0);
        found.iter().map(|found| (found.tokens[0].0, found.tokens[1].0)).collect::<Vec<_>>()
    };
    // The first token costs 0.31 or 1.31 nats: without a penalty both pieces begin with it, with one each has its own.
    assert_eq!(pairs(0.0), [(1, 1), (1, 2)]);
    assert_eq!(pairs(2.0), [(1, 1), (2, 1)]);
}

/// Pearson's χ² of how often each was seen.
fn chi_square(observed: &[f64], probabilities: &[f64]) -> f64 {
    let n: f64 = observed.iter().sum();
    observed.iter().zip(probabilities).map(|(observed, p)| (observed - n * p).powi(2) / (n * p)).sum()
}

const SKEWED: [[f32; 2]; 2] = [[0.0, 1.0], [0.5, -0.5]];

#[test]
fn a_drawn_beam_of_one_draws_pieces_by_their_probability() {
    let model = Markov::new(SKEWED.map(|row| row.to_vec()).to_vec());
    let beam = Beam { width: 1, selection: Selection::Drawn { temperature: 1.0 } };
    let (mut observed, probabilities) = ([0.0; 8], exact(&model, 1.0));
    for seed in 0..100_000 {
        observed[number(&find(&model, 3, &Rules::default(), &beam, seed)[0])] += 1.0;
    }
    // 99.9 % of χ² with 7 degrees of freedom.
    let chi_square = chi_square(&observed, &probabilities);
    assert!(chi_square < 24.322, "chi-square {chi_square}");
}

#[test]
fn a_drawn_beam_draws_without_replacement() {
    let temperature = 0.7;
    let model = Markov::new(SKEWED.map(|row| row.to_vec()).to_vec());
    let beam = Beam { width: 2, selection: Selection::Drawn { temperature } };
    let (mut observed, p) = (vec![0.0; 64], exact(&model, temperature));
    for seed in 0..100_000 {
        let found = find(&model, 3, &Rules::default(), &beam, seed);
        assert!(found[0].score >= found[1].score);
        observed[number(&found[0]) * 8 + number(&found[1])] += 1.0;
    }
    // The second is drawn from what the first has left.
    let (mut kept, mut expected) = (Vec::new(), Vec::new());
    for (first, second) in (0..8).flat_map(|first| (0..8).map(move |second| (first, second))) {
        if first == second {
            assert_eq!(observed[first * 8 + second], 0.0);
        } else {
            kept.push(observed[first * 8 + second]);
            expected.push(p[first] * p[second] / (1.0 - p[first]));
        }
    }
    // 99.9 % of χ² with 55 degrees of freedom.
    let chi_square = chi_square(&kept, &expected);
    assert!(chi_square < 93.168, "chi-square {chi_square}");
}

/// The three tokens of a piece as bits.
fn number(found: &Hypothesis) -> usize {
    found.tokens.iter().fold(0, |number, token| number * 2 + token.index())
}

/// The probabilities of the pieces of three tokens, by their bits.
fn exact(model: &Markov, temperature: f64) -> Vec<f64> {
    let tempered = Markov::new(
        model
            .logits
            .iter()
            .map(|row| row.iter().map(|logit| (f64::from(*logit) / temperature) as f32).collect())
            .collect(),
    );
    let all = all_pieces(&tempered, 3, &|_| false, &|_, _, _| true);
    all.into_iter().map(|(_, sum)| sum.exp()).collect()
}

#[test]
fn a_beam_costs_as_many_steps_as_it_is_wide() {
    let model = Markov::memoryless(&[0.25; 4]);
    find(&model, 100, &Rules::default(), &Beam::best(8), 0);
    // One for the primer, four for its continuations, then eight for each token.
    assert_eq!(model.n_steps.get(), 1 + 4 + 98 * 8);
}
