//! What cannot be composed, and what is said about it.

use galant_sample::{ComposeError, MAX_WORDS, PrimerError, Strategy, StrategyError, compose, random_primer};
use galant_types::{Seed, TokenId};

use crate::{Markov, StepFails, words};

#[track_caller]
fn refusal(model: &Markov, primer: &[u32], n_words: usize, strategy: &Strategy) -> ComposeError<StepFails> {
    compose(model, &words(primer), n_words, strategy, Seed(1), &mut |_| ()).expect_err("nothing must be composed")
}

#[test]
fn a_primer_needs_words_that_the_model_knows() {
    let model = Markov::memoryless(&[0.5, 0.5]);
    assert_eq!(refusal(&model, &[], 1, &Strategy::Greedy), ComposeError::EmptyPrimer);
    let expected = ComposeError::PrimerWord { position: 1, word: TokenId(2), vocab_size: 2 };
    assert_eq!(refusal(&model, &[1, 2, 3], 1, &Strategy::Greedy), expected);
    // The last word of the primer is known to be right before any is read.
    assert_eq!(model.n_steps.get(), 0);
    let nothing = Markov::memoryless(&[]);
    assert!(matches!(refusal(&nothing, &[0], 1, &Strategy::Greedy), ComposeError::PrimerWord { vocab_size: 0, .. }));
}

#[test]
fn a_piece_has_a_longest_length() {
    let model = Markov::memoryless(&[0.5, 0.5]);
    let expected = ComposeError::TooManyWords { n_words: MAX_WORDS + 1 };
    assert_eq!(refusal(&model, &[0], MAX_WORDS + 1, &Strategy::Greedy), expected);
}

#[test]
fn a_strategy_out_of_its_range_is_refused_before_the_first_step() {
    let model = Markov::memoryless(&[0.5, 0.5]);
    let strategy = Strategy::Random { temperature: -0.5, loop_control: None };
    let expected = StrategyError::NotPositive { what: "temperature", value: -0.5 };
    assert_eq!(refusal(&model, &[0, 1], 1, &strategy), ComposeError::Strategy(expected));
    assert_eq!(model.n_steps.get(), 0);
}

#[test]
fn logits_that_are_not_finite_are_named_with_their_word() {
    for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        // 0 is followed by 1 for certain, 1 by 2, and after 2 the model breaks.
        let model = Markov::new(vec![vec![0.0, 99.0, 0.0], vec![0.0, 0.0, 99.0], vec![0.0, value, 0.0]]);
        for strategy in [Strategy::Greedy, Strategy::lecture()] {
            let ComposeError::Logit { word: 2, index: 1, value: named } = refusal(&model, &[0], 9, &strategy) else {
                panic!("{value}");
            };
            assert_eq!(named.to_bits(), value.to_bits());
        }
    }
}

#[test]
fn a_failing_step_is_named_by_its_place() {
    for (failing_step, expected) in [
        (1, ComposeError::Primer { position: 1, source: StepFails(1) }),
        (2, ComposeError::Model { word: 0, source: StepFails(2) }),
        (5, ComposeError::Model { word: 3, source: StepFails(5) }),
    ] {
        let mut model = Markov::memoryless(&[0.5, 0.5]);
        model.failing_step = Some(failing_step);
        assert_eq!(refusal(&model, &[0, 1, 0], 9, &Strategy::Greedy), expected);
    }
}

#[test]
fn a_random_primer_needs_a_vocabulary_and_a_length() {
    assert_eq!(random_primer(0, 5, Seed(1)), Err(PrimerError::Vocabulary { vocab_size: 0 }));
    assert_eq!(random_primer(5, 0, Seed(1)), Err(PrimerError::Length { length: 0 }));
    assert_eq!(random_primer(5, MAX_WORDS + 1, Seed(1)), Err(PrimerError::Length { length: MAX_WORDS + 1 }));
}
