//! The systems of a piano roll: which bars are on which line of the page, and what is drawn there.

use galant_types::{BarMap, Meter, Note, Score};

use crate::axis::{Area, Axis, FOOT, HEAD, LABEL, TICK, Tick, draw_head, round_step};
use crate::color::Color;
use crate::picture::{Picture, Shape};
use crate::text;

/// How many quarter notes a system holds before another one begins.
const QUARTERS: u64 = 40;

/// The most systems on a picture, which make it about as high as it is wide.
const MAX_SYSTEMS: u64 = 4;

/// With more notes than this, notes of one key that fall on the same pixels are drawn as one.
const MAX_NOTES_APART: usize = 10_000;

/// The fewest keys shown, so that a single note has neighbors.
const MIN_KEYS: u8 = 24;

/// Bar lines are at least this far apart; where they would be closer, only numbered bars have one.
const MIN_BAR: f64 = 8.0;

/// How a note is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Look {
    pub(super) color: Color,
    /// As a share of the height of its key's row.
    pub(super) height: f64,
}

/// Draws everything; `draw_legend` draws from a height on and returns where it ended.
pub(super) fn draw(
    score: &Score,
    looks: &[Look],
    title: &str,
    facts: &str,
    draw_legend: impl Fn(&mut Picture, f64) -> f64,
) -> Picture {
    let bars = score.bar_map();
    let systems = Systems::of(score, &bars);
    let mut picture = Picture::new();
    draw_head(&mut picture, title, facts);
    let top = draw_legend(&mut picture, HEAD);
    systems.draw(&mut picture, top, score, looks, &bars);
    picture.ending_at(top + systems.height())
}

/// How a score is laid out on the page.
struct Systems {
    /// The first bar of each system and, last, the bar after the last.
    bars: Vec<u64>,
    /// The length of the longest system, in ticks.
    ticks: u64,
    lowest: u8,
    highest: u8,
    height: f64,
}

impl Systems {
    fn of(score: &Score, bars: &BarMap) -> Systems {
        let quarters = score.end() / u64::from(score.ticks_per_quarter.max(1));
        let wanted = quarters.div_ceil(QUARTERS).clamp(1, MAX_SYSTEMS);
        let end = bars.start(bars.n_bars());
        let mut edges: Vec<u64> = (0..wanted)
            .map(|system| (u128::from(end) * u128::from(system) / u128::from(wanted)) as u64)
            .map(|tick| bars.bar_from(tick))
            .chain([bars.n_bars()])
            .collect();
        // A piece of few long bars has fewer systems.
        edges.dedup();
        let lengths = edges.windows(2).map(|edge| bars.start(edge[1]) - bars.start(edge[0]));
        let ticks = lengths.max().unwrap_or(0).max(1);
        let (lowest, highest) = keys(score);
        let n_systems = edges.len() - 1;
        let height = f64::from(highest - lowest + 1) * if n_systems == 1 { 6.0 } else { 4.0 };
        let height = if n_systems == 1 { height.clamp(180.0, 340.0) } else { height.clamp(110.0, 180.0) };
        Systems { bars: edges, ticks, lowest, highest, height }
    }

    /// The height of all systems with their axes.
    fn height(&self) -> f64 {
        let n_systems = (self.bars.len() - 1) as f64;
        // Between systems, numbers of bars; below the last, the axis title too.
        n_systems * self.height + (n_systems - 1.0) * (FOOT - LABEL) + FOOT + 4.0
    }

    fn draw(&self, picture: &mut Picture, top: f64, score: &Score, looks: &[Look], bars: &BarMap) {
        let keys = self.key_axis();
        let n_systems = self.bars.len() - 1;
        for (number, edge) in self.bars.windows(2).enumerate() {
            let top = top + number as f64 * (self.height + FOOT - LABEL);
            let (from, to) = (bars.start(edge[0]) as f64, bars.start(edge[1]) as f64);
            let mut area = Area::from_left(keys.left(), top, self.height);
            area.width *= (to - from) / self.ticks as f64;
            let mut time = Axis { from, to, ticks: Vec::new(), title: String::new() };
            if number + 1 == n_systems {
                time.title = format!("time, bars of {}", names_of_meters(bars));
            }
            self.draw_keys(picture, &area, &keys);
            self.draw_bars(picture, &area, &mut time, (edge[0], edge[1]), bars);
            System { area, keys: &keys, time: &time }.draw(picture, score, looks);
            area.draw_frame(picture);
            area.draw_x_axis(picture, &time);
            area.draw_y_axis(picture, &keys);
        }
    }

