//! What is composed, step by step.

use galant_model::{Cell, Initialization, Inputs, ModelSpec, Reference, StepModel, Weights};
use galant_sample::{ComposedToken, Composer, LoopControl, Rules, Strategy, compose};
use galant_testkit::{Tolerance, assert_close};
use galant_types::{Seed, TokenId};

use crate::{Markov, chosen, piece, task, tokens, try_compose};

/// After 0 comes 1, after 1 comes 2, after 2 comes 0 or, as likely, 1.
fn round() -> Markov {
    Markov::new(vec![vec![0.0, 1.0, 0.0], vec![0.0, 0.0, 2.0], vec![1.0, 1.0, 0.0]])
}

#[test]
fn greedy_takes_the_likeliest_token_and_the_lowest_of_equals() {
    let seen = try_compose(&round(), &[2, 0], 5, &Strategy::Greedy, 1).unwrap();
    assert_eq!(chosen(&seen), tokens(&[1, 2, 0, 1, 2]));
    // −ln p by hand: p = e/(2+e), e²/(2+e²), e/(1+2e).
    let e = std::f64::consts::E;
    let [from_0, from_1, from_2] = [(2.0 + e) / e, (2.0 + e * e) / (e * e), (1.0 + 2.0 * e) / e].map(f64::ln);
    let nats: Vec<f64> = seen.iter().map(|token| token.nats).collect();
    let tolerance = Tolerance { absolute: 1e-14, relative: 0.0 };
    assert_close("nats", &nats, &[from_0, from_1, from_2, from_0, from_1], tolerance);
    assert!(seen.iter().all(|token| token.temperature.is_none()));
}

#[test]
fn every_token_costs_one_step_however_long_the_piece() {
    for n_tokens in [0, 1, 10, 1000] {
        let model = round();
        piece(&model, &[0, 1, 2], n_tokens, &Strategy::lecture(), 1);
        // The last token of the primer is read with the first choice, the last token composed not at all.
        assert_eq!(model.n_steps.get(), 2 + n_tokens);
    }
}

#[test]
fn the_model_reads_the_primer_and_then_its_own_tokens() {
    let spec = ModelSpec {
        cell: Cell::Lstm,
        inputs: Inputs::tokens(9, 4),
        hidden_size: 6,
        n_layers: 2,
        dropout: 0.0,
        residual: false,
    };
    let mut weights = Weights::initial(spec, Initialization::Keras, Seed(5)).unwrap();
    weights.values_mut().iter_mut().for_each(|weight| *weight *= 4.0);
    let model = Reference::new(&weights);
    let task = task(&[3, 1, 4, 1, 5], 12, Rules::default(), 0);
    let composed = compose(&model, task.clone(), Strategy::Greedy, &mut |_| ()).unwrap();
    // From nothing but the trait: read everything anew for each token.
    let mut all = task.primer;
    for _ in 0..12 {
        let (mut state, mut logits) = (model.zero_state(), vec![0.0; 9]);
        all.iter().for_each(|&token| model.step(&[token], &mut state, &mut logits).unwrap());
        let best = (0..9).rev().max_by(|&a, &b| logits[a as usize].total_cmp(&logits[b as usize])).unwrap();
        all.push(TokenId(best));
    }
    assert_eq!(composed, all[5..]);
}

#[test]
fn equal_seeds_give_equal_pieces_and_others_others() {
    let model = Markov::memoryless(&[0.25; 4]);
    let piece = |seed| piece(&model, &[0], 64, &Strategy::lecture(), seed);
    assert_eq!(piece(1), piece(1));
    assert_ne!(piece(1), piece(2));
    // The two highest bits of the first numbers, by Blackman and Vigna's published Xoshiro256++ and SplitMix64.
    assert_eq!(piece(1)[..12], tokens(&[3, 0, 3, 0, 2, 1, 3, 0, 3, 1, 0, 3]));
}

