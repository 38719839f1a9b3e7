use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use expect_test::expect;
use galant_plot::{Range, StateMap, state_maps};

use crate::{check, check_texts, pixels};

const GATE: Range = Range::Gate;

#[test]
fn a_map_has_a_cell_for_each_step_and_unit_in_the_order_asked_for() {
    // Two units over three steps: unit 0 is always closed, unit 1 always open.
    let values = [0.0, 1.0, 0.0, 1.0, 0.0, 1.0];
    let map = StateMap { name: "forget gate f", values: &values, range: GATE };
    let elements = check(&state_maps(&[map], &[1, 0], "units", &[], "A layer"));
    let images: Vec<_> = elements.iter().filter(|element| element.tag == "image").collect();
    assert_eq!(images.len(), 2, "the map and its scale");
    let data = images[0].attribute("href").strip_prefix("data:image/png;base64,").unwrap();
    let (width, cells) = pixels(&STANDARD.decode(data).unwrap());
    assert_eq!((width, cells.len()), (3, 3 * 2 * 3));
    let brightness = |cell: usize| cells[3 * cell..3 * cell + 3].iter().map(|&part| u32::from(part)).sum::<u32>();
    assert!((0..3).all(|open| brightness(open) > 500), "unit 1 is on top and open, which is light");
    assert!((3..6).all(|closed| brightness(closed) < 200), "unit 0 is closed, which is dark");
    check_texts(
        &elements,
        expect![[r#"
        A layer
        3 tokens read, 2 units
        forget gate f
        0 closed
        0.5
        1 open
        0
        1
        2
        3
        tokens read
        units"#]],
    );
}

#[test]
fn a_bitmap_shows_the_same_map() {
    let values: Vec<f32> = (0..40).map(|n| if n % 2 == 0 { -1.0 } else { 1.0 }).collect();
    let map = StateMap { name: "hidden state h", values: &values, range: Range::Signed };
    let picture = state_maps(&[map], &[0, 1], "units", &[], "A layer");
    let elements = check(&picture);
    let image = elements.iter().find(|element| element.tag == "image").unwrap();
    let (width, pixels) = pixels(&picture.png());
    let brightness_at = |share: f64| {
        let y = image.number("y") + share * image.number("height");
        let at = 3 * (y as usize * width + (image.number("x") + image.number("width") / 2.0) as usize);
        pixels[at..at + 3].iter().map(|&part| u32::from(part)).sum::<u32>()
    };
    assert!(brightness_at(0.25) < 200 && brightness_at(0.75) > 500);
}

#[test]
fn long_pieces_and_many_units_are_averaged() {
    let (n_steps, n_units) = (5000, 600);
    let values = vec![0.5; n_steps * n_units];
    let units: Vec<usize> = (0..n_units).collect();
    let map = StateMap { name: "input gate i", values: &values, range: GATE };
    let picture = state_maps(&[map], &units, "units", &[], "Much");
    check(&picture);
    assert!(picture.svg().len() < 400_000);
}

#[test]
fn nothing_read_is_drawn() {
    let map = StateMap { name: "input gate i", values: &[], range: GATE };
    check(&state_maps(&[map], &[0, 1], "units", &[], "Nothing"));
    check(&state_maps(&[], &[], "units", &[], "Nothing"));
}

#[test]
#[should_panic(expected = "the units are not 0 to 2 in some order")]
fn units_appear_once_each() {
    state_maps(&[], &[1, 1], "units", &[], "");
}

#[test]
fn few_tokens_are_written_below_their_columns() {
    let map = StateMap { name: "cell state c", values: &[-3.0, 3.0], range: Range::Within(3) };
    let tokens = ["60.64".to_owned(), ">6".to_owned()];
    let elements = check(&state_maps(&[map], &[0], "units", &tokens, "A layer"));
    check_texts(
        &elements,
        expect![[r#"
        A layer
        2 tokens read, 1 units
        cell state c
        −3
        0
        3
        60.64
        >6
        units"#]],
    );
    // Without room for all of them they are counted.
    let many = vec!["60".to_owned(); 500];
    let values = vec![0.0; 500];
    let map = StateMap { name: "cell state c", values: &values, range: Range::Within(1) };
    let elements = check(&state_maps(&[map], &[0], "units", &many, "A layer"));
    assert!(elements.iter().any(|element| element.text == "tokens read"));
}
