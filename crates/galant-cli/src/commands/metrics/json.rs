//! The figures of pieces as JSON.

use galant_metrics::{Group, Metric, PieceMetrics, SetDistance};
use serde_json::{Map, Value, json};

use super::set::{Set, Summary};

/// One JSON object, on one line.
pub(super) fn text(set: &Set, compared: Option<(&Set, &SetDistance)>) -> String {
    let pieces: Vec<Value> = set.names.iter().zip(&set.pieces).map(|(name, piece)| of_piece(name, piece)).collect();
    let mut object = json!({ "n_pieces": set.pieces.len(), "pieces": pieces, "summary": summary(set) });
    if let Some((reference, distance)) = compared {
        object["reference"] = json!({ "n_pieces": reference.pieces.len(), "summary": summary(reference) });
        object["distance"] = of_distance(distance);
    }
    object.to_string()
}

fn of_piece(name: &str, piece: &PieceMetrics) -> Value {
    let metrics = piece.metrics();
    let mut object = json!({ "piece": name, "key": piece.structure.map(|found| found.key.to_string()) });
    for group in Group::ALL {
        let values = metrics.iter().filter(|metric| metric.group == group);
        object[group.name()] = values.map(|metric| (metric.name.to_owned(), json!(metric.value))).collect();
    }
    object
}

/// Each figure of all pieces, in its group.
fn summary(set: &Set) -> Value {
    let figures = set.figures();
    let of_group = |group: Group| -> Map<String, Value> {
        let figures = figures.iter().filter(|(metric, _)| metric.group == group);
        figures.map(|(metric, values): &(Metric, Vec<f64>)| (metric.name.to_owned(), of_values(values))).collect()
    };
    let groups = Group::ALL.map(|group| (group.name().to_owned(), Value::Object(of_group(group))));
    groups.into_iter().collect()
}

fn of_values(values: &[f64]) -> Value {
    match Summary::of(values) {
        None => json!({ "n": 0 }),
        Some(Summary { n, mean, deviation, least, median, greatest }) => json!({
            "n": n, "mean": mean, "sd": deviation, "least": least, "median": median, "greatest": greatest
        }),
    }
}

fn of_distance(distance: &SetDistance) -> Value {
    let features: Map<String, Value> = distance
        .features
        .iter()
        .map(|feature| {
            let overlap = feature.overlap;
            let (area, nats) = (overlap.map(|found| found.area), overlap.map(|found| found.divergence_nats));
            (feature.feature.name().to_owned(), json!({ "overlapping_area": area, "kl_nats": nats }))
        })
        .collect();
    json!({
        "n_pieces": distance.n_pieces,
        "n_reference": distance.n_reference,
        "yang_lerch": features,
        "figure_frechet": distance.figure_distance,
        "figure_frechet_reference_halves": distance.reference_halves
    })
}
