//! What rules do to a piece.

use expect_test::{Expect, expect};
use galant_sample::{Beam, ComposeError, NgramBlock, Repetition, Rules, Strategy, compose, search};
use galant_types::{Constraint, TokenId};

use crate::{Markov, task, tokens};

/// Allows only some tokens, or only at the end of a piece.
#[derive(Debug, Clone)]
struct Only {
    tokens: &'static [u32],
    at_end: bool,
}

impl Constraint for Only {
    fn name(&self) -> &str {
        "only some"
    }

    fn restrict(&self, n_left: usize, allowed: &mut [bool]) {
        if !self.at_end || n_left == 1 {
            (0..).zip(allowed).for_each(|(token, allowed)| *allowed &= self.tokens.contains(&token));
        }
    }

    fn advance(&mut self, _: TokenId) {}

    fn boxed_clone(&self) -> Box<dyn Constraint> {
        Box::new(self.clone())
    }
}

fn only(tokens: &'static [u32]) -> Box<dyn Constraint> {
    Box::new(Only { tokens, at_end: false })
}

fn under(constraints: Vec<Box<dyn Constraint>>) -> Rules {
    Rules { constraints, ..Rules::default() }
}

/// Composes after 0 with seven tokens, of which 4 is the likeliest.
fn composed(rules: &Rules, n_tokens: usize, strategy: &Strategy) -> Result<Vec<TokenId>, String> {
    let model = Markov::memoryless(&[0.1, 0.1, 0.1, 0.1, 0.4, 0.1, 0.1]);
    let composed = compose(model, task(&[0], n_tokens, rules.clone(), 3), strategy.clone(), &mut |_| ());
    composed.map_err(|error| error.to_string())
}

#[track_caller]
fn check_refusal(rules: &Rules, n_tokens: usize, strategy: &Strategy, message: Expect) {
    message.assert_eq(&composed(rules, n_tokens, strategy).unwrap_err());
}

#[test]
fn constraints_hold_at_every_token_and_together() {
    let rules = under(vec![only(&[0, 1, 2, 3, 5, 6]), only(&[1, 2, 3, 4, 5, 6]), only(&[0, 1, 2, 3, 4, 5])]);
    let mut seen = composed(&rules, 500, &Strategy::lecture()).unwrap();
    seen.sort();
    seen.dedup();
    assert_eq!(seen, tokens(&[1, 2, 3, 5]));
    // Greedy takes the first of those that are left.
    assert_eq!(composed(&rules, 3, &Strategy::Greedy).unwrap(), tokens(&[1, 1, 1]));
}

#[test]
fn constraints_know_the_last_token() {
    let rules = under(vec![Box::new(Only { tokens: &[0, 6], at_end: true })]);
    for n_tokens in 1..40 {
        let piece = composed(&rules, n_tokens, &Strategy::lecture()).unwrap();
        assert!([TokenId(0), TokenId(6)].contains(&piece[n_tokens - 1]), "{piece:?}");
    }
}

/// Forbids the tokens that came before, so that at some point none is left; a number of them completes a piece.
#[derive(Debug, Clone)]
struct NoneTwice {
    before: Vec<TokenId>,
    complete_at: usize,
}

fn none_twice(primer: &[u32]) -> NoneTwice {
    NoneTwice { before: tokens(primer), complete_at: usize::MAX }
}

impl Constraint for NoneTwice {
    fn name(&self) -> &str {
        "none twice"
    }

    fn restrict(&self, _: usize, allowed: &mut [bool]) {
        self.before.iter().for_each(|token| allowed[token.index()] = false);
    }

    fn advance(&mut self, token: TokenId) {
        self.before.push(token);
    }

    fn is_end(&self) -> bool {
        self.before.len() >= self.complete_at
    }

    fn boxed_clone(&self) -> Box<dyn Constraint> {
        Box::new(self.clone())
    }
}

#[test]
fn constraints_follow_what_is_composed_and_not_the_primer() {
    let without_primer = under(vec![Box::new(none_twice(&[]))]);
    assert_eq!(composed(&without_primer, 7, &Strategy::Greedy).unwrap(), tokens(&[4, 0, 1, 2, 3, 5, 6]));
    let with_primer = under(vec![Box::new(none_twice(&[0]))]);
    assert_eq!(composed(&with_primer, 6, &Strategy::Greedy).unwrap(), tokens(&[4, 1, 2, 3, 5, 6]));
}

#[test]
fn a_piece_is_complete_where_a_constraint_says_so() {
    let complete_at = |complete_at| under(vec![Box::new(NoneTwice { before: Vec::new(), complete_at })]);
    assert_eq!(composed(&complete_at(3), 7, &Strategy::Greedy).unwrap(), tokens(&[4, 0, 1]));
    assert_eq!(composed(&complete_at(0), 7, &Strategy::Greedy).unwrap(), []);
    let model = Markov::memoryless(&[0.4, 0.3, 0.3]);
    for (n, best) in [(2, tokens(&[0, 1])), (0, vec![])] {
        let found = search(&model, &task(&[0], 3, complete_at(n), 0), &Beam::best(2), &mut |_| ()).unwrap();
        assert_eq!(found[0].tokens, best);
    }
}

