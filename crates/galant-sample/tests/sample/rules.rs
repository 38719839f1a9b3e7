//! What rules do to a piece.

use galant_sample::{
    Beam, ComposeError, Mask, NgramBlock, Played, Repetition, Rules, Strategy, Task, TokenMask, TonicEnd, compose,
    search,
};
use galant_tokens::Token;
use galant_types::{Chord, Scale, Seed, TokenId};

use crate::{Markov, tokens};

/// C, D, E, F, F sharp, G, the tonic chord of C.
fn vocabulary() -> Vec<Token> {
    let pitches: [&[u8]; 7] = [&[60], &[62], &[64], &[65], &[66], &[67], &[48, 60, 64, 67]];
    pitches.iter().map(|pitches| Token::Chord(Chord::new(pitches.to_vec()).unwrap())).collect()
}

fn composed(rules: &Rules, n_tokens: usize, strategy: &Strategy) -> Result<Vec<TokenId>, String> {
    let model = Markov::memoryless(&[0.1, 0.1, 0.1, 0.1, 0.4, 0.1, 0.1]);
    let task = Task { primer: &tokens(&[0]), n_tokens, rules, seed: Seed(3) };
    compose(&model, &task, strategy, &mut |_| ()).map_err(|error| error.to_string())
}

#[test]
fn masks_hold_at_every_token_and_together() {
    let (vocabulary, scale) = (vocabulary(), "C major".parse::<Scale>().unwrap());
    let masks: Vec<Box<dyn Mask>> = vec![
        Box::new(TokenMask::scale(&vocabulary, scale)),
        Box::new(TokenMask::range(&vocabulary, 62..=127)),
        Box::new(TokenMask::polyphony(&vocabulary, 1)),
    ];
    let rules = Rules { masks, ..Rules::default() };
    let mut seen = composed(&rules, 500, &Strategy::lecture()).unwrap();
    seen.sort();
    seen.dedup();
    assert_eq!(seen, tokens(&[1, 2, 3, 5]));
    // The likeliest of all is F sharp; greedy takes the first of those that are left.
    assert_eq!(composed(&rules, 3, &Strategy::Greedy).unwrap(), tokens(&[1, 1, 1]));
}

#[test]
fn a_piece_ends_on_the_tonic() {
    let end = TonicEnd::new(&vocabulary(), "C major".parse().unwrap());
    let rules = Rules { masks: vec![Box::new(end)], ..Rules::default() };
    for n_tokens in 1..40 {
        let piece = composed(&rules, n_tokens, &Strategy::lecture()).unwrap();
        assert!([TokenId(0), TokenId(6)].contains(&piece[n_tokens - 1]), "{piece:?}");
    }
}

/// Forbids the tokens that were played, so that one day none is left.
#[derive(Debug)]
struct NoneTwice;

impl Mask for NoneTwice {
    fn name(&self) -> &str {
        "none twice"
    }

    fn forbid(&self, played: &Played<'_>, allowed: &mut [bool]) {
        played.tokens.iter().for_each(|token| allowed[token.index()] = false);
    }
}

#[test]
fn rules_that_leave_nothing_say_so_with_the_token() {
    let masks: Vec<Box<dyn Mask>> =
        vec![Box::new(TokenMask::scale(&vocabulary(), "C major".parse().unwrap())), Box::new(NoneTwice)];
    let rules = Rules { masks, ..Rules::default() };
    // Of the six tokens in C major one was played in the primer.
    assert_eq!(composed(&rules, 5, &Strategy::lecture()).unwrap().len(), 5);
    let message = "token 5: none twice forbids all 6 tokens that were left; ease a rule";
    assert_eq!(composed(&rules, 6, &Strategy::lecture()), Err(message.to_owned()));
    assert_eq!(composed(&rules, 6, &Strategy::Greedy), Err(message.to_owned()));
}

#[test]
fn a_rule_is_told_how_many_tokens_those_before_it_left() {
    let nothing = TokenMask::new("nothing", &vocabulary(), |_| false);
    let ngram_block = Some(NgramBlock { n: 1, window: 9 });
    let rules = Rules { ngram_block, masks: vec![Box::new(nothing)], ..Rules::default() };
    let message = "token 0: nothing forbids all 6 tokens that were left; ease a rule";
    assert_eq!(composed(&rules, 1, &Strategy::Greedy), Err(message.to_owned()));
}

/// Forbids everything after 1.
#[derive(Debug)]
struct DeadEnd;

impl Mask for DeadEnd {
    fn name(&self) -> &str {
        "dead end"
    }

    fn forbid(&self, played: &Played<'_>, allowed: &mut [bool]) {
        if played.tokens.last() == Some(&TokenId(1)) {
            allowed.fill(false);
        }
    }
}

#[test]
fn a_piece_that_cannot_go_on_leaves_the_beam_to_the_others() {
    let model = Markov::memoryless(&[0.2, 0.8]);
    let rules = Rules { masks: vec![Box::new(DeadEnd)], ..Rules::default() };
    let task = Task { primer: &tokens(&[0]), n_tokens: 3, rules: &rules, seed: Seed(0) };
    let found: Vec<Vec<TokenId>> =
        search(&model, &task, &Beam::best(2)).unwrap().into_iter().map(|found| found.tokens).collect();
    assert_eq!(found, [tokens(&[0, 0, 1]), tokens(&[0, 0, 0])]);
}

#[test]
fn a_beam_ends_only_where_no_piece_of_it_can_go_on() {
    let model = Markov::memoryless(&[0.4, 0.3, 0.3]);
    let rules = Rules { masks: vec![Box::new(NoneTwice)], ..Rules::default() };
    let find = |n_tokens| {
        let task = Task { primer: &tokens(&[0]), n_tokens, rules: &rules, seed: Seed(0) };
        search(&model, &task, &Beam::best(4))
    };
    let found: Vec<Vec<TokenId>> = find(2).unwrap().into_iter().map(|found| found.tokens).collect();
    assert_eq!(found, [tokens(&[1, 2]), tokens(&[2, 1])]);
    let expected = ComposeError::NothingLeft { token: 2, rule: "none twice".to_owned(), n_left: 3 };
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
    let message = "token 6: the block of 1-grams forbids all 7 tokens that were left; ease a rule";
    assert_eq!(composed(&blocked, 7, &Strategy::Greedy), Err(message.to_owned()));
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
