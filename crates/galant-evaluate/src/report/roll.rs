//! The piano roll of the page: a strip as long as the piece, which scrolls and has a cursor.
//!
//! Unlike the pictures of `galant-plot` it takes its colors from the page, in light and in dark, and its texts stay as large as
//! those of the page, however wide the strip is.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use galant_originality::RunKind;
use galant_types::{BarMap, Note, Score};

use super::receipt::Band;
use super::words::escaped;

/// The most notes drawn.
pub(super) const MAX_NOTES: usize = 20_000;

/// The most bar lines drawn; a piece with more has none.
const MAX_BARS: u64 = 2_000;

/// How many parts differ in color.
const N_COLORS: usize = 6;

/// How many parts are named in the legend.
const MAX_PARTS: usize = 12;

/// The least width of a quarter note, in pixels: a sixteenth can be seen, and 16 bars of 4/4 fit on a screen.
const PIXELS_PER_QUARTER: f64 = 13.0;

/// The greatest of the least widths of a strip, in pixels.
const MAX_WIDTH: f64 = 40_000.0;

/// The fewest keys shown.
const MIN_KEYS: u8 = 24;

/// The height of the lane below the keys, where it is shown what the corpus has, in keys.
const LANE: f64 = 1.6;

/// Where the strip of a score ends: with its last bar.
pub(super) fn end(score: &Score) -> u64 {
    let bars = score.bar_map();
    bars.start(bars.n_bars()).max(score.end()).max(1)
}

/// The strip with its notes, bars, keys and cursor; `bands` are drawn behind the notes.
pub(super) fn strip(score: &Score, number: usize, bands: &[Band]) -> String {
    let view = View::of(score, if bands.is_empty() { 0.0 } else { LANE });
    let bars = score.bar_map();
    let quarters = view.end as f64 / f64::from(score.ticks_per_quarter.max(1));
    let (min_width, height) = ((PIXELS_PER_QUARTER * quarters).min(MAX_WIDTH), view.height_in_pixels());
    let mut html = format!(
        "<div class=\"roll\" tabindex=\"0\" role=\"region\" aria-label=\"Piano roll of piece {number}, {}, scrolls sideways\">\n\
         <div class=\"keys\" aria-hidden=\"true\" style=\"height:{height:.0}px\">{}</div>\n\
         <div class=\"strip\" style=\"min-width:{min_width:.0}px\">\n\
         <svg viewBox=\"0 0 {WIDTH} {:.2}\" preserveAspectRatio=\"none\" style=\"height:{height:.0}px\" aria-hidden=\"true\">\n",
        view.range_in_words(),
        view.key_names(),
        view.rows(),
    );
    view.draw_keys(&mut html);
    view.draw_bands(&mut html, bands);
    view.draw_bars(&mut html, &bars);
    view.draw_notes(&mut html, score, &parts(score));
    html.push_str("</svg>\n<div class=\"bars\" aria-hidden=\"true\">");
    view.number_bars(&mut html, &bars);
    html + "</div>\n<div class=\"cursor\" hidden></div>\n</div>\n</div>\n"
}

/// What the colors mean; nothing if there is one part and no band.
pub(super) fn legend(score: &Score, bands: &[Band]) -> String {
    let mut items = Vec::new();
    let parts = parts(score);
    if parts.len() > 1 {
        for (place, color) in parts.iter().take(MAX_PARTS) {
            let part = score.parts.iter().find(|part| (part.track, part.channel) == *place);
            let name = part.map(|part| part.name.trim()).filter(|name| !name.is_empty());
            let name = name.map_or_else(|| format!("part {}", color + 1), str::to_owned);
            items.push((format!("part{}", color % N_COLORS), name));
        }
        if parts.len() > MAX_PARTS {
            items.push(("none".to_owned(), format!("and {} more parts", parts.len() - MAX_PARTS)));
        }
    }
    for (kind, class, name) in [
        (RunKind::PitchesAndRhythm, "rhythm", "in the corpus, pitches and rhythm"),
        (RunKind::Pitches, "pitches", "in the corpus, pitches alone"),
    ] {
        if bands.iter().any(|band| band.kind == kind) {
            items.push((class.to_owned(), name.to_owned()));
        }
    }
    if items.is_empty() {
        return String::new();
    }
    let item = |(class, name): &(String, String)| format!("<li><i class=\"{class}\"></i>{}</li>", escaped(name));
    format!("<ul class=\"legend\">{}</ul>\n", items.iter().map(item).collect::<String>())
}

/// The width of the drawing in its own units.
const WIDTH: f64 = 10_000.0;

/// What part of the keys, and how much time, a strip shows.
struct View {
    end: u64,
    lowest: u8,
    highest: u8,
    lane: f64,
}

