//! The font of texts: how wide they are, and how plotters' backends write them.

use std::convert::Infallible;
use std::sync::LazyLock;

use ab_glyph::{Font, FontRef, GlyphId, PxScaleFont, ScaleFont};
use plotters_backend::text_anchor::{HPos, Pos, VPos};
use plotters_backend::{BackendColor, BackendCoord, BackendTextStyle, FontFamily, FontTransform};

/// What plotters calls the size of a font, in ems: it writes 1/1.24 of it into SVG documents.
pub(crate) const PLOTTERS_EM: f64 = 1.24;

/// How much lower, in ems, plotters must put texts into bitmaps so that small letters are centered as in SVG documents.
pub(crate) const BITMAP_DROP: f64 = 0.16;

/// The font of PNG files, which also measures all texts: a subset of Roboto (Latin, Greek, Cyrillic).
static FONT: LazyLock<FontRef<'static>> = LazyLock::new(|| {
    let bytes = include_bytes!("../data/roboto-subset.ttf");
    FontRef::try_from_slice(bytes).expect("the embedded font is a font")
});

/// How much wider a text may be in a viewer's font than in ours: DejaVu Sans is wider by a tenth.
const WIDER: f64 = 1.1;

/// The width of a text of `size`, in units, in the widest of the usual fonts.
pub(crate) fn width(text: &str, size: f64) -> f64 {
    // Whole pixels are counted, so large letters are measured.
    const LARGE: f64 = 200.0;
    f64::from(width_px(text, LARGE * PLOTTERS_EM)) / LARGE * size * WIDER
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

/// How a text is written: centered vertically, in [`FONT`] into bitmaps, in the viewer's sans-serif font into SVG.
///
/// Letters are placed on whole pixels and without kerning.
/// `plotters` has such a style, but in a browser it takes the page's fonts, and draws none into bitmaps.
pub(crate) struct TextStyle {
    /// In pixels, as plotters counts it: [`PLOTTERS_EM`] for an em.
    pub(crate) size: f64,
    pub(crate) anchor: HPos,
    pub(crate) transform: FontTransform,
    pub(crate) color: BackendColor,
}

impl BackendTextStyle for TextStyle {
    type FontError = Infallible;

    fn color(&self) -> BackendColor {
        self.color
    }

    fn size(&self) -> f64 {
        self.size
    }

    fn transform(&self) -> FontTransform {
        self.transform.clone()
    }

    fn anchor(&self) -> Pos {
        Pos::new(self.anchor, VPos::Center)
    }

    fn family(&self) -> FontFamily<'_> {
        FontFamily::SansSerif
    }

    fn layout_box(&self, text: &str) -> Result<(BackendCoord, BackendCoord), Infallible> {
        Ok(((0, 0), (width_px(text, self.size), (self.size / PLOTTERS_EM) as i32)))
    }

    fn draw<E, D: FnMut(i32, i32, BackendColor) -> Result<(), E>>(
        &self,
        text: &str,
        (left, top): BackendCoord,
        mut draw: D,
    ) -> Result<Result<(), E>, Infallible> {
        let font: PxScaleFont<&FontRef<'static>> = FONT.as_scaled(self.size as f32);
        let (mut drawn, mut x) = (Ok(()), 0.0);
        for (c, glyph) in text.chars().map(|c| (c, font.glyph_id(c))) {
            if is_missing(c) {
                let place = (left as f32 + x, top as f32 + self.size as f32 / 2.0);
                box_pixels(&font, place, &mut |x, y| {
                    if drawn.is_ok() {
                        drawn = draw(x, y, self.color);
                    }
                });
            } else if let Some(outline) = font.outline_glyph(glyph.with_scale(font.scale())) {
                let y = self.size as f32 / 2.0 + outline.px_bounds().min.y;
                let (left, top) = (left + x as i32, top + y as i32);
                outline.draw(|dx, dy, coverage| {
                    if drawn.is_ok() {
                        drawn = draw(left + dx as i32, top + dy as i32, self.color.mix(f64::from(coverage)));
                    }
                });
            }
            x += font.h_advance(glyph);
        }
        Ok(drawn)
    }
}

/// Whether the font has no picture of a character, so that a box is drawn in its place.
pub(crate) fn is_missing(c: char) -> bool {
    FONT.glyph_id(c) == GlyphId(0) && !c.is_whitespace()
}

