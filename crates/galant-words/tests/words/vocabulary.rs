use galant_types::{Chord, TokenId};
use galant_words::{MAX_WORDS, Vocabulary, VocabularyError, parse_chord};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::round_trip::{check, chord};

fn chords(words: &str) -> Vec<Chord> {
    words.split(' ').map(|word| parse_chord(word).unwrap()).collect()
}

#[test]
fn words_are_numbered_as_python_sorts_their_texts() {
    let first = chords("33.45.61.64.69 2 100 36.48.60.80 10 1 12");
    let second = chords("33.45.61.64.69.81 10.11 100 1.2 10.100 0 33.45.61 20.21 2.3");
    let vocabulary = Vocabulary::new([first.as_slice(), &second]).unwrap();
    // From Python: sorted(words, key=str), each word a list of numbers.
    let expected = "0 1.2 10.100 10.11 100 10 12 1 2.3 20.21 2 33.45.61.64.69.81 33.45.61.64.69 33.45.61 36.48.60.80";
    assert_eq!(vocabulary.words(), chords(expected));
    assert_eq!(vocabulary, Vocabulary::new([second.as_slice(), &first]).unwrap());
}

#[test]
fn words_and_numbers_find_each_other() {
    check((vec(chord(), 1..40), chord()), |(song, other)| {
        let vocabulary = Vocabulary::new([song.as_slice()]).unwrap();
        prop_assert_eq!(vocabulary.len(), vocabulary.words().len());
        for (number, word) in (0..).map(TokenId).zip(vocabulary.words()) {
            prop_assert_eq!(vocabulary.token(word), Some(number));
            prop_assert_eq!(vocabulary.word(number), Some(word));
            prop_assert_eq!(vocabulary.nearest(word), number);
        }
        prop_assert!(song.iter().all(|word| vocabulary.token(word).is_some()));
        prop_assert_eq!(vocabulary.token(&other).is_some(), song.contains(&other));
        prop_assert_eq!(vocabulary.word(TokenId(vocabulary.len() as u32)), None);
        Ok(())
    });
}

#[test]
fn a_list_of_words_keeps_its_order() {
    let words = chords("60 59 33.45 100");
    let vocabulary = Vocabulary::from_words(words.clone()).unwrap();
    assert_eq!(vocabulary.words(), words);
    assert_eq!(vocabulary.token(&words[1]), Some(TokenId(1)));
}

#[test]
fn what_is_no_vocabulary_is_refused() {
    assert_eq!(Vocabulary::new([]), Err(VocabularyError::Empty));
    assert_eq!(Vocabulary::new([[].as_slice()]), Err(VocabularyError::Empty));
    assert_eq!(Vocabulary::from_words(vec![]), Err(VocabularyError::Empty));
    let error = Vocabulary::from_words(chords("60 33.45 61 33.45 60")).unwrap_err();
    let (first, second) = (TokenId(1), TokenId(3));
    assert_eq!(error, VocabularyError::Duplicate { word: parse_chord("33.45").unwrap(), first, second });
    assert_eq!(error.to_string(), "the word 33.45 has two numbers, 1 and 3; each word may stand once");
}

#[test]
fn a_vocabulary_over_the_limit_is_refused() {
    // The places of a number's one bits as pitches, and one more so that there is a pitch: all different.
    let word = |number: usize| {
        let mut pitches: Vec<u8> = (0..21).filter(|bit| number >> bit & 1 == 1).collect();
        pitches.push(127);
        Chord::new(pitches).unwrap()
    };
    let words: Vec<Chord> = (0..=MAX_WORDS).map(word).collect();
    let expected = VocabularyError::TooManyWords { n_words: MAX_WORDS + 1 };
    assert_eq!(Vocabulary::new([words.as_slice()]), Err(expected.clone()));
    assert_eq!(Vocabulary::from_words(words), Err(expected));
}

#[track_caller]
fn nearest(known: &str, word: &str, expected: &str) {
    let vocabulary = Vocabulary::from_words(chords(known)).unwrap();
    let found = vocabulary.word(vocabulary.nearest(&parse_chord(word).unwrap())).unwrap();
    assert_eq!(found, &parse_chord(expected).unwrap());
}

#[test]
fn the_nearest_word_has_the_fewest_wrong_notes_then_pitch_classes_then_semitones() {
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
    // A pitch that stands twice counts twice.
    nearest("45 45.50", "45.45", "45");
    nearest("45.45 50", "45", "45.45");
}