    /// A row for each key, with the names of all white keys, or of the Cs if there is no room.
    fn key_axis(&self) -> Axis {
        let (from, to) = (f64::from(self.lowest) - 0.5, f64::from(self.highest) + 0.5);
        let row = self.height / (to - from);
        let is_named = |key: &u8| if row >= TICK { !is_black(*key) } else { key.is_multiple_of(12) };
        let tick = |key: u8| Tick { at: f64::from(key), label: key_name(key) };
        let ticks = (self.lowest..=self.highest).filter(is_named).map(tick).collect();
        Axis { from, to, ticks, title: "key".to_owned() }
    }

    /// Shaded rows for black keys and a line below each C.
    fn draw_keys(&self, picture: &mut Picture, area: &Area, keys: &Axis) {
        for key in (self.lowest..=self.highest).filter(|&key| is_black(key)) {
            let top = area.y(keys, f64::from(key) + 0.5);
            let height = area.y(keys, f64::from(key) - 0.5) - top;
            picture.add(Shape::Rectangle { left: area.left, top, width: area.width, height, color: Color::SHADE });
        }
        for key in (self.lowest + 1..=self.highest).filter(|key| key.is_multiple_of(12)) {
            let y = area.y(keys, f64::from(key) - 0.5);
            let points = vec![(area.left, y), (area.right(), y)];
            picture.add(Shape::Line { points, width: 1, color: Color::GRID });
        }
    }

    /// Bar lines, with a tick and a number at each, or at every second, fifth, tenth, … where there is no room.
    fn draw_bars(&self, picture: &mut Picture, area: &Area, time: &mut Axis, (from, to): (u64, u64), bars: &BarMap) {
        let widest = text::width(&to.to_string(), TICK) + 8.0;
        let n_bars = (to - from) as f64;
        let numbers = round_step((n_bars * widest / area.width).max(1.0)) as u64;
        let lines = if area.width / n_bars >= MIN_BAR { 1 } else { numbers };
        let multiples =
            |step: u64| (from.div_ceil(step)..).map(move |n| n.saturating_mul(step)).take_while(move |&n| n < to);
        for bar in multiples(lines) {
            let x = area.x(time, bars.start(bar) as f64);
            if x > area.left + 0.5 && x < area.right() - 0.5 {
                picture.add(Shape::Line {
                    points: vec![(x, area.top), (x, area.bottom())],
                    width: 1,
                    color: Color::RULE,
                });
            }
        }
        // Bars are counted from 1, so the numbers 1, 6, 11, … are where bars 0, 5, 10, … begin.
        time.ticks = multiples(numbers)
            .map(|bar| Tick { at: bars.start(bar) as f64, label: bar.saturating_add(1).to_string() })
            .filter(|tick| tick.at <= time.to)
            .collect();
    }
}

/// One system as its notes are drawn.
struct System<'a> {
    area: Area,
    keys: &'a Axis,
    time: &'a Axis,
}

