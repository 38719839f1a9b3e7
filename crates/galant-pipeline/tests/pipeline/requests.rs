//! From what a user asks of a piece to all that decides it.

use std::collections::BTreeSet;
use std::num::{NonZeroU64, NonZeroUsize};

use expect_test::{Expect, expect};
use galant_pipeline::{ComposeRequest, ConstraintSettings, End, Excerpt, Length, LoadedModel, MAX_STEPS, parse_tokens};
use galant_sample::MAX_TOKENS;
use galant_tokens::{CHORD_TOKENS_PER_QUARTER, Tokenizer};
use galant_types::{Playback, Seed};

use crate::{CHORDS, notes, rhythm, untrained};

/// A waltz, a second a bar, on a harpsichord.
const WALTZ: Playback = Playback { us_per_quarter: 333_333, beats: 3, beat_log2: 2, program: 6, velocity: 99 };

fn bars(n: usize) -> Option<Length> {
    NonZeroUsize::new(n).map(Length::Bars)
}

fn steps(n: u64) -> Option<Length> {
    NonZeroU64::new(n).map(Length::Steps)
}

/// Five quarter notes in 3/4: a bar, and two thirds of the next.
fn primer(tokenizer: Tokenizer) -> Option<Excerpt> {
    let text = match tokenizer {
        Tokenizer::Rhythm(_) => "69+12>12 69+12>12 69+12>12 69+12>12 69+12>12",
        Tokenizer::Notes(_) => "69 +12 >12 69 +12 >12 69 +12 >12 69 +12 >12 69 +12 >12",
        Tokenizer::Chords(_) | Tokenizer::Voices(_) => return None,
    };
    Some(Excerpt { tokens: parse_tokens(text, tokenizer).unwrap(), playback: Some(WALTZ) })
}

fn n_steps(model: &LoadedModel, request: &ComposeRequest) -> Option<u64> {
    model.complete(request).unwrap().n_steps
}

#[test]
fn a_length_ends_at_a_bar_line() {
    for tokenizer in [rhythm(), notes()] {
        let model = untrained(tokenizer);
        let bar = 36;
        let after_primer = ComposeRequest { primer: primer(tokenizer), ..ComposeRequest::default() };
        let alone = ComposeRequest { omit_primer: true, ..after_primer.clone() };
        // What is left of the primer's last bar is not counted; of a primer that is not heard there is none.
        let of = |length, request: &ComposeRequest| n_steps(&model, &ComposeRequest { length, ..request.clone() });
        assert_eq!(of(bars(1), &after_primer), Some(12 + bar));
        assert_eq!(of(bars(5), &after_primer), Some(12 + 5 * bar));
        assert_eq!(of(bars(5), &alone), Some(5 * bar));
        // A bar lasts a second.
        assert_eq!(of(Some(Length::Seconds(0.1)), &after_primer), Some(12));
        assert_eq!(of(Some(Length::Seconds(0.5)), &after_primer), Some(12 + bar));
        assert_eq!(of(Some(Length::Seconds(2.5)), &alone), Some(3 * bar));
        // Steps are what was asked for.
        assert_eq!(of(steps(5), &after_primer), Some(5));
        // 16 bars, unless tokens are counted.
        assert_eq!(of(None, &after_primer), Some(12 + 16 * bar));
        assert_eq!(of(None, &ComposeRequest { n_tokens: NonZeroUsize::new(9), ..after_primer.clone() }), None);
    }
}

#[test]
fn chord_tokens_are_counted_to_a_bar_line() {
    let model = untrained(CHORDS);
    let bar = 3 * usize::from(CHORD_TOKENS_PER_QUARTER);
    let tokens = parse_tokens(&"69 ".repeat(bar + 5), CHORDS).unwrap();
    let request = ComposeRequest {
        primer: Some(Excerpt { tokens, playback: None }),
        meter: Some((3, 2)),
        ..ComposeRequest::default()
    };
    let of = |length, omit_primer| {
        let settings = model.complete(&ComposeRequest { length, omit_primer, ..request.clone() }).unwrap();
        assert_eq!(settings.n_steps, None);
        settings.n_tokens
    };
    assert_eq!(of(bars(2), false), 2 * bar + bar - 5);
    assert_eq!(of(bars(2), true), 2 * bar);
    let seconds_per_token = f64::from(model.file().playback.us_per_quarter) / 1e6 / f64::from(CHORD_TOKENS_PER_QUARTER);
    assert_eq!(of(Some(Length::Seconds(seconds_per_token)), false), bar - 5);
    assert_eq!(of(Some(Length::Seconds(seconds_per_token * (bar as f64 + 0.5))), true), 2 * bar);
    assert_eq!(of(None, false), 512);
}

