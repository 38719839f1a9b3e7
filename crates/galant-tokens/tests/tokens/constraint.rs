use galant_tokens::constraint::{EndAfterSteps, MaxNotes, StartWithNote, TokenFilter, TonicEnd};
use galant_tokens::{ChordTokenizer, GridTokenizer, Tokenizer, Vocabulary};
use galant_types::{Constraint, TokenId};

fn vocabulary(tokenizer: Tokenizer, texts: &str) -> Vocabulary {
    let tokens = texts.split(' ').map(|text| tokenizer.parse(text).unwrap());
    Vocabulary::from_tokens(tokens.collect()).unwrap()
}

fn chords() -> Vocabulary {
    vocabulary(Tokenizer::Chords(ChordTokenizer::default()), "60.64.67 62 61.65 48.60 57.64.69.72")
}

fn rhythm(texts: &str) -> Vocabulary {
    vocabulary(Tokenizer::Rhythm(GridTokenizer::default()), texts)
}

/// Checks which of five tokens may follow `piece`.
#[track_caller]
fn check(constraint: &dyn Constraint, piece: &[u32], n_left: usize, expected: &[usize]) {
    let mut constraint = constraint.boxed_clone();
    piece.iter().for_each(|&token| constraint.advance(TokenId(token)));
    let mut allowed = [true; 5];
    constraint.restrict(n_left, &mut allowed);
    let found: Vec<usize> = (0..5).filter(|&token| allowed[token]).collect();
    assert_eq!(found, expected, "{}", constraint.name());
    // What is forbidden already stays so.
    let mut none = [false; 5];
    constraint.restrict(n_left, &mut none);
    assert_eq!(none, [false; 5]);
}

#[test]
fn filters_look_at_the_notes_of_a_token() {
    let vocabulary = chords();
    let scale = |text: &str| TokenFilter::scale(&vocabulary, text.parse().unwrap());
    check(&scale("C major"), &[], 9, &[0, 1, 3, 4]);
    check(&scale("D major"), &[2, 2], 9, &[1]);
    check(&TokenFilter::range(&vocabulary, 57..=67), &[], 9, &[0, 1, 2]);
    check(&TokenFilter::max_notes(&vocabulary, 2), &[], 9, &[1, 2, 3]);
    let c_and_d = 1 << 0 | 1 << 2;
    check(&TokenFilter::only_pitch_classes(&vocabulary, c_and_d), &[], 9, &[1, 3]);
    check(&TokenFilter::without_pitch_classes(&vocabulary, c_and_d), &[], 9, &[2]);
    assert_eq!(scale("D major").name(), "key D major");
}

#[test]
fn the_tonic_is_required_at_the_end_only() {
    let vocabulary = chords();
    let end = |text: &str| TonicEnd::new(&vocabulary, text.parse().unwrap());
    check(&end("C major"), &[], 2, &[0, 1, 2, 3, 4]);
    check(&end("C major"), &[1], 1, &[0, 3]);
    check(&end("A minor"), &[], 1, &[4]);
    assert_eq!(end("A minor").name(), "end on the tonic of A minor");
}

#[test]
fn a_piece_ends_with_its_time_and_on_the_tonic() {
    let vocabulary = rhythm("60.64+6>6 62+6>6 62+3>3 >12 67+9>0");
    let end = EndAfterSteps::new(&vocabulary, 12);
    let is_end = |piece: &[u32]| {
        let mut end = end.clone();
        piece.iter().for_each(|&token| end.advance(TokenId(token)));
        end.is_end()
    };
    assert!(!is_end(&[]) && !is_end(&[0, 4, 2]) && is_end(&[0, 1]) && is_end(&[0, 4, 3]));
    check(&end, &[1], 9, &[0, 1, 2, 3, 4]);
    let end = end.on_tonic(TonicEnd::new(&vocabulary, "C major".parse().unwrap()));
    check(&end, &[], 9, &[0, 1, 2, 4]);
    check(&end, &[1], 9, &[0, 2, 4]);
    assert_eq!(end.name(), "end after 12 steps, end on the tonic of C major");
}

#[test]
fn notes_of_several_tokens_are_counted_together() {
    let vocabulary = rhythm("60.64+6>6 62+6>6 62+3>0 >12 67.71+9>0");
    let two = MaxNotes::new(&vocabulary, 2);
    check(&two, &[], 9, &[0, 1, 2, 3]);
    check(&two, &[2], 9, &[1, 3]);
    check(&two, &[2, 1], 9, &[0, 1, 2, 3]);
    // Each chord token is an onset of its own.
    check(&MaxNotes::new(&chords(), 2), &[1, 2], 9, &[1, 2, 3]);
}

#[test]
fn a_piece_starts_with_a_note() {
    let vocabulary = rhythm("60.64+6>6 62+6>6 >6 >12 67+9>0");
    let start = StartWithNote::new(&vocabulary);
    check(&start, &[], 3, &[0, 1, 4]);
    check(&start, &[], 2, &[0, 1, 2, 3, 4]);
    check(&start, &[1], 9, &[0, 1, 2, 3, 4]);
}

#[test]
#[should_panic(expected = "key C major: tokens of the vocabulary and of the model")]
fn a_constraint_of_another_vocabulary_is_noticed() {
    TokenFilter::scale(&chords(), "C major".parse().unwrap()).restrict(9, &mut [true; 6]);
}