#[test]
fn a_composer_and_compose_agree() {
    let model = round();
    let task = task(&[1], 20, Rules::default(), 8);
    let mut composer = Composer::new(&model, task.clone(), Strategy::lecture()).unwrap();
    let mut one_by_one: Vec<ComposedToken> = Vec::new();
    while !composer.is_complete() {
        one_by_one.push(composer.next_token().unwrap());
    }
    let mut at_once = Vec::new();
    let tokens = compose(&model, task, Strategy::lecture(), &mut |token| at_once.push(*token)).unwrap();
    assert_eq!(one_by_one, at_once);
    assert_eq!((composer.n_primer(), &composer.tokens()[1..]), (1, &tokens[..]));
}

/// A chain without choice: after each token comes the next one, after the last the first.
fn circle(n: usize) -> Markov {
    let row = |token: usize| (0..n).map(|next| if next == (token + 1) % n { 0.0 } else { -1e6 }).collect();
    Markov::new((0..n).map(row).collect())
}

#[track_caller]
fn check_temperatures(model: &Markov, primer: &[u32], expected: &[f64]) {
    let composed = try_compose(model, primer, expected.len(), &Strategy::lecture(), 3).unwrap();
    let temperatures: Vec<f64> = composed.iter().map(|token| token.temperature.unwrap()).collect();
    assert_close("T", &temperatures, expected, Tolerance { absolute: 1e-15, relative: 1e-15 });
}

#[test]
fn loop_control_cools_a_circle_of_five_tokens_to_its_minimum() {
    // No repetition of 2, 3 or 4 tokens: 0.5 · 0.95ᵏ down to 0.2, the 18th power being the first below.
    let expected: Vec<f64> = (1..=30).map(|k| if k < 18 { 0.5 * 0.95_f64.powi(k) } else { 0.2 }).collect();
    check_temperatures(&circle(5), &[0], &expected);
}

#[test]
fn loop_control_heats_a_circle_of_three_tokens_as_soon_as_it_has_gone_round_twice() {
    // Six tokens make the first repetition of three; the primer is the first of the six.
    let mut expected: Vec<f64> = (1..=5).map(|k| 0.5 * 0.95_f64.powi(k)).collect();
    let coolest = expected[4];
    expected.extend((1..=14).map(|k| (coolest * 1.2_f64.powi(k)).min(5.0)));
    check_temperatures(&circle(3), &[0], &expected);
}

#[test]
fn the_loops_that_loop_control_finds_are_reported() {
    let composed = try_compose(&circle(3), &[0], 7, &Strategy::lecture(), 3).unwrap();
    let lengths: Vec<Option<usize>> = composed.iter().map(|token| token.loop_length).collect();
    assert_eq!(lengths, [None, None, None, None, None, Some(3), Some(3)]);
}

#[test]
fn loop_control_looks_at_the_primer_too() {
    check_temperatures(&circle(2), &[0, 1, 0, 1], &[0.6, 0.72, 0.864]);
    check_temperatures(&circle(2), &[1, 1, 0, 1], &[0.475, 0.57]);
}

#[test]
fn the_temperatures_the_lecture_prints_come_out() {
    // The tokens it prints with them, each chord by its place of first appearance; what came before repeats nothing.
    let composed = [0, 1, 2, 3, 3, 4, 4, 4, 3, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 13, 14].map(|n| n + 8);
    let printed = [
        "0.47", "0.45", "0.43", "0.41", "0.39", "0.37", "0.35", "0.33", "0.32", "0.30", "0.28", "0.27", "0.26", "0.24",
        "0.23", "0.22", "0.21", "0.20", "0.20", "0.20", "0.20",
    ];
    let (mut all, mut temperature) = (tokens(&[0, 1, 2, 3, 4, 5, 6, 7]), 0.5);
    for (token, expected) in composed.into_iter().zip(printed) {
        temperature = LoopControl::default().adjust(temperature, &all);
        assert_eq!(format!("{temperature:.2}"), expected);
        all.push(TokenId(token));
    }
}
