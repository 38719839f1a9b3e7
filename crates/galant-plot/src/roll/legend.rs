//! What the colours of a piano roll mean.

use super::{Look, Parts};
use crate::axis::{LABEL, MARGIN, TICK};
use crate::colour::{self, Colour};
use crate::picture::{Anchor, Picture, Shape, WIDTH};
use crate::text;

/// The height of a line of a legend.
const LINE: f64 = 20.0;

/// How many parts are named; a file may have thousands.
const MAX_NAMED: usize = 32;

/// The widest name shown whole.
const MAX_NAME: f64 = 220.0;

/// A swatch and a name for each part; returns where the legend ends.
pub(super) fn draw_parts(picture: &mut Picture, top: f64, parts: &Parts) -> f64 {
    let mut swatches: Vec<(Option<Colour>, String)> = Vec::new();
    for (index, name) in parts.names.iter().enumerate().take(MAX_NAMED) {
        swatches.push((Some(colour::part(index)), text::fitted(name, LABEL, MAX_NAME)));
    }
    if parts.names.len() > MAX_NAMED {
        swatches.push((None, format!("and {} more", parts.names.len() - MAX_NAMED)));
    }
    let (mut left, mut y) = (MARGIN, top + LINE / 2.0);
    for (colour, name) in &swatches {
        let width = 22.0 + text::width(name, LABEL);
        if left + width > WIDTH - MARGIN {
            (left, y) = (MARGIN, y + LINE);
        }
        if let Some(colour) = *colour {
            picture.add(Shape::Rectangle { left, top: y - 5.0, width: 16.0, height: 10.0, colour });
        }
        picture.text((left + 22.0, y), name, LABEL, Anchor::Start, Colour::INK);
        left += width + 16.0;
    }
    if swatches.is_empty() { top } else { y + LINE / 2.0 + 6.0 }
}

/// The scale of surprise from 0 to `most` nats; returns where the legend ends.
pub(super) fn draw_scale(picture: &mut Picture, top: f64, most: f64, without: Look) -> f64 {
    const N_STEPS: u32 = 48;
    let y = top + LINE / 2.0;
    let title = "surprise, nats per note";
    picture.text((MARGIN, y), title, LABEL, Anchor::Start, Colour::INK);
    let (left, width) = (MARGIN + text::width(title, LABEL) + 12.0, 240.0);
    let step = width / f64::from(N_STEPS);
    for number in 0..N_STEPS {
        let colour = colour::heat((f64::from(number) + 0.5) / f64::from(N_STEPS));
        // Each reaches to the end and is painted over by the next, so that rounding leaves no gaps.
        let done = step * f64::from(number);
        picture.add(Shape::Rectangle { left: left + done, top: y - 6.0, width: width - done, height: 12.0, colour });
    }
    for quarter in 0..=4 {
        let share = f64::from(quarter) / 4.0;
        let n_digits = if most >= 10.0 { 0 } else { 2 };
        let label = format!("{:.n_digits$}", share * most);
        picture.text((left + share * width, y + 15.0), &label, TICK, Anchor::Middle, Colour::INK);
    }
    let left = left + width + 32.0;
    let height = 10.0 * without.height;
    picture.add(Shape::Rectangle { left, top: y - height / 2.0, width: 16.0, height, colour: without.colour });
    picture.text((left + 22.0, y), "not predicted", LABEL, Anchor::Start, Colour::INK);
    y + 32.0
}
