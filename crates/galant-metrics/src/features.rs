//! The nine features of Yang and Lerch.

use std::collections::BTreeMap;

use galant_types::{Note, Score};

use crate::pitches::PitchCounts;

/// How many classes of lengths there are.
const N_LENGTHS: usize = 12;

/// The classes of lengths, in 96ths of a whole note: whole, half, quarter, eighth and sixteenth notes, these dotted but the
/// whole note, and a third of a whole, a half and a quarter note.
const LENGTHS: [u64; N_LENGTHS] = [96, 48, 24, 12, 6, 72, 36, 18, 9, 32, 16, 8];

/// What Yang and Lerch 2018 measure of a piece, in order to compare sets of pieces.
///
/// Percussion does not count. Where notes follow each other they do so in their part, by onset and then by pitch. Shares
/// are of all that is counted, so that the length of a piece does not matter to them.
///
/// Yang and Lerch, "On the evaluation of generative models in music", Neural Computing and Applications 32 (2020), first
/// published in 2018. Differences from their program: all parts count, where it takes one of them; times are quarter notes,
/// where it takes seconds; and both matrices are shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Feature {
    /// How many different pitches there are.
    PitchCount,
    /// The share of the sounding time that each pitch class has, `[12]`.
    PitchClassHistogram,
    /// How often each pitch class follows each other one, as shares, `[12, 12]`.
    PitchClassTransitions,
    /// From the lowest pitch to the highest, in semitones.
    PitchRange,
    /// The mean interval from a note to the next of its part, up or down, in semitones; 0 of single notes.
    PitchInterval,
    /// How many notes there are.
    NoteCount,
    /// The mean time from a note to the next of the piece, in quarter notes; notes that begin together are 0 apart.
    InterOnsetInterval,
    /// The share of notes of each length, the nearest of whole, half, quarter, eighth and sixteenth notes, these dotted but
    /// the whole note, and thirds of a whole, a half and a quarter note, `[12]`.
    NoteLengthHistogram,
    /// How often each of these lengths follows each other one, as shares, `[12, 12]`.
    NoteLengthTransitions,
}

impl Feature {
    /// All features, in the order of the article.
    pub const ALL: [Feature; 9] = [
        Feature::PitchCount,
        Feature::PitchClassHistogram,
        Feature::PitchClassTransitions,
        Feature::PitchRange,
        Feature::PitchInterval,
        Feature::NoteCount,
        Feature::InterOnsetInterval,
        Feature::NoteLengthHistogram,
        Feature::NoteLengthTransitions,
    ];

    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Feature::PitchCount => "pitch_count",
            Feature::PitchClassHistogram => "pitch_class_histogram",
            Feature::PitchClassTransitions => "pitch_class_transition_matrix",
            Feature::PitchRange => "pitch_range",
            Feature::PitchInterval => "average_pitch_interval",
            Feature::NoteCount => "note_count",
            Feature::InterOnsetInterval => "average_inter_onset_interval",
            Feature::NoteLengthHistogram => "note_length_histogram",
            Feature::NoteLengthTransitions => "note_length_transition_matrix",
        }
    }
}

/// The values of the [features](Feature) of a piece.
#[derive(Debug, Clone, PartialEq)]
pub struct Features {
    values: [Vec<f64>; 9],
}

