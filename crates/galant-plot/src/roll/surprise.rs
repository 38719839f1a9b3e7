//! The piano roll colored by how much each note surprised a model.

use galant_types::Score;

use super::legend::draw_scale;
use super::systems::{Look, draw};
use crate::color::{Color, heat};
use crate::picture::Picture;

/// How a note without a value is drawn: thin, so that it can be distinguished in gray too.
const WITHOUT: Look = Look { color: Color([120, 132, 150]), height: 0.4 };

/// The number of color levels: the legend has as many steps, and notes of one level can be drawn as one.
const N_LEVELS: f64 = 48.0;

/// Draws the notes of a score, darker the less a model expected them.
///
/// `nats` holds, for each note of the score, its share of −ln p of the token it belongs to; `None` if it was not
/// predicted, which is drawn thin.
/// The scale begins at 0 and ends at a round number above the largest value.
///
/// # Panics
///
/// If there are more or fewer values than notes.
pub fn surprise(score: &Score, nats: &[Option<f64>], title: &str) -> Picture {
    assert_eq!(nats.len(), score.notes.len(), "surprise: {} values for {} notes", nats.len(), score.notes.len());
    let known = || nats.iter().flatten().copied().filter(|nats| nats.is_finite());
    let most = round_up(known().fold(0.0, f64::max));
    let look = |nats: &Option<f64>| match nats {
        Some(nats) if !nats.is_nan() => Look { color: heat((nats / most * N_LEVELS).round() / N_LEVELS), height: 1.0 },
        _ => WITHOUT,
    };
    let looks: Vec<Look> = nats.iter().map(look).collect();
    let (n, sum) = (known().count(), known().sum::<f64>());
    let facts = match n {
        0 => format!("{} notes, none of them predicted", nats.len()),
        _ => format!("{n} of {} notes predicted, at {:.3} nats per note", nats.len(), sum / n as f64),
    };
    draw(score, &looks, title, &facts, |picture, top| draw_scale(picture, top, most, WITHOUT))
}

/// The end of a scale of four equal steps that contains `value`.
fn round_up(value: f64) -> f64 {
    const ROUND: [f64; 8] = [1.2, 1.6, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0];
    if value <= 0.0 {
        return 1.0;
    }
    let power = 10f64.powf(value.log10().floor());
    ROUND.iter().map(|round| round * power).find(|&round| round >= value).unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_ends_at_a_round_number_above_the_largest_value() {
        assert_eq!([0.0, 7.3, 8.1, 12.5, 100.0].map(round_up), [1.0, 8.0, 10.0, 16.0, 120.0]);
    }
}