#[test]
fn there_are_tokens_enough_for_a_length_and_no_more_than_asked_for() {
    let model = untrained(notes());
    let n_tokens = |length, n_tokens| {
        let n_tokens = NonZeroUsize::new(n_tokens);
        model.complete(&ComposeRequest { length, n_tokens, ..ComposeRequest::default() }).unwrap().n_tokens
    };
    // 16 bars of 24 or 36 steps.
    assert!([12_288, 18_432].contains(&n_tokens(None, 0)), "{}", n_tokens(None, 0));
    assert_eq!(n_tokens(steps(100), 0), 3200);
    assert_eq!(n_tokens(steps(MAX_STEPS), 0), MAX_TOKENS);
    assert_eq!(n_tokens(steps(100), 77), 77);
}

#[test]
fn a_piece_is_played_as_asked_for_or_as_its_primer_or_as_the_corpus() {
    let model = untrained(rhythm());
    let of_corpus = model.file().playback;
    // The meter is that of its beginning, one of a minuet and a rondo.
    let meters = (0..20).map(|seed| {
        let request = ComposeRequest { seed: Seed(seed), ..ComposeRequest::default() };
        let playback = model.complete(&request).unwrap().playback;
        assert_eq!(Playback { beats: 0, ..playback }, Playback { beats: 0, ..of_corpus });
        playback.beats
    });
    assert_eq!(meters.collect::<BTreeSet<_>>(), BTreeSet::from([2, 3]));

    // How hard notes are struck is not in the tokens of a primer.
    let velocity = of_corpus.velocity;
    let mut request = ComposeRequest { primer: primer(rhythm()), ..ComposeRequest::default() };
    for omit_primer in [false, true] {
        request.omit_primer = omit_primer;
        assert_eq!(model.complete(&request).unwrap().playback, Playback { velocity, ..WALTZ });
    }

    let asked = ComposeRequest { tempo: Some(90.0), meter: Some((6, 3)), program: Some(19), ..request.clone() };
    let playback = Playback { us_per_quarter: 666_667, beats: 6, beat_log2: 3, program: 19, velocity };
    assert_eq!(model.complete(&asked).unwrap().playback, playback);

    // Chord tokens bring no playback.
    request.primer = Some(Excerpt { playback: None, ..request.primer.unwrap() });
    assert_eq!(model.complete(&request).unwrap().playback, of_corpus);
}

#[test]
fn tokens_of_a_primer_that_the_vocabulary_lacks_are_replaced() {
    let model = untrained(rhythm());
    let known = model.file().vocabulary.tokens()[0].clone();
    let strange = parse_tokens("1.2.3.4.5+47>46", rhythm()).unwrap().remove(0);
    let tokens = vec![strange.clone(), known.clone(), strange.clone()];

    let unknown = model.unknown_tokens(&tokens);
    assert_eq!(unknown.len(), 1, "{unknown:?}");
    assert_eq!((unknown[0].place, unknown[0].n_times, &unknown[0].token), (0, 2, &strange));

    let request = ComposeRequest { primer: Some(Excerpt { tokens, playback: None }), ..ComposeRequest::default() };
    let primer = model.complete(&request).unwrap().primer.unwrap();
    assert_eq!(primer.tokens, [unknown[0].nearest.clone(), known, unknown[0].nearest.clone()]);
    assert!(model.file().vocabulary.id(&unknown[0].nearest).is_some());
}

#[track_caller]
fn check_refusals(model: &LoadedModel, refused: &[ComposeRequest], expected: Expect) {
    let refusal = |request| format!("{}\n", model.complete(request).unwrap_err());
    expected.assert_eq(&refused.iter().map(refusal).collect::<String>());
}