impl View {
    fn of(score: &Score, lane: f64) -> View {
        let pitches = || score.pitched_notes().map(|note| note.pitch.min(127));
        let (mut lowest, mut highest) = (pitches().min().unwrap_or(54), pitches().max().unwrap_or(66));
        (lowest, highest) = (lowest.saturating_sub(1), (highest + 1).min(127));
        while highest - lowest < MIN_KEYS {
            (lowest, highest) = (lowest.saturating_sub(1), (highest + 1).min(127));
        }
        View { end: end(score), lowest, highest, lane }
    }

    fn rows(&self) -> f64 {
        f64::from(self.highest - self.lowest + 1) + self.lane
    }

    fn height_in_pixels(&self) -> f64 {
        self.rows() * (300.0 / self.rows()).clamp(4.0, 8.0)
    }

    fn x(&self, tick: u64) -> f64 {
        WIDTH * tick.min(self.end) as f64 / self.end as f64
    }

    /// The upper edge of a key's row.
    fn y(&self, pitch: u8) -> f64 {
        f64::from(self.highest) - f64::from(pitch.clamp(self.lowest, self.highest))
    }

    fn keys(&self) -> impl Iterator<Item = u8> {
        self.lowest..=self.highest
    }

    fn range_in_words(&self) -> String {
        format!("from {} to {}", key_name(self.lowest), key_name(self.highest))
    }

    /// The names of the Cs, in the middle of their rows.
    fn key_names(&self) -> String {
        let name = |key: u8| {
            let percent = 100.0 * (self.y(key) + 0.5) / self.rows();
            format!("<span style=\"top:{percent:.2}%\">{}</span>", key_name(key))
        };
        self.keys().filter(|key| key.is_multiple_of(12)).map(name).collect()
    }

    fn draw_keys(&self, html: &mut String) {
        let is_black = |key: &u8| matches!(key % 12, 1 | 3 | 6 | 8 | 10);
        let row = |key: u8| format!("M0 {}H{WIDTH}v1H0z", self.y(key));
        let line = |key: u8| format!("M0 {}H{WIDTH}", self.y(key) + 1.0);
        let black: String = self.keys().filter(is_black).map(row).collect();
        let octaves: String = self.keys().skip(1).filter(|key| key.is_multiple_of(12)).map(line).collect();
        let _ = writeln!(html, "<path class=\"black\" d=\"{black}\"/><path class=\"octave\" d=\"{octaves}\"/>");
    }

    /// Over all keys, and in a lane below them, full for pitches with their rhythm and half as high without.
    fn draw_bands(&self, html: &mut String, bands: &[Band]) {
        let keys = self.rows() - self.lane;
        for (kind, class, height) in
            [(RunKind::Pitches, "pitches", 0.4 * self.lane), (RunKind::PitchesAndRhythm, "rhythm", 0.8 * self.lane)]
        {
            let of_kind = || bands.iter().filter(move |band| band.kind == kind);
            let over = |top: f64, height: f64| -> String {
                let draw = |band: &Band| {
                    let (from, to) = (self.x(band.from), self.x(band.to));
                    format!("M{from:.1} {top:.2}H{to:.1}v{height:.2}H{from:.1}z")
                };
                of_kind().map(draw).collect()
            };
            if of_kind().next().is_some() {
                let (back, lane) = (over(0.0, keys), over(self.rows() - height, height));
                let _ = writeln!(
                    html,
                    "<path class=\"band {class}\" d=\"{back}\"/><path class=\"lane {class}\" d=\"{lane}\"/>"
                );
            }
        }
    }

    fn draw_bars(&self, html: &mut String, bars: &BarMap) {
        if bars.n_bars() > MAX_BARS {
            return;
        }
        let height = self.rows();
        let lines: String =
            (1..bars.n_bars()).map(|bar| format!("M{:.1} 0v{height:.2}", self.x(bars.start(bar)))).collect();
        let _ = writeln!(html, "<path class=\"bar\" d=\"{lines}\"/>");
    }

    /// The number of each bar, or of each second, fourth and so on: as many as have room.
    fn number_bars(&self, html: &mut String, bars: &BarMap) {
        let n_bars = bars.n_bars();
        if n_bars > MAX_BARS {
            return;
        }
        // A piece of long bars has room for all numbers; one of short ones is at least as wide as its quarter notes.
        let step = if n_bars <= 24 { 1 } else { 4 };
        for bar in (0..n_bars).step_by(step) {
            let percent = 100.0 * self.x(bars.start(bar)) / WIDTH;
            let _ = write!(html, "<span style=\"left:{percent:.3}%\">{}</span>", bar + 1);
        }
    }

