//! How sure a network is over a piece, and how right.

use crate::axis::{Area, Axis, FOOT, HEAD, draw_head};
use crate::color::oklch;
use crate::curves::{self, Curve, Dash, Marker, Style};
use crate::picture::Picture;

/// Draws the entropy of each prediction and the surprise of the token that came, over the tokens of a piece.
///
/// Both are means over `window` tokens, in nats: where the surprise is above the entropy, the network is surer than it
/// should be. Values that are not finite are left out.
///
/// # Panics
///
/// If there are not as many surprises as entropies.
pub fn prediction_curves(entropy: &[f64], surprise: &[f64], window: usize, title: &str) -> Picture {
    assert_eq!(entropy.len(), surprise.len(), "prediction_curves: entropies and surprises");
    let curve =
        |name: &str, values: &[f64], style| Curve { name: name.to_owned(), points: means(values, window), style };
    let entropy_style = Style { color: oklch(0.72, 0.15, 65.0), dash: Dash::Dashed, marker: Marker::Triangle };
    let surprise_style = Style { color: oklch(0.36, 0.14, 265.0), dash: Dash::Solid, marker: Marker::Circle };
    let curves = [
        curve("entropy: how unsure it is", entropy, entropy_style),
        curve("surprise: what the token cost it", surprise, surprise_style),
    ];
    let mut picture = Picture::new();
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    let facts = format!(
        "{} tokens; on average {:.3} nats of entropy, {:.3} nats of surprise; means over {window} tokens",
        entropy.len(),
        mean(entropy),
        mean(surprise)
    );
    draw_head(&mut picture, title, &facts);
    let top = curves::draw_legend(&mut picture, HEAD, &curves) + 8.0;
    let most = curves.iter().flat_map(|curve| &curve.points).map(|point| point.1).fold(0.0, f64::max);
    let y = Axis::linear(0.0, if most > 0.0 { 1.05 * most } else { 1.0 }, 6, "nats per token");
    let x = Axis::counting(0.0, entropy.len() as f64, 12, "tokens read");
    let area = Area::from_left(y.left(), top, 300.0);
    curves::draw_chart(&mut picture, &area, &x, &y, &curves);
    picture.ending_at(area.bottom() + FOOT)
}

/// The mean of each `window` values, at their middle.
fn means(values: &[f64], window: usize) -> Vec<(f64, f64)> {
    let window = window.max(1);
    let point = |(number, part): (usize, &[f64])| {
        let middle = (number * window) as f64 + part.len() as f64 / 2.0;
        (middle, part.iter().sum::<f64>() / part.len() as f64)
    };
    values.chunks(window).enumerate().map(point).filter(|point| point.1.is_finite()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_are_of_whole_windows_and_the_rest() {
        assert_eq!(means(&[1.0, 3.0, 5.0, 7.0, 100.0], 2), [(1.0, 2.0), (3.0, 6.0), (4.5, 100.0)]);
        assert_eq!(means(&[], 2), []);
        assert_eq!(means(&[1.0, f64::INFINITY], 1), [(0.5, 1.0)]);
    }
}
