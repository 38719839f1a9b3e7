//! Sequential Monte Carlo against probabilities known by hand.

use galant_sample::{
    ComposeError, Draw, Hypothesis, ParticleSearch, Particles, Rules, Strategy, TokenGroups, Truncation, compose,
    particle_search,
};
use galant_testkit::{Tolerance, assert_close};
use galant_types::{Constraint, TokenId};

use crate::{Markov, chosen, piece, task};

/// What may follow a token, and what a token costs after another.
#[derive(Debug, Clone)]
struct After {
    /// The token that it watches.
    token: TokenId,
    /// What is not allowed after it.
    forbidden: Vec<usize>,
    /// What each token costs after it, in nats.
    charges: Vec<(usize, f32)>,
    last: Option<TokenId>,
}

impl Constraint for After {
    fn name(&self) -> &str {
        "after a token"
    }

    fn restrict(&self, _: usize, allowed: &mut [bool]) {
        if self.last == Some(self.token) {
            self.forbidden.iter().for_each(|&token| allowed[token] = false);
        }
    }

    fn charge(&self, logits: &mut [f32]) {
        if self.last == Some(self.token) {
            self.charges.iter().for_each(|&(token, nats)| logits[token] -= nats);
        }
    }

    fn advance(&mut self, token: TokenId) {
        self.last = Some(token);
    }

    fn boxed_clone(&self) -> Box<dyn Constraint> {
        Box::new(self.clone())
    }
}

fn after(token: u32, forbidden: &[usize], charges: &[(usize, f32)]) -> Rules {
    let constraint =
        After { token: TokenId(token), forbidden: forbidden.to_vec(), charges: charges.to_vec(), last: None };
    Rules { constraints: vec![Box::new(constraint)], ..Rules::default() }
}

fn particles(n: usize) -> Particles {
    Particles { n, temperature: 1.0, truncation: Truncation::None }
}

/// After 0 comes 1 or 2, as likely as each other; after 1 comes 3 or, with a probability of 1 %, 4; after 2 comes 4. After
/// these comes any of 5 to 14.
fn crossroads() -> Markov {
    let mut rows = vec![vec![f64::MIN_POSITIVE; 15]; 15];
    for (from, to, p) in [(0, 1, 0.5), (0, 2, 0.5), (1, 3, 0.99), (1, 4, 0.01), (2, 4, 1.0)] {
        rows[from][to] = p;
    }
    rows[3..].iter_mut().for_each(|row| row[5..].fill(0.1));
    Markov::new(rows.into_iter().map(|row| row.into_iter().map(|p| p.ln() as f32).collect()).collect())
}

/// The share of the pieces of many particles that begin with 1.
fn share_of_one(rules: &Rules) -> f64 {
    let found =
        particle_search(&crossroads(), &task(&[0], 24, rules.clone(), 5), &particles(4000), &TokenGroups::default())
            .unwrap();
    assert_eq!(found.len(), 4000);
    found.iter().filter(|piece| piece.tokens[0] == TokenId(1)).count() as f64 / found.len() as f64
}

#[test]
fn pieces_that_run_into_a_rule_die_out() {
    let share = share_of_one(&Rules::default());
    assert!((0.47..0.53).contains(&share), "{share} without rules");
    // 0.5 · 0.01 against 0.5.
    let share = share_of_one(&after(1, &[3], &[]));
    assert!((0.002..0.02).contains(&share), "{share}, where 3 is forbidden");
    // 0.5 · (0.99 / 9 + 0.01) against 0.5.
    let share = share_of_one(&after(1, &[], &[(3, 9_f32.ln())]));
    assert!((0.08..0.14).contains(&share), "{share}, where 3 is charged for");
}

