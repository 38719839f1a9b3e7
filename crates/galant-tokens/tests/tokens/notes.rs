use galant_tokens::{Grammar, Grid, GridTokenizer, Playback, Token, TokenOrderError, Tokenizer, Vocabulary};
use galant_types::{Seed, TokenId};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::round_trip::check;

fn notes(steps_per_quarter: u16) -> GridTokenizer {
    GridTokenizer { grid: Grid::new(steps_per_quarter).unwrap(), top: 0 }
}

fn parse(texts: &str) -> Vec<Token> {
    texts.split_whitespace().map(|text| Tokenizer::Notes(notes(12)).parse(text).unwrap()).collect()
}

#[track_caller]
fn refuse(texts: &str, error: TokenOrderError) {
    let found = Tokenizer::Notes(notes(12)).decode(&parse(texts), &Playback::default());
    assert_eq!(found.unwrap_err(), error.into());
}

#[test]
fn what_is_no_spelling_is_refused_with_its_place() {
    refuse("60 64 +6", TokenOrderError::NoLength { place: 0 });
    refuse("60 +6 >6 64", TokenOrderError::NoLength { place: 3 });
    refuse("+6 60 +6", TokenOrderError::NoPitch { place: 0 });
    refuse("60 +6 >6 +6", TokenOrderError::NoPitch { place: 3 });
}

/// A vocabulary of a grid of one step a quarter: times and lengths of 1 to 4, the pitches 60 to 62.
fn small() -> (Vocabulary, Grammar) {
    let tokenizer = Tokenizer::Notes(notes(1));
    let vocabulary = Vocabulary::new(tokenizer, [parse("60 +1 62 +1").as_slice()], 0..=0).unwrap();
    let grammar = Grammar::new(&vocabulary, notes(1)).unwrap();
    (vocabulary, grammar)
}

/// The texts of what may follow `played`.
fn next(played: &str, n_left: usize) -> String {
    let (vocabulary, grammar) = small();
    let ids: Vec<TokenId> = parse(played).iter().map(|token| vocabulary.id(token).unwrap()).collect();
    let mut allowed = vec![true; vocabulary.len()];
    grammar.forbid(&ids, n_left, &mut allowed);
    let tokens = vocabulary.tokens().iter().zip(allowed).filter(|(_, allowed)| *allowed);
    tokens.map(|(token, _)| token.to_string()).collect::<Vec<_>>().join(" ")
}

#[test]
fn each_token_says_what_may_follow() {
    assert_eq!(next("", 9), ">1 >2 >3 >4 60 61 62");
    assert_eq!(next("60", 9), "+1 +2 +3 +4");
    assert_eq!(next("60 +1", 9), ">1 >2 >3 >4 61 62");
    assert_eq!(next("60 +4", 9), ">1 >2 >3 >4 61 62 +1 +2 +3 +4");
    assert_eq!(next("60 +1 >1", 9), "60 61 62");
    assert_eq!(next("60 +1 >4", 9), ">1 >2 >3 >4 60 61 62");
    // A key that sounds is not struck.
    assert_eq!(next("60 +2 >1", 9), "61 62");
    // All keys sound for 2 more: no time ends before.
    assert_eq!(next("60 +2 61 +3 62 +4", 9), ">2 >3 >4 +1 +2 +3 +4");
    // The longest note and the longest silence.
    assert_eq!(next(&format!("60 {}", "+4 ".repeat(15)), 9), ">1 >2 >3 >4 61 62 +1 +2 +3 +4");
    assert_eq!(next(&format!("60 {}", "+4 ".repeat(16)), 9), ">1 >2 >3 >4 61 62");
    assert_eq!(next(&format!("60 +1 {}", ">4 ".repeat(15)), 9), ">1 >2 >3 >4 60 61 62");
    assert_eq!(next(&format!("60 +1 {}", ">4 ".repeat(16)), 9), "60 61 62");
}

#[test]
fn a_piece_does_not_end_on_a_pitch() {
    assert_eq!(next("60 +1", 1), ">1 >2 >3 >4");
    assert_eq!(next("60 +1", 2), ">4 61 62");
    assert_eq!(next("60 +1 >1", 2), "60 61 62");
    assert_eq!(next("60", 1), "+1 +2 +3 +4");
    // Not by the grammar, but what follows a foreign beginning can still be told.
    assert_eq!(next("60 +1 >1", 1), ">1 >2 >3 >4");
    assert_eq!(next("+1", 9), ">1 >2 >3 >4 60 61 62");
}

/// Tokens drawn under the grammar, all as likely as each other.
fn draw(vocabulary: &Vocabulary, grammar: &Grammar, n_tokens: usize, seed: Seed) -> Vec<Token> {
    let mut ids = Vec::new();
    for n_left in (1..=n_tokens).rev() {
        let mut allowed = vec![true; vocabulary.len()];
        grammar.forbid(&ids, n_left, &mut allowed);
        let allowed: Vec<u32> = (0..).zip(allowed).filter(|(_, allowed)| *allowed).map(|(id, _)| id).collect();
        let chosen = seed.child(n_left as u64).0 % allowed.len() as u64;
        ids.push(TokenId(allowed[chosen as usize]));
    }
    ids.iter().map(|&id| vocabulary.token(id).unwrap().clone()).collect()
}

#[test]
fn what_the_grammar_allows_is_the_one_spelling_of_a_score() {
    let (vocabulary, grammar) = small();
    let tokenizer = Tokenizer::Notes(notes(1));
    check((0..60_usize, any::<u64>()), |(n_tokens, seed)| {
        let tokens = draw(&vocabulary, &grammar, n_tokens, Seed(seed));
        let score = tokenizer.decode(&tokens, &Playback::default()).unwrap();
        let silence = tokens.iter().rev().take_while(|token| token.time() > 0).count();
        prop_assert_eq!(&tokenizer.encode(&score).tokens, &tokens[..n_tokens - silence]);
        Ok(())
    });
}

#[test]
fn the_grammar_allows_every_spelling() {
    let (vocabulary, grammar) = small();
    let tokenizer = Tokenizer::Notes(notes(1));
    let note = (0..300_u64, 1..100_u64, 60..63_u8);
    check(vec(note, 0..12), |found| {
        let note = |&(onset, length, pitch): &(u64, u64, u8)| galant_types::Note {
            onset,
            length,
            pitch,
            velocity: 64,
            channel: 0,
            track: 0,
        };
        let mut notes: Vec<_> = found.iter().map(note).collect();
        notes.sort();
        let tokens = tokenizer.encode(&galant_types::Score { notes, ..galant_types::Score::new(1) }).tokens;
        let ids: Vec<TokenId> = tokens.iter().map(|token| vocabulary.id(token).unwrap()).collect();
        for (place, id) in ids.iter().enumerate() {
            let mut allowed = vec![true; vocabulary.len()];
            grammar.forbid(&ids[..place], ids.len() - place, &mut allowed);
            prop_assert!(allowed[id.index()], "token {} of {:?}", place, tokens);
        }
        Ok(())
    });
}