#[test]
fn rules_that_forbid_everything_are_named_with_the_token() {
    let rules = under(vec![only(&[0, 1, 2, 3, 5, 6]), Box::new(none_twice(&[0]))]);
    // Of the six tokens allowed one is in the primer.
    assert_eq!(composed(&rules, 5, &Strategy::lecture()).unwrap().len(), 5);
    check_refusal(
        &rules,
        6,
        &Strategy::lecture(),
        expect!["token 5: the rule 'none twice' forbids all 6 tokens that the rules before it allow; relax a rule"],
    );
    check_refusal(
        &rules,
        6,
        &Strategy::Greedy,
        expect!["token 5: the rule 'none twice' forbids all 6 tokens that the rules before it allow; relax a rule"],
    );
}

#[test]
fn a_rule_is_named_with_how_many_tokens_those_before_it_allow() {
    let ngram_block = Some(NgramBlock { n: 1, window: 9 });
    let rules = Rules { ngram_block, constraints: vec![only(&[])], ..Rules::default() };
    check_refusal(
        &rules,
        1,
        &Strategy::Greedy,
        expect!["token 0: the rule 'only some' forbids all 6 tokens that the rules before it allow; relax a rule"],
    );
}

/// Forbids everything after 1.
#[derive(Debug, Clone)]
struct DeadEnd {
    is_dead: bool,
}

impl Constraint for DeadEnd {
    fn name(&self) -> &str {
        "dead end"
    }

    fn restrict(&self, _: usize, allowed: &mut [bool]) {
        if self.is_dead {
            allowed.fill(false);
        }
    }

    fn advance(&mut self, token: TokenId) {
        self.is_dead = token == TokenId(1);
    }

    fn boxed_clone(&self) -> Box<dyn Constraint> {
        Box::new(self.clone())
    }
}

#[test]
fn a_hypothesis_that_cannot_go_on_leaves_the_beam_to_the_others() {
    let model = Markov::memoryless(&[0.2, 0.8]);
    let task = task(&[0], 3, under(vec![Box::new(DeadEnd { is_dead: false })]), 0);
    let found: Vec<Vec<TokenId>> =
        search(&model, &task, &Beam::best(2), &mut |_| ()).unwrap().into_iter().map(|found| found.tokens).collect();
    assert_eq!(found, [tokens(&[0, 0, 1]), tokens(&[0, 0, 0])]);
}

#[test]
fn a_beam_fails_only_where_no_hypothesis_can_go_on() {
    let model = Markov::memoryless(&[0.4, 0.3, 0.3]);
    let rules = under(vec![Box::new(none_twice(&[0]))]);
    let find = |n_tokens| search(&model, &task(&[0], n_tokens, rules.clone(), 0), &Beam::best(4), &mut |_| ());
    let found: Vec<Vec<TokenId>> = find(2).unwrap().into_iter().map(|found| found.tokens).collect();
    assert_eq!(found, [tokens(&[1, 2]), tokens(&[2, 1])]);
    let expected = ComposeError::NothingLeft { position: 2, rule: "none twice".to_owned(), n_allowed: 3 };
    assert_eq!(find(3).unwrap_err(), expected);
}

#[test]
fn an_ngram_block_lets_no_row_of_tokens_return() {
    let block = Some(NgramBlock { n: 3, window: 4096 });
    let piece = composed(&Rules { ngram_block: block, ..Rules::default() }, 60, &Strategy::lecture()).unwrap();
    let mut rows: Vec<&[TokenId]> = piece.windows(3).collect();
    rows.sort();
    let n_rows = rows.len();
    rows.dedup();
    assert_eq!(rows.len(), n_rows);
    // Greedy without it plays one note for ever.
    let blocked = Rules { ngram_block: Some(NgramBlock { n: 1, window: 4096 }), ..Rules::default() };
    assert_eq!(composed(&blocked, 6, &Strategy::Greedy).unwrap(), tokens(&[4, 1, 2, 3, 5, 6]));
    check_refusal(
        &blocked,
        7,
        &Strategy::Greedy,
        expect![
            "token 6: the rule 'no 1-gram twice' forbids all 7 tokens that the rules before it allow; relax a rule"
        ],
    );
}

#[test]
fn a_repetition_penalty_divides_the_probability() {
    let repetition = Some(Repetition { factor: 5.0, window: 1 });
    // 0.4 / 5 is less than 0.1, so that the token comes every other time.
    let piece = composed(&Rules { repetition, ..Rules::default() }, 6, &Strategy::Greedy).unwrap();
    assert_eq!(piece, tokens(&[4, 0, 4, 0, 4, 0]));
    let repetition = Some(Repetition { factor: 3.9, window: 1 });
    let piece = composed(&Rules { repetition, ..Rules::default() }, 3, &Strategy::Greedy).unwrap();
    assert_eq!(piece, tokens(&[4, 4, 4]));
}
