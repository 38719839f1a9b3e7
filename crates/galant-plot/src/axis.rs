//! Axes: where ticks are, and how axes and titles are drawn so that no label overlaps another.

use crate::color::Color;
use crate::picture::{Anchor, Picture, Shape, Turn, WIDTH};
use crate::text;

/// Font sizes, in units.
pub(crate) const TITLE: f64 = 18.0;
pub(crate) const LABEL: f64 = 13.0;
pub(crate) const TICK: f64 = 12.0;

/// The margin at the edges of a picture.
pub(crate) const MARGIN: f64 = 12.0;

/// The height of a picture's head: title and facts below it.
pub(crate) const HEAD: f64 = 56.0;

/// The height of the labels and the title below a horizontal axis.
pub(crate) const FOOT: f64 = 46.0;

/// The rectangle in which data are drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Area {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

/// One axis: what lies at its two ends, ticks, and what it measures in which unit.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Axis {
    pub(crate) from: f64,
    pub(crate) to: f64,
    pub(crate) ticks: Vec<Tick>,
    pub(crate) title: String,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tick {
    pub(crate) at: f64,
    pub(crate) label: String,
}

impl Area {
    /// The area between a left edge at `left` and the right margin.
    pub(crate) fn from_left(left: f64, top: f64, height: f64) -> Area {
        Area { left, top, width: WIDTH - MARGIN - left, height }
    }

    pub(crate) fn bottom(&self) -> f64 {
        self.top + self.height
    }

    pub(crate) fn right(&self) -> f64 {
        self.left + self.width
    }

    pub(crate) fn x(&self, axis: &Axis, value: f64) -> f64 {
        self.left + axis.share(value) * self.width
    }

    /// Values grow upward.
    pub(crate) fn y(&self, axis: &Axis, value: f64) -> f64 {
        self.bottom() - axis.share(value) * self.height
    }

