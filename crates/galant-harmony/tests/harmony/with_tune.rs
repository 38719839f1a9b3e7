//! Parts that begin and end with a tune.

use galant_harmony::WithTune;
use galant_tokens::{Tokenizer, Vocabulary, VoicesTokenizer};
use galant_types::{Constraint, Scale, TokenId};

use crate::texture;

fn vocabulary() -> Vocabulary {
    let texts = ["^3", "=", "-"].map(str::to_owned).into_iter().chain((60..=72).map(|pitch: u8| pitch.to_string()));
    let tokenizer = Tokenizer::Voices(VoicesTokenizer::default());
    Vocabulary::from_tokens(texts.map(|text| tokenizer.parse(&text).unwrap()).collect()).unwrap()
}

/// What is allowed of three parts, the first of which is given, after the tokens of `before`.
fn allowed(tune: &[i64], key: Option<Scale>, before: &str) -> String {
    let tune: Vec<Vec<i64>> = tune.iter().map(|&pitch| vec![pitch, -1, -1]).collect();
    let texture = texture(&tune.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let vocabulary = vocabulary();
    let mut constraint = WithTune::new(&vocabulary, &texture, &[0], key).unwrap();
    let id = |text: &str| vocabulary.tokens().iter().position(|token| token.to_string() == text).unwrap();
    before.split(' ').for_each(|text| constraint.advance(TokenId(id(text) as u32)));
    let mut allowed = vec![true; vocabulary.len()];
    allowed[0] = false;
    constraint.restrict(9, &mut allowed);
    let left = vocabulary.tokens().iter().zip(allowed).filter(|(_, allowed)| *allowed);
    left.map(|(token, _)| token.to_string()).collect::<Vec<_>>().join(" ")
}

const ALL: &str = "= - 60 61 62 63 64 65 66 67 68 69 70 71 72";

#[test]
fn parts_are_silent_until_the_tune_begins() {
    let tune = [-1, 72, 71, 72, 72];
    assert_eq!(allowed(&tune, None, "^3 -"), "-");
    assert_eq!(allowed(&tune, None, "^3"), ALL, "the tune is not judged");
    assert_eq!(allowed(&tune, None, "^3 - - - 72"), ALL);
}

#[test]
fn parts_end_with_the_last_note_of_the_tune_on_its_tonic() {
    let (major, minor) = (Some(Scale::major(0)), Some(Scale::minor(0)));
    let tune = [71, 72, 72];
    assert_eq!(allowed(&tune, major, "^3 71"), ALL);
    assert_eq!(allowed(&tune, major, "^3 71 67 67 72"), "60 64 67 72");
    assert_eq!(allowed(&tune, major, "^3 71 67 67 72 67"), "60 72");
    assert_eq!(allowed(&tune, major, "^3 71 67 67 72 67 60 ="), "=");
    // In minor with a third of either kind, but not of both.
    assert_eq!(allowed(&tune, minor, "^3 71 67 67 72"), "60 63 64 67 72");
    assert_eq!(allowed(&[71, 63], minor, "^3 71 67 67 63"), "60 63 67 72");
}

#[test]
fn a_tune_that_does_not_end_on_the_tonic_triad_leaves_the_end_open() {
    assert_eq!(allowed(&[72, 71], Some(Scale::major(0)), "^3 72 67 67 71"), ALL);
    assert_eq!(allowed(&[71, 72], None, "^3 71 67 67 72"), ALL);
    let texture = texture(&[&[-1, 60, 60]]);
    assert!(WithTune::new(&vocabulary(), &texture, &[0], None).is_none(), "no note is given");
}
