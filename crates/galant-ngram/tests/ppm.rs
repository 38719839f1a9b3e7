//! PPM against an independent count, `ppm.py`, which counts everything anew before each token.

use galant_ngram::Ppm;
use galant_testkit::{Tolerance, assert_close};
use galant_types::TokenId;

fn tokens(line: &str) -> Vec<TokenId> {
    line.split(' ').skip(1).map(|number| TokenId(number.parse().unwrap())).collect()
}

#[test]
fn nats_are_those_of_an_independent_count() {
    let golden = include_str!("ppm.txt");
    let of = |kind: &'static str| golden.lines().filter(move |line| line.starts_with(kind));
    let corpus: Vec<Vec<TokenId>> = of("corpus ").map(tokens).collect();
    let ppm = Ppm::learn(corpus.iter().map(Vec::as_slice), 5);
    assert_eq!((of("piece ").count(), of("nats ").count()), (2, 2));
    for (piece, nats) in of("piece ").zip(of("nats ")) {
        let expected: Vec<f64> = nats.split(' ').skip(1).map(|number| number.parse().unwrap()).collect();
        assert_close("nats", &ppm.nats(&tokens(piece), 0), &expected, Tolerance { absolute: 1e-12, relative: 0.0 });
    }
}