    pub(crate) fn draw_frame(&self, picture: &mut Picture) {
        let (left, top, right, bottom) = (self.left, self.top, self.right(), self.bottom());
        let points = vec![(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
        picture.add(Shape::Line { points, width: 1, color: Color::INK });
    }

    /// Light lines at the ticks, drawn before the data.
    pub(crate) fn draw_grid(&self, picture: &mut Picture, x: &Axis, y: &Axis) {
        let grid = |from, to| Shape::Line { points: vec![from, to], width: 1, color: Color::GRID };
        for tick in &x.ticks {
            let at = self.x(x, tick.at);
            picture.add(grid((at, self.top), (at, self.bottom())));
        }
        for tick in &y.ticks {
            let at = self.y(y, tick.at);
            picture.add(grid((self.left, at), (self.right(), at)));
        }
    }

    /// Ticks, labels and title below the area; a label that would overlap the one before is left out.
    pub(crate) fn draw_x_axis(&self, picture: &mut Picture, axis: &Axis) {
        let mut taken = f64::NEG_INFINITY;
        for tick in &axis.ticks {
            let (x, half) = (self.x(axis, tick.at), text::width(&tick.label, TICK) / 2.0);
            let points = vec![(x, self.bottom()), (x, self.bottom() + 4.0)];
            picture.add(Shape::Line { points, width: 1, color: Color::INK });
            if x - half < taken + 6.0 || x + half > WIDTH {
                continue;
            }
            picture.text((x, self.bottom() + 13.0), &tick.label, TICK, Anchor::Middle, Color::INK);
            taken = x + half;
        }
        let at = (self.left + self.width / 2.0, self.bottom() + 33.0);
        picture.text(at, &text::fitted(&axis.title, LABEL, self.width), LABEL, Anchor::Middle, Color::INK);
    }

    /// Ticks, labels and title to the left of the area; a label that would overlap the one below is left out.
    pub(crate) fn draw_y_axis(&self, picture: &mut Picture, axis: &Axis) {
        let mut taken = f64::INFINITY;
        for tick in &axis.ticks {
            let y = self.y(axis, tick.at);
            let points = vec![(self.left - 4.0, y), (self.left, y)];
            picture.add(Shape::Line { points, width: 1, color: Color::INK });
            if y + TICK * 0.65 > taken {
                continue;
            }
            picture.text((self.left - 7.0, y), &tick.label, TICK, Anchor::End, Color::INK);
            taken = y - TICK * 0.65;
        }
        picture.add(Shape::Text {
            at: (MARGIN + LABEL / 2.0, self.top + self.height / 2.0),
            text: text::fitted(&axis.title, LABEL, self.height.max(60.0)),
            size: LABEL,
            anchor: Anchor::Middle,
            turn: Turn::Upward,
            color: Color::INK,
        });
    }
}

impl Axis {
    /// An axis of real numbers with about `n_ticks` ticks at most, at round numbers.
    pub(crate) fn linear(from: f64, to: f64, n_ticks: u32, title: &str) -> Axis {
        let to = if to > from { to } else { from + 1.0 };
        let step = round_step((to - from) / f64::from(n_ticks));
        let n_digits = (-step.log10().floor()).max(0.0) as usize;
        let first = (from / step).ceil() as i64;
        let last = (to / step + 1e-9).floor() as i64;
        let tick = |number: i64| {
            let at = number as f64 * step;
            Tick { at, label: minus(format!("{at:.n_digits$}")) }
        };
        Axis { from, to, ticks: (first..=last).map(tick).collect(), title: title.to_owned() }
    }

    /// An axis that counts things: its ticks are whole numbers.
    pub(crate) fn counting(from: f64, to: f64, n_ticks: u32, title: &str) -> Axis {
        let mut axis = Axis::linear(from, to, n_ticks, title);
        axis.ticks.retain(|tick| tick.at.fract() == 0.0);
        axis.ticks.iter_mut().for_each(|tick| tick.label = minus(format!("{:.0}", tick.at)));
        axis
    }

    /// An axis of powers of ten, from 10^`from` to 10^`to`; positions on it are logarithms.
    pub(crate) fn powers(from: i32, to: i32, n_ticks: u32, title: &str) -> Axis {
        let mut axis = Axis::counting(f64::from(from), f64::from(to.max(from + 1)), n_ticks, title);
        axis.ticks.iter_mut().for_each(|tick| tick.label = power_of_ten(tick.at as i64));
        axis
    }

    /// How far along the axis a value lies: 0 at `from`, 1 at `to`.
    fn share(&self, value: f64) -> f64 {
        (value - self.from) / (self.to - self.from)
    }

    /// The left edge of the area that has this axis on its left.
    pub(crate) fn left(&self) -> f64 {
        let labels = self.ticks.iter().map(|tick| text::width(&tick.label, TICK)).fold(0.0, f64::max);
        MARGIN + LABEL + 6.0 + labels + 8.0
    }
}

/// The title of a picture and the facts below it.
pub(crate) fn draw_head(picture: &mut Picture, title: &str, facts: &str) {
    let room = WIDTH - 2.0 * MARGIN;
    picture.text((MARGIN, 20.0), &text::fitted(title, TITLE, room), TITLE, Anchor::Start, Color::INK);
    picture.text((MARGIN, 42.0), &text::fitted(facts, LABEL, room), LABEL, Anchor::Start, Color::FAINT_INK);
}

/// The least of 1, 2, 5, 10, 20, … (and 0.5, 0.2, …) that is no less than `step`.
pub(crate) fn round_step(step: f64) -> f64 {
    let power = 10f64.powf(step.log10().floor());
    [1.0, 2.0, 5.0].iter().map(|factor| factor * power).find(|round| *round >= step * 0.999_999).unwrap_or(10.0 * power)
}

fn minus(number: String) -> String {
    number.replace('-', "−")
}

fn power_of_ten(exponent: i64) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let superscript = |c: char| c.to_digit(10).map_or('⁻', |digit| DIGITS[digit as usize]);
    std::iter::once('1').chain(std::iter::once('0')).chain(exponent.to_string().chars().map(superscript)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis) -> Vec<&str> {
        axis.ticks.iter().map(|tick| tick.label.as_str()).collect()
    }

    #[test]
    fn ticks_are_at_round_numbers() {
        assert_eq!(labels(&Axis::linear(0.0, 4.08, 6, "")), ["0", "1", "2", "3", "4"]);
        assert_eq!(labels(&Axis::linear(-1.0, 1.0, 4, "")), ["−1.0", "−0.5", "0.0", "0.5", "1.0"]);
        assert_eq!(labels(&Axis::linear(0.0, 0.05, 5, "")), ["0.00", "0.01", "0.02", "0.03", "0.04", "0.05"]);
    }

    #[test]
    fn counts_have_whole_numbers() {
        assert_eq!(labels(&Axis::counting(1.0, 3.0, 10, "")), ["1", "2", "3"]);
        assert_eq!(labels(&Axis::counting(0.0, 0.0, 10, "")), ["0", "1"]);
    }

    #[test]
    fn a_label_without_room_is_left_out() {
        let axis = Axis::counting(0.0, 9.0, 10, "");
        let n_labels = |area: Area| {
            let [mut upward, mut rightward] = [Picture::new(), Picture::new()];
            area.draw_y_axis(&mut upward, &axis);
            area.draw_x_axis(&mut rightward, &axis);
            [upward, rightward].map(|picture| picture.svg().matches("<text").count() - 1)
        };
        assert_eq!(n_labels(Area { left: 50.0, top: 0.0, width: 400.0, height: 400.0 }), [10, 10]);
        assert_eq!(n_labels(Area { left: 50.0, top: 0.0, width: 90.0, height: 90.0 }), [5, 5]);
    }

    #[test]
    fn powers_of_ten_are_written_as_such() {
        assert_eq!(labels(&Axis::powers(-12, 0, 4, "")), ["10⁻¹⁰", "10⁻⁵", "10⁰"]);
    }
}
