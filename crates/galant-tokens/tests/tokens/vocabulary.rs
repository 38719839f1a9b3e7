use expect_test::expect;
use galant_tokens::{ChordTokenizer, Grid, GridTokenizer, Token, TokenIds, Tokenizer, Vocabulary, VocabularyError};
use galant_types::{Chord, TokenId};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::round_trip::{check, chord};

const CHORDS: Tokenizer = Tokenizer::Chords(ChordTokenizer { rules: galant_tokens::ChordRules::Standard, top: None });

fn chords(tokens: &str) -> Vec<Token> {
    tokens.split(' ').map(|token| CHORDS.parse(token).unwrap()).collect()
}

#[test]
fn tokens_are_numbered_as_python_sorts_their_texts() {
    let first = chords("33.45.61.64.69 2 100 36.48.60.80 10 1 12");
    let second = chords("33.45.61.64.69.81 10.11 100 1.2 10.100 0 33.45.61 20.21 2.3");
    let vocabulary = Vocabulary::new(CHORDS, [first.as_slice(), &second], 0..=0).unwrap();
    // From Python: sorted(tokens, key=str), each token a list of numbers.
    let expected = "0 1.2 10.100 10.11 100 10 12 1 2.3 20.21 2 33.45.61.64.69.81 33.45.61.64.69 33.45.61 36.48.60.80";
    assert_eq!(vocabulary.tokens(), chords(expected));
    assert_eq!(vocabulary, Vocabulary::new(CHORDS, [second.as_slice(), &first], 0..=0).unwrap());
}

#[test]
fn tokens_and_numbers_find_each_other() {
    check((vec(chord().prop_map(Token::Chord), 1..40), chord().prop_map(Token::Chord)), |(song, other)| {
        let vocabulary = Vocabulary::new(CHORDS, [song.as_slice()], 0..=0).unwrap();
        prop_assert_eq!(vocabulary.len(), vocabulary.tokens().len());
        for (number, token) in (0..).map(TokenId).zip(vocabulary.tokens()) {
            prop_assert_eq!(vocabulary.id(token), Some(number));
            prop_assert_eq!(vocabulary.token(number), Some(token));
            prop_assert_eq!(vocabulary.nearest(token), number);
        }
        prop_assert!(song.iter().all(|token| vocabulary.id(token).is_some()));
        prop_assert_eq!(vocabulary.id(&other).is_some(), song.contains(&other));
        prop_assert_eq!(vocabulary.token(TokenId(vocabulary.len() as u32)), None);
        Ok(())
    });
}

#[test]
fn unknown_tokens_become_the_nearest_and_are_counted() {
    let vocabulary = Vocabulary::from_tokens(chords("60 62.64 67")).unwrap();
    let found = vocabulary.ids(&chords("67 64 60 67.70"));
    assert_eq!(found, TokenIds { ids: [2, 1, 0, 2].map(TokenId).to_vec(), unknown: vec![1, 3] });
    assert_eq!(vocabulary.decode_ids(&found.ids), chords("67 62.64 60 67"));
}

#[test]
fn a_list_of_tokens_keeps_its_order() {
    let tokens = chords("60 59 33.45 100");
    let vocabulary = Vocabulary::from_tokens(tokens.clone()).unwrap();
    assert_eq!(vocabulary.tokens(), tokens);
    assert_eq!(vocabulary.id(&tokens[1]), Some(TokenId(1)));
}

#[test]
fn what_does_not_make_a_vocabulary_is_refused() {
    assert_eq!(Vocabulary::new(CHORDS, [], 0..=0), Err(VocabularyError::Empty));
    assert_eq!(Vocabulary::new(CHORDS, [[].as_slice()], 0..=0), Err(VocabularyError::Empty));
    assert_eq!(Vocabulary::from_tokens(vec![]), Err(VocabularyError::Empty));
    let error = Vocabulary::from_tokens(chords("60 33.45 61 33.45 60")).unwrap_err();
    let (first, second) = (TokenId(1), TokenId(3));
    assert_eq!(error, VocabularyError::Duplicate { token: chords("33.45")[0].clone(), first, second });
    expect!["the token 33.45 has two numbers, 1 and 3; each token may be listed once"].assert_eq(&error.to_string());
    expect!["the vocabulary would be empty; the music needs at least one note"]
        .assert_eq(&VocabularyError::Empty.to_string());
}

#[test]
fn a_vocabulary_over_the_limit_is_refused() {
    // The places of a number's one bits as pitches, and one more so that there is a pitch: all different.
    let token = |number: usize| {
        let mut pitches: Vec<u8> = (0..21).filter(|bit| number >> bit & 1 == 1).collect();
        pitches.push(127);
        Token::Chord(Chord::new(pitches).unwrap())
    };
    let tokens: Vec<Token> = (0..=Vocabulary::MAX_LEN).map(token).collect();
    let expected = VocabularyError::TooManyTokens { n_tokens: Vocabulary::MAX_LEN + 1 };
    expect!["1048577 different tokens, over the limit of 1048576; keep fewer notes per onset"]
        .assert_eq(&expected.to_string());
    assert_eq!(Vocabulary::new(CHORDS, [tokens.as_slice()], 0..=0), Err(expected.clone()));
    assert_eq!(Vocabulary::from_tokens(tokens), Err(expected));
}

