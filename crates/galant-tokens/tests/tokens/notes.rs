use expect_test::{Expect, expect};
use galant_tokens::constraint::NoteGrammar;
use galant_tokens::{ChordTokenizer, DecodeError, Grid, GridTokenizer, Token, Tokenizer, Vocabulary};
use galant_types::{Constraint, Note, Playback, Score, Seed, TokenId};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::round_trip::check;

fn notes(steps_per_quarter: u16) -> GridTokenizer {
    GridTokenizer { grid: Grid::new(steps_per_quarter).unwrap(), top: None }
}

fn parse(texts: &str) -> Vec<Token> {
    texts.split_whitespace().map(|text| Tokenizer::Notes(notes(12)).parse(text).unwrap()).collect()
}

#[track_caller]
fn check_refusal(tokenizer: Tokenizer, texts: &str, error: DecodeError, message: Expect) {
    let found = tokenizer.decode(&parse(texts), &Playback::default()).unwrap_err();
    message.assert_eq(&found.to_string());
    assert_eq!(found, error);
}

#[test]
fn what_cannot_be_decoded_is_refused_with_its_position() {
    let of_notes = Tokenizer::Notes(notes(12));
    check_refusal(
        of_notes,
        "60 64 +6",
        DecodeError::PitchWithoutLength { position: 0 },
        expect!["token 0 is a pitch without a length after it; write a note as 60 +6"],
    );
    check_refusal(
        of_notes,
        "60 +6 >6 64",
        DecodeError::PitchWithoutLength { position: 3 },
        expect!["token 3 is a pitch without a length after it; write a note as 60 +6"],
    );
    check_refusal(
        of_notes,
        "+6 60 +6",
        DecodeError::LengthWithoutPitch { position: 0 },
        expect!["token 0 is a length without a pitch before it; write a note as 60 +6"],
    );
    check_refusal(
        of_notes,
        "60 +6 >6 +6",
        DecodeError::LengthWithoutPitch { position: 3 },
        expect!["token 3 is a length without a pitch before it; write a note as 60 +6"],
    );
    let of_chords = Tokenizer::Chords(ChordTokenizer::default());
    let error = DecodeError::WrongTokenizer { position: 0, token: "60".to_owned(), tokenizer: "chords" };
    check_refusal(of_chords, "60 +6", error, expect!["token 0, '60', is not a token of the tokenizer chords"]);
}

/// A vocabulary of a grid of one step a quarter: times and lengths of 1 to 4, the pitches 60 to 62.
fn small() -> (Vocabulary, NoteGrammar) {
    let tokenizer = Tokenizer::Notes(notes(1));
    let vocabulary = Vocabulary::new(tokenizer, [parse("60 +1 62 +1").as_slice()], 0..=0).unwrap();
    let grammar = NoteGrammar::new(&vocabulary, notes(1).grid).unwrap();
    (vocabulary, grammar)
}

/// The texts of what may follow `piece`.
fn next(piece: &str, n_left: usize) -> String {
    let (vocabulary, mut grammar) = small();
    vocabulary.ids(&parse(piece)).ids.into_iter().for_each(|id| grammar.advance(id));
    let mut allowed = vec![true; vocabulary.len()];
    grammar.restrict(n_left, &mut allowed);
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
    // Against the grammar, but what follows an invalid beginning can still be decoded.
    assert_eq!(next("60 +1 >1", 1), ">1 >2 >3 >4");
    assert_eq!(next("+1", 9), ">1 >2 >3 >4 60 61 62");
}

/// Tokens drawn under the grammar, all with equal probability.
fn draw(vocabulary: &Vocabulary, mut grammar: NoteGrammar, n_tokens: usize, seed: Seed) -> Vec<Token> {
    let mut ids = Vec::new();
    for n_left in (1..=n_tokens).rev() {
        let mut allowed = vec![true; vocabulary.len()];
        grammar.restrict(n_left, &mut allowed);
        let allowed: Vec<u32> = (0..).zip(allowed).filter(|(_, allowed)| *allowed).map(|(id, _)| id).collect();
        let chosen = seed.child(n_left as u64).0 % allowed.len() as u64;
        let id = TokenId(allowed[chosen as usize]);
        grammar.advance(id);
        ids.push(id);
    }
    vocabulary.decode_ids(&ids)
}

#[test]
fn what_the_grammar_allows_is_how_a_score_is_encoded() {
    let (vocabulary, grammar) = small();
    let tokenizer = Tokenizer::Notes(notes(1));
    check((0..60_usize, any::<u64>()), |(n_tokens, seed)| {
        let tokens = draw(&vocabulary, grammar.clone(), n_tokens, Seed(seed));
        let score = tokenizer.decode(&tokens, &Playback::default()).unwrap();
        let silence = tokens.iter().rev().take_while(|token| token.time() > 0).count();
        prop_assert_eq!(&tokenizer.encode(&score).tokens, &tokens[..n_tokens - silence]);
        Ok(())
    });
}

#[test]
fn the_grammar_allows_every_encoded_score() {
    let (vocabulary, grammar) = small();
    let tokenizer = Tokenizer::Notes(notes(1));
    let note = (0..300_u64, 1..100_u64, 60..63_u8);
    check(vec(note, 0..12), |found| {
        let note = |&(onset, length, pitch)| Note { onset, length, pitch, velocity: 64, channel: 0, track: 0 };
        let mut notes: Vec<_> = found.iter().map(note).collect();
        notes.sort();
        let tokens = tokenizer.encode(&Score { notes, ..Score::new(1) }).tokens;
        let mut grammar = grammar.clone();
        for (position, token) in tokens.iter().enumerate() {
            let id = vocabulary.id(token).unwrap();
            let mut allowed = vec![true; vocabulary.len()];
            grammar.restrict(tokens.len() - position, &mut allowed);
            prop_assert!(allowed[id.index()], "token {} of {:?}", position, tokens);
            grammar.advance(id);
        }
        Ok(())
    });
}

#[test]
fn only_note_tokens_have_a_grammar() {
    let (vocabulary, _) = small();
    let names = |tokenizer: Tokenizer| {
        tokenizer.grammar(&vocabulary).iter().map(|constraint| constraint.name().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(Tokenizer::Notes(notes(1))), ["grammar of note tokens"]);
    assert!(names(Tokenizer::Rhythm(notes(1))).is_empty());
    let chord = Token::Chord(galant_types::Chord::new(vec![60]).unwrap());
    assert_eq!(NoteGrammar::new(&Vocabulary::from_tokens(vec![chord]).unwrap(), Grid::default()), None);
}
