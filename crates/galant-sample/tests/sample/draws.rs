//! Whether draws follow the probabilities.

use galant_sample::{Draw, EntropyFloor, LoopControl, Strategy, Truncation, random_primer};
use galant_types::{Seed, TokenId};

use crate::{Markov, piece, tokens, try_compose};

const PROBABILITIES: [f64; 6] = [0.4, 0.25, 0.15, 0.1, 0.07, 0.03];

fn at(temperature: f64) -> Strategy {
    Strategy::Random(Draw::at(temperature))
}

fn truncated(truncation: Truncation) -> Strategy {
    Strategy::Random(Draw { truncation, ..Draw::at(1.0) })
}

/// Pearson's χ² of the tokens against their probabilities.
fn chi_square(drawn: &[TokenId], probabilities: &[f64]) -> f64 {
    let expected = |p: f64| p * drawn.len() as f64;
    let observed = |token: usize| drawn.iter().filter(|other| other.index() == token).count() as f64;
    probabilities.iter().enumerate().map(|(token, &p)| (observed(token) - expected(p)).powi(2) / expected(p)).sum()
}

#[track_caller]
fn check_fit(drawn: &[TokenId], probabilities: &[f64], quantile: f64) {
    let chi_square = chi_square(drawn, probabilities);
    assert!(chi_square < quantile, "chi-square {chi_square}, expected below {quantile}");
}

/// 99.9 % of χ² with 5 degrees of freedom.
const FIVE_DEGREES: f64 = 20.515;

#[test]
fn draws_at_temperature_one_follow_the_models_probabilities() {
    let model = Markov::memoryless(&PROBABILITIES);
    let drawn = piece(&model, &[0], 100_000, &at(1.0), 1);
    check_fit(&drawn, &PROBABILITIES, FIVE_DEGREES);
}

#[test]
fn draws_at_temperature_one_half_follow_their_squares() {
    let model = Markov::memoryless(&PROBABILITIES);
    let drawn = piece(&model, &[0], 100_000, &at(0.5), 2);
    let sum: f64 = PROBABILITIES.iter().map(|p| p * p).sum();
    check_fit(&drawn, &PROBABILITIES.map(|p| p * p / sum), FIVE_DEGREES);
    // The test can tell the two apart.
    assert!(chi_square(&drawn, &PROBABILITIES) > 1000.0);
}

/// Checks that draws follow the model's probabilities of the first `n_kept` tokens, normalized.
#[track_caller]
fn check_kept(truncation: Truncation, n_kept: usize, quantile: f64) {
    let model = Markov::memoryless(&PROBABILITIES);
    let drawn = piece(&model, &[0], 100_000, &truncated(truncation), 11);
    let (kept, left_out) = PROBABILITIES.split_at(n_kept);
    assert!(drawn.iter().all(|token| token.index() < n_kept), "one of {left_out:?} was drawn");
    let sum: f64 = kept.iter().sum();
    check_fit(&drawn, &kept.iter().map(|p| p / sum).collect::<Vec<_>>(), quantile);
}

#[test]
fn draws_from_the_tokens_kept_follow_their_probabilities() {
    // 99.9 % of χ² with 2, 3 and 1 degrees of freedom.
    check_kept(Truncation::TopK(3), 3, 13.816);
    // 0.4 + 0.25 + 0.15 = 0.8 is not enough for 0.85.
    check_kept(Truncation::TopP(0.85), 4, 16.266);
    // 0.25 is over half of 0.4, 0.15 is not.
    check_kept(Truncation::MinP(0.5), 2, 10.828);
}

#[test]
fn truncation_to_one_token_is_greedy_and_to_all_is_none() {
    let rows = (0..7_u32).map(|token| (0..7_u32).map(|next| ((token * 5 + next * 3) % 7) as f32).collect());
    let model = Markov::new(rows.collect());
    let piece = |strategy: Strategy| piece(&model, &[2], 500, &strategy, 5);
    for one in [Truncation::TopK(1), Truncation::TopP(f64::MIN_POSITIVE), Truncation::MinP(1.0)] {
        assert_eq!(piece(truncated(one)), piece(Strategy::Greedy), "{one:?}");
    }
    for all in [Truncation::TopK(7), Truncation::TopP(1.0), Truncation::MinP(f64::MIN_POSITIVE)] {
        assert_eq!(piece(truncated(all)), piece(at(1.0)), "{all:?}");
    }
    assert_ne!(piece(at(1.0)), piece(Strategy::Greedy));
}

/// After 0 comes 0, except one time in e¹⁰.
fn collapsing() -> Markov {
    Markov::new(vec![vec![10.0, 0.0, 0.0], vec![0.0; 3], vec![0.0; 3]])
}

#[test]
fn an_entropy_floor_breaks_a_collapse_and_reports_each_time() {
    let nats = 0.5;
    let draw = |entropy_floor| Strategy::Random(Draw { entropy_floor, ..Draw::at(1.0) });
    let collapsed = piece(&collapsing(), &[0], 64, &draw(None), 4);
    assert_eq!(collapsed, tokens(&[0; 64]));
    let free = try_compose(&collapsing(), &[0], 4000, &draw(Some(EntropyFloor { nats, window: 4 })), 4).unwrap();
    let n_raised = free.iter().filter(|token| token.entropy_raised).count();
    assert!(n_raised > 10, "{n_raised}");
    // The first draws have nothing before them, and 1 and 2 are followed by anything.
    assert!(free[..4].iter().all(|token| !token.entropy_raised));
    assert!(free.iter().all(|token| token.entropy_raised == (token.temperature != Some(1.0))));
    let other = free.iter().filter(|token| token.token != TokenId(0)).count();
    assert!(other > 400, "{other} of 4000 tokens left the collapse");
}

