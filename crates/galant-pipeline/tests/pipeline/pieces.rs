//! Whole pieces as they are composed by default.

use std::num::NonZeroUsize;

use galant_model::StepModel;
use galant_pipeline::{
    ComposeRequest, ComposedPiece, ConstraintSettings, End, Excerpt, Form, Length, LoadedModel, parse_tokens,
};
use galant_tokens::stream::{Frame, Stream};
use galant_tokens::{Grid, Tokenizer};
use galant_types::{Note, Scale, Seed, TokenId};

use crate::{loaded, notes, rhythm, small, trained, training};

fn trained_model(tokenizer: Tokenizer) -> LoadedModel {
    let training = training(&small(tokenizer));
    LoadedModel::new(training.model_file(&trained(&training), None)).unwrap()
}

fn composed(model: &LoadedModel, request: &ComposeRequest) -> ComposedPiece {
    model.compose(&model.complete(request).unwrap()).unwrap()
}

/// The notes of a piece with ticks for steps.
fn steps(model: &LoadedModel, piece: &ComposedPiece) -> Vec<Note> {
    let score = model.score(piece).unwrap();
    let per_step = u64::from(score.ticks_per_quarter) / u64::from(Grid::default().steps_per_quarter());
    score
        .notes
        .iter()
        .map(|note| Note { onset: note.onset / per_step, length: note.length / per_step, ..*note })
        .collect()
}

/// How long a bar is, in steps.
fn bar(piece: &ComposedPiece) -> u64 {
    Grid::default().steps_per_bar(&piece.settings.playback)
}

#[track_caller]
fn check_ending(model: &LoadedModel, piece: &ComposedPiece, n_bars: u64, key: Option<Scale>) {
    let notes = steps(model, piece);
    let last = notes.iter().map(|note| note.onset).max().unwrap();
    assert_eq!(last, (n_bars - 1) * bar(piece), "the last chord of {n_bars} bars");
    let chord: Vec<u8> = notes.iter().filter(|note| note.onset == last).map(|note| note.pitch).collect();
    let Some(key) = key else { return };
    assert_eq!(chord.iter().min().unwrap() % 12, key.tonic(), "{chord:?} in {key}");
    assert!(chord.iter().all(|pitch| key.triad() >> (pitch % 12) & 1 == 1), "{chord:?} in {key}");
}

#[test]
fn a_piece_has_16_bars_and_ends_on_its_tonic() {
    for tokenizer in [rhythm(), notes()] {
        let model = trained_model(tokenizer);
        let openings: Vec<TokenId> = model.file().openings.iter().map(|opening| opening.token).collect();
        for seed in 0..8 {
            let piece = composed(&model, &ComposeRequest { seed: Seed(seed), ..ComposeRequest::default() });
            let plan = &piece.settings.plan;
            assert!(plan.n_bars == Some(16) && plan.key.is_some());
            assert!(piece.before.len() == 1 && openings.contains(&piece.before[0]), "seed {seed}");
            let ending = piece.settings.constraints.ending.unwrap();
            if matches!(tokenizer, Tokenizer::Notes(_)) {
                assert!(ending.key == plan.key && ending.downbeats, "seed {seed}: {ending:?}");
            }
            check_ending(&model, &piece, 16, ending.key);
        }
    }
}

#[test]
fn the_theme_comes_back_unless_the_form_is_free() {
    let model = trained_model(notes());
    let notes_of = |piece: &ComposedPiece, number: u64| -> Vec<(u64, u64, u8)> {
        let (start, end) = (number * bar(piece), (number + 1) * bar(piece));
        let notes = steps(&model, piece);
        let notes = notes.iter().filter(|note| (start..end).contains(&note.onset));
        notes.map(|note| (note.onset - start, note.length.min(end - note.onset), note.pitch)).collect()
    };
    for seed in 0..6 {
        let request = ComposeRequest { seed: Seed(seed), ..ComposeRequest::default() };
        let piece = composed(&model, &request);
        for (bar, of) in [(4, 0), (5, 1), (12, 0), (13, 1)] {
            assert_eq!(notes_of(&piece, bar), notes_of(&piece, of), "bars {bar} and {of}, seed {seed}");
        }
        let free = composed(&model, &ComposeRequest { form: Form::Free, ..request });
        assert_ne!(notes_of(&free, 4), notes_of(&free, 0), "seed {seed}");
        assert_eq!(free.settings.constraints.returns, []);
    }
}