#[test]
fn a_search_in_steps_counts_its_tokens() {
    let (chain, task) = (Markov::memoryless(&[0.4, 0.3, 0.2, 0.1]), task(&[0], 5, Rules::default(), 1));
    let mut search = ParticleSearch::new(&chain, &task, &particles(9), TokenGroups::default()).unwrap();
    for n_done in 0..5 {
        assert_eq!((search.n_done(), search.is_complete()), (n_done, false));
        search.next_token().unwrap();
    }
    assert!(search.is_complete());
    assert_eq!(search.finish(), particle_search(&chain, &task, &particles(9), &TokenGroups::default()).unwrap());
}

#[test]
fn one_particle_is_one_draw() {
    let chain = Markov::memoryless(&[0.4, 0.3, 0.2, 0.1]);
    for seed in 0..20 {
        let one = Particles { n: 1, temperature: 0.7, truncation: Truncation::TopK(3) };
        let found =
            particle_search(&chain, &task(&[0], 30, Rules::default(), seed), &one, &TokenGroups::default()).unwrap();
        let draw = Draw { truncation: Truncation::TopK(3), ..Draw::at(0.7) };
        assert_eq!(found[0].tokens, piece(&chain, &[0], 30, &Strategy::Random(draw), seed), "seed {seed}");
    }
}

#[test]
fn a_score_is_the_probability_less_what_is_charged() {
    let chain = Markov::memoryless(&[0.4, 0.3, 0.2, 0.1]);
    let found =
        particle_search(&chain, &task(&[0], 6, after(2, &[], &[(1, 0.5)]), 3), &particles(50), &TokenGroups::default())
            .unwrap();
    assert!(found.is_sorted_by(|a, b| a.score >= b.score));
    for Hypothesis { tokens, nats, score } in found {
        let p = |token: &TokenId| [0.4_f64, 0.3, 0.2, 0.1][token.index()].ln();
        let log_p: f64 = tokens.iter().map(p).sum();
        let n_charged = tokens.windows(2).filter(|pair| pair == &[TokenId(2), TokenId(1)]).count();
        let close = Tolerance { absolute: 1e-5, relative: 0.0 };
        assert_close("nats and score", &[nats, score], &[-log_p, log_p - 0.5 * n_charged as f64], close);
    }
}

#[test]
fn a_charge_makes_a_token_rarer_in_a_draw() {
    let chain = Markov::memoryless(&[0.5, 0.5]);
    let mut composed = Vec::new();
    let rules = after(0, &[], &[(1, 3_f32.ln())]);
    compose(&chain, task(&[1], 20_000, rules, 1), Strategy::Random(Draw::at(1.0)), &mut |token| composed.push(*token))
        .unwrap();
    let tokens = chosen(&composed);
    let after_zero: Vec<_> = tokens.windows(2).filter(|pair| pair[0] == TokenId(0)).map(|pair| pair[1]).collect();
    let share = after_zero.iter().filter(|token| **token == TokenId(1)).count() as f64 / after_zero.len() as f64;
    assert!((0.24..0.26).contains(&share), "{share} instead of 1/4");
}

#[test]
fn where_every_particle_is_stuck_the_rule_is_named() {
    let stuck = |forbidden: &[usize]| {
        particle_search(
            &crossroads(),
            &task(&[0], 9, after(1, forbidden, &[]), 1),
            &particles(40),
            &TokenGroups::default(),
        )
    };
    let all: Vec<usize> = (0..15).collect();
    let found = stuck(&all).unwrap();
    assert!(found.iter().all(|piece| piece.tokens[0] == TokenId(2)), "{found:?}");

    let both = Rules {
        constraints: [1, 2].map(|token| after(token, &all, &[]).constraints.remove(0)).into(),
        ..Rules::default()
    };
    let error =
        particle_search(&crossroads(), &task(&[0], 9, both, 1), &particles(40), &TokenGroups::default()).unwrap_err();
    assert_eq!(error, ComposeError::NothingLeft { position: 1, rule: "after a token".to_owned(), n_allowed: 15 });
}

