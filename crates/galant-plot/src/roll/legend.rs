//! What the colors of a piano roll mean.

use std::collections::BTreeMap;

use galant_types::{Note, Score};

use super::systems::Look;
use crate::axis::{LABEL, MARGIN, TICK};
use crate::color::{self, Color};
use crate::picture::{Anchor, Picture, Shape, WIDTH};
use crate::text;

/// The height of a line of a legend.
const LINE: f64 = 20.0;

/// How many parts are named at most; a file may have thousands.
const MAX_NAMED: usize = 32;

/// The width beyond which names are cut.
const MAX_NAME: f64 = 220.0;

/// The parts that have notes, in the order of their tracks and channels.
pub(super) struct Parts {
    indices: BTreeMap<(u16, u8), usize>,
    names: Vec<String>,
}

impl Parts {
    pub(super) fn of(score: &Score) -> Parts {
        let mut indices: BTreeMap<(u16, u8), usize> =
            score.notes.iter().map(|note| ((note.track, note.channel), 0)).collect();
        for (index, place) in indices.values_mut().enumerate() {
            *place = index;
        }
        let name = |&(track, channel): &(u16, u8)| {
            let part = score.parts.iter().find(|part| (part.track, part.channel) == (track, channel));
            let name = part.map(|part| part.name.trim()).filter(|name| !name.is_empty());
            name.map_or_else(
                || format!("track {}, channel {}", u32::from(track) + 1, u32::from(channel) + 1),
                str::to_owned,
            )
        };
        let names = indices.keys().map(name).collect();
        Parts { indices, names }
    }

    pub(super) fn index(&self, note: &Note) -> usize {
        self.indices[&(note.track, note.channel)]
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }
}

/// A swatch and a name for each part; returns where the legend ends.
pub(super) fn draw_parts(picture: &mut Picture, top: f64, parts: &Parts) -> f64 {
    let mut swatches: Vec<(Option<Color>, String)> = Vec::new();
    for (index, name) in parts.names.iter().enumerate().take(MAX_NAMED) {
        swatches.push((Some(color::part(index)), text::fitted(name, LABEL, MAX_NAME)));
    }
    if parts.names.len() > MAX_NAMED {
        swatches.push((None, format!("and {} more", parts.names.len() - MAX_NAMED)));
    }
    let (mut left, mut y) = (MARGIN, top + LINE / 2.0);
    for (color, name) in &swatches {
        let width = 22.0 + text::width(name, LABEL);
        if left + width > WIDTH - MARGIN {
            (left, y) = (MARGIN, y + LINE);
        }
        if let Some(color) = *color {
            picture.add(Shape::Rectangle { left, top: y - 5.0, width: 16.0, height: 10.0, color });
        }
        picture.text((left + 22.0, y), name, LABEL, Anchor::Start, Color::INK);
        left += width + 16.0;
    }
    if swatches.is_empty() { top } else { y + LINE / 2.0 + 6.0 }
}

/// The scale of surprise from 0 to `most` nats; returns where the legend ends.
pub(super) fn draw_scale(picture: &mut Picture, top: f64, most: f64, without: Look) -> f64 {
    const N_STEPS: u32 = 48;
    let y = top + LINE / 2.0;
    let title = "surprise, nats per note";
    picture.text((MARGIN, y), title, LABEL, Anchor::Start, Color::INK);
    let (left, width) = (MARGIN + text::width(title, LABEL) + 12.0, 240.0);
    let step = width / f64::from(N_STEPS);
    for number in 0..N_STEPS {
        let color = color::heat((f64::from(number) + 0.5) / f64::from(N_STEPS));
        // Each extends to the end and is painted over by the next, so that rounding leaves no gaps.
        let done = step * f64::from(number);
        picture.add(Shape::Rectangle { left: left + done, top: y - 6.0, width: width - done, height: 12.0, color });
    }
    for quarter in 0..=4 {
        let share = f64::from(quarter) / 4.0;
        let n_digits = if most >= 10.0 { 0 } else { 2 };
        let label = format!("{:.n_digits$}", share * most);
        picture.text((left + share * width, y + 15.0), &label, TICK, Anchor::Middle, Color::INK);
    }
    let left = left + width + 32.0;
    let height = 10.0 * without.height;
    picture.add(Shape::Rectangle { left, top: y - height / 2.0, width: 16.0, height, color: without.color });
    picture.text((left + 22.0, y), "not predicted", LABEL, Anchor::Start, Color::INK);
    y + 32.0
}
