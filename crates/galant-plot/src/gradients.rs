//! How much of the gradient reaches earlier steps.

use thiserror::Error;

use crate::axis::{Area, Axis, FOOT, HEAD, draw_head};
use crate::color::oklch;
use crate::curves::{self, Curve, Dash, Marker, Style};
use crate::picture::Picture;

/// The gradients of one layer.
#[derive(Debug, Clone, PartialEq)]
pub struct GradientCurve {
    /// What kind of network it belongs to, such as `LSTM`: curves of one kind share a color.
    pub network: String,
    /// Which layer, from 1: layers differ in line style.
    pub layer: u64,
    /// ‖∂loss/∂h‖ for 0, 1, 2, … steps back from the last token.
    pub norms: Vec<f64>,
}

/// The most curves that a picture can distinguish.
const MAX_CURVES: usize = 24;

impl GradientCurve {
    /// Adds the norm so many steps back to the curve of its network and layer, a new one if there is none yet.
    ///
    /// # Errors
    ///
    /// If the steps of a curve do not come in the order 0, 1, 2, …, or if there are more curves than a picture can
    /// distinguish.
    pub fn add(
        curves: &mut Vec<GradientCurve>,
        network: &str,
        layer: u64,
        steps_back: usize,
        norm: f64,
    ) -> Result<(), AddGradientError> {
        let is_same = |curve: &GradientCurve| curve.network == network && curve.layer == layer;
        let found = curves.iter().position(is_same);
        let expected = found.map_or(0, |index| curves[index].norms.len());
        if steps_back != expected {
            return Err(AddGradientError::Order { network: network.to_owned(), layer, steps_back, expected });
        }
        match found {
            Some(index) => curves[index].norms.push(norm),
            None if curves.len() == MAX_CURVES => return Err(AddGradientError::TooMany),
            None => curves.push(GradientCurve { network: network.to_owned(), layer, norms: vec![norm] }),
        }
        Ok(())
    }
}

/// Why a norm belongs to no curve.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AddGradientError {
    /// The steps of a curve do not come one after the other.
    #[error(
        "{network}, layer {layer}: {steps_back} steps back where {expected} were expected; the steps of each layer count \
         up from 0, once"
    )]
    Order {
        /// The kind of network.
        network: String,
        /// The layer.
        layer: u64,
        /// How many steps back the norm is.
        steps_back: usize,
        /// How many were expected.
        expected: usize,
    },
    /// There are more curves than a picture can distinguish.
    #[error("there are more than {MAX_CURVES} layers, too many for a picture")]
    TooMany,
}

/// Draws the norm of gradients over the number of steps back in time, on a logarithmic axis.
///
/// Norms that are 0 or not finite have no place on such an axis and are left out.
pub fn gradient_norms(gradients: &[GradientCurve], title: &str) -> Picture {
    let mut networks: Vec<&str> = Vec::new();
    for gradient in gradients {
        if !networks.contains(&gradient.network.as_str()) {
            networks.push(&gradient.network);
        }
    }
    let network = |gradient: &GradientCurve| networks.iter().position(|name| *name == gradient.network).unwrap_or(0);
    let curves: Vec<Curve> = gradients.iter().map(|gradient| curve(gradient, network(gradient))).collect();
    let mut picture = Picture::new();
    draw_head(&mut picture, title, &facts(gradients, &curves));
    let top = curves::draw_legend(&mut picture, HEAD, &curves) + 4.0;
    let powers = || curves.iter().flat_map(|curve| &curve.points).map(|point| point.1);
    let lowest = powers().fold(f64::INFINITY, f64::min);
    let highest = powers().fold(f64::NEG_INFINITY, f64::max);
    let (lowest, highest) = if lowest <= highest { (lowest, highest) } else { (-1.0, 0.0) };
    let y = Axis::powers(lowest.floor() as i32, highest.ceil() as i32, 8, "norm of ∂loss/∂h");
    let steps = gradients.iter().map(|gradient| gradient.norms.len()).max().unwrap_or(0);
    let x = Axis::counting(0.0, steps.saturating_sub(1) as f64, 10, "steps back from the last token");
    let area = Area::from_left(y.left(), top, 330.0);
    curves::draw_chart(&mut picture, &area, &x, &y, &curves);
    picture.ending_at(area.bottom() + FOOT)
}

fn curve(gradient: &GradientCurve, network: usize) -> Curve {
    const NETWORKS: [(f64, f64, f64, Marker); 4] = [
        (0.36, 0.14, 265.0, Marker::Circle),
        (0.72, 0.16, 55.0, Marker::Triangle),
        (0.54, 0.13, 150.0, Marker::Square),
        (0.82, 0.10, 330.0, Marker::Circle),
    ];
    let (lightness, chroma, hue, marker) = NETWORKS[network % NETWORKS.len()];
    let dash = [Dash::Solid, Dash::Dashed, Dash::Dotted][gradient.layer.saturating_sub(1) as usize % 3];
    let points = gradient.norms.iter().enumerate().map(|(step, norm)| (step as f64, norm.log10()));
    Curve {
        name: format!("{}, layer {}", gradient.network, gradient.layer),
        points: points.filter(|point| point.1.is_finite()).collect(),
        style: Style { color: oklch(lightness, chroma, hue), dash, marker },
    }
}

fn facts(gradients: &[GradientCurve], curves: &[Curve]) -> String {
    let n_norms: usize = gradients.iter().map(|gradient| gradient.norms.len()).sum();
    let n_shown: usize = curves.iter().map(|curve| curve.points.len()).sum();
    let facts = "how much of the last token's loss depends on each hidden state before it";
    match n_norms - n_shown {
        _ if n_shown == 0 => "no norms over 0".to_owned(),
        0 => facts.to_owned(),
        n => format!("{facts}; {n} norms are 0 and not shown"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn norms_are_gathered_by_network_and_layer_and_counted_from_zero() {
        let mut curves = Vec::new();
        for (network, layer, steps_back) in [("LSTM", 1, 0), ("LSTM", 2, 0), ("LSTM", 1, 1), ("vanilla RNN", 1, 0)] {
            GradientCurve::add(&mut curves, network, layer, steps_back, 0.5).unwrap();
        }
        let lengths: Vec<_> =
            curves.iter().map(|curve| (curve.network.as_str(), curve.layer, curve.norms.len())).collect();
        assert_eq!(lengths, [("LSTM", 1, 2), ("LSTM", 2, 1), ("vanilla RNN", 1, 1)]);
        let twice = GradientCurve::add(&mut curves, "LSTM", 1, 1, 0.5);
        assert!(matches!(twice, Err(AddGradientError::Order { steps_back: 1, expected: 2, .. })), "{twice:?}");
        let late = GradientCurve::add(&mut curves, "GRU", 1, 1, 0.5);
        assert!(matches!(late, Err(AddGradientError::Order { expected: 0, .. })), "{late:?}");
    }

    #[test]
    fn more_curves_than_a_picture_can_distinguish_are_refused() {
        let mut curves = Vec::new();
        let mut add = |layer| GradientCurve::add(&mut curves, "LSTM", layer, 0, 0.5);
        (1..=24).for_each(|layer| add(layer).unwrap());
        assert_eq!(add(25), Err(AddGradientError::TooMany));
    }
}