impl System<'_> {
    fn draw(&self, picture: &mut Picture, score: &Score, looks: &[Look]) {
        if score.notes.len() > MAX_NOTES_APART {
            self.draw_runs(picture, score, looks);
        } else {
            self.draw_notes(picture, score, looks);
        }
    }

    /// The left and right ends of a note's part in this system, if it has one.
    fn span(&self, note: &Note) -> Option<(f64, f64)> {
        let (from, to) = (note.onset as f64, note.end() as f64);
        if from >= self.time.to || to < self.time.from || (to == self.time.from && from < to) {
            return None;
        }
        let x = |tick: f64| self.area.x(self.time, tick.clamp(self.time.from, self.time.to));
        Some((x(from), x(to)))
    }

    fn rectangle(&self, (left, right): (f64, f64), pitch: u8, look: Look) -> Shape {
        let top = self.area.y(self.keys, f64::from(pitch) + 0.5);
        let row = self.area.height / (self.keys.to - self.keys.from);
        let (color, height) = (look.color, row * look.height);
        Shape::Rectangle { left, top: top + (row - height) / 2.0, width: right - left, height, color }
    }

    /// Each note separately, with a gap after it so that a repeated note is seen as two.
    fn draw_notes(&self, picture: &mut Picture, score: &Score, looks: &[Look]) {
        for (note, &look) in score.notes.iter().zip(looks) {
            if let Some((left, right)) = self.span(note) {
                let gap = ((right - left) / 4.0).min(0.75);
                picture.add(self.rectangle((left, right - gap), note.pitch, look));
            }
        }
    }

    /// Notes of one key and color as one where they touch, in units of the picture; of several in one unit, only the first.
    fn draw_runs(&self, picture: &mut Picture, score: &Score, looks: &[Look]) {
        let mut runs: [Option<((f64, f64), Look)>; 128] = [None; 128];
        for (note, &look) in score.notes.iter().zip(looks) {
            let Some((left, right)) = self.span(note) else { continue };
            let (left, right) = (left.floor(), right.ceil().max(left.floor() + 1.0));
            let run = &mut runs[usize::from(note.pitch & 127)];
            match run {
                Some((span, _)) if right <= span.1 => {}
                Some((span, same)) if left <= span.1 && *same == look => span.1 = right,
                _ => {
                    let left = run.map_or(left, |(span, _)| left.max(span.1));
                    if let Some((span, look)) = run.replace(((left, right), look)) {
                        picture.add(self.rectangle(span, note.pitch, look));
                    }
                }
            }
        }
        for (pitch, run) in (0..).zip(runs) {
            if let Some((span, look)) = run {
                picture.add(self.rectangle(span, pitch, look));
            }
        }
    }
}

/// The meters as they are written, in order, each once and at most three.
pub(super) fn names_of_meters(bars: &BarMap) -> String {
    let mut different: Vec<(u8, u8)> = Vec::new();
    for Meter { numerator, denominator_log2, .. } in bars.meters() {
        if different.len() <= 3 && !different.contains(&(numerator, denominator_log2)) {
            different.push((numerator, denominator_log2));
        }
    }
    let name = |&(numerator, log2): &(u8, u8)| {
        1u128.checked_shl(u32::from(log2)).map_or(format!("{numerator}/2^{log2}"), |of| format!("{numerator}/{of}"))
    };
    let names: Vec<String> = different.iter().take(3).map(name).collect();
    if different.len() > 3 { format!("{}, …", names.join(", ")) } else { names.join(", ") }
}

/// The lowest and the highest key shown: those played, and some around them.
fn keys(score: &Score) -> (u8, u8) {
    let pitches = || score.notes.iter().map(|note| note.pitch.min(127));
    let (Some(lowest), Some(highest)) = (pitches().min(), pitches().max()) else { return (48, 72) };
    let (mut lowest, mut highest) = (lowest.saturating_sub(2), (highest + 2).min(127));
    while highest - lowest < MIN_KEYS {
        lowest = lowest.saturating_sub(1);
        highest = (highest + 1).min(127);
    }
    (lowest, highest)
}

fn is_black(key: u8) -> bool {
    matches!(key % 12, 1 | 3 | 6 | 8 | 10)
}

/// The name of a white key in scientific pitch notation: 60 is C4, middle C.
fn key_name(key: u8) -> String {
    let letter = ["C", "", "D", "", "E", "F", "", "G", "", "A", "", "B"][usize::from(key % 12)];
    format!("{letter}{}", i32::from(key / 12) - 1).replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meters_are_named_as_they_are_written() {
        let named = |meters: &[(u8, u8)]| {
            let meter = |(tick, &(numerator, denominator_log2))| Meter { tick, numerator, denominator_log2 };
            let note = Note { onset: 0, length: u64::MAX, pitch: 60, velocity: 64, channel: 0, track: 0 };
            let meters = (0..).zip(meters).map(meter).collect();
            names_of_meters(&Score { notes: vec![note], meters, ..Score::new(10) }.bar_map())
        };
        assert_eq!(named(&[]), "4/4");
        assert_eq!(named(&[(3, 3), (2, 2), (3, 3)]), "3/8, 2/4");
        assert_eq!(named(&[(0, 2), (255, 255)]), "0/4, 255/2^255");
        assert_eq!(named(&[(2, 2), (3, 2), (4, 2), (5, 2)]), "2/4, 3/4, 4/4, …");
    }

    #[test]
    fn keys_have_their_scientific_names() {
        assert_eq!([0, 21, 60, 69, 127].map(key_name), ["C−1", "A0", "C4", "A4", "G9"]);
    }
}