    /// The notes of each color as one path, with a gap after each, so that a repeated note is seen as two.
    fn draw_notes(&self, html: &mut String, score: &Score, parts: &BTreeMap<(u16, u8), usize>) {
        let mut paths: BTreeMap<usize, String> = BTreeMap::new();
        for note in score.pitched_notes().take(MAX_NOTES) {
            let color = parts[&place(note)] % N_COLORS;
            let (from, to) = (self.x(note.onset), self.x(note.end()));
            let gap = ((to - from) / 4.0).min(WIDTH / 1000.0);
            let y = self.y(note.pitch) + 0.08;
            let _ = write!(paths.entry(color).or_default(), "M{from:.1} {y:.2}H{:.1}v.84H{from:.1}z", to - gap);
        }
        for (color, path) in paths {
            let _ = writeln!(html, "<path class=\"note part{color}\" d=\"{path}\"/>");
        }
    }
}

/// The parts that have notes with a pitch, numbered in the order of their tracks and channels.
fn parts(score: &Score) -> BTreeMap<(u16, u8), usize> {
    let mut parts: BTreeMap<(u16, u8), usize> = score.pitched_notes().map(|note| (place(note), 0)).collect();
    parts.values_mut().enumerate().for_each(|(number, part)| *part = number);
    parts
}

fn place(note: &Note) -> (u16, u8) {
    (note.track, note.channel)
}

/// The name of a key in scientific pitch notation: 60 is C4, middle C.
fn key_name(key: u8) -> String {
    let letter = ["C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B"][usize::from(key % 12)];
    format!("{letter}{}", i32::from(key / 12) - 1).replace('-', "−")
}

#[cfg(test)]
mod tests {
    use galant_types::Part;

    use super::*;

    /// Two notes in a bar of 4/4 and one in the next, in two parts.
    fn score() -> Score {
        let note = |onset, pitch, track| Note { onset, length: 12, pitch, velocity: 64, channel: 0, track };
        let part = Part { track: 1, channel: 0, name: "bass <2>".to_owned(), program: None };
        Score { notes: vec![note(0, 60, 0), note(24, 48, 1), note(48, 72, 0)], parts: vec![part], ..Score::new(12) }
    }

    #[test]
    fn notes_bars_and_bands_are_where_they_sound() {
        let band = Band { from: 24, to: 60, kind: RunKind::Pitches };
        let html = strip(&score(), 3, &[band]);
        // Two bars of 48 ticks are 10,000 units, and the keys go from one above the highest downwards.
        let paths: Vec<&str> = html
            .lines()
            .filter(|line| line.contains("note ") || line.contains("\"bar\"") || line.contains("band"))
            .collect();
        expect_test::expect![[r#"
            <path class="band pitches" d="M2500.0 0.00H6250.0v27.00H2500.0z"/><path class="lane pitches" d="M2500.0 27.96H6250.0v0.64H2500.0z"/>
            <path class="bar" d="M5000.0 0v28.60"/>
            <path class="note part0" d="M0.0 13.08H1240.0v.84H0.0zM5000.0 1.08H6240.0v.84H5000.0z"/>
            <path class="note part1" d="M2500.0 25.08H3740.0v.84H2500.0z"/>"#]]
        .assert_eq(&paths.join("\n"));
        assert!(html.contains("<span style=\"left:50.000%\">2</span>"), "{html}");
        assert!(html.contains("aria-label=\"Piano roll of piece 3, from B2 to C♯5, scrolls sideways\""), "{html}");
        assert!(html.contains("min-width:104px"), "{html}");
    }

    #[test]
    fn a_legend_names_parts_and_bands_where_there_are_several() {
        let band = Band { from: 0, to: 12, kind: RunKind::PitchesAndRhythm };
        expect_test::expect![[r#"
            <ul class="legend"><li><i class="part0"></i>part 1</li><li><i class="part1"></i>bass &lt;2&gt;</li><li><i class="rhythm"></i>in the corpus, pitches and rhythm</li></ul>
        "#]]
        .assert_eq(&legend(&score(), &[band]));
        let mut one = score();
        one.notes.retain(|note| note.track == 0);
        assert_eq!(legend(&one, &[]), "");
    }

    #[test]
    fn any_notes_have_a_strip_of_bounded_size() {
        let note = |onset, length, pitch| Note { onset, length, pitch, velocity: 0, channel: 0, track: 0 };
        let far = Score { notes: vec![note(0, u64::MAX, 255), note(u64::MAX, u64::MAX, 0)], ..Score::new(0) };
        let many = Score { notes: (0..50_000).map(|at| note(at, 1, 60)).collect(), ..Score::new(1) };
        for score in [far, many, Score::new(1)] {
            let html = strip(&score, 1, &[]);
            assert!(html.len() < 2_000_000 && !html.contains("NaN") && !html.contains("inf"), "{}", html.len());
        }
    }
}
