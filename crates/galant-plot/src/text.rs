//! The font and the width of texts.

use std::sync::Once;

use plotters::style::{FontStyle, IntoFont, register_font};

/// The name of the font here and in SVG: every viewer has a font of that name.
pub(crate) const FAMILY: &str = "sans-serif";

/// What plotters calls the size of a font, in ems: it writes 1/1.24 of it into SVG documents.
pub(crate) const PLOTTERS_EM: f64 = 1.24;

/// How much lower, in ems, plotters must put texts into bitmaps so that small letters are centered as in SVG documents.
pub(crate) const BITMAP_DROP: f64 = 0.16;

/// The font of PNG files, which also measures all texts: a subset of Roboto (Latin, Greek, Cyrillic).
static FONT: &[u8] = include_bytes!("../data/roboto-subset.ttf");

/// How much wider a text may be in a viewer's font than in ours: DejaVu Sans is wider by a tenth.
const WIDER: f64 = 1.1;

/// Registers the font with plotters, which has one table of fonts for the whole program.
pub(crate) fn register() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        assert!(register_font(FAMILY, FontStyle::Normal, FONT).is_ok(), "the embedded font is a font");
    });
}

/// The width of a text of `size`, in units, in the widest of the usual fonts.
pub(crate) fn width(text: &str, size: f64) -> f64 {
    register();
    // Plotters counts whole pixels, so large letters are measured.
    const LARGE: f64 = 200.0;
    let (pixels, _) = (FAMILY, LARGE * PLOTTERS_EM).into_font().box_size(text).expect("the font is registered");
    f64::from(pixels) / LARGE * size * WIDER
}

/// `text` on one line, cut where it would be wider than `room`.
///
/// Control characters, which SVG does not allow, become spaces.
pub(crate) fn fitted(text: &str, size: f64, room: f64) -> String {
    // More characters than fit on any picture; measuring a name of a megabyte would take too long.
    const MAX_CHARS: usize = 200;
    let clean = |c: char| if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') { ' ' } else { c };
    let mut line: String = text.chars().map(clean).take(MAX_CHARS).collect();
    if text.chars().nth(MAX_CHARS).is_none() && width(&line, size) <= room {
        return line;
    }
    while !line.is_empty() && width(&format!("{line}…"), size) > room {
        line.pop();
    }
    line + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_too_wide_is_cut_and_ends_in_an_ellipsis() {
        assert_eq!(fitted("Allegro", 12.0, 100.0), "Allegro");
        let cut = fitted("Allegro con brio", 12.0, 60.0);
        assert!(cut.starts_with("Alle") && cut.ends_with('…'), "{cut}");
        assert!(width(&cut, 12.0) <= 60.0);
        assert!(fitted(&"a".repeat(1_000_000), 12.0, 9e9).chars().count() <= 201);
    }

    #[test]
    fn control_characters_become_spaces() {
        assert_eq!(fitted("Piano\u{0}\u{1b}1", 12.0, 500.0), "Piano  1");
    }
}
