//! How far a piece is while it is made.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};

use galant_pipeline::{ComposeRequest, Length, LoadedModel, Method, compose_all};
use galant_tokens::Tokenizer;

use crate::harmonize::{self, given, trio};
use crate::{CHORDS, notes, rhythm, untrained};

/// The model, and the shares that it reports.
fn watched(model: LoadedModel) -> (LoadedModel, Arc<Mutex<Vec<f64>>>) {
    let shares = Arc::new(Mutex::new(Vec::new()));
    let of_model = Arc::clone(&shares);
    (model.watched(move |share| of_model.lock().unwrap().push(share)), shares)
}

/// Checks that shares of `n` pieces were reported, each in many steps of which none is half of it.
#[track_caller]
fn check(shares: &Arc<Mutex<Vec<f64>>>, n: usize) {
    let shares = std::mem::take(&mut *shares.lock().unwrap());
    let (sum, most) = (shares.iter().sum::<f64>(), shares.iter().copied().fold(0.0, f64::max));
    assert!((sum - n as f64).abs() < 1e-9, "{sum} of {n} pieces");
    assert!(shares.len() > 8 * n && most < 0.5, "{} reports of up to {most}", shares.len());
    assert!(shares.iter().all(|&share| share > 0.0), "{shares:?}");
}

#[test]
fn a_piece_is_reported_as_it_grows_and_adds_up_to_one() {
    let bars = |tokenizer: Tokenizer| {
        let is_timed = !matches!(tokenizer, Tokenizer::Chords(_));
        let length = NonZeroUsize::new(16).map(Length::Bars);
        ComposeRequest { length: length.filter(|_| is_timed), ..ComposeRequest::default() }
    };
    for tokenizer in [rhythm(), notes(), CHORDS] {
        let (model, shares) = watched(untrained(tokenizer));
        let plain = untrained(tokenizer);
        let settings = model.complete(&bars(tokenizer)).unwrap();
        assert_eq!(model.compose(&settings), plain.compose(&settings), "to be watched changes nothing");
        check(&shares, 1);
        let beam = ComposeRequest { method: Some(Method::stochastic_beam()), ..bars(tokenizer) };
        model.compose(&model.complete(&beam).unwrap()).unwrap();
        check(&shares, 1);
        compose_all(&model, &model.candidates(&bars(tokenizer), 3, 2).unwrap(), 2).unwrap();
        check(&shares, 6);
    }
}

#[test]
fn a_tune_is_reported_as_it_is_harmonized() {
    let (model, shares) = watched(harmonize::model());
    let tune = model.tune(&trio("c.mid", 2).score, &given(&["1"])).unwrap();
    model.harmonize(&tune, &harmonize::settings()).unwrap();
    check(&shares, 1);
}