#[test]
fn bars_are_counted_after_a_primer_which_has_no_form() {
    for tokenizer in [rhythm(), notes()] {
        let model = trained_model(tokenizer);
        let text = match tokenizer {
            Tokenizer::Rhythm(_) => "69+12>12 69+12>12 69+12>12",
            _ => "69 +12 >12 69 +12 >12 69 +12 >12",
        };
        let primer = Excerpt { tokens: parse_tokens(text, tokenizer).unwrap(), playback: None };
        let length = NonZeroUsize::new(3).map(Length::Bars);
        let request = ComposeRequest { primer: Some(primer), length, meter: Some((2, 2)), ..ComposeRequest::default() };
        for omit_primer in [false, true] {
            let piece = composed(&model, &ComposeRequest { omit_primer, ..request.clone() });
            // A bar and a half of 2/4.
            assert_eq!(piece.settings.plan.n_bars, Some(5), "{tokenizer:?}");
            assert_eq!(piece.settings.constraints.returns, []);
            let ending = piece.settings.constraints.ending.unwrap();
            check_ending(&model, &piece, if omit_primer { 3 } else { 5 }, ending.key);
        }
    }
}

#[test]
fn an_open_end_and_other_lengths_have_no_last_chord() {
    let model = trained_model(notes());
    let default = ComposeRequest::default;
    let open = composed(&model, &ComposeRequest { end: End::Open, ..default() });
    assert!(open.settings.constraints.ending.is_none() && open.settings.constraints.returns.is_empty());
    let time: u64 = open.before.iter().chain(&open.tokens).map(|&id| u64::from(model.token(id).time())).sum();
    assert!(time >= 16 * bar(&open), "{time} steps");

    let counted = composed(&model, &ComposeRequest { n_tokens: NonZeroUsize::new(40), ..default() });
    assert!(counted.tokens.len() == 40 && counted.settings.constraints.ending.is_none());
    assert!(counted.settings.plan.n_bars.is_some_and(|n_bars| n_bars > 1000));

    // A quarter lasts half a second.
    let seconds = ComposeRequest { length: Some(Length::Seconds(10.0)), tempo: Some(120.0), ..default() };
    let piece = composed(&model, &ComposeRequest { meter: Some((3, 2)), ..seconds });
    check_ending(&model, &piece, 7, piece.settings.plan.key);

    for n_bars in [1, 2] {
        let length = NonZeroUsize::new(n_bars).map(Length::Bars);
        let piece = composed(&model, &ComposeRequest { length, ..default() });
        assert_eq!(piece.settings.constraints.ending.is_some(), n_bars > 1);
        assert!(steps(&model, &piece).iter().all(|note| note.onset < n_bars as u64 * bar(&piece)));
    }
}

#[test]
fn key_and_meter_asked_for_hold() {
    let model = trained_model(notes());
    for (key, meter) in [("D minor", (3, 2)), ("Bb major", (6, 3)), ("E dorian", (4, 2))] {
        let key: Scale = key.parse().unwrap();
        let constraints = ConstraintSettings { key: Some(key), ..ConstraintSettings::default() };
        let request = ComposeRequest { constraints, meter: Some(meter), ..ComposeRequest::default() };
        let piece = composed(&model, &request);
        let notes = steps(&model, &piece);
        assert!(notes.iter().all(|note| key.pitch_classes() >> (note.pitch % 12) & 1 == 1), "{key}");
        for bar_line in (0..16).map(|number| number * bar(&piece)) {
            assert!(notes.iter().any(|note| note.onset == bar_line), "{key}: no note at step {bar_line}");
        }
        check_ending(&model, &piece, 16, Some(key));
    }
}

