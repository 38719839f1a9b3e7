//! Figures of single pieces.

use std::collections::BTreeMap;

use galant_metrics::{Feature, Features, MuspyMetrics, PieceMetrics, TemplateChord, chords, pitch_in_scale_rate};
use galant_testkit::{Tolerance, assert_close};
use galant_types::{Note, Scale};
use serde_json::Value;

use crate::music::{golden, pieces};

const TIGHT: Tolerance = Tolerance { absolute: 1e-9, relative: 0.0 };

/// Compares our figures with a golden file's, in which null stands for NaN.
#[track_caller]
fn check(piece: &str, ours: &BTreeMap<&str, Option<f64>>, golden: &Value) {
    for (name, expected) in golden.as_object().unwrap() {
        let found = ours.get(name.as_str()).unwrap_or_else(|| panic!("{piece}: no figure {name}"));
        match (found, expected.as_f64()) {
            (Some(found), Some(expected)) => assert_close(&format!("{piece}: {name}"), &[*found], &[expected], TIGHT),
            (found, expected) => assert_eq!(*found, expected, "{piece}: {name}"),
        }
    }
}

#[test]
fn muspy_counts_the_same() {
    let golden = golden("metrics.json");
    for (name, score) in pieces() {
        let metrics = PieceMetrics::of(&score).metrics();
        let mut ours: BTreeMap<&str, Option<f64>> = metrics.iter().map(|metric| (metric.name, metric.value)).collect();
        let minor: Scale = "D natural-minor".parse().unwrap();
        ours.insert("pitch_in_c_major", pitch_in_scale_rate(&score, Scale::major(0)));
        ours.insert("pitch_in_d_minor", pitch_in_scale_rate(&score, minor));
        check(&name, &ours, &golden[&name]["muspy"]);
    }
}

#[test]
fn a_drummer_alone_has_no_pitches_and_nothing_has_no_figures() {
    let mut drums = pieces().pop().unwrap().1;
    drums.notes.retain(Note::is_percussion);
    let metrics = MuspyMetrics::of(&drums);
    assert_eq!((metrics.pitch_range, metrics.polyphony, metrics.polyphony_rate), (None, None, Some(0.0)));
    assert!(metrics.drum_pattern_consistency.is_some() && metrics.empty_beat_rate.is_some());
    drums.notes.clear();
    assert_eq!(MuspyMetrics::of(&drums), MuspyMetrics::default());
}

#[test]
fn the_chords_of_bars_have_the_entropy_that_smg_metrics_finds() {
    let golden = golden("metrics.json");
    for (name, score) in pieces() {
        let bars = chords(&score.pitched_notes().copied().collect::<Vec<_>>(), 4 * u64::from(score.ticks_per_quarter));
        let mut counts: BTreeMap<TemplateChord, f64> = BTreeMap::new();
        bars.into_iter().flatten().for_each(|chord| *counts.entry(chord).or_default() += 1.0);
        let n: f64 = counts.values().sum();
        let entropy: f64 = counts.values().map(|count| -count / n * (count / n).log2()).sum();
        assert_close(&name, &[entropy], &[golden[&name]["smg_che"].as_f64().unwrap()], TIGHT);
    }
}

#[test]
fn harmonizations_are_judged_as_the_script_judges_them() {
    let golden = golden("metrics.json");
    for (name, score) in pieces() {
        let metrics = PieceMetrics::of(&score).metrics();
        let ours = metrics.iter().map(|metric| (metric.name, metric.value)).collect();
        check(&name, &ours, &golden[&name]["harmonization"]);
    }
}

#[test]
fn the_features_are_those_of_the_script() {
    let golden = golden("metrics.json");
    for (name, score) in pieces() {
        let features = Features::of(&score).unwrap();
        for feature in Feature::ALL {
            let expected: Vec<f64> = serde_json::from_value(golden[&name]["features"][feature.name()].clone()).unwrap();
            assert_close(&format!("{name}: {}", feature.name()), features.get(feature), &expected, TIGHT);
        }
    }
}
