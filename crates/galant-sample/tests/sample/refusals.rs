//! What cannot be composed, and what is said about it.

use expect_test::expect;
use galant_sample::{
    Beam, ComposeError, Draw, MAX_TOKENS, PrimerError, Rules, Selection, Strategy, StrategyError, random_primer, search,
};
use galant_types::{Seed, TokenId};

use crate::{Markov, StepFails, task, try_compose};

#[track_caller]
fn refusal(model: &Markov, primer: &[u32], n_tokens: usize, strategy: &Strategy) -> ComposeError<StepFails> {
    try_compose(model, primer, n_tokens, strategy, 1).expect_err("nothing must be composed")
}

#[test]
fn a_primer_needs_tokens_that_the_model_knows() {
    let model = Markov::memoryless(&[0.5, 0.5]);
    assert_eq!(refusal(&model, &[], 1, &Strategy::Greedy), ComposeError::EmptyPrimer);
    let expected = ComposeError::PrimerToken { position: 1, token: TokenId(2), vocab_size: 2 };
    assert_eq!(refusal(&model, &[1, 2, 3], 1, &Strategy::Greedy), expected);
    // The last token of the primer is known to be right before any is read.
    assert_eq!(model.n_steps.get(), 0);
    let nothing = Markov::memoryless(&[]);
    assert!(matches!(refusal(&nothing, &[0], 1, &Strategy::Greedy), ComposeError::PrimerToken { vocab_size: 0, .. }));
}

#[test]
fn a_piece_has_a_longest_length() {
    let model = Markov::memoryless(&[0.5, 0.5]);
    let expected = ComposeError::TooManyTokens { n_tokens: MAX_TOKENS + 1 };
    assert_eq!(refusal(&model, &[0], MAX_TOKENS + 1, &Strategy::Greedy), expected);
    let search = |width, n_tokens| {
        search(&model, &task(&[0], n_tokens, Rules::default(), 1), &Beam::best(width), &mut |_| ()).unwrap_err()
    };
    assert_eq!(search(4096, 4097), ComposeError::BeamTooLarge { width: 4096, n_tokens: 4097 });
    assert_eq!(search(1, MAX_TOKENS + 1), expected);
}

#[test]
fn a_beam_out_of_its_range_is_refused() {
    let model = Markov::memoryless(&[0.5, 0.5]);
    let best = |length_normalization, diversity| Selection::Best { length_normalization, diversity };
    let beams = [
        (0, best(0.0, 0.0)),
        (4097, best(0.0, 0.0)),
        (1, best(-0.1, 0.0)),
        (1, best(0.0, f64::NAN)),
        (1, Selection::Drawn { temperature: 0.0 }),
    ];
    let message = |(width, selection)| {
        let error =
            search(&model, &task(&[0], 1, Rules::default(), 1), &Beam { width, selection }, &mut |_| ()).unwrap_err();
        format!("{error}\n")
    };
    expect![[r#"
        beam width is 0; it must be 1 to 4096
        beam width is 4097; it must be 1 to 4096
        length normalization is -0.1; it must be 0 or above and finite
        diversity penalty is NaN; it must be 0 or above and finite
        temperature is 0; it must be above 0 and finite
    "#]]
    .assert_eq(&beams.map(message).concat());
    assert_eq!(model.n_steps.get(), 0);
}

#[test]
fn a_strategy_out_of_its_range_is_refused_before_the_first_step() {
    let model = Markov::memoryless(&[0.5, 0.5]);
    let strategy = Strategy::Random(Draw::at(-0.5));
    let expected = StrategyError::NotPositive { what: "temperature", value: -0.5 };
    assert_eq!(refusal(&model, &[0, 1], 1, &strategy), ComposeError::Strategy(expected));
    assert_eq!(model.n_steps.get(), 0);
}

#[test]
fn logits_that_are_not_finite_are_named_with_their_token() {
    for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        // 0 is followed by 1 for certain, 1 by 2, and after 2 the model breaks.
        let model = Markov::new(vec![vec![0.0, 99.0, 0.0], vec![0.0, 0.0, 99.0], vec![0.0, value, 0.0]]);
        for strategy in [Strategy::Greedy, Strategy::lecture()] {
            let ComposeError::Logit { position: 2, index: 1, value: named } = refusal(&model, &[0], 9, &strategy)
            else {
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
        (2, ComposeError::Model { position: 0, source: StepFails(2) }),
        (5, ComposeError::Model { position: 3, source: StepFails(5) }),
    ] {
        let mut model = Markov::memoryless(&[0.5, 0.5]);
        model.failing_step = Some(failing_step);
        assert_eq!(refusal(&model, &[0, 1, 0], 9, &Strategy::Greedy), expected);
    }
}

#[test]
fn every_error_says_where_and_what_to_do() {
    let errors: [ComposeError<StepFails>; 8] = [
        ComposeError::EmptyPrimer,
        ComposeError::PrimerToken { position: 1, token: TokenId(2), vocab_size: 2 },
        ComposeError::TooManyTokens { n_tokens: MAX_TOKENS + 1 },
        ComposeError::BeamTooLarge { width: 4096, n_tokens: 4097 },
        ComposeError::NothingLeft { position: 5, rule: "key D major".to_owned(), n_allowed: 6 },
        ComposeError::Primer { position: 1, source: StepFails(1) },
        ComposeError::Model { position: 0, source: StepFails(2) },
        ComposeError::Logit { position: 2, index: 1, value: f32::NAN },
    ];
    expect![[r#"
        the primer is empty; it needs at least one token
        primer, token 1: number 2 is not in the vocabulary of 2 tokens
        1048577 tokens to compose, over the limit of 1048576; compose several pieces
        a beam of width 4096 over 4097 tokens holds 16781312 tokens, over the limit of 16777216; make one of them smaller
        token 5: the rule 'key D major' forbids all 6 tokens that the rules before it allow; relax a rule
        primer, token 1: the model fails
        token 0: the model fails
        token 2: the model's logit for number 1 is NaN; it must be finite; train the model again
    "#]].assert_eq(&errors.map(|error| format!("{error}\n")).concat());
    let errors = [PrimerError::Vocabulary { vocab_size: 0 }, PrimerError::Length { length: 0 }];
    expect![[r#"
        the vocabulary has 0 tokens; it must have 1 to 4294967295
        a random primer of 0 tokens; it must have 1 to 1048576
    "#]]
    .assert_eq(&errors.map(|error| format!("{error}\n")).concat());
}

#[test]
fn a_random_primer_needs_a_vocabulary_and_a_length() {
    assert_eq!(random_primer(0, 5, Seed(1)), Err(PrimerError::Vocabulary { vocab_size: 0 }));
    assert_eq!(random_primer(5, 0, Seed(1)), Err(PrimerError::Length { length: 0 }));
    assert_eq!(random_primer(5, MAX_TOKENS + 1, Seed(1)), Err(PrimerError::Length { length: MAX_TOKENS + 1 }));
}
