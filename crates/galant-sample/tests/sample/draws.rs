//! Whether draws follow the probabilities.

use galant_sample::{LoopControl, Strategy, compose, random_primer};
use galant_types::{Seed, TokenId};

use crate::{Markov, words};

const PROBABILITIES: [f64; 6] = [0.4, 0.25, 0.15, 0.1, 0.07, 0.03];

fn at(temperature: f64) -> Strategy {
    Strategy::Random { temperature, loop_control: None }
}

/// Pearson's χ² of the words against their probabilities.
fn chi_square(drawn: &[TokenId], probabilities: &[f64]) -> f64 {
    let expected = |p: f64| p * drawn.len() as f64;
    let observed = |word: usize| drawn.iter().filter(|token| token.index() == word).count() as f64;
    probabilities.iter().enumerate().map(|(word, &p)| (observed(word) - expected(p)).powi(2) / expected(p)).sum()
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
    let drawn = compose(&model, &words(&[0]), 100_000, &at(1.0), Seed(1), &mut |_| ()).unwrap();
    check_fit(&drawn, &PROBABILITIES, FIVE_DEGREES);
}

#[test]
fn draws_at_temperature_one_half_follow_their_squares() {
    let model = Markov::memoryless(&PROBABILITIES);
    let drawn = compose(&model, &words(&[0]), 100_000, &at(0.5), Seed(2), &mut |_| ()).unwrap();
    let sum: f64 = PROBABILITIES.iter().map(|p| p * p).sum();
    check_fit(&drawn, &PROBABILITIES.map(|p| p * p / sum), FIVE_DEGREES);
    // The test can tell the two apart.
    assert!(chi_square(&drawn, &PROBABILITIES) > 1000.0);
}

#[test]
fn successive_draws_do_not_hang_on_each_other() {
    let model = Markov::memoryless(&[0.5, 0.5]);
    let drawn = compose(&model, &words(&[0]), 100_000, &at(1.0), Seed(3), &mut |_| ()).unwrap();
    let (pairs, _) = drawn.as_chunks::<2>();
    let pairs: Vec<TokenId> = pairs.iter().map(|[first, second]| TokenId(2 * first.0 + second.0)).collect();
    // 99.9 % of χ² with 3 degrees of freedom.
    check_fit(&pairs, &[0.25; 4], 16.266);
}

#[test]
fn the_nats_reported_average_to_the_entropy() {
    let model = Markov::memoryless(&PROBABILITIES);
    let mut nats = 0.0;
    compose(&model, &words(&[0]), 100_000, &at(1.0), Seed(4), &mut |word| nats += word.nats).unwrap();
    let entropy: f64 = PROBABILITIES.iter().map(|p| -p * p.ln()).sum();
    let square: f64 = PROBABILITIES.iter().map(|p| p * p.ln() * p.ln()).sum();
    let deviation = ((square - entropy * entropy) / 1e5).sqrt();
    assert!((nats / 1e5 - entropy).abs() < 4.0 * deviation, "{} nats per word, expected {entropy}", nats / 1e5);
}

#[test]
fn a_temperature_near_zero_is_greedy() {
    let rows = (0..7_u32).map(|word| (0..7_u32).map(|next| ((word * 5 + next * 3) % 7) as f32 * 1e-3).collect());
    let model = Markov::new(rows.collect());
    let piece = |strategy| compose(&model, &words(&[2]), 500, &strategy, Seed(5), &mut |_| ()).unwrap();
    assert_eq!(piece(at(1e-6)), piece(Strategy::Greedy));
    assert_eq!(piece(at(f64::MIN_POSITIVE)), piece(Strategy::Greedy));
    let frozen = LoopControl { lengths: vec![1], raise: 1.0, lower: 1.0, min: 1e-6, max: 1e-6 };
    let controlled = Strategy::Random { temperature: 3.0, loop_control: Some(frozen) };
    assert_eq!(piece(controlled), piece(Strategy::Greedy));
    assert_ne!(piece(at(1.0)), piece(Strategy::Greedy));
}

#[test]
fn random_primers_draw_all_words_alike() {
    let primer = random_primer(6, 100_000, Seed(6)).unwrap();
    check_fit(&primer, &[1.0 / 6.0; 6], FIVE_DEGREES);
    assert_eq!(primer[..9], random_primer(6, 9, Seed(6)).unwrap());
    assert_ne!(primer[..9], random_primer(6, 9, Seed(7)).unwrap());
    assert_eq!(random_primer(1, 3, Seed(6)).unwrap(), words(&[0, 0, 0]));
}

#[test]
fn a_primer_and_the_piece_of_the_same_seed_differ() {
    let model = Markov::memoryless(&[0.25; 4]);
    let primer = random_primer(4, 64, Seed(9)).unwrap();
    let piece = compose(&model, &primer, 64, &at(1.0), Seed(9), &mut |_| ()).unwrap();
    assert_ne!(piece, primer);
}