impl Features {
    /// The features of a piece; none without notes of a pitch.
    pub fn of(score: &Score) -> Option<Features> {
        let mut notes: Vec<&Note> = score.pitched_notes().collect();
        notes.sort_by_key(|note| (note.onset, note.pitch));
        let (first, last) = (notes.first()?, notes.last()?);
        let counts = PitchCounts::of(notes.iter().copied());
        let quarter = f64::from(score.ticks_per_quarter.max(1));
        let (mut classes, mut lengths) = ([0.0; 12], [0.0; N_LENGTHS]);
        let mut class_pairs = Pairs::default();
        let mut length_pairs = Pairs::default();
        let (mut semitones, mut n_pairs) = (0.0, 0.0);
        let mut before: BTreeMap<(u16, u8), &Note> = BTreeMap::new();
        for note in &notes {
            let length = length_class(note.length, score.ticks_per_quarter);
            classes[usize::from(note.pitch % 12)] += note.length as f64;
            lengths[length] += 1.0;
            if let Some(before) = before.insert((note.track, note.channel), note) {
                class_pairs.add(usize::from(before.pitch % 12), usize::from(note.pitch % 12));
                length_pairs.add(length_class(before.length, score.ticks_per_quarter), length);
                semitones += f64::from(before.pitch.abs_diff(note.pitch));
                n_pairs += 1.0;
            }
        }
        let n_gaps = (notes.len() - 1) as f64;
        let values = [
            vec![counts.n_pitches() as f64],
            shares(&classes),
            shares(&class_pairs.counts),
            vec![f64::from(counts.range().unwrap_or(0))],
            vec![over(semitones, n_pairs)],
            vec![notes.len() as f64],
            vec![over((last.onset - first.onset) as f64 / quarter, n_gaps)],
            shares(&lengths),
            shares(&length_pairs.counts),
        ];
        Some(Features { values })
    }

    /// The values of a feature, as many as it has.
    pub fn get(&self, feature: Feature) -> &[f64] {
        &self.values[feature as usize]
    }

    /// How far two pieces are apart in a feature: the Euclidean distance of its values.
    pub fn distance(&self, other: &Features, feature: Feature) -> f64 {
        let pairs = self.get(feature).iter().zip(other.get(feature));
        pairs.map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
    }
}

/// How often each of twelve classes follows each other one.
struct Pairs {
    counts: [f64; 144],
}

impl Default for Pairs {
    fn default() -> Pairs {
        Pairs { counts: [0.0; 144] }
    }
}

impl Pairs {
    fn add(&mut self, from: usize, to: usize) {
        self.counts[12 * from + to] += 1.0;
    }
}

fn over(sum: f64, n: f64) -> f64 {
    if n > 0.0 { sum / n } else { 0.0 }
}

fn shares(counts: &[f64]) -> Vec<f64> {
    let n: f64 = counts.iter().sum();
    counts.iter().map(|&count| over(count, n)).collect()
}

/// The first of the classes that are nearest to a length.
fn length_class(ticks: u64, ticks_per_quarter: u16) -> usize {
    // 24 · 96ths of a whole note are a quarter note; compared in ticks times 24, so that nothing is rounded.
    let (length, quarter) = (u128::from(ticks) * 24, u128::from(ticks_per_quarter.max(1)));
    let distance = |class: &usize| length.abs_diff(u128::from(LENGTHS[*class]) * quarter);
    (0..N_LENGTHS).min_by_key(distance).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_of_the_nearest_class() {
        let classes = [1920, 960, 480, 240, 120, 1440, 720, 360, 180, 640, 320, 160, 0, 470, 99_999];
        let found = classes.map(|ticks| length_class(ticks, 480));
        assert_eq!(found, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 4, 2, 0]);
        // As near to a sixteenth note as to the third of a quarter note, and the former comes first.
        assert_eq!(length_class(7, 24), 4);
    }

    #[test]
    fn notes_follow_each_other_in_their_part() {
        let note = |onset, pitch, track| Note { onset, length: 24, pitch, velocity: 64, channel: 0, track };
        let notes = vec![note(0, 60, 0), note(0, 48, 1), note(24, 62, 0), note(48, 36, 1)];
        let features = Features::of(&Score { notes, ..Score::new(24) }).unwrap();
        let [interval, gap] = [Feature::PitchInterval, Feature::InterOnsetInterval].map(|of| features.get(of)[0]);
        assert_eq!((interval, gap), (7.0, 2.0 / 3.0));
        let pairs = features.get(Feature::PitchClassTransitions);
        assert_eq!((pairs[2], pairs[0], pairs.iter().sum::<f64>()), (0.5, 0.5, 1.0));
        assert_eq!(Features::of(&Score::new(24)), None);
    }
}