#[test]
fn an_entropy_floor_leaves_a_single_certain_token_alone() {
    // After 1 comes 0, and then anything: the mean of eight draws is never below half of ln 3.
    let model = Markov::new(vec![vec![0.0; 3], vec![10.0, 0.0, 0.0], vec![0.0; 3]]);
    let floor = EntropyFloor { nats: 0.5, window: 8 };
    let strategy = Strategy::Random(Draw { entropy_floor: Some(floor), ..Draw::at(1.0) });
    assert!(try_compose(&model, &[0], 1000, &strategy, 4).unwrap().iter().all(|token| !token.entropy_raised));
}

#[test]
fn an_entropy_floor_raises_the_temperature_no_more_than_needed() {
    let floor = EntropyFloor { nats: 0.6, window: 1 };
    let strategy = Strategy::Random(Draw { entropy_floor: Some(floor), ..Draw::at(1.0) });
    let composed = try_compose(&collapsing(), &[0], 2, &strategy, 4).unwrap();
    let temperature = composed[1].temperature.unwrap();
    let entropy = |temperature: f64| {
        let weights = [(10.0 / temperature).exp(), 1.0, 1.0];
        let sum: f64 = weights.iter().sum();
        -weights.iter().map(|weight| weight / sum * (weight / sum).ln()).sum::<f64>()
    };
    assert!(entropy(temperature) >= 0.6 && entropy(temperature / 1.25) < 0.6, "T = {temperature}");
}

#[test]
fn a_floor_that_cannot_be_reached_ends_at_its_highest_temperature() {
    let floor = EntropyFloor { nats: 99.0, window: 1 };
    let strategy = Strategy::Random(Draw { entropy_floor: Some(floor), ..Draw::at(1.0) });
    let composed = try_compose(&collapsing(), &[0], 100_000, &strategy, 6).unwrap();
    let temperature = composed[1].temperature.unwrap();
    assert!((EntropyFloor::MAX_TEMPERATURE..1.25 * EntropyFloor::MAX_TEMPERATURE).contains(&temperature));
}

#[test]
fn successive_draws_are_independent() {
    let model = Markov::memoryless(&[0.5, 0.5]);
    let drawn = piece(&model, &[0], 100_000, &at(1.0), 3);
    let (pairs, _) = drawn.as_chunks::<2>();
    let pairs: Vec<TokenId> = pairs.iter().map(|[first, second]| TokenId(2 * first.0 + second.0)).collect();
    // 99.9 % of χ² with 3 degrees of freedom.
    check_fit(&pairs, &[0.25; 4], 16.266);
}

#[test]
fn the_nats_reported_average_to_the_entropy() {
    let model = Markov::memoryless(&PROBABILITIES);
    let nats: f64 = try_compose(&model, &[0], 100_000, &at(1.0), 4).unwrap().iter().map(|token| token.nats).sum();
    let entropy: f64 = PROBABILITIES.iter().map(|p| -p * p.ln()).sum();
    let square: f64 = PROBABILITIES.iter().map(|p| p * p.ln() * p.ln()).sum();
    let deviation = ((square - entropy * entropy) / 1e5).sqrt();
    assert!((nats / 1e5 - entropy).abs() < 4.0 * deviation, "{} nats per token, expected {entropy}", nats / 1e5);
}

#[test]
fn a_temperature_near_zero_is_greedy() {
    let rows = (0..7_u32).map(|token| (0..7_u32).map(|next| ((token * 5 + next * 3) % 7) as f32 * 1e-3).collect());
    let model = Markov::new(rows.collect());
    let piece = |strategy: Strategy| piece(&model, &[2], 500, &strategy, 5);
    assert_eq!(piece(at(1e-6)), piece(Strategy::Greedy));
    assert_eq!(piece(at(f64::MIN_POSITIVE)), piece(Strategy::Greedy));
    let frozen = LoopControl { lengths: vec![1], shortest: 0, raise: 1.0, lower: 1.0, min: 1e-6, max: 1e-6 };
    let controlled = Strategy::Random(Draw { loop_control: Some(frozen), ..Draw::at(3.0) });
    assert_eq!(piece(controlled), piece(Strategy::Greedy));
    assert_ne!(piece(at(1.0)), piece(Strategy::Greedy));
}

#[test]
fn random_primers_draw_all_tokens_equally_often() {
    let primer = random_primer(6, 100_000, Seed(6)).unwrap();
    check_fit(&primer, &[1.0 / 6.0; 6], FIVE_DEGREES);
    assert_eq!(primer[..9], random_primer(6, 9, Seed(6)).unwrap());
    assert_ne!(primer[..9], random_primer(6, 9, Seed(7)).unwrap());
    assert_eq!(random_primer(1, 3, Seed(6)).unwrap(), tokens(&[0, 0, 0]));
}

#[test]
fn a_primer_and_the_piece_of_the_same_seed_differ() {
    let model = Markov::memoryless(&[0.25; 4]);
    let primer = random_primer(4, 64, Seed(9)).unwrap();
    let numbers: Vec<u32> = primer.iter().map(|token| token.0).collect();
    assert_ne!(piece(&model, &numbers, 64, &at(1.0), 9), primer);
}
