//! What a network expects next, at several temperatures.

use crate::axis::{Area, Axis, FOOT, HEAD, LABEL, MARGIN, Tick, draw_head};
use crate::color::{Color, level};
use crate::curves::{self, Curve, Dash, Marker, Style};
use crate::picture::{Anchor, Picture, Shape};
use crate::text;

/// The probabilities of the next token at one temperature.
#[derive(Debug, Clone, PartialEq)]
pub struct NextAt {
    /// The temperature.
    pub temperature: f64,
    /// Of each token, 0 to 1.
    pub probabilities: Vec<f64>,
}

/// The height of a bar, and of the space between two tokens.
const BAR: f64 = 8.0;
const GAP: f64 = 10.0;

/// Draws the probability of each of `tokens` as a bar for each temperature.
///
/// # Panics
///
/// If a temperature does not have as many probabilities as there are tokens.
pub fn next_tokens(tokens: &[String], next: &[NextAt], title: &str, facts: &str) -> Picture {
    for at in next {
        assert_eq!(at.probabilities.len(), tokens.len(), "next_tokens: probabilities at T={}", at.temperature);
    }
    let mut picture = Picture::new();
    draw_head(&mut picture, title, facts);
    let color = |number: usize| level(0.1 + 0.75 * number as f64 / (next.len().max(2) - 1) as f64);
    let legend: Vec<Curve> = next
        .iter()
        .enumerate()
        .map(|(number, at)| Curve {
            name: format!("temperature {}", at.temperature),
            points: Vec::new(),
            style: Style { color: color(number), dash: Dash::Solid, marker: Marker::Square },
        })
        .collect();
    let top = curves::draw_legend(&mut picture, HEAD, &legend) + 8.0;
    let widest = tokens.iter().map(|token| text::width(token, LABEL)).fold(0.0, f64::max).min(200.0);
    let row = BAR * next.len() as f64 + GAP;
    let area = Area::from_left(MARGIN + widest + 10.0, top, row * tokens.len() as f64 + GAP);
    let most = next.iter().flat_map(|at| &at.probabilities).copied().fold(0.05, f64::max);
    let mut x = Axis::linear(0.0, (most * 1.05).min(1.0), 8, "probability");
    x.ticks.iter_mut().for_each(|tick| tick.label = format!("{:.0} %", 100.0 * tick.at));
    x.ticks.dedup_by(|a: &mut Tick, b: &mut Tick| a.label == b.label);
    area.draw_grid(&mut picture, &x, &Axis { ticks: Vec::new(), ..x.clone() });
    for (number, token) in tokens.iter().enumerate() {
        let y = area.top + GAP + number as f64 * row;
        let label = text::fitted(token, LABEL, widest);
        picture.text((area.left - 8.0, y + (row - GAP) / 2.0), &label, LABEL, Anchor::End, Color::INK);
        for (which, at) in next.iter().enumerate() {
            let width = area.x(&x, at.probabilities[number]) - area.left;
            let top = y + which as f64 * BAR;
            picture.add(Shape::Rectangle { left: area.left, top, width, height: BAR - 1.0, color: color(which) });
        }
    }
    area.draw_frame(&mut picture);
    area.draw_x_axis(&mut picture, &x);
    picture.ending_at(area.bottom() + FOOT)
}
