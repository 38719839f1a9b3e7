//! Where a network puts tokens: a map in two dimensions.

use crate::axis::{Area, Axis, HEAD, LABEL, MARGIN, TICK, draw_head};
use crate::color::{Color, oklch};
use crate::picture::{Anchor, Picture, Shape, WIDTH};
use crate::text;

/// A token on the map.
#[derive(Debug, Clone, PartialEq)]
pub struct EmbeddingPoint {
    /// Its place.
    pub at: (f64, f64),
    /// How it is written.
    pub label: String,
    /// The pitch class of its lowest note, 0 for C to 11; none without notes.
    pub pitch_class: Option<u8>,
}

const NAMES: [&str; 12] = ["C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"];

/// Draws tokens as dots in the color of their pitch class, gray without one, with their names where there is room.
///
/// Colors go around the circle of fifths, so that related keys are of related colors. Points that are not finite are left
/// out.
pub fn embedding_map(points: &[EmbeddingPoint], title: &str, facts: &str) -> Picture {
    let shown: Vec<&EmbeddingPoint> =
        points.iter().filter(|point| point.at.0.is_finite() && point.at.1.is_finite()).collect();
    let mut picture = Picture::new();
    draw_head(&mut picture, title, facts);
    let mut left = MARGIN;
    for class in fifths() {
        let name = NAMES[usize::from(class)];
        dot(&mut picture, (left + 6.0, HEAD + 10.0), color(Some(class)));
        picture.text((left + 15.0, HEAD + 10.0), name, LABEL, Anchor::Start, Color::INK);
        left += 24.0 + text::width(name, LABEL);
    }
    dot(&mut picture, (left + 6.0, HEAD + 10.0), color(None));
    picture.text((left + 15.0, HEAD + 10.0), "no note", LABEL, Anchor::Start, Color::INK);
    let area = Area { left: MARGIN, top: HEAD + 28.0, width: WIDTH - 2.0 * MARGIN, height: 520.0 };
    let x = axis(shown.iter().map(|point| point.at.0));
    let y = axis(shown.iter().map(|point| point.at.1));
    // Left edge, middle and width of what no name may cover: the dots, and the names before it.
    let mut taken: Vec<(f64, f64, f64)> =
        shown.iter().map(|point| (area.x(&x, point.at.0) - 5.0, area.y(&y, point.at.1), 10.0)).collect();
    for point in &shown {
        let at = (area.x(&x, point.at.0), area.y(&y, point.at.1));
        dot(&mut picture, at, color(point.pitch_class));
        let width = text::width(&point.label, TICK);
        let is_free = taken.iter().all(|&(left, top, other)| {
            (top - at.1).abs() > TICK || at.0 + 8.0 > left + other + 4.0 || at.0 + 8.0 + width + 4.0 < left
        });
        if is_free && at.0 + 8.0 + width < area.right() {
            picture.text((at.0 + 8.0, at.1), &point.label, TICK, Anchor::Start, Color::FAINT_INK);
            taken.push((at.0 + 8.0, at.1, width));
        }
    }
    area.draw_frame(&mut picture);
    picture.ending_at(area.bottom() + MARGIN)
}

/// The pitch classes in fifths from C.
fn fifths() -> impl Iterator<Item = u8> {
    (0..12).map(|number| number * 7 % 12)
}

fn color(pitch_class: Option<u8>) -> Color {
    let Some(class) = pitch_class else { return Color::RULE };
    let place = u32::from(class) * 7 % 12;
    // Neighbors differ in lightness as well.
    oklch(if place.is_multiple_of(2) { 0.45 } else { 0.70 }, 0.14, 30.0 * f64::from(place))
}

/// With a margin, so that no dot is cut off.
fn axis(values: impl Iterator<Item = f64> + Clone) -> Axis {
    let (from, to) = (values.clone().fold(f64::INFINITY, f64::min), values.fold(f64::NEG_INFINITY, f64::max));
    let (from, to) = if from < to { (from, to) } else { (-1.0, 1.0) };
    let margin = 0.05 * (to - from);
    Axis { from: from - margin, to: to + margin, ticks: Vec::new(), title: String::new() }
}

fn dot(picture: &mut Picture, (x, y): (f64, f64), color: Color) {
    let corner = |n: u32| f64::from(n) * std::f64::consts::TAU / 12.0;
    let points = (0..12).map(corner).map(|angle| (x + 5.0 * angle.cos(), y + 5.0 * angle.sin())).collect();
    picture.add(Shape::Polygon { points, color });
}
