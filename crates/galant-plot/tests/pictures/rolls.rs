use std::collections::BTreeSet;

use expect_test::expect;
use galant_plot::{piano_roll, surprise};
use galant_types::{Meter, Note, Score, Tempo};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

use crate::svg::{Element, Rectangle, extent};
use crate::{check, check_texts, color, duet, note, part, pixels, texts};

/// The rectangles that are notes: those in colors other than gray, without the swatches of the legend, which come first.
fn notes(elements: &[Element], n_swatches: usize) -> Vec<&Element> {
    let is_gray = |fill: &str| fill[1..3] == fill[3..5] && fill[3..5] == fill[5..7];
    let colored = |element: &&Element| element.tag == "rect" && !is_gray(element.attribute("fill"));
    elements.iter().filter(colored).skip(n_swatches).collect()
}

/// The frames around systems.
fn frames(elements: &[Element]) -> Vec<Rectangle> {
    elements.iter().filter(|element| element.tag == "polyline").filter_map(extent).collect()
}

#[test]
fn a_roll_shows_each_note_in_the_color_of_its_part() {
    let elements = check(&piano_roll(&duet(), "A duet"));
    let rectangles = notes(&elements, 2);
    assert_eq!(rectangles.len(), 20);
    let fills: BTreeSet<&str> = rectangles.iter().map(|rectangle| rectangle.attribute("fill")).collect();
    assert_eq!(fills.len(), 2);
    let of_bars: Vec<_> = rectangles.iter().filter(|rectangle| rectangle.number("width") > 300.0).collect();
    assert_eq!(of_bars.len(), 4, "a note of a bar is a fourth as wide as the picture");
    check_texts(
        &elements,
        expect![[r#"
        A duet
        20 notes in 2 parts, 4 bars of 4/4, 0:08 minutes
        Right hand
        Left hand
        1
        2
        3
        4
        time, bars of 4/4
        C3
        C4
        C5
        key"#]],
    );
}

#[test]
fn a_piece_lasts_as_its_tempos_say() {
    // Eight quarter notes of a second and eight of a quarter of one; four bars of 2/4, then two of 4/4.
    let tempo = |tick, us_per_quarter| Tempo { tick, us_per_quarter };
    let meter = |tick, numerator| Meter { tick, numerator, denominator_log2: 2 };
    let tempos = vec![tempo(0, 1_000_000), tempo(8 * 480, 250_000)];
    let score = Score { tempos, meters: vec![meter(0, 2), meter(8 * 480, 4)], ..duet() };
    let elements = check(&piano_roll(&score, ""));
    expect!["20 notes in 2 parts, 6 bars of 2/4, 4/4, 0:10 minutes"].assert_eq(texts(&elements)[1]);
}

#[test]
fn higher_is_above_and_later_is_to_the_right() {
    let score = Score { notes: vec![note(0, 480, 60, 0), note(480, 240, 72, 0)], ..Score::new(480) };
    let elements = check(&piano_roll(&score, ""));
    let [low, high] = notes(&elements, 1)[..] else { panic!("two notes") };
    assert!(high.number("y") + high.number("height") < low.number("y"));
    assert!(low.number("x") + low.number("width") <= high.number("x"));
    let octave = low.number("y") - high.number("y");
    assert!((octave - 12.0 * low.number("height")).abs() <= 12.0, "an octave is twelve rows: {low:?} {high:?}");
    // Half as long; a gap of a pixel or two after each.
    assert!((low.number("width") / high.number("width") - 2.0).abs() < 0.05, "{low:?} {high:?}");
}

#[test]
fn both_forms_show_the_same_notes() {
    let picture = piano_roll(&duet(), "A duet");
    let (width, pixels) = pixels(&picture.png());
    let elements = check(&picture);
    for rectangle in notes(&elements, 0) {
        let x = (rectangle.number("x") + rectangle.number("width") / 2.0) as usize;
        let y = (rectangle.number("y") + rectangle.number("height") / 2.0) as usize;
        let at = 3 * (y * width + x);
        assert_eq!(pixels[at..at + 3], color(rectangle.attribute("fill")), "at {x}, {y}");
    }
}

#[test]
fn a_long_piece_is_split_into_systems_at_bar_lines() {
    let notes_of = |beats: u64| (0..beats).map(|beat| note(beat * 480, 400, 60 + (beat % 7) as u8, 0)).collect();
    let score = Score { notes: notes_of(4 * 60), ..Score::new(480) };
    let elements = check(&piano_roll(&score, "Sixty bars"));
    assert_eq!(notes(&elements, 1).len(), 240, "no note crosses a bar line, so none is drawn twice");
    assert_eq!(texts(&elements).iter().filter(|text| **text == "key").count(), 4);
    for first in ["1", "16", "31", "46"] {
        assert!(texts(&elements).contains(&first), "a system begins with bar {first}");
    }
}

#[test]
fn nothing_and_one_note_are_drawn() {
    let elements = check(&piano_roll(&Score::new(480), "Silence"));
    assert_eq!(notes(&elements, 0).len(), 0);
    assert!(texts(&elements).contains(&"no notes"));
    let one = Score { notes: vec![note(1 << 45, 1, 127, 65535)], ..Score::new(1) };
    assert_eq!(notes(&check(&piano_roll(&one, "One")), 1).len(), 1);
    let short = Score { notes: vec![note(0, 0, 0, 0)], ..Score::new(480) };
    assert_eq!(notes(&check(&piano_roll(&short, "Short")), 1).len(), 1);
    assert!(piano_roll(&Score::new(480), "Silence").png().starts_with(b"\x89PNG"));
}

#[test]
fn a_hundred_thousand_notes_become_no_more_shapes_than_the_picture_has_places() {
    // Two parts that strike eight keys in turn, for nine hours: several notes of a key in the width of a line.
    let notes_of: Vec<Note> =
        (0..100_000).map(|n| note(n * 311, 300, 60 + (n % 8) as u8, (n / 1000 % 2) as u16)).collect();
    let score = Score { notes: notes_of, ..Score::new(480) };
    let picture = piano_roll(&score, "Much");
    let elements = check(&picture);
    let (n_shown, n_places) = (notes(&elements, 2).len(), 4 * 8 * 800);
    assert!(n_shown > 100 && n_shown < n_places, "{n_shown} rectangles");
    // Nothing is lost: the notes of each key fill the time without a gap, in every system.
    let filled: f64 = notes(&elements, 2).iter().map(|rectangle| rectangle.number("width")).sum();
    let time: f64 = frames(&elements).iter().map(|frame| frame[2] - frame[0]).sum();
    assert!(filled > 0.98 * 8.0 * time && filled < 1.02 * 8.0 * time, "{filled} of {}", 8.0 * time);
}

#[test]
fn a_note_is_darker_the_greater_its_surprise_and_thin_where_it_has_none() {
    let score = Score { notes: (0..4).map(|n| note(n * 480, 480, 60, 0)).collect(), ..Score::new(480) };
    let elements = check(&surprise(&score, &[None, Some(0.1), Some(2.0), Some(7.5)], "Surprise"));
    let rectangles = notes(&elements, 48 + 1);
    assert_eq!(rectangles.len(), 4);
    let sum = |rectangle: &Element| color(rectangle.attribute("fill")).map(u32::from).iter().sum::<u32>();
    assert!(sum(rectangles[1]) > sum(rectangles[2]) && sum(rectangles[2]) > sum(rectangles[3]));
    assert!(rectangles[0].number("height") < 0.6 * rectangles[1].number("height"));
    check_texts(
        &elements,
        expect![[r#"
        Surprise
        3 of 4 notes predicted, at 3.200 nats per note
        surprise, nats per note
        0.00
        2.00
        4.00
        6.00
        8.00
        not predicted
        1
        time, bars of 4/4
        C3
        C4
        C5
        key"#]],
    );
    check(&surprise(&Score::new(480), &[], "Nothing"));
    check(&surprise(&score, &[None, Some(f64::NAN), Some(f64::INFINITY), Some(-1.0)], "Odd numbers"));
}

#[test]
#[should_panic(expected = "surprise: 0 values for 20 notes")]
fn surprise_needs_a_value_for_each_note() {
    surprise(&duet(), &[], "");
}

#[test]
fn names_are_shown_as_they_are_and_cut_where_they_are_too_long() {
    let names =
        ["<b>&\"Bass\"", "\u{0}\u{1b}[31m", "a".repeat(5000).as_str(), "Flûte traversière", "Альт"].map(str::to_owned);
    let notes_of = (0..5).map(|n| note(0, 480, 60 + n as u8, n)).collect();
    let parts = (0..5).zip(&names).map(|(n, name)| part(n, name)).collect();
    let score = Score { notes: notes_of, parts, ..Score::new(480) };
    let picture = piano_roll(&score, &names[2]);
    let elements = check(&picture);
    let texts = texts(&elements);
    assert!(texts.contains(&names[0].as_str()) && texts.contains(&names[3].as_str()), "{texts:?}");
    assert!(!picture.svg().contains(['\u{0}', '\u{1b}']));
    assert!(picture.png().starts_with(b"\x89PNG"));
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, rng_seed: RngSeed::Fixed(1), cases: 48, ..Config::default() })]

    #[test]
    fn no_labels_overlap_whatever_the_score(
        rows in prop::collection::vec((0_u64..200_000, 0_u64..5_000, 0_u8..128, 0_u16..40), 0..60),
        meters in prop::collection::vec((0_u64..200_000, 0_u8..20, 0_u8..8), 0..5),
        ticks_per_quarter in 1_u16..2000,
        names in prop::collection::vec("[ -~]{0,40}", 0..40),
    ) {
        let mut notes: Vec<Note> =
            rows.into_iter().map(|(onset, length, pitch, track)| note(onset, length, pitch, track)).collect();
        notes.sort_unstable();
        let mut meters: Vec<Meter> = meters
            .into_iter()
            .map(|(tick, numerator, denominator_log2)| Meter { tick, numerator, denominator_log2 })
            .collect();
        meters.sort_by_key(|meter| meter.tick);
        let parts = (0..).zip(&names).map(|(track, name)| part(track, name)).collect();
        let score = Score { notes, meters, parts, ..Score::new(ticks_per_quarter) };
        check(&piano_roll(&score, "Any score"));
        let nats: Vec<Option<f64>> = (0..score.notes.len()).map(|n| (n % 3 > 0).then_some(n as f64 * 0.77)).collect();
        check(&surprise(&score, &nats, "Any score"));
    }
}
