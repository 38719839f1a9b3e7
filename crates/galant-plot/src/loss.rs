//! Loss over epochs.

use crate::axis::{Area, Axis, FOOT, HEAD, LABEL, MARGIN, Tick, draw_head};
use crate::colour::{Colour, oklch};
use crate::curves::{self, Curve, Dash, Marker, Style};
use crate::picture::{Anchor, Picture, Shape, WIDTH};
use crate::text;

/// What one epoch of a training came to, in nats per token.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EpochLosses {
    /// Which epoch, from 1.
    pub epoch: u64,
    /// The mean over its batches, each before its update, with dropout.
    pub train: f64,
    /// The token after a window of training data, without dropout.
    pub windowed: f64,
    /// The held-out tokens; none if nothing was held out.
    pub validation: Option<f64>,
}

/// Draws the training, windowed and validation losses over the epochs.
///
/// A line marks the epoch since which the network memorises: its validation loss falls no more.
/// Losses that are no finite number are left out.
pub fn loss_curves(epochs: &[EpochLosses], memorising_since: Option<u64>, title: &str) -> Picture {
    let mut picture = Picture::new();
    draw_head(&mut picture, title, &facts(epochs));
    let curves = curves(epochs);
    let top = curves::draw_legend(&mut picture, HEAD, &curves) + 20.0;
    let most = curves.iter().flat_map(|curve| &curve.points).map(|point| point.1).fold(0.0, f64::max);
    let last = epochs.iter().map(|losses| losses.epoch).max().unwrap_or(1);
    let y = Axis::linear(0.0, if most > 0.0 { most * 1.05 } else { 1.0 }, 6, "loss, nats per token");
    // Room beside the first and the last epoch: their markers are not cut.
    let margin = (last as f64 - 1.0).max(1.0) * 0.02;
    let mut x = Axis::counting(1.0 - margin, last as f64 + margin, 12, "epoch");
    x.ticks.retain(|tick| tick.at > 1.0);
    x.ticks.insert(0, Tick { at: 1.0, label: "1".to_owned() });
    let area = Area::from_left(y.left(), top, 330.0);
    area.draw_grid(&mut picture, &x, &y);
    if let Some(epoch) = memorising_since {
        draw_memorising(&mut picture, &area, area.x(&x, epoch as f64), epoch);
    }
    curves::draw(&mut picture, &area, &x, &y, &curves);
    area.draw_frame(&mut picture);
    area.draw_x_axis(&mut picture, &x);
    area.draw_y_axis(&mut picture, &y);
    picture.ending_at(area.bottom() + FOOT)
}

fn curves(epochs: &[EpochLosses]) -> Vec<Curve> {
    let curve = |name: &str, style, loss: fn(&EpochLosses) -> Option<f64>| {
        let point =
            |losses: &EpochLosses| loss(losses).filter(|loss| loss.is_finite()).map(|loss| (losses.epoch as f64, loss));
        Curve { name: name.to_owned(), points: epochs.iter().filter_map(point).collect(), style }
    };
    let train = Style { colour: oklch(0.76, 0.15, 65.0), dash: Dash::Dashed, marker: Marker::Triangle };
    let windowed = Style { colour: oklch(0.58, 0.12, 190.0), dash: Dash::Dotted, marker: Marker::Square };
    let validation = Style { colour: oklch(0.34, 0.14, 270.0), dash: Dash::Solid, marker: Marker::Circle };
    let all = [
        curve("training, with dropout", train, |losses| Some(losses.train)),
        curve("training windows, without", windowed, |losses| Some(losses.windowed)),
        curve("validation", validation, |losses| losses.validation),
    ];
    all.into_iter().filter(|curve| !curve.points.is_empty()).collect()
}

fn facts(epochs: &[EpochLosses]) -> String {
    let best = epochs.iter().filter_map(|losses| Some((losses.epoch, losses.validation?)));
    let best = best.filter(|(_, loss)| loss.is_finite()).min_by(|(_, a), (_, b)| a.total_cmp(b));
    match (epochs.last(), best) {
        (None, _) => "no epochs".to_owned(),
        (Some(_), Some((epoch, loss))) => format!("lowest validation loss {loss:.4} nats per token, in epoch {epoch}"),
        (Some(last), None) => {
            format!("training loss {:.4} nats per token in epoch {}; nothing was held out", last.train, last.epoch)
        }
    }
}

/// A broken line over the height of the area, and what it means above it.
fn draw_memorising(picture: &mut Picture, area: &Area, x: f64, epoch: u64) {
    let style = Style { colour: Colour::FAINT_INK, dash: Dash::Dashed, marker: Marker::Circle };
    curves::draw_line(picture, &[(x, area.top), (x, area.bottom())], style);
    let label = format!("memorising since epoch {epoch}");
    let half = text::width(&label, LABEL) / 2.0;
    let middle = x.min(WIDTH - MARGIN - half).max(MARGIN + half);
    picture.add(Shape::Line { points: vec![(x, area.top - 4.0), (x, area.top)], width: 3, colour: Colour::FAINT_INK });
    picture.text((middle, area.top - 12.0), &label, LABEL, Anchor::Middle, Colour::INK);
}