/// The pixels of the box in place of a missing character: as high as a capital letter, and as wide as such a character
/// is measured. Its baseline begins at `place`.
fn box_pixels(font: &PxScaleFont<&FontRef<'static>>, place: (f32, f32), draw: &mut dyn FnMut(i32, i32)) {
    let capital = font.outline_glyph(font.glyph_id('H').with_scale(font.scale()));
    let height = capital.map_or(0.0, |capital| -capital.px_bounds().min.y);
    let advance = font.h_advance(GlyphId(0));
    let (left, right) = ((place.0 + 0.1 * advance) as i32, (place.0 + 0.9 * advance) as i32);
    let (top, bottom) = ((place.1 - height) as i32, place.1 as i32);
    let line = (height / 12.0).ceil() as i32;
    for (x, y) in (top..bottom).flat_map(|y| (left..right).map(move |x| (x, y))) {
        if x < left + line || x >= right - line || y < top + line || y >= bottom - line {
            draw(x, y);
        }
    }
}

/// The width of a text in whole pixels.
fn width_px(text: &str, size: f64) -> i32 {
    let font = FONT.as_scaled(size as f32);
    text.chars().map(|c| font.h_advance(font.glyph_id(c))).sum::<f32>() as i32
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
    fn letters_are_drawn_where_they_are_measured() {
        let (transform, color) = (FontTransform::None, BackendColor { alpha: 1.0, rgb: (0, 0, 0) });
        let mut style = TextStyle { size: 0.0, anchor: HPos::Left, transform, color };
        for (text, size) in [("Hl", 20.0), ("loss, nats per token", 24.8), ("ΣЖ 1788", 200.0)] {
            style.size = size;
            let Ok((_, (width, _))) = style.layout_box(text);
            let mut inked = Vec::new();
            let Ok(drawn) = style.draw::<(), _>(text, (7, 5), |x, _, color| {
                inked.extend((color.alpha > 0.0).then_some(x - 7));
                Ok(())
            });
            assert_eq!(drawn, Ok(()));
            let (left, right) = (*inked.iter().min().unwrap(), *inked.iter().max().unwrap());
            assert!(
                left >= 0 && (right - width).abs() <= (size / 6.0) as i32,
                "'{text}' of {width}: {left} to {right}"
            );
        }
    }

    #[test]
    fn a_character_that_the_font_lacks_is_drawn_as_a_box() {
        let (transform, color) = (FontTransform::None, BackendColor { alpha: 1.0, rgb: (0, 0, 0) });
        let style = TextStyle { size: 40.0, anchor: HPos::Left, transform, color };
        let ink = |text: &str| {
            let mut ink = Vec::new();
            let drawn = style.draw::<(), _>(text, (0, 0), |x, y, color| {
                ink.extend((color.alpha > 0.5).then_some((x, y)));
                Ok(())
            });
            assert_eq!(drawn, Ok(Ok(())));
            ink
        };
        for missing in ["曲", "♭", "א"] {
            assert!(missing.chars().all(is_missing), "{missing}");
            assert_eq!(ink(missing), ink("曲"), "{missing}");
        }
        let ink_of_two = ink("曲曲");
        assert_eq!(ink_of_two.len(), 2 * ink("曲").len());
        // The box is between the baseline and the height of a capital, and hollow.
        let (top, bottom) =
            (|ink: &[(i32, i32)]| ink.iter().map(|p| p.1).min(), |ink: &[(i32, i32)]| ink.iter().map(|p| p.1).max());
        let (capital, boxed) = (ink("H"), ink("曲"));
        assert!(top(&capital).unwrap().abs_diff(top(&boxed).unwrap()) <= 1);
        assert!(bottom(&capital).unwrap().abs_diff(bottom(&boxed).unwrap()) <= 1);
        let middle =
            (boxed.iter().map(|p| p.0).max().unwrap() / 2, (top(&boxed).unwrap() + bottom(&boxed).unwrap()) / 2);
        assert!(!boxed.contains(&middle));
        assert!(!"Flöte, Σ, Ж \u{3000}".chars().any(is_missing));
    }

    #[test]
    fn control_characters_become_spaces() {
        assert_eq!(fitted("Piano\u{0}\u{1b}1", 12.0, 500.0), "Piano  1");
    }
}
