//! Curves that differ in lightness, line style and marker, with a legend above them.

use crate::axis::{Area, Axis, LABEL, MARGIN};
use crate::color::Color;
use crate::picture::{Anchor, Picture, Shape, WIDTH};
use crate::text;

/// A named line through points, in the units of its axes.
pub(crate) struct Curve {
    pub(crate) name: String,
    pub(crate) points: Vec<(f64, f64)>,
    pub(crate) style: Style,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    pub(crate) color: Color,
    pub(crate) dash: Dash,
    pub(crate) marker: Marker,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Dash {
    Solid,
    Dashed,
    Dotted,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Marker {
    Circle,
    Square,
    Triangle,
}

/// How wide lines are, in pixels.
const LINE: u32 = 3;

/// Markers are at least this far apart.
const MARKER_DISTANCE: f64 = 28.0;

/// Draws the curves within `area`, with a grid, a frame and the axes, which cover all points.
pub(crate) fn draw_chart(picture: &mut Picture, area: &Area, x: &Axis, y: &Axis, curves: &[Curve]) {
    area.draw_grid(picture, x, y);
    draw(picture, area, x, y, curves);
    area.draw_frame(picture);
    area.draw_x_axis(picture, x);
    area.draw_y_axis(picture, y);
}

/// Draws the curves alone.
pub(crate) fn draw(picture: &mut Picture, area: &Area, x: &Axis, y: &Axis, curves: &[Curve]) {
    for curve in curves {
        let points: Vec<_> = curve.points.iter().map(|&(at, value)| (area.x(x, at), area.y(y, value))).collect();
        draw_line(picture, &points, curve.style);
        let mut last = f64::NEG_INFINITY;
        for &at in &points {
            if at.0 - last >= MARKER_DISTANCE {
                draw_marker(picture, at, curve.style);
                last = at.0;
            }
        }
    }
}

/// A sample and a name for each curve, in rows; returns where the legend ends.
pub(crate) fn draw_legend(picture: &mut Picture, top: f64, curves: &[Curve]) -> f64 {
    const SAMPLE: f64 = 38.0;
    const ROW: f64 = 20.0;
    let (mut left, mut y) = (MARGIN, top + ROW / 2.0);
    for curve in curves {
        let name = text::fitted(&curve.name, LABEL, WIDTH / 2.0);
        let width = SAMPLE + 8.0 + text::width(&name, LABEL);
        if left + width > WIDTH - MARGIN {
            (left, y) = (MARGIN, y + ROW);
        }
        draw_line(picture, &[(left, y), (left + SAMPLE, y)], curve.style);
        draw_marker(picture, (left + SAMPLE / 2.0, y), curve.style);
        picture.text((left + SAMPLE + 8.0, y), &name, LABEL, Anchor::Start, Color::INK);
        left += width + 20.0;
    }
    if curves.is_empty() { top } else { y + ROW / 2.0 + 4.0 }
}

pub(crate) fn draw_line(picture: &mut Picture, points: &[(f64, f64)], style: Style) {
    let dashes = match style.dash {
        Dash::Solid => vec![points.to_vec()],
        Dash::Dashed => dashes(points, 9.0, 5.0),
        Dash::Dotted => dashes(points, 2.0, 4.0),
    };
    for points in dashes.into_iter().filter(|points| points.len() > 1) {
        picture.add(Shape::Line { points, width: LINE, color: style.color });
    }
}

fn draw_marker(picture: &mut Picture, (x, y): (f64, f64), style: Style) {
    let corners: Vec<(f64, f64)> = match style.marker {
        Marker::Circle => (0..12)
            .map(|n| std::f64::consts::TAU * f64::from(n) / 12.0)
            .map(|a| (4.0 * a.cos(), 4.0 * a.sin()))
            .collect(),
        Marker::Square => vec![(-3.5, -3.5), (3.5, -3.5), (3.5, 3.5), (-3.5, 3.5)],
        Marker::Triangle => vec![(0.0, -5.0), (4.5, 3.5), (-4.5, 3.5)],
    };
    let points = corners.into_iter().map(|(dx, dy)| (x + dx, y + dy)).collect();
    picture.add(Shape::Polygon { points, color: style.color });
}

/// Cuts a line into dashes of length `on` with gaps of `off`, measured along it.
fn dashes(points: &[(f64, f64)], on: f64, off: f64) -> Vec<Vec<(f64, f64)>> {
    let mut dashes = Vec::new();
    let mut dash: Vec<(f64, f64)> = points.first().copied().into_iter().collect();
    let (mut is_on, mut left) = (true, on);
    for pair in points.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let length = (to.0 - from.0).hypot(to.1 - from.1);
        let mut done = 0.0;
        while length - done > left {
            done += left;
            let at = (from.0 + (to.0 - from.0) * done / length, from.1 + (to.1 - from.1) * done / length);
            dash.push(at);
            if is_on {
                dashes.push(std::mem::take(&mut dash));
            }
            is_on = !is_on;
            dash = vec![at];
            left = if is_on { on } else { off };
        }
        left -= length - done;
        dash.push(to);
    }
    if is_on {
        dashes.push(dash);
    }
    dashes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_go_around_corners() {
        let found = dashes(&[(0.0, 0.0), (4.0, 0.0), (4.0, 6.0)], 5.0, 2.0);
        assert_eq!(found, [vec![(0.0, 0.0), (4.0, 0.0), (4.0, 1.0)], vec![(4.0, 3.0), (4.0, 6.0)]]);
    }
}
