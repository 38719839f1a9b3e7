//! Colors that can still be distinguished when printed in gray.
//!
//! They are chosen in OKLCH, whose first coordinate is perceived lightness (Ottosson 2020).

/// Red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Color(pub(crate) [u8; 3]);

impl Color {
    pub(crate) const WHITE: Color = Color([255; 3]);
    /// Texts, frames.
    pub(crate) const INK: Color = Color([34; 3]);
    /// Secondary texts.
    pub(crate) const FAINT_INK: Color = Color([90; 3]);
    /// Lines of a grid.
    pub(crate) const GRID: Color = Color([222; 3]);
    /// Lines that divide: bars, octaves.
    pub(crate) const RULE: Color = Color([178; 3]);
    /// Rows of black keys.
    pub(crate) const SHADE: Color = Color([242; 3]);
}

/// The color of a lightness (0 to 1), a chroma (0 to about 0.2) and a hue in degrees.
pub(crate) fn oklch(lightness: f64, chroma: f64, hue: f64) -> Color {
    let (sin, cos) = hue.to_radians().sin_cos();
    let (a, b) = (chroma * cos, chroma * sin);
    let l = (lightness + 0.3963377774 * a + 0.2158037573 * b).powi(3);
    let m = (lightness - 0.1055613458 * a - 0.0638541728 * b).powi(3);
    let s = (lightness - 0.0894841775 * a - 1.2914855480 * b).powi(3);
    let linear = [
        4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
        -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
        -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s,
    ];
    Color(linear.map(|value| {
        let value = value.clamp(0.0, 1.0);
        let value = if value <= 0.0031308 { 12.92 * value } else { 1.055 * value.powf(1.0 / 2.4) - 0.055 };
        (255.0 * value).round() as u8
    }))
}

/// The color of the `index`-th of several things to distinguish.
///
/// Each has its own hue; neighbors differ in lightness by 0.15 or more, and lightness repeats after five.
pub(crate) fn part(index: usize) -> Color {
    const LIGHTNESS: [f64; 5] = [0.46, 0.76, 0.29, 0.61, 0.88];
    // Multiples of the golden angle never repeat a hue; the first is blue, the second orange.
    let hue = 260.0 + 137.508 * index as f64 + if index == 1 { 32.0 } else { 0.0 };
    oklch(LIGHTNESS[index % LIGHTNESS.len()], 0.13, hue)
}

/// From pale yellow at 0 through red to dark violet at 1, steadily darker.
pub(crate) fn heat(value: f64) -> Color {
    ramp(value, [(0.87, 0.11, 98.0), (0.73, 0.15, 65.0), (0.55, 0.18, 25.0), (0.26, 0.12, -40.0)])
}

/// From dark blue at 0 through green to pale yellow at 1, steadily lighter.
pub(crate) fn level(value: f64) -> Color {
    ramp(value, [(0.22, 0.10, 290.0), (0.46, 0.09, 230.0), (0.70, 0.13, 160.0), (0.95, 0.12, 105.0)])
}

/// The color at `value` between stops spaced evenly from 0 to 1.
fn ramp(value: f64, stops: [(f64, f64, f64); 4]) -> Color {
    let place = value.clamp(0.0, 1.0) * (stops.len() - 1) as f64;
    let index = (place as usize).min(stops.len() - 2);
    let ((l0, c0, h0), (l1, c1, h1)) = (stops[index], stops[index + 1]);
    let between = |from: f64, to: f64| from + (to - from) * (place - index as f64);
    oklch(between(l0, l1), between(c0, c1), between(h0, h1))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Its gray level when printed, 0 to 255: Rec. 601 luma, as is usual.
    fn gray(color: Color) -> f64 {
        let [red, green, blue] = color.0.map(f64::from);
        0.299 * red + 0.587 * green + 0.114 * blue
    }

    #[test]
    fn oklch_agrees_with_css() {
        // Computed with the formulas of CSS Color Module Level 4, section 10: white, black, and #ff0000.
        assert_eq!(oklch(1.0, 0.0, 0.0), Color([255; 3]));
        assert_eq!(oklch(0.0, 0.0, 0.0), Color([0; 3]));
        assert_eq!(oklch(0.62796, 0.25768, 29.234), Color([255, 0, 0]));
    }

    #[test]
    fn the_first_parts_differ_in_gray() {
        for first in 0..5 {
            for second in 0..first {
                let (a, b) = (gray(part(first)), gray(part(second)));
                assert!((a - b).abs() > 20.0, "parts {second} and {first}: gray {b:.0} and {a:.0}");
            }
        }
    }

    #[test]
    fn all_parts_of_a_file_differ_in_color() {
        let mut colors: Vec<_> = (0..64).map(|index| part(index).0).collect();
        colors.sort_unstable();
        colors.dedup();
        assert_eq!(colors.len(), 64);
    }

    #[test]
    fn ramps_are_monotonic_in_gray() {
        let steps = || (0..=100).map(|step| f64::from(step) / 100.0);
        assert!(steps().map(|value| -gray(heat(value))).is_sorted());
        assert!(steps().map(|value| gray(level(value))).is_sorted());
    }
}