#[track_caller]
fn nearest(known: &str, token: &str, expected: &str) {
    let vocabulary = Vocabulary::from_tokens(chords(known)).unwrap();
    let found = vocabulary.token(vocabulary.nearest(&chords(token)[0])).unwrap();
    assert_eq!(found, &chords(expected)[0]);
}

#[test]
fn the_nearest_token_has_the_fewest_wrong_notes_then_pitch_classes_then_semitones() {
    // One note missing is nearer than one missing and one too many.
    nearest("45.61.64.70 45.61", "45.61.64", "45.61");
    nearest("45.61.64.69 45.61.70", "45.61.64", "45.61.64.69");
    // One missing is nearer than one in the wrong octave, which is one missing and one too many.
    nearest("45.61.76 45.61", "45.61.64", "45.61");
    // An octave is nearer than a semitone.
    nearest("61 72", "60", "72");
    // Of equal pitch classes, and of different ones, the closest.
    nearest("84 72 36", "60", "72");
    nearest("65 62 70", "61", "62");
    // Of equally close ones, the first.
    nearest("61 59", "60", "61");
    nearest("59 61", "60", "59");
    // A pitch listed twice counts twice.
    nearest("45 45.50", "45.45", "45");
    nearest("45.45 50", "45", "45.45");
}

fn rhythm() -> Tokenizer {
    Tokenizer::Rhythm(GridTokenizer::default())
}

fn tokens(tokenizer: Tokenizer, texts: &str) -> Vec<Token> {
    texts.split(' ').map(|text| tokenizer.parse(text).unwrap()).collect()
}

#[test]
fn of_tokens_with_equal_notes_the_nearest_has_the_nearest_time_then_length() {
    let known = tokens(rhythm(), "60+3>6 60+12>5 60+7>9 >7");
    let vocabulary = Vocabulary::from_tokens(known.clone()).unwrap();
    let nearest = |text| vocabulary.nearest(&rhythm().parse(text).unwrap()).index();
    assert_eq!([nearest("60+12>7"), nearest("60+12>4"), nearest("60+12>8"), nearest(">99")], [0, 1, 2, 3]);
    // The nearest of a time is a time, however far.
    let tokenizer = Tokenizer::Notes(GridTokenizer::default());
    let vocabulary = Vocabulary::from_tokens(tokens(tokenizer, "60 +1 >40")).unwrap();
    let nearest = |text| vocabulary.nearest(&tokenizer.parse(text).unwrap()).index();
    assert_eq!([nearest(">1"), nearest("+48"), nearest("127")], [2, 1, 0]);
}

#[test]
fn note_tokens_are_all_in_the_vocabulary_whatever_the_songs_have() {
    let tokenizer = Tokenizer::Notes(GridTokenizer { grid: Grid::new(2).unwrap(), top: None });
    let vocabulary = Vocabulary::new(tokenizer, [tokens(tokenizer, "62 +1 >3 60 +1").as_slice()], -6..=5).unwrap();
    let texts: Vec<String> = vocabulary.tokens().iter().map(ToString::to_string).collect();
    assert_eq!(texts.join(" "), ">1 >2 >3 >4 >5 >6 >7 >8 60 61 62 +1 +2 +3 +4 +5 +6 +7 +8");
}

#[test]
fn transposed_tokens_are_in_the_vocabulary_as_far_as_the_instrument_reaches() {
    let song = tokens(rhythm(), "60.64+6>6 >12 62+6>6");
    let plain = Vocabulary::new(rhythm(), [song.as_slice()], 0..=0).unwrap();
    assert_eq!(plain.len(), 3);
    let vocabulary = Vocabulary::new(rhythm(), [song.as_slice()], -6..=5).unwrap();
    // The chord spans the whole range; the single note moves within it.
    let texts: Vec<String> = vocabulary.tokens().iter().map(ToString::to_string).collect();
    assert_eq!(texts.join(" "), ">12 60+6>6 60.64+6>6 61+6>6 62+6>6 63+6>6 64+6>6");
    let id = |text| vocabulary.id(&rhythm().parse(text).unwrap());
    let up = vocabulary.transposition(2);
    let of = |text| up[id(text).unwrap().index()];
    assert_eq!(of("62+6>6"), id("64+6>6"));
    assert_eq!(of("64+6>6"), None);
    assert_eq!(of("60.64+6>6"), None);
    assert_eq!(of(">12"), id(">12"));
    let same: Vec<_> = (0..7).map(|id| Some(TokenId(id))).collect();
    assert_eq!(vocabulary.transposition(0), same);
    assert_eq!(vocabulary.transposition(i8::MIN)[1..], [None; 6]);
}
