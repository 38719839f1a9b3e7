//! The best of several pieces.

use galant_pipeline::{
    ComposePieceError, ComposeRequest, ComposedPiece, LoadedModel, Method, PiecePlan, PieceSettings,
};
use galant_sample::Draw;
use galant_tokens::{Token, estimate_key};
use galant_types::{EpochRecord, Seed};

use crate::{CHORDS, loaded, notes, rhythm, small, training};

/// How many flaws it has, and nats per note, by definition.
fn rank(model: &LoadedModel, piece: &ComposedPiece) -> (u8, f64) {
    let found = estimate_key(&model.score(piece).unwrap()).map(|key| (key.tonic(), key.is_minor()));
    let told = piece.settings.plan.key.map(|key| (key.tonic(), key.is_minor()));
    let tokens: Vec<Token> = piece.tokens.iter().map(|&id| model.token(id).clone()).collect();
    let n_notes = tokens.iter().map(|token| token.pitches().len()).sum::<usize>();
    let has_left = told.is_some() && found.is_some() && told != found;
    let kept = model.file().epochs.iter().find(|record| record.epoch == model.file().kept_epoch);
    let unseen = kept.and_then(|record| record.valid_loss).unwrap_or(0.0);
    let is_formula = piece.nats / (tokens.len() as f64) < 0.4 * unseen;
    (u8::from(has_left) + u8::from(is_formula), piece.nats / n_notes as f64)
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
fn a_formula_is_kept_only_if_nothing_else_was_composed() {
    let trained = loaded(&training(&small(notes())));
    let candidate = |seed| {
        let request = ComposeRequest { seed: Seed(seed), ..ComposeRequest::default() };
        // Without a key that it could leave.
        PieceSettings { plan: PiecePlan::default(), ..trained.complete(&request).unwrap() }
    };
    let candidates: Vec<_> = (0..12).map(candidate).collect();
    let per_token = |piece: &ComposedPiece| piece.nats / piece.tokens.len() as f64;
    let pieces: Vec<_> = candidates.iter().map(|settings| trained.compose(settings).unwrap()).collect();
    let likeliest = |least: f64| {
        let dear = pieces.iter().filter(|piece| per_token(piece) > least);
        dear.min_by(|a, b| rank(&trained, a).1.total_cmp(&rank(&trained, b).1)).unwrap()
    };
    let first = likeliest(0.0);
    let least = per_token(first);
    // Validation losses of which the likeliest costs just less than two fifths, just more, and of which all cost less.
    for (valid_loss, expected) in [(2.501 * least, likeliest(least)), (2.499 * least, first), (100.0 * least, first)] {
        let mut file = trained.file().clone();
        let valid_loss = Some(valid_loss);
        file.epochs = vec![EpochRecord { epoch: 1, train_loss: 1.0, train_loss_without_dropout: 1.0, valid_loss }];
        file.kept_epoch = 1;
        let model = LoadedModel::new(file).unwrap();
        assert_eq!(model.compose_best_of(&candidates).unwrap().tokens, expected.tokens);
    }
}

#[test]
fn of_no_pieces_there_is_no_best() {
    let model = loaded(&training(&small(CHORDS)));
    assert_eq!(model.compose_best_of(&[]), Err(ComposePieceError::NoCandidates));
}
