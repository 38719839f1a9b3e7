//! Loss over epochs.

use galant_types::EpochRecord;

use crate::axis::{Area, Axis, FOOT, HEAD, LABEL, MARGIN, Tick, draw_head};
use crate::color::{Color, oklch, part};
use crate::curves::{self, Curve, Dash, Marker, Style};
use crate::picture::{Anchor, Picture, Shape, WIDTH};
use crate::text;

/// Draws the training loss, with and without dropout, and the validation loss over the epochs.
///
/// A line marks the epoch from which on the network memorizes: its validation loss no longer falls.
/// Losses that are not finite numbers are left out.
pub fn loss_curves(epochs: &[EpochRecord], memorizing_since: Option<u64>, title: &str) -> Picture {
    let mut picture = Picture::new();
    draw_head(&mut picture, title, &facts(epochs));
    let curves = curves(epochs);
    let top = curves::draw_legend(&mut picture, HEAD, &curves) + 20.0;
    let most = curves.iter().flat_map(|curve| &curve.points).map(|point| point.1).fold(0.0, f64::max);
    let last = epochs.iter().map(|record| record.epoch).max().unwrap_or(1);
    let y = Axis::linear(0.0, if most > 0.0 { most * 1.05 } else { 1.0 }, 6, "loss, nats per token");
    // Room next to the first and the last epoch, so that their markers are not cut off.
    let margin = (last as f64 - 1.0).max(1.0) * 0.02;
    let mut x = Axis::counting(1.0 - margin, last as f64 + margin, 12, "epoch");
    x.ticks.retain(|tick| tick.at > 1.0);
    x.ticks.insert(0, Tick { at: 1.0, label: "1".to_owned() });
    let area = Area::from_left(y.left(), top, 330.0);
    area.draw_grid(&mut picture, &x, &y);
    if let Some(epoch) = memorizing_since {
        draw_memorizing(&mut picture, &area, area.x(&x, epoch as f64), epoch);
    }
    curves::draw(&mut picture, &area, &x, &y, &curves);
    area.draw_frame(&mut picture);
    area.draw_x_axis(&mut picture, &x);
    area.draw_y_axis(&mut picture, &y);
    picture.ending_at(area.bottom() + FOOT)
}

/// Draws the losses of several trainings in one picture: of each its validation loss, or its training loss without dropout if
/// it has no validation part.
///
/// Losses that are not finite numbers are left out. Trainings are told apart by color and line style.
pub fn loss_comparison(trainings: &[(String, Vec<EpochRecord>)], title: &str) -> Picture {
    let curves: Vec<Curve> =
        trainings.iter().enumerate().map(|(number, training)| compared(number, training)).collect();
    let mut picture = Picture::new();
    let lowest = |curve: &Curve| curve.points.iter().map(|point| point.1).fold(f64::INFINITY, f64::min);
    let best = curves.iter().filter(|curve| !curve.points.is_empty()).min_by(|a, b| lowest(a).total_cmp(&lowest(b)));
    let facts = best
        .map_or("no epochs".to_owned(), |curve| format!("lowest: {:.4} nats per token, {}", lowest(curve), curve.name));
    draw_head(&mut picture, title, &facts);
    let top = curves::draw_legend(&mut picture, HEAD, &curves) + 20.0;
    let points = || curves.iter().flat_map(|curve| &curve.points);
    let most = points().map(|point| point.1).fold(0.0, f64::max);
    let last = points().map(|point| point.0).fold(1.0, f64::max);
    let y = Axis::linear(0.0, if most > 0.0 { most * 1.05 } else { 1.0 }, 6, "loss, nats per token");
    let x = Axis::counting(0.0, last * 1.02, 12, "epoch");
    let area = Area::from_left(y.left(), top, 330.0);
    curves::draw_chart(&mut picture, &area, &x, &y, &curves);
    picture.ending_at(area.bottom() + FOOT)
}

fn compared(number: usize, (name, epochs): &(String, Vec<EpochRecord>)) -> Curve {
    let has_validation = epochs.iter().any(|record| record.valid_loss.is_some());
    let what = if has_validation { "validation" } else { "training, no dropout" };
    let loss =
        |record: &EpochRecord| if has_validation { record.valid_loss } else { Some(record.train_loss_without_dropout) };
    let point =
        |record: &EpochRecord| loss(record).filter(|loss| loss.is_finite()).map(|loss| (record.epoch as f64, loss));
    let style = Style {
        color: part(number),
        dash: [Dash::Solid, Dash::Dashed, Dash::Dotted][number % 3],
        marker: [Marker::Circle, Marker::Triangle, Marker::Square][number % 3],
    };
    Curve { name: format!("{name} ({what})"), points: epochs.iter().filter_map(point).collect(), style }
}

fn curves(epochs: &[EpochRecord]) -> Vec<Curve> {
    let curve = |name: &str, style, loss: fn(&EpochRecord) -> Option<f64>| {
        let point =
            |record: &EpochRecord| loss(record).filter(|loss| loss.is_finite()).map(|loss| (record.epoch as f64, loss));
        Curve { name: name.to_owned(), points: epochs.iter().filter_map(point).collect(), style }
    };
    let train = Style { color: oklch(0.76, 0.15, 65.0), dash: Dash::Dashed, marker: Marker::Triangle };
    let without_dropout = Style { color: oklch(0.58, 0.12, 190.0), dash: Dash::Dotted, marker: Marker::Square };
    let validation = Style { color: oklch(0.34, 0.14, 270.0), dash: Dash::Solid, marker: Marker::Circle };
    let all = [
        curve("training loss", train, |record| Some(record.train_loss)),
        curve("training loss without dropout", without_dropout, |record| Some(record.train_loss_without_dropout)),
        curve("validation loss", validation, |record| record.valid_loss),
    ];
    all.into_iter().filter(|curve| !curve.points.is_empty()).collect()
}

fn facts(epochs: &[EpochRecord]) -> String {
    let best = epochs.iter().filter_map(|record| Some((record.epoch, record.valid_loss?)));
    let best = best.filter(|(_, loss)| loss.is_finite()).min_by(|(_, a), (_, b)| a.total_cmp(b));
    match (epochs.last(), best) {
        (None, _) => "no epochs".to_owned(),
        (Some(_), Some((epoch, loss))) => format!("lowest validation loss {loss:.4} nats per token, in epoch {epoch}"),
        (Some(last), None) => {
            format!("training loss {:.4} nats per token in epoch {}; no validation part", last.train_loss, last.epoch)
        }
    }
}

/// A dashed line over the height of the area, and what it means above it.
fn draw_memorizing(picture: &mut Picture, area: &Area, x: f64, epoch: u64) {
    let style = Style { color: Color::FAINT_INK, dash: Dash::Dashed, marker: Marker::Circle };
    curves::draw_line(picture, &[(x, area.top), (x, area.bottom())], style);
    let label = format!("memorizing since epoch {epoch}");
    let half = text::width(&label, LABEL) / 2.0;
    let middle = x.min(WIDTH - MARGIN - half).max(MARGIN + half);
    picture.add(Shape::Line { points: vec![(x, area.top - 4.0), (x, area.top)], width: 3, color: Color::FAINT_INK });
    picture.text((middle, area.top - 12.0), &label, LABEL, Anchor::Middle, Color::INK);
}
