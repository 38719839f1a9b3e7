//! Distances of sets of pieces.

use galant_metrics::{FeatureDistance, PieceMetrics, SetDistance, figure_distance};
use galant_testkit::{Tolerance, assert_close};
use galant_types::Score;

use crate::music::{golden, pieces};

/// A set of pieces without drums, and the same transposed, with every third note left out.
fn sets() -> (Vec<PieceMetrics>, Vec<PieceMetrics>) {
    let scores: Vec<Score> = pieces().into_iter().take(6).map(|(_, score)| score).collect();
    let change = |score: &Score| {
        let mut score = score.clone();
        let mut at = 0;
        score.notes.retain(|_| {
            at += 1;
            at % 3 != 0
        });
        score.notes.iter_mut().for_each(|note| note.pitch += 1 + note.pitch % 2);
        score
    };
    let changed = scores.iter().map(|score| PieceMetrics::of(&change(score))).collect();
    (changed, scores.iter().map(PieceMetrics::of).collect())
}

#[test]
fn sets_are_as_far_apart_as_scipy_finds() {
    let golden = golden("distances.json");
    let (changed, pieces) = sets();
    let SetDistance { features, figure_distance, .. } = SetDistance::of(&changed, &pieces);
    for FeatureDistance { feature, overlap } in features {
        let expected = &golden["features"][feature.name()];
        let overlap = overlap.unwrap_or_else(|| panic!("{} has no density", feature.name()));
        let found = [overlap.area, overlap.divergence_nats];
        let expected = [0, 1].map(|at| expected[at].as_f64().unwrap());
        assert_close(feature.name(), &found, &expected, Tolerance { absolute: 1e-9, relative: 1e-9 });
    }
    let expected = golden["frechet"].as_f64().unwrap();
    let tolerance = Tolerance { absolute: 0.0, relative: 1e-6 };
    assert_close("Fréchet distance", &[figure_distance.unwrap()], &[expected], tolerance);
}

#[test]
fn a_set_is_no_distance_from_itself_and_one_piece_is_no_set() {
    let (_, pieces) = sets();
    assert!(figure_distance(&pieces, &pieces).unwrap() < 1e-5);
    assert_eq!(figure_distance(&pieces[..1], &pieces), None);
    let single = SetDistance::of(&pieces[..1], &pieces[..1]);
    assert!(single.features.iter().all(|feature| feature.overlap.is_none()), "{single:?}");
}
