//! All figures of a piece.

use galant_harmony::{Rule, Tally};
use galant_types::Score;

use crate::features::Features;
use crate::harmonization::Harmonization;
use crate::muspy::MuspyMetrics;
use crate::part_writing::part_writing;
use crate::structure::Structure;

/// All figures of a piece.
#[derive(Debug, Clone, PartialEq)]
pub struct PieceMetrics {
    /// Those of MusPy.
    pub muspy: MuspyMetrics,
    /// How it keeps its bars, its key and its chords; none without notes of a pitch.
    pub structure: Option<Structure>,
    /// How its chords go with each other and with its highest line; none without an accompaniment.
    pub harmonization: Option<Harmonization>,
    /// How often it breaks the rules of part-writing; none if it has no parts of single notes.
    pub part_writing: Option<Tally>,
    /// By which sets of pieces are compared; none without notes of a pitch.
    pub features: Option<Features>,
}

/// A figure by its name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Metric {
    /// What kind of figure it is.
    pub group: Group,
    /// Its name in tables.
    pub name: &'static str,
    /// What it is, in a few words.
    pub meaning: &'static str,
    /// Its value; none where it is not defined.
    pub value: Option<f64>,
}

/// Kinds of figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// [`MuspyMetrics`].
    Muspy,
    /// [`Structure`].
    Structure,
    /// [`Harmonization`].
    Harmonization,
    /// [`part_writing`](crate::part_writing), breaches in 100 chords.
    PartWriting,
}

impl Group {
    /// All groups, in the order of reports.
    pub const ALL: [Group; 4] = [Group::Muspy, Group::Structure, Group::Harmonization, Group::PartWriting];

    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Group::Muspy => "muspy",
            Group::Structure => "structure",
            Group::Harmonization => "harmonization",
            Group::PartWriting => "part_writing",
        }
    }
}

impl PieceMetrics {
    /// The figures of a piece.
    pub fn of(score: &Score) -> PieceMetrics {
        PieceMetrics {
            muspy: MuspyMetrics::of(score),
            structure: Structure::of(score),
            harmonization: Harmonization::of(score),
            part_writing: part_writing(score),
            features: Features::of(score),
        }
    }

    /// All figures that are single numbers, in the order of reports; those of every piece have the same names.
    pub fn metrics(&self) -> Vec<Metric> {
        let groups = [self.of_muspy(), self.of_structure(), self.of_harmonization(), self.of_part_writing()];
        groups.concat()
    }

    fn of_muspy(&self) -> Vec<Metric> {
        let metrics = &self.muspy;
        let count = |n: usize| Some(n as f64);
        let rows = [
            ("pitch_range", "semitones from the lowest note to the highest", metrics.pitch_range),
            ("n_pitches_used", "different pitches", count(metrics.n_pitches_used)),
            ("n_pitch_classes_used", "different pitches, octaves not counted", count(metrics.n_pitch_classes_used)),
            ("polyphony", "mean notes sounding, while any does", metrics.polyphony),
            ("polyphony_rate", "share of time with three notes or more", metrics.polyphony_rate),
            ("pitch_in_scale_rate", "share of notes in the key, minor is natural", metrics.pitch_in_scale_rate),
            ("scale_consistency", "the same in the scale that fits best", metrics.scale_consistency),
            ("pitch_entropy", "bits, of how often each pitch occurs", metrics.pitch_entropy),
            ("pitch_class_entropy", "the same, octaves not counted", metrics.pitch_class_entropy),
            ("empty_beat_rate", "share of quarter notes in which nothing sounds", metrics.empty_beat_rate),
            ("empty_measure_rate", "share of bars in which nothing sounds", metrics.empty_measure_rate),
            ("groove_consistency", "how alike the onsets of a bar and the next are", metrics.groove_consistency),
            ("drum_pattern_consistency", "the larger of the next two", metrics.drum_pattern_consistency),
            (
                "drum_in_duple_pattern_rate",
                "share of drum strokes on quarters of a beat",
                metrics.drum_in_duple_pattern_rate,
            ),
            (
                "drum_in_triple_pattern_rate",
                "share of drum strokes on thirds of a beat",
                metrics.drum_in_triple_pattern_rate,
            ),
        ];
        of_group(Group::Muspy, &rows)
    }

    fn of_structure(&self) -> Vec<Metric> {
        let figure = |figure: fn(&Structure) -> f64| self.structure.as_ref().map(figure);
        let rows = [
            ("bars", "bars up to the last onset", figure(|found| found.n_bars as f64)),
            ("notes", "notes", figure(|found| found.n_notes as f64)),
            ("down", "share of bars with an onset on their first beat", figure(|found| found.downbeat_rate)),
            ("rep", "share of bars equal to an earlier one", figure(|found| found.repeated_bar_rate)),
            ("chords", "different chords that begin, per onset", figure(|found| found.different_chord_rate)),
            ("key", "share of notes in the key, minor with both sevenths", figure(|found| found.in_key_rate)),
            ("beat", "share of onsets on a quarter note", figure(|found| found.on_beat_rate)),
            ("dens", "notes in a quarter note", figure(|found| found.notes_per_quarter)),
            (
                "end",
                "last onset: 1 on a downbeat, 0.5 on another beat, 0 elsewhere",
                figure(|found| found.ends_on_downbeat),
            ),
            (
                "tonic",
                "1 if it ends on the tonic's triad in root position, else 0",
                figure(|found| found.ends_on_tonic),
            ),
        ];
        of_group(Group::Structure, &rows)
    }

    fn of_harmonization(&self) -> Vec<Metric> {
        let figure = |figure: fn(&Harmonization) -> Option<f64>| self.harmonization.as_ref().and_then(figure);
        let rows = [
            ("CHE", "bits, entropy of the chords of half bars", figure(|found| found.chord_histogram_entropy)),
            ("CC", "different chords of half bars", figure(|found| Some(found.chord_coverage as f64))),
            ("CTD", "mean tonal distance from chord to chord", figure(|found| found.chord_tonal_distance)),
            (
                "CTnCTR",
                "share of melody notes that are chord tones or step on",
                figure(|found| found.chord_tone_to_non_chord_tone_ratio),
            ),
            ("PCS", "consonance of melody and chords, -1 to 1", figure(|found| found.pitch_consonance_score)),
            (
                "MCTD",
                "mean tonal distance of the melody from its chords",
                figure(|found| found.melody_chord_tonal_distance),
            ),
        ];
        of_group(Group::Harmonization, &rows)
    }

    fn of_part_writing(&self) -> Vec<Metric> {
        let hard = (
            "hard-defects",
            "in 100 chords: parallels and leaps over an octave",
            self.part_writing.as_ref().map(Tally::hard_per_100_chords),
        );
        let of_rule = |rule: Rule| {
            (rule.name(), "in 100 chords", self.part_writing.as_ref().map(|tally| tally.per_100_chords(rule)))
        };
        let rows: Vec<_> = [hard].into_iter().chain(Rule::ALL.into_iter().map(of_rule)).collect();
        of_group(Group::PartWriting, &rows)
    }
}

fn of_group(group: Group, rows: &[(&'static str, &'static str, Option<f64>)]) -> Vec<Metric> {
    rows.iter().map(|&(name, meaning, value)| Metric { group, name, meaning, value }).collect()
}