#[test]
fn values_out_of_their_range_are_refused() {
    let tempo = |tempo| ComposeRequest { tempo: Some(tempo), ..ComposeRequest::default() };
    let meter = |beats, beat_log2| ComposeRequest { meter: Some((beats, beat_log2)), ..ComposeRequest::default() };
    let program = |program| ComposeRequest { program: Some(program), ..ComposeRequest::default() };
    let length = |length| ComposeRequest { length, ..ComposeRequest::default() };
    let seconds = |seconds| length(Some(Length::Seconds(seconds)));
    let refused = [
        tempo(0.0),
        tempo(-60.0),
        tempo(3.5),
        tempo(1e9),
        tempo(f64::NAN),
        meter(0, 2),
        meter(4, 9),
        program(128),
        seconds(0.0),
        seconds(f64::INFINITY),
        length(steps(MAX_STEPS + 1)),
        length(bars(usize::MAX)),
    ];
    check_refusals(
        &untrained(rhythm()),
        &refused,
        expect![[r#"
            the tempo is 0; it must be 3.6 to 60000000 quarter notes a minute
            the tempo is -60; it must be 3.6 to 60000000 quarter notes a minute
            the tempo is 3.5; it must be 3.6 to 60000000 quarter notes a minute
            the tempo is 1000000000; it must be 3.6 to 60000000 quarter notes a minute
            the tempo is NaN; it must be 3.6 to 60000000 quarter notes a minute
            the number of beats in a bar is 0; it must be 1 to 255
            the power of two of the beat is 9; it must be 0 to 8
            the MIDI program is 128; it must be 0 to 127
            the length is 0 seconds; it must be above 0 and at most 5201.26464
            the length is inf seconds; it must be above 0 and at most 5201.26464
            131073 steps asked for, over the limit of 131072; compose several pieces
            18446744073709551615 steps asked for, over the limit of 131072; compose several pieces
        "#]],
    );
}

#[test]
fn what_a_tokenizer_cannot_do_is_refused() {
    let constraints = ConstraintSettings {
        key: Some("C major".parse().unwrap()),
        end_on_tonic: true,
        ..ConstraintSettings::default()
    };
    let on_tonic = ComposeRequest { constraints, ..ComposeRequest::default() };
    let model = untrained(notes());
    // In bars it is what pieces do by default.
    let settings = model.complete(&on_tonic).unwrap();
    assert_eq!(settings.constraints.ending.map(|ending| ending.n_bars.get()), Some(16));
    let refused = [
        ComposeRequest { n_tokens: NonZeroUsize::new(9), ..on_tonic.clone() },
        ComposeRequest { length: bars(1), ..on_tonic.clone() },
        ComposeRequest { length: steps(99), ..on_tonic.clone() },
        ComposeRequest { end: End::Open, ..on_tonic.clone() },
        ComposeRequest { style: Some("rags".to_owned()), ..ComposeRequest::default() },
    ];
    check_refusals(
        &model,
        &refused,
        expect![[r#"
            a piece of note tokens or voices ends on the tonic in the last of two bars or more; give its length in bars or seconds, and do not leave its end open
            a piece of note tokens or voices ends on the tonic in the last of two bars or more; give its length in bars or seconds, and do not leave its end open
            a piece of note tokens or voices ends on the tonic in the last of two bars or more; give its length in bars or seconds, and do not leave its end open
            a piece of note tokens or voices ends on the tonic in the last of two bars or more; give its length in bars or seconds, and do not leave its end open
            the model knows no style 'rags'; its corpus has no folders to tell apart
        "#]],
    );
    let in_steps = ComposeRequest { length: steps(8), ..ComposeRequest::default() };
    let model = untrained(CHORDS);
    check_refusals(
        &model,
        &[in_steps, ComposeRequest { meter: Some((0, 2)), length: bars(2), ..on_tonic }],
        expect![[r#"
        a length in steps only applies to tokens with rhythm; this model has chord tokens, give bars or tokens
        the number of beats in a bar is 0; it must be 1 to 255
    "#]],
    );
}
