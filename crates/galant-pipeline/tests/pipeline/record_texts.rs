//! Records as texts: what they look like, and what is refused.

use std::fmt::Write;

use expect_test::{Expect, expect};
use galant_pipeline::{ConstraintSettings, Method, PiecePlan, Record};
use galant_sample::{EntropyFloor, LoopControl};
use galant_types::Seed;

use crate::rhythm;

const FULL: &str = "\
galant piece 2
version 0.1.0
model a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5
tokens 512
steps 576
seed 7
omitted-primer 60+6>6 64+6>6
us-per-quarter 500000
meter 3/8
program 0
velocity 64
method draw
temperature 0.5
loop-lengths 2,3,4
loop-shortest 192
loop-raise 1.2
loop-lower 0.95
loop-min 0.2
loop-max 5
top-p 0.9
entropy-floor 0.30000000000000004
entropy-window 16
repetition-penalty 1.2
repetition-window 32
block-ngrams 4
block-window 64
key-with-tonic-end D major
last-bar 16
last-chord D major
downbeats true
bars-again 5=1,6=2
pitch-range 36-84
only-notes 0xfff
no-notes 0x002
max-notes 4
told-bars 16
told-key D major
told-style mozart/sonatas
";

/// As version 0.1.0 wrote it, before networks were told of a piece.
const EARLIER: &str = "\
galant piece 1
version 0.1.0
model a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5
tokens 512
seed 7
us-per-quarter 500000
meter 4/4
program 46
velocity 64
method draw
temperature 0.5
loop-lengths 2,3,4
loop-raise 1.2
loop-lower 0.95
loop-min 0.2
loop-max 5
key C major
";

#[test]
fn a_record_of_an_earlier_version_is_read() {
    let record = Record::parse(&texts(EARLIER), rhythm()).unwrap();
    let Method::Draw(draw) = &record.settings.method else { panic!("{:?}", record.settings.method) };
    assert_eq!(draw.loop_control, Some(LoopControl::default()));
    assert_eq!(record.settings.method, Method::draw());
    assert_eq!(record.settings.plan, PiecePlan::default());
    let constraints = ConstraintSettings { key: "C major".parse().ok(), ..ConstraintSettings::default() };
    assert_eq!(record.settings.constraints, constraints);
    // What it says is all that there is to say.
    assert_eq!(record.to_texts(), texts(EARLIER));
}