#[test]
fn a_temperature_leaves_groups_as_likely_as_they_are() {
    let chain = Markov::memoryless(&[0.4, 0.3, 0.2, 0.1]);
    let groups = TokenGroups::new(vec![0, 1, 1, 1]);
    let settings = Particles { n: 4000, temperature: 0.5, truncation: Truncation::None };
    let found = particle_search(&chain, &task(&[0], 1, Rules::default(), 5), &settings, &groups).unwrap();
    let share =
        |token: u32| found.iter().filter(|piece| piece.tokens == [TokenId(token)]).count() as f64 / found.len() as f64;
    // 0.6 in all, as the squares of 0.3, 0.2 and 0.1.
    let expected = [0.4, 0.6 * 9.0 / 14.0, 0.6 * 4.0 / 14.0, 0.6 / 14.0];
    assert_close("shares", &[0, 1, 2, 3].map(share), &expected, Tolerance { absolute: 0.03, relative: 0.0 });
    for piece in &found {
        let p: f64 = [0.4, 0.3, 0.2, 0.1][piece.tokens[0].index()];
        assert_close("nats", &[piece.nats, -piece.score], &[-p.ln(); 2], Tolerance { absolute: 1e-6, relative: 0.0 });
    }

    let groups = TokenGroups::new(vec![0; 5]);
    let error = particle_search(&chain, &task(&[0], 1, Rules::default(), 5), &settings, &groups).unwrap_err();
    assert_eq!(error, ComposeError::Groups { n_tokens: 5, vocab_size: 4 });
}

#[test]
fn settings_out_of_range_are_refused() {
    let chain = Markov::memoryless(&[0.5, 0.5]);
    let refused = [
        particles(0),
        particles(4097),
        Particles { temperature: 0.0, ..particles(4) },
        Particles { truncation: Truncation::TopP(2.0), ..particles(4) },
    ];
    let messages = refused.map(|settings| {
        particle_search(&chain, &task(&[0], 4, Rules::default(), 1), &settings, &TokenGroups::default())
            .unwrap_err()
            .to_string()
    });
    expect_test::expect![[r#"
        0 particles; there must be 1 to 4096
        4097 particles; there must be 1 to 4096
        temperature is 0; it must be above 0 and finite
        top-p is 2; it must be above 0 and at most 1"#]]
    .assert_eq(&messages.join("\n"));
}

/// Gives the second token of a piece.
#[derive(Debug, Clone)]
struct SecondIs {
    token: TokenId,
    n: usize,
    is_told: bool,
}

impl Constraint for SecondIs {
    fn name(&self) -> &str {
        "second token"
    }

    fn restrict(&self, _: usize, allowed: &mut [bool]) {
        if self.n == 1 {
            allowed.iter_mut().enumerate().for_each(|(token, allowed)| *allowed &= token == self.token.index());
        }
    }

    fn advance(&mut self, _: TokenId) {
        self.n += 1;
    }

    fn given(&self) -> Option<TokenId> {
        (self.is_told && self.n == 1).then_some(self.token)
    }

    fn boxed_clone(&self) -> Box<dyn Constraint> {
        Box::new(self.clone())
    }
}

#[test]
fn a_given_token_weighs_and_costs_nothing() {
    let rules = |is_told| {
        let constraint = SecondIs { token: TokenId(4), n: 0, is_told };
        Rules { constraints: vec![Box::new(constraint)], ..Rules::default() }
    };
    // 0.5 · 0.01 against 0.5, unless how likely the second token is does not matter.
    let share = share_of_one(&rules(false));
    assert!(share < 0.02, "{share} where the second token is evidence");
    let share = share_of_one(&rules(true));
    assert!((0.47..0.53).contains(&share), "{share} where it is given");

    let found = particle_search(&crossroads(), &task(&[0], 2, rules(true), 5), &particles(20), &TokenGroups::default())
        .unwrap();
    for piece in found {
        assert_eq!(piece.tokens[1], TokenId(4));
        assert!((piece.nats - 2_f64.ln()).abs() < 1e-5, "{} nats", piece.nats);
    }
}
