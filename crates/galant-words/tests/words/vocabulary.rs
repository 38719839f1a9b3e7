use galant_types::{Chord, TokenId};
use galant_words::{ChordWords, Grid, GridWords, MAX_WORDS, Vocabulary, VocabularyError, Word, WordKind};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::round_trip::{check, chord};

const CHORDS: WordKind = WordKind::Chords(ChordWords { rules: galant_words::ChordRules::Standard, top: 0 });

fn chords(words: &str) -> Vec<Word> {
    words.split(' ').map(|word| CHORDS.parse(word).unwrap()).collect()
}

#[test]
fn words_are_numbered_as_python_sorts_their_texts() {
    let first = chords("33.45.61.64.69 2 100 36.48.60.80 10 1 12");
    let second = chords("33.45.61.64.69.81 10.11 100 1.2 10.100 0 33.45.61 20.21 2.3");
    let vocabulary = Vocabulary::new(CHORDS, [first.as_slice(), &second], 0..=0).unwrap();
    // From Python: sorted(words, key=str), each word a list of numbers.
    let expected = "0 1.2 10.100 10.11 100 10 12 1 2.3 20.21 2 33.45.61.64.69.81 33.45.61.64.69 33.45.61 36.48.60.80";
    assert_eq!(vocabulary.words(), chords(expected));
    assert_eq!(vocabulary, Vocabulary::new(CHORDS, [second.as_slice(), &first], 0..=0).unwrap());
}

#[test]
fn words_and_numbers_find_each_other() {
    check((vec(chord().prop_map(Word::Chord), 1..40), chord().prop_map(Word::Chord)), |(song, other)| {
        let vocabulary = Vocabulary::new(CHORDS, [song.as_slice()], 0..=0).unwrap();
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
    assert_eq!(Vocabulary::new(CHORDS, [], 0..=0), Err(VocabularyError::Empty));
    assert_eq!(Vocabulary::new(CHORDS, [[].as_slice()], 0..=0), Err(VocabularyError::Empty));
    assert_eq!(Vocabulary::from_words(vec![]), Err(VocabularyError::Empty));
    let error = Vocabulary::from_words(chords("60 33.45 61 33.45 60")).unwrap_err();
    let (first, second) = (TokenId(1), TokenId(3));
    assert_eq!(error, VocabularyError::Duplicate { word: chords("33.45")[0].clone(), first, second });
    assert_eq!(error.to_string(), "the word 33.45 has two numbers, 1 and 3; each word may stand once");
}

#[test]
fn a_vocabulary_over_the_limit_is_refused() {
    // The places of a number's one bits as pitches, and one more so that there is a pitch: all different.
    let word = |number: usize| {
        let mut pitches: Vec<u8> = (0..21).filter(|bit| number >> bit & 1 == 1).collect();
        pitches.push(127);
        Word::Chord(Chord::new(pitches).unwrap())
    };
    let words: Vec<Word> = (0..=MAX_WORDS).map(word).collect();
    let expected = VocabularyError::TooManyWords { n_words: MAX_WORDS + 1 };
    assert_eq!(Vocabulary::new(CHORDS, [words.as_slice()], 0..=0), Err(expected.clone()));
    assert_eq!(Vocabulary::from_words(words), Err(expected));
}

#[track_caller]
fn nearest(known: &str, word: &str, expected: &str) {
    let vocabulary = Vocabulary::from_words(chords(known)).unwrap();
    let found = vocabulary.word(vocabulary.nearest(&chords(word)[0])).unwrap();
    assert_eq!(found, &chords(expected)[0]);
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

fn rhythm() -> WordKind {
    WordKind::Rhythm(GridWords::default())
}

fn words(kind: WordKind, texts: &str) -> Vec<Word> {
    texts.split(' ').map(|text| kind.parse(text).unwrap()).collect()
}

#[test]
fn of_words_with_equal_notes_the_nearest_has_the_nearest_time_then_length() {
    let known = words(rhythm(), "60+3>6 60+12>5 60+7>9 >7");
    let vocabulary = Vocabulary::from_words(known.clone()).unwrap();
    let nearest = |text| vocabulary.nearest(&rhythm().parse(text).unwrap()).index();
    assert_eq!([nearest("60+12>7"), nearest("60+12>4"), nearest("60+12>8"), nearest(">99")], [0, 1, 2, 3]);
    // What passes time stands for what passes time, however far.
    let kind = WordKind::Notes(GridWords::default());
    let vocabulary = Vocabulary::from_words(words(kind, "60 +1 >40")).unwrap();
    let nearest = |text| vocabulary.nearest(&kind.parse(text).unwrap()).index();
    assert_eq!([nearest(">1"), nearest("+48"), nearest("127")], [2, 1, 0]);
}

#[test]
fn an_alphabet_of_notes_is_whole_whatever_the_songs_have() {
    let kind = WordKind::Notes(GridWords { grid: Grid::new(2).unwrap(), top: 0 });
    let vocabulary = Vocabulary::new(kind, [words(kind, "62 +1 >3 60 +1").as_slice()], -6..=5).unwrap();
    let texts: Vec<String> = vocabulary.words().iter().map(ToString::to_string).collect();
    assert_eq!(texts.join(" "), ">1 >2 >3 >4 >5 >6 >7 >8 60 61 62 +1 +2 +3 +4 +5 +6 +7 +8");
}

#[test]
fn transposed_words_are_in_the_vocabulary_as_far_as_the_instrument_reaches() {
    let song = words(rhythm(), "60.64+6>6 >12 62+6>6");
    let plain = Vocabulary::new(rhythm(), [song.as_slice()], 0..=0).unwrap();
    assert_eq!(plain.len(), 3);
    let vocabulary = Vocabulary::new(rhythm(), [song.as_slice()], -6..=5).unwrap();
    // The chord spans the whole range; the single note moves within it.
    let texts: Vec<String> = vocabulary.words().iter().map(ToString::to_string).collect();
    assert_eq!(texts.join(" "), ">12 60+6>6 60.64+6>6 61+6>6 62+6>6 63+6>6 64+6>6");
    let token = |text| vocabulary.token(&rhythm().parse(text).unwrap());
    let up = vocabulary.transposition(2);
    let of = |text| up[token(text).unwrap().index()];
    assert_eq!(of("62+6>6"), token("64+6>6"));
    assert_eq!(of("64+6>6"), None);
    assert_eq!(of("60.64+6>6"), None);
    assert_eq!(of(">12"), token(">12"));
    let same: Vec<_> = (0..7).map(|token| Some(TokenId(token))).collect();
    assert_eq!(vocabulary.transposition(0), same);
    assert_eq!(vocabulary.transposition(i8::MIN)[1..], [None; 6]);
}