fn texts(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

#[test]
fn a_record_is_a_line_for_each_setting() {
    let record = Record::parse(&texts(FULL), rhythm()).unwrap();
    assert_eq!(record.to_texts(), texts(FULL));
    let settings = &record.settings;
    assert_eq!((settings.n_tokens, settings.n_steps, settings.seed), (512, Some(576), Seed(7)));
    assert_eq!((settings.playback.beats, settings.playback.beat_log2), (3, 3));
    assert_eq!(settings.constraints.no_notes, Some(0b10));
    assert!(settings.primer.as_ref().is_some_and(|primer| primer.is_omitted && primer.tokens.len() == 2));
    let Method::Draw(draw) = &settings.method else { panic!("{:?}", settings.method) };
    assert_eq!(draw.entropy_floor, Some(EntropyFloor { nats: 0.1 + 0.2, window: 16 }));
}

/// The full record with `line` in place of the line that begins with `name`; without that line if `line` is empty.
fn changed(name: &str, line: &str) -> Vec<String> {
    let is_named = |text: &str| text.split(' ').next() == Some(name);
    assert!(FULL.lines().any(is_named), "{name}");
    let lines = FULL.lines().map(|text| if is_named(text) { line } else { text });
    lines.filter(|text| !text.is_empty()).map(str::to_owned).collect()
}

fn refusal(texts: &[String]) -> String {
    let error = Record::parse(texts, rhythm()).unwrap_err();
    let mut message = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(error) = source {
        write!(message, ": {error}").unwrap();
        source = error.source();
    }
    message
}

#[track_caller]
fn check_refusals(refused: &[Vec<String>], expected: Expect) {
    let messages: String = refused.iter().map(|texts| format!("{}\n", refusal(texts))).collect();
    expected.assert_eq(&messages);
}

#[test]
fn texts_that_are_no_record_of_this_format_are_refused() {
    let refused =
        [vec![], texts("some other text"), changed("galant", "galant piece 3"), changed("galant", "galant piece 10")];
    check_refusals(
        &refused,
        expect![[r#"
        it does not say how it was composed; give a file that `galant compose` wrote
        it does not say how it was composed; give a file that `galant compose` wrote
        its record has the format 'galant piece 3'; this version reads 'galant piece 2'
        its record has the format 'galant piece 10'; this version reads 'galant piece 2'
    "#]],
    );
    assert!(Record::parse_model(&changed("galant", "galant piece 3")).is_err());
}

#[test]
fn each_setting_is_there_once() {
    let twice = texts(&format!("{FULL}seed 8\n"));
    let missing = ["version", "model", "tokens", "seed", "meter", "velocity", "method", "temperature"];
    let dependent = ["loop-raise", "entropy-window", "repetition-window", "block-window", "downbeats"];
    let refused: Vec<_> =
        [twice].into_iter().chain(missing.into_iter().chain(dependent).map(|name| changed(name, ""))).collect();
    check_refusals(
        &refused,
        expect![[r#"
            its record cannot be read: seed occurs twice
            its record cannot be read: version is missing
            its record cannot be read: model is missing
            its record cannot be read: tokens is missing
            its record cannot be read: seed is missing
            its record cannot be read: meter is missing
            its record cannot be read: velocity is missing
            its record cannot be read: method is missing
            its record cannot be read: temperature is missing
            its record cannot be read: loop-raise is missing
            its record cannot be read: entropy-window is missing
            its record cannot be read: repetition-window is missing
            its record cannot be read: block-window is missing
            its record cannot be read: downbeats is missing
        "#]],
    );
}

#[test]
fn what_is_not_known_is_refused() {
    let refused = [
        texts(&format!("{FULL}swing 0.6\n")),
        // Settings of another method.
        texts(&format!("{FULL}beam-width 8\n")),
        texts(&format!("{FULL}top-k 8\n")),
        // Of no last bar.
        changed("last-bar", ""),
        // One primer is enough, and one key.
        texts(&format!("{FULL}primer 60+6>6\n")),
        texts(&format!("{FULL}key C major\n")),
    ];
    check_refusals(
        &refused,
        expect![[r#"
            its record cannot be read: swing is unknown, or does not go with the other settings
            its record cannot be read: beam-width is unknown, or does not go with the other settings
            its record cannot be read: top-p is unknown, or does not go with the other settings
            its record cannot be read: downbeats is unknown, or does not go with the other settings
            its record cannot be read: primer is unknown, or does not go with the other settings
            its record cannot be read: key is unknown, or does not go with the other settings
        "#]],
    );
}

#[test]
fn malformed_values_are_named() {
    let malformed = [
        ("model", "model a5a5"),
        ("tokens", "tokens many"),
        ("tokens", "tokens"),
        ("seed", "seed -1"),
        ("meter", "meter 3"),
        ("meter", "meter 3/x"),
        ("meter", "meter 3/6"),
        ("meter", "meter 0/4"),
        ("us-per-quarter", "us-per-quarter 0"),
        ("program", "program 128"),
        ("method", "method magic"),
        ("loop-lengths", "loop-lengths 2,,4"),
        ("temperature", "temperature hot"),
        ("key-with-tonic-end", "key-with-tonic-end H major"),
        ("pitch-range", "pitch-range 36"),
        ("only-notes", "only-notes 0x1000"),
        ("max-notes", "max-notes 0"),
        ("last-bar", "last-bar 0"),
        ("last-chord", "last-chord H"),
        ("downbeats", "downbeats yes"),
        ("bars-again", "bars-again 5"),
        ("bars-again", "bars-again 5=5"),
        ("bars-again", "bars-again 5=0"),
        ("bars-again", "bars-again 5=1,"),
        ("bars-again", "bars-again 131073=1"),
        ("told-bars", "told-bars -1"),
        ("told-key", "told-key H"),
        ("omitted-primer", "omitted-primer 60"),
        ("omitted-primer", "omitted-primer "),
    ];
    let refused: Vec<_> = malformed.into_iter().map(|(name, line)| changed(name, line)).collect();
    check_refusals(
        &refused,
        expect![[r#"
            its record cannot be read: model is 'a5a5'
            its record cannot be read: tokens is 'many'
            its record cannot be read: tokens is ''
            its record cannot be read: seed is '-1'
            its record cannot be read: meter is '3'
            its record cannot be read: meter is '3/x'
            its record cannot be read: meter is '3/6'
            its record cannot be read: the number of beats in a bar is 0; it must be 1 to 255
            its record cannot be read: the tempo in microseconds per quarter note is 0; it must be 1 to 16777215
            its record cannot be read: the MIDI program is 128; it must be 0 to 127
            its record cannot be read: method is 'magic'
            its record cannot be read: loop-lengths is '2,,4'
            its record cannot be read: temperature is 'hot'
            its record cannot be read: key-with-tonic-end is 'H major'
            its record cannot be read: pitch-range is '36'
            its record cannot be read: only-notes is '0x1000'
            its record cannot be read: max-notes is '0'
            its record cannot be read: last-bar is '0'
            its record cannot be read: last-chord is 'H'
            its record cannot be read: downbeats is 'yes'
            its record cannot be read: bars-again is '5'
            its record cannot be read: bars-again is '5=5'
            its record cannot be read: bars-again is '5=0'
            its record cannot be read: bars-again is '5=1,'
            its record cannot be read: bars-again is '131073=1'
            its record cannot be read: told-bars is '-1'
            its record cannot be read: told-key is 'H'
            its record cannot be read: primer, token 0: '60' is not a rhythm token; write 60.64+6>6 (pitches + length > time) or >6 for a rest
            its record cannot be read: the primer has no tokens; write them like "60 64.67"
        "#]],
    );
}
