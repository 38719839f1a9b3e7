//! The piano roll: time to the right, keys upwards, a colour for each part or for each note's surprise.

mod legend;
mod surprise;
mod systems;

use std::collections::BTreeMap;

use galant_types::{Note, Score};

use crate::axis::{HEAD, draw_head};
use crate::bars::{self, Bars};
use crate::colour::{self, Colour};
use crate::picture::Picture;

pub use surprise::surprise;

use legend::draw_parts;
use systems::Systems;

/// Draws the notes of a score over its bars, in one colour per part.
///
/// A long piece is broken into up to four systems, as on a page.
/// Over 10,000 notes, those of a key that fall on the same pixels become one.
pub fn piano_roll(score: &Score, title: &str) -> Picture {
    let parts = Parts::of(score);
    let look = |note: &Note| Look { colour: colour::part(parts.index(note)), height: 1.0 };
    let looks: Vec<Look> = score.notes.iter().map(look).collect();
    draw(score, &looks, title, &facts(score, &parts), |picture, top| draw_parts(picture, top, &parts))
}

/// The parts that have notes, in the order of their tracks and channels.
pub(crate) struct Parts {
    indices: BTreeMap<(u16, u8), usize>,
    names: Vec<String>,
}

impl Parts {
    fn of(score: &Score) -> Parts {
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

    fn index(&self, note: &Note) -> usize {
        self.indices[&(note.track, note.channel)]
    }
}

/// How a note is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Look {
    colour: Colour,
    /// As a share of its key's row.
    height: f64,
}

/// Draws everything: `draw_legend` draws at a height and returns where it ended.
fn draw(
    score: &Score,
    looks: &[Look],
    title: &str,
    facts: &str,
    draw_legend: impl Fn(&mut Picture, f64) -> f64,
) -> Picture {
    let bars = Bars::of(score);
    let systems = Systems::of(score, &bars);
    let mut picture = Picture::new();
    draw_head(&mut picture, title, facts);
    let top = draw_legend(&mut picture, HEAD);
    systems.draw(&mut picture, top, score, looks, &bars);
    picture.ending_at(top + systems.height())
}

fn facts(score: &Score, parts: &Parts) -> String {
    if score.notes.is_empty() {
        return "no notes".to_owned();
    }
    let bars = Bars::of(score);
    let seconds = bars::seconds(score).round();
    let count = |n: usize, what: &str| if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") };
    format!(
        "{} in {}, {} of {}, {:.0}:{:02.0} minutes",
        count(score.notes.len(), "note"),
        count(parts.names.len(), "part"),
        count(usize::try_from(bars.n_bars).unwrap_or(usize::MAX), "bar"),
        bars.meters(),
        (seconds / 60.0).floor(),
        seconds % 60.0
    )
}
