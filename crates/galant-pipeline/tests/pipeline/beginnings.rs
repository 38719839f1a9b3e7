//! How pieces begin that continue nothing.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;

use galant_corpus::{CorpusBuilder, ReadOptions, read_piece};
use galant_model::HoldOut;
use galant_pipeline::{ComposeRequest, ConstraintSettings, LoadedModel, PieceSettings, Training};
use galant_types::{Scale, Seed};

use crate::{loaded, notes, rhythm, small};

/// How a piece begins: pitch, meter, key and style.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Beginning(u8, (u8, u8), String, Option<String>);

fn beginning(pitch: u8, meter: (u8, u8), key: &str, style: &str) -> Beginning {
    Beginning(pitch, meter, key.to_owned(), Some(style.to_owned()))
}

/// How the five pieces of the corpus begin.
fn pieces() -> [Beginning; 5] {
    [
        beginning(60, (4, 2), "C major", "airs"),
        beginning(67, (3, 2), "G major", "airs"),
        beginning(69, (3, 2), "A minor", "airs"),
        beginning(65, (2, 2), "F major", "rags"),
        beginning(64, (4, 2), "E minor", "rags"),
    ]
}

/// A model of the five pieces that has learned nothing.
fn model(tokenizer: galant_tokens::Tokenizer) -> LoadedModel {
    let mut settings = small(tokenizer);
    settings.training.hold_out = HoldOut::Tails(0.0);
    settings.training.transpose = -3..=3;
    let mut builder = CorpusBuilder::new(tokenizer);
    for (number, Beginning(pitch, (beats, _), key, style)) in pieces().into_iter().enumerate() {
        // The tonic triad with its scale in between, from the tonic on.
        let scale: Scale = key.parse().unwrap();
        let in_scale: Vec<u8> = (pitch..100).filter(|p| scale.pitch_classes() >> (p % 12) & 1 == 1).collect();
        let degrees = [0, 2, 4, 7, 4, 2, 0, 1, 2, 4, 3, 1].repeat(4);
        let letter = |at: &usize| letter(in_scale[*at]);
        let tune: String = degrees.iter().map(letter).chain([letter(&0)]).collect();
        let text = format!("X:1\nM:{beats}/4\nL:1/4\nK:C\n{tune}|\n");
        let piece = read_piece(&format!("{number}.abc"), text.as_bytes(), ReadOptions::default()).unwrap();
        assert!(builder.add_styled(&piece, style) > 0);
    }
    let corpus = builder.build(settings.training.transpose.clone()).unwrap();
    loaded(&Training::new(corpus, settings).unwrap())
}

/// A pitch from middle C on in ABC, in C major with accidentals.
fn letter(pitch: u8) -> String {
    let names = ["C", "^C", "D", "^D", "E", "F", "^F", "G", "^G", "A", "^A", "B"];
    let octave = "'".repeat(usize::from(pitch / 12 - 5));
    // A natural, so that no accidental holds on to the end of the bar.
    let name = names[usize::from(pitch % 12)];
    if name.len() == 1 { format!("={name}{octave}") } else { format!("{name}{octave}") }
}

fn begun(model: &LoadedModel, request: &ComposeRequest, seed: u64) -> PieceSettings {
    model.complete(&ComposeRequest { seed: Seed(seed), ..request.clone() }).unwrap()
}

/// First pitch, meter, key and style of the beginnings that 40 seeds give.
fn beginnings(model: &LoadedModel, request: &ComposeRequest) -> BTreeSet<Beginning> {
    let of = |seed| {
        let settings = begun(model, request, seed);
        let primer = settings.primer.unwrap();
        assert!(primer.tokens.len() == 1 && !primer.is_omitted);
        let (pitch, playback) = (primer.tokens[0].pitches()[0], settings.playback);
        let meter = (playback.beats, playback.beat_log2);
        Beginning(pitch, meter, settings.plan.key.unwrap().to_string(), settings.plan.style)
    };
    (0..40).map(of).collect()
}

fn in_key(key: &str) -> ComposeRequest {
    let constraints = ConstraintSettings { key: key.parse().ok(), ..ConstraintSettings::default() };
    ComposeRequest { constraints, ..ComposeRequest::default() }
}

