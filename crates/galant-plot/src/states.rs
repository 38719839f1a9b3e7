//! The hidden state and gates of a layer over time.

use crate::axis::{Area, Axis, FOOT, HEAD, LABEL, MARGIN, TICK, draw_head};
use crate::color::{Color, level};
use crate::picture::{Anchor, Picture, Pixels, Shape, Turn, WIDTH};
use crate::text;

/// One quantity of a layer over time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StateMap<'a> {
    /// What it is, such as `forget gate`.
    pub name: &'a str,
    /// `[T, H]`, step after step.
    pub values: &'a [f32],
    /// The range of the values.
    pub range: Range,
}

/// The range of a scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// 0 to 1: a gate.
    Gate,
    /// −1 to 1: a hidden state.
    Signed,
    /// −n to n: a cell state, whose values have no bound of their own.
    Within(u32),
}

/// The most steps and units shown individually; with more, each cell is a mean of neighbors.
const MAX_COLUMNS: usize = 1200;
const MAX_ROWS: usize = 256;

/// The heights of a map and of the name above it.
const MAP: f64 = 118.0;
const NAME: f64 = 22.0;

/// Draws quantities of H units as maps, one below the other: time to the right, a row for each unit.
///
/// The rows of every map are in the order of `units`; `units_title` names that order.
/// Beyond 1,200 steps or 256 units, neighbors are averaged.
/// `tokens`, those that were read or none, are written below the last map if there is room for all of them.
///
/// # Panics
///
/// If `units` does not hold each unit's number once, or if the maps are not all `[T, H]` with the same T.
pub fn state_maps(
    maps: &[StateMap<'_>],
    units: &[usize],
    units_title: &str,
    tokens: &[String],
    title: &str,
) -> Picture {
    let n_units = units.len();
    let mut sorted = units.to_vec();
    sorted.sort_unstable();
    assert!(sorted.into_iter().eq(0..n_units), "state_maps: the units are not 0 to {n_units} in some order");
    let n_steps = maps.first().map_or(0, |map| map.values.len() / n_units.max(1));
    for map in maps {
        let n_values = map.values.len();
        assert_eq!(n_values, n_steps * n_units, "state_maps: {} has {n_values} values", map.name);
    }
    let mut picture = Picture::new();
    draw_head(&mut picture, title, &format!("{n_steps} tokens read, {n_units} units"));
    let mut time = Axis::counting(0.0, n_steps as f64, 12, "tokens read");
    let rows = Axis::counting(n_units as f64, 0.0, 4, "");
    let rows = Axis { from: n_units as f64, to: 0.0, title: units_title.to_owned(), ..rows };
    let (mut top, mut foot) = (HEAD, FOOT);
    for (number, map) in maps.iter().enumerate() {
        let area = Area { left: MARGIN + LABEL + 16.0, top: top + NAME, width: WIDTH - 150.0, height: MAP };
        picture.text((area.left, top + NAME / 2.0 + 1.0), map.name, LABEL, Anchor::Start, Color::INK);
        if n_steps > 0 && n_units > 0 {
            let pixels = pixels(map, units, n_steps);
            picture.add(Shape::Raster {
                left: area.left,
                top: area.top,
                width: area.width,
                height: area.height,
                pixels,
            });
        }
        Area { left: area.left - 0.5, top: area.top - 0.5, width: area.width + 1.0, height: area.height + 1.0 }
            .draw_frame(&mut picture);
        draw_scale(&mut picture, &area, map.range);
        let is_last = number + 1 == maps.len();
        time.title = if is_last { "tokens read".to_owned() } else { String::new() };
        if is_last && has_room(tokens, n_steps, &area) {
            draw_tokens(&mut picture, &area, tokens);
        } else if is_last {
            area.draw_x_axis(&mut picture, &time);
        }
        area.draw_y_axis(&mut picture, &Axis { ticks: Vec::new(), ..rows.clone() });
        top = area.bottom();
        let longest = tokens.iter().map(|token| text::width(token, TICK)).fold(0.0, f64::max).min(MAX_TOKEN);
        foot = if has_room(tokens, n_steps, &area) { longest + 18.0 } else { FOOT };
    }
    picture.ending_at(top + foot)
}

/// The longest token written below the last map.
const MAX_TOKEN: f64 = 110.0;

fn has_room(tokens: &[String], n_steps: usize, area: &Area) -> bool {
    !tokens.is_empty() && tokens.len() == n_steps && tokens.len() as f64 * (TICK + 1.0) <= area.width
}

/// Each token upright below its column.
fn draw_tokens(picture: &mut Picture, area: &Area, tokens: &[String]) {
    let column = area.width / tokens.len() as f64;
    for (number, token) in tokens.iter().enumerate() {
        let x = area.left + (number as f64 + 0.5) * column;
        picture.add(Shape::Text {
            at: (x, area.bottom() + 6.0),
            text: text::fitted(token, TICK, MAX_TOKEN),
            size: TICK,
            anchor: Anchor::End,
            turn: Turn::Upward,
            color: Color::INK,
        });
    }
}

/// The colors of a map, of means where there are more values than cells.
fn pixels(map: &StateMap<'_>, units: &[usize], n_steps: usize) -> Pixels {
    let (n_columns, n_rows) = (n_steps.min(MAX_COLUMNS), units.len().min(MAX_ROWS));
    let mut colors = Vec::with_capacity(n_columns * n_rows);
    for row in 0..n_rows {
        let units_here = &units[row * units.len() / n_rows..(row + 1) * units.len() / n_rows];
        for column in 0..n_columns {
            let steps = column * n_steps / n_columns..(column + 1) * n_steps / n_columns;
            let n_values = (steps.len() * units_here.len()) as f64;
            let values = steps.flat_map(|step| units_here.iter().map(move |unit| step * units.len() + unit));
            let mean = values.map(|at| f64::from(map.values[at])).sum::<f64>() / n_values;
            colors.push(color(mean, map.range));
        }
    }
    Pixels { n_columns, colors }
}

fn color(value: f64, range: Range) -> Color {
    match range {
        Range::Gate => level(value),
        Range::Signed => level((value + 1.0) / 2.0),
        Range::Within(most) => level((value / f64::from(most.max(1)) + 1.0) / 2.0),
    }
}

/// The scale of a map, drawn to its right.
fn draw_scale(picture: &mut Picture, area: &Area, range: Range) {
    const N_STEPS: usize = 64;
    let (left, height) = (area.right() + 16.0, area.height - 12.0);
    let top = area.top + 6.0;
    let colors = (0..N_STEPS).rev().map(|step| level((step as f64 + 0.5) / N_STEPS as f64)).collect();
    picture.add(Shape::Raster { left, top, width: 12.0, height, pixels: Pixels { n_columns: 1, colors } });
    let labels = match range {
        Range::Gate => ["0 closed", "0.5", "1 open"].map(str::to_owned),
        Range::Signed => ["−1", "0", "1"].map(str::to_owned),
        Range::Within(most) => [format!("−{most}"), "0".to_owned(), most.to_string()],
    };
    for (label, share) in labels.iter().zip([1.0, 0.5, 0.0]) {
        picture.text((left + 18.0, top + share * height), label, TICK, Anchor::Start, Color::INK);
    }
}
