//! Pictures by their structure: what is drawn, how often, where, and that no labels overlap.

mod curves;
mod rolls;
mod states;
mod svg;

use expect_test::Expect;
use galant_plot::Picture;
use galant_types::{Note, Part, Score};

use svg::{Element, elements, extent, overlap, text_box};

/// Checks what holds for every picture and returns its elements.
#[track_caller]
fn check(picture: &Picture) -> Vec<Element> {
    let document = picture.svg();
    let elements = elements(&document);
    let (width, height) = picture.size();
    assert_eq!(elements[0].attribute("viewBox"), format!("0 0 {width} {height}"));
    assert_eq!(elements[0].number("width"), 800.0);
    for element in &elements {
        if let Some([left, top, right, bottom]) = extent(element) {
            let is_inside = left >= 0.0 && top >= 0.0 && right <= f64::from(width) && bottom <= f64::from(height);
            assert!(is_inside, "outside of {width} × {height}: {element:?}");
        }
    }
    let texts: Vec<&Element> = elements.iter().filter(|element| element.tag == "text").collect();
    for (number, a) in texts.iter().enumerate() {
        for b in &texts[..number] {
            assert!(!overlap(text_box(a), text_box(b)), "'{}' meets '{}': {a:?} {b:?}", a.text, b.text);
        }
    }
    elements
}

fn texts(elements: &[Element]) -> Vec<&str> {
    elements.iter().filter(|element| element.tag == "text").map(|element| element.text.as_str()).collect()
}

/// Compares all texts of a picture, one a line, in the order they are drawn.
#[track_caller]
fn check_texts(elements: &[Element], expected: Expect) {
    expected.assert_eq(&texts(elements).join("\n"));
}

/// The pixels of a PNG file, three bytes each.
fn pixels(png: &[u8]) -> (usize, Vec<u8>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    (info.width as usize, pixels)
}

/// `#RRGGBB` as bytes.
fn color(fill: &str) -> [u8; 3] {
    [1, 3, 5].map(|at| u8::from_str_radix(&fill[at..at + 2], 16).unwrap())
}

fn note(onset: u64, length: u64, pitch: u8, track: u16) -> Note {
    Note { onset, length, pitch, velocity: 64, channel: 0, track }
}

fn part(track: u16, name: &str) -> Part {
    Part { track, channel: 0, name: name.to_owned(), program: None }
}

/// Four bars of 4/4 for two parts, a note on each beat in the first and one in each bar in the second.
fn duet() -> Score {
    let mut notes: Vec<Note> = (0..16).map(|beat| note(beat * 480, 480, 60 + beat as u8 % 12, 1)).collect();
    notes.extend((0..4).map(|bar| note(bar * 1920, 1920, 48, 2)));
    notes.sort_unstable();
    Score { notes, parts: vec![part(1, "Right hand"), part(2, "Left hand")], ..Score::new(480) }
}