#[test]
fn a_model_that_is_told_nothing_composes_and_ends_too() {
    for tokenizer in [rhythm(), notes()] {
        let mut settings = small(tokenizer);
        settings.network.streams.clear();
        let mut file = loaded(&training(&settings)).file().clone();
        file.openings.clear();
        let model = LoadedModel::new(file).unwrap();
        let piece = composed(&model, &ComposeRequest::default());
        assert!(piece.before.is_empty() && piece.settings.primer.is_none() && piece.settings.plan.key.is_none());
        assert_eq!(steps(&model, &piece)[0].onset, 0);
        check_ending(&model, &piece, 16, None);
    }
}

#[test]
fn a_network_is_told_of_a_piece_what_training_would_tell() {
    for tokenizer in [rhythm(), notes()] {
        let mut settings = small(tokenizer);
        // The key of a piece is told; in training it is that of all its notes.
        settings.network.streams.retain(|stream| *stream != Stream::Key);
        let model = loaded(&training(&settings));
        assert!(model.file().streams.streams().len() >= 6);
        for seed in 0..4 {
            let piece = composed(&model, &ComposeRequest { seed: Seed(seed), ..ComposeRequest::default() });
            let ids = [piece.before.clone(), piece.tokens.clone()].concat();
            let score = model.score(&piece).unwrap();
            let encoded = model.file().vocabulary.ids(&tokenizer.encode(&score).tokens).ids;
            // Rhythm tokens can say the same in several ways, and the time after the last chord is not encoded.
            if matches!(tokenizer, Tokenizer::Notes(_)) {
                let n_equal = encoded.iter().zip(&ids).take_while(|(encoded, id)| encoded == id).count();
                assert!(n_equal + 1 >= ids.len().min(encoded.len()), "token {n_equal} of {}", ids.len());
            }
            let frame = Frame::of_score(&score, Grid::default(), None);
            let streams = model.file().streams.encode(&model.file().vocabulary, &frame, &ids);

            let generator = model.generator();
            let (mut state, mut logits) = (generator.zero_state(), vec![0.0; generator.vocab_size()]);
            for (at, detail) in piece.details.iter().enumerate() {
                let inputs: Vec<TokenId> =
                    [ids[at]].into_iter().chain(streams.iter().map(|stream| stream[at])).collect();
                generator.step(&inputs, &mut state, &mut logits).unwrap();
                let sum: f64 = logits.iter().map(|&logit| f64::from(logit).exp()).sum();
                let nats = sum.ln() - f64::from(logits[detail.token.index()]);
                assert_eq!(detail.token, ids[at + 1]);
                assert!((nats - detail.nats).abs() < 1e-4, "token {at}, seed {seed}: {nats} and {}", detail.nats);
            }
        }
    }
}

#[test]
fn ordinary_requests_end_in_their_last_bar() {
    let keys = ["C major", "Eb major", "F# minor", "A minor", "G dorian"];
    let meters = [(2, 2), (3, 2), (4, 2), (6, 3)];
    for tokenizer in [rhythm(), notes()] {
        let model = loaded(&training(&small(tokenizer)));
        for seed in 0..60_usize {
            let constraints = ConstraintSettings {
                key: keys.get(seed % 7).map(|key| key.parse().unwrap()),
                pitch_range: (seed % 4 == 0).then_some(50..=75),
                max_notes: NonZeroUsize::new(seed % 5),
                ..ConstraintSettings::default()
            };
            let request = ComposeRequest {
                seed: Seed(seed as u64),
                length: NonZeroUsize::new(2 + seed * 7 % 31).map(Length::Bars),
                meter: Some(meters[seed % 4]),
                constraints,
                ..ComposeRequest::default()
            };
            let piece = model.complete(&request).map(|settings| model.compose(&settings));
            // This vocabulary of rhythm tokens is small; where it cannot play the tonic, it says so.
            let Ok(piece) = piece else {
                assert!(matches!(tokenizer, Tokenizer::Rhythm(_)), "seed {seed}: {piece:?}");
                continue;
            };
            let piece = piece.unwrap_or_else(|error| panic!("seed {seed}: {error}: {request:?}"));
            if let Some(ending) = piece.settings.constraints.ending {
                check_ending(&model, &piece, ending.n_bars.get(), ending.key);
            } else {
                assert!(matches!(tokenizer, Tokenizer::Rhythm(_)), "seed {seed}");
            }
        }
    }
}
