//! The piano roll: time to the right, keys upward, colored by part or by each note's surprise.

mod legend;
mod surprise;
mod systems;

use galant_types::{Note, Score};

use self::legend::{Parts, draw_parts};
use self::systems::{Look, draw, names_of_meters};
use crate::color;
use crate::picture::Picture;

pub use self::surprise::surprise;

/// Draws the notes of a score over its bars, in one color per part.
///
/// A long piece is split into up to four systems, as on a page.
/// With over 10,000 notes, notes of one key that fall on the same pixels are drawn as one.
pub fn piano_roll(score: &Score, title: &str) -> Picture {
    let parts = Parts::of(score);
    let look = |note: &Note| Look { color: color::part(parts.index(note)), height: 1.0 };
    let looks: Vec<Look> = score.notes.iter().map(look).collect();
    draw(score, &looks, title, &facts(score, &parts), |picture, top| draw_parts(picture, top, &parts))
}

fn facts(score: &Score, parts: &Parts) -> String {
    if score.notes.is_empty() {
        return "no notes".to_owned();
    }
    let bars = score.bar_map();
    let seconds = score.tempo_map().seconds(score.end()).round();
    let count = |n: usize, what: &str| if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") };
    format!(
        "{} in {}, {} of {}, {:.0}:{:02.0} minutes",
        count(score.notes.len(), "note"),
        count(parts.len(), "part"),
        count(usize::try_from(bars.n_bars()).unwrap_or(usize::MAX), "bar"),
        names_of_meters(&bars),
        (seconds / 60.0).floor(),
        seconds % 60.0
    )
}
