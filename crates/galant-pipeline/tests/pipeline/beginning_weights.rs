//! What a network predicts before it is trained.

use std::collections::BTreeMap;

use galant_model::Initialization;
use galant_tokens::{NoteToken, Token};

use crate::{corpus, notes, small, training};

#[test]
fn a_network_begins_with_how_frequent_each_token_is_in_all_keys() {
    let mut settings = small(notes());
    settings.training.transpose = 0..=1;
    let training = training(&settings);
    let vocabulary = corpus(&settings).vocabulary;

    let mut counts = BTreeMap::new();
    for token in training.windows().training_parts().flatten() {
        let written = vocabulary.token(token).unwrap().clone();
        // The highest pitch of the corpus has no transposition that stays in its range.
        let raised = match &written {
            Token::Note(NoteToken::Pitch(pitch)) => Token::Note(NoteToken::Pitch(pitch + 1)),
            other => other.clone(),
        };
        for token in [written, raised] {
            *counts.entry(token).or_insert(0_u32) += 1;
        }
    }
    let known: Vec<_> = vocabulary.tokens().iter().map(|token| counts.get(token).copied().unwrap_or(0)).collect();
    let total = f64::from(known.iter().sum::<u32>()) + 0.5 * known.len() as f64;
    assert!(known.contains(&0), "a token that was never counted should be among them");
    let weights = training.initial_weights();
    for (token, count) in known.iter().enumerate() {
        let predicted = f64::from(weights.view().dense_bias[token]).exp();
        let expected = (f64::from(*count) + 0.5) / total;
        assert!((predicted / expected - 1.0).abs() < 1e-5, "token {token}: {predicted} instead of {expected}");
    }
}

#[test]
fn a_network_of_keras_begins_without_biases() {
    let mut settings = small(notes());
    settings.training.initialization = Initialization::Keras;
    assert!(training(&settings).initial_weights().view().dense_bias.iter().all(|&bias| bias == 0.0));
}
