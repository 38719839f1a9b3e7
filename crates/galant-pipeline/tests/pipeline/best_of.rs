//! The best of several pieces.

use galant_pipeline::{ComposePieceError, ComposeRequest, ComposedPiece, LoadedModel, Method};
use galant_sample::Draw;
use galant_tokens::{Token, estimate_key};
use galant_types::Seed;

use crate::{CHORDS, loaded, notes, rhythm, small, training};

/// Whether it has left its key, and nats per note, by definition.
fn rank(model: &LoadedModel, piece: &ComposedPiece) -> (bool, f64) {
    let found = estimate_key(&model.score(piece).unwrap()).map(|key| (key.tonic(), key.is_minor()));
    let told = piece.settings.plan.key.map(|key| (key.tonic(), key.is_minor()));
    let tokens: Vec<Token> = piece.tokens.iter().map(|&id| model.token(id).clone()).collect();
    let n_notes = tokens.iter().map(|token| token.pitches().len()).sum::<usize>();
    (told.is_some() && found.is_some() && told != found, piece.nats / n_notes as f64)
}

#[test]
fn the_best_stays_in_its_key_and_is_the_likeliest() {
    let mut n_not_likeliest = 0;
    for tokenizer in [rhythm(), notes(), CHORDS] {
        let model = loaded(&training(&small(tokenizer)));
        for first in 0..6_u64 {
            let request = |seed| ComposeRequest {
                seed: Seed(10 * first + seed),
                method: Some(Method::Draw(Draw::at(1.0))),
                ..ComposeRequest::default()
            };
            let candidates: Vec<_> = (0..5).map(|seed| model.complete(&request(seed)).unwrap()).collect();
            let best = model.compose_best_of(&candidates).unwrap();
            let ranks: Vec<_> =
                candidates.iter().map(|settings| rank(&model, &model.compose(settings).unwrap())).collect();
            let least = ranks.iter().copied().min_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))).unwrap();
            assert_eq!(rank(&model, &best), least, "{ranks:?}");
            n_not_likeliest += usize::from(ranks.iter().any(|rank| rank.1 < least.1));
            // What it says made it is all that it takes.
            assert_eq!(model.compose(&best.settings).as_ref(), Ok(&best));
        }
    }
    assert!(n_not_likeliest > 0, "a likelier piece has left its key");
}

#[test]
fn of_no_pieces_there_is_no_best() {
    let model = loaded(&training(&small(CHORDS)));
    assert_eq!(model.compose_best_of(&[]), Err(ComposePieceError::NoCandidates));
}