/// The beginnings of the pieces with these numbers.
fn of_pieces(numbers: &[usize]) -> BTreeSet<Beginning> {
    numbers.iter().map(|&number| pieces()[number].clone()).collect()
}

#[test]
fn a_piece_begins_like_any_of_the_corpus() {
    for tokenizer in [rhythm(), notes()] {
        let model = model(tokenizer);
        assert_eq!(beginnings(&model, &ComposeRequest::default()), of_pieces(&[0, 1, 2, 3, 4]), "{tokenizer:?}");
        // The same seed begins alike.
        let request = ComposeRequest::default();
        assert_eq!(begun(&model, &request, 7), begun(&model, &request, 7));
    }
}

#[test]
fn style_and_meter_are_honored() {
    let model = model(notes());
    let airs = ComposeRequest { style: Some("airs".to_owned()), ..ComposeRequest::default() };
    assert_eq!(beginnings(&model, &airs), of_pieces(&[0, 1, 2]));
    assert_eq!(beginnings(&model, &ComposeRequest { meter: Some((4, 2)), ..airs.clone() }), of_pieces(&[0]));
    let waltzes = ComposeRequest { meter: Some((3, 2)), ..ComposeRequest::default() };
    assert_eq!(beginnings(&model, &waltzes), of_pieces(&[1, 2]));
}

#[test]
fn a_beginning_is_moved_to_the_key_asked_for() {
    let model = model(notes());
    let of = |request: &ComposeRequest| beginnings(&model, request);
    let air = |pitch, meter| beginning(pitch, meter, "D major", "airs");
    // C up 2, G down 5, F down 3; those in minor are left out.
    let rag = beginning(62, (2, 2), "D major", "rags");
    assert_eq!(of(&in_key("D major")), BTreeSet::from([air(62, (4, 2)), air(62, (3, 2)), rag]));
    let waltz = ComposeRequest { meter: Some((3, 2)), ..in_key("D major") };
    assert_eq!(of(&waltz), BTreeSet::from([air(62, (3, 2))]));
}

#[test]
fn the_mode_gives_way_first_and_then_the_meter() {
    let model = model(notes());
    let rags = |key: &str, meter| ComposeRequest { style: Some("rags".to_owned()), meter: Some(meter), ..in_key(key) };
    let rag = |pitch, meter, key: &str| BTreeSet::from([beginning(pitch, meter, key, "rags")]);
    // The only rag in 2/4 is in major; it begins on the tonic all the same.
    assert_eq!(beginnings(&model, &rags("F minor", (2, 2))), rag(65, (2, 2), "F minor"));
    // There is no rag in 6/8: both are taken, and what is asked for holds.
    assert_eq!(beginnings(&model, &rags("F minor", (6, 3))), rag(65, (6, 3), "F minor"));
}

#[test]
fn a_beginning_keeps_to_the_rules() {
    for tokenizer in [rhythm(), notes()] {
        let model = model(tokenizer);
        let ranged = |range| {
            let constraints = ConstraintSettings { pitch_range: Some(range), ..ConstraintSettings::default() };
            ComposeRequest { constraints, ..ComposeRequest::default() }
        };
        let pitches = |request: &ComposeRequest| -> BTreeSet<u8> {
            beginnings(&model, request).into_iter().map(|beginning| beginning.0).collect()
        };
        assert_eq!(pitches(&ranged(64..=67)), BTreeSet::from([64, 65, 67]), "{tokenizer:?}");
        // No piece begins in it, so the nearest note is taken.
        assert_eq!(pitches(&ranged(61..=63)), BTreeSet::from([61, 63]), "{tokenizer:?}");
        let none = ComposeRequest {
            constraints: ConstraintSettings { pitch_range: Some(0..=5), ..ConstraintSettings::default() },
            ..ComposeRequest::default()
        };
        assert_eq!(begun(&model, &none, 1).primer, None);
    }
    let mut two = ComposeRequest::default();
    two.constraints.max_notes = NonZeroUsize::new(1);
    assert!(begun(&model(rhythm()), &two, 1).primer.is_some());
}

#[test]
fn a_style_that_the_model_does_not_know_is_refused() {
    let request = ComposeRequest { style: Some("waltzes".to_owned()), ..ComposeRequest::default() };
    let error = model(notes()).complete(&request).unwrap_err();
    assert_eq!(error.to_string(), "the model knows no style 'waltzes'; it knows airs, rags");
}
