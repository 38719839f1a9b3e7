//! How chords go with each other, and with a melody.

use std::collections::BTreeMap;

use galant_types::{Note, Score};

use crate::chords::{TemplateChord, chords, tonal_centroid, tonal_distance};
use crate::muspy::ticks_per_bar;
use crate::pitches::entropy_bits;

/// How chords go with each other, and with a melody: the six metrics of Yeh et al. under their names.
///
/// The melody is the highest line: at each onset the highest note that begins, if none higher sounds; it lasts until its end
/// or until the next note of the melody. All other notes accompany it. They have one [chord](chords) for each half bar of
/// the first meter; where none begins, the one before goes on. Percussion does not count.
///
/// Yeh et al., "Automatic melody harmonization with triad chords: A comparative study", Journal of New Music Research 50
/// (2021). Their program differs from their text, which is followed here: entropies are in bits, a melody is counted by its
/// notes, intervals up to an octave are those above the chord's note, and distances are Euclidean.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Harmonization {
    /// CHE, the chord histogram entropy: of how often each chord occurs, in bits.
    pub chord_histogram_entropy: Option<f64>,
    /// CC, the chord coverage: how many different chords there are.
    pub chord_coverage: usize,
    /// CTD, the chord tonal distance: the mean distance from a chord to the next, in the tonal space of Harte et al. 2006.
    pub chord_tonal_distance: Option<f64>,
    /// CTnCTR, the chord tone to non-chord tone ratio: (c + p) / (c + n), where c notes of the melody are notes of their
    /// chord, n are not, and p of the latter are followed by a note at most a whole tone away.
    pub chord_tone_to_non_chord_tone_ratio: Option<f64>,
    /// PCS, the pitch consonance score: for each sixteenth note of the melody and each note of the chord 1 if the interval
    /// is a unison, a third, a fifth or a sixth, 0 if it is a fourth, otherwise −1; the mean.
    pub pitch_consonance_score: Option<f64>,
    /// MCTD, the melody–chord tonal distance: the mean distance of a note of the melody from its chord, weighted by length.
    pub melody_chord_tonal_distance: Option<f64>,
}

impl Harmonization {
    /// The metrics of a piece; none if nothing accompanies its highest line.
    pub fn of(score: &Score) -> Option<Harmonization> {
        let (melody, accompaniment) = melody_and_rest(score);
        let span = (ticks_per_bar(score) / 2).max(1);
        let found = chords(&accompaniment, span);
        found.iter().any(Option::is_some).then(|| of_melody(&melody, &found, span, score.ticks_per_quarter))
    }
}

/// The metrics of a melody, each note with its chord, and of the chords of spans of `span` ticks.
fn of_melody(melody: &[Note], found: &[Option<TemplateChord>], span: u64, ticks_per_quarter: u16) -> Harmonization {
    let mut last = None;
    let held: Vec<Option<TemplateChord>> = found
        .iter()
        .map(|chord| {
            last = chord.or(last);
            last
        })
        .collect();
    let at = |tick: u64| {
        let span = usize::try_from(tick / span).unwrap_or(usize::MAX).min(held.len() - 1);
        held[span]
    };
    let with_chords: Vec<(&Note, TemplateChord)> =
        melody.iter().filter_map(|note| at(note.onset).map(|chord| (note, chord))).collect();
    let spans: Vec<TemplateChord> = held.iter().copied().flatten().collect();
    let mut counts: BTreeMap<TemplateChord, u64> = BTreeMap::new();
    spans.iter().for_each(|chord| *counts.entry(*chord).or_default() += 1);
    Harmonization {
        chord_histogram_entropy: entropy_bits(&counts.values().copied().collect::<Vec<_>>()),
        chord_coverage: counts.len(),
        chord_tonal_distance: mean(spans.windows(2).map(|pair| (tonal_distance_of(pair[0], pair[1]), 1.0))),
        chord_tone_to_non_chord_tone_ratio: chord_tone_ratio(melody, at),
        pitch_consonance_score: consonance(melody, at, (u64::from(ticks_per_quarter) / 4).max(1)),
        melody_chord_tonal_distance: mean(with_chords.iter().map(|(note, chord)| {
            let of_note = tonal_centroid(std::iter::once(note.pitch % 12));
            (tonal_distance(&of_note, &tonal_centroid(chord.pitch_classes())), note.length as f64)
        })),
    }
}

fn tonal_distance_of(a: TemplateChord, b: TemplateChord) -> f64 {
    tonal_distance(&tonal_centroid(a.pitch_classes()), &tonal_centroid(b.pitch_classes()))
}

/// The mean of values with weights; none if there is no weight.
fn mean(values: impl Iterator<Item = (f64, f64)>) -> Option<f64> {
    let (sum, weights) =
        values.fold((0.0, 0.0), |(sum, weights), (value, weight)| (sum + value * weight, weights + weight));
    (weights > 0.0).then(|| sum / weights)
}

fn chord_tone_ratio(melody: &[Note], chord_at: impl Fn(u64) -> Option<TemplateChord>) -> Option<f64> {
    let next = melody.iter().skip(1).map(Some).chain([None]);
    mean(melody.iter().zip(next).filter_map(|(note, next)| {
        let is_chord_tone = chord_at(note.onset)?.contains(note.pitch);
        let steps_on = next.is_some_and(|next| next.pitch.abs_diff(note.pitch) <= 2);
        Some((f64::from(u8::from(is_chord_tone || steps_on)), 1.0))
    }))
}

fn consonance(melody: &[Note], chord_at: impl Fn(u64) -> Option<TemplateChord>, sixteenth: u64) -> Option<f64> {
    let of_interval = |semitones: u8| match semitones {
        0 | 3 | 4 | 7 | 8 | 9 => 1.0,
        5 => 0.0,
        _ => -1.0,
    };
    // The sixteenths at whose beginning a note sounds, up to the first bars of a note that lasts for ever.
    let steps = melody.iter().flat_map(|note| {
        let first = note.onset.div_ceil(sixteenth);
        let after = note.end().div_ceil(sixteenth).min(first.saturating_add(MAX_SIXTEENTHS));
        (first..after).map(move |step| (note.pitch, step.saturating_mul(sixteenth)))
    });
    mean(steps.filter_map(|(pitch, tick)| Some((pitch, chord_at(tick)?))).flat_map(|(pitch, chord)| {
        chord.pitch_classes().map(move |class| (of_interval((pitch % 12 + 12 - class) % 12), 1.0))
    }))
}

/// The most sixteenth notes that a note of the melody counts for: longer ones would take long to count and say no more.
const MAX_SIXTEENTHS: u64 = 1 << 10;

/// The highest line, and the other notes with a pitch.
fn melody_and_rest(score: &Score) -> (Vec<Note>, Vec<Note>) {
    let mut notes: Vec<Note> = score.pitched_notes().copied().collect();
    // Of the notes that begin together the highest comes first.
    notes.sort_by_key(|note| (note.onset, u8::MAX - note.pitch, note.length));
    let (mut melody, mut rest): (Vec<Note>, Vec<Note>) = (Vec::new(), Vec::new());
    // For each pitch until when it sounds.
    let mut sounds_until = [0_u64; 128];
    for note in notes {
        let pitch = usize::from(note.pitch).min(127);
        let is_new = melody.last().is_none_or(|last| last.onset < note.onset);
        let is_highest = sounds_until[pitch + 1..].iter().all(|&until| until <= note.onset);
        sounds_until[pitch] = sounds_until[pitch].max(note.end());
        if !is_new || !is_highest {
            rest.push(note);
            continue;
        }
        if let Some(last) = melody.last_mut() {
            last.length = last.length.min(note.onset - last.onset);
        }
        melody.push(note);
    }
    (melody, rest)
}

#[cfg(test)]
mod tests {
    use galant_testkit::{Tolerance, assert_close};

    use super::*;

    const TIGHT: Tolerance = Tolerance { absolute: 1e-12, relative: 0.0 };

    fn note(onset: u64, length: u64, pitch: u8) -> Note {
        Note { onset, length, pitch, velocity: 64, channel: 0, track: 0 }
    }

    #[test]
    fn the_melody_is_the_highest_line() {
        let notes = vec![note(0, 8, 72), note(0, 8, 60), note(4, 2, 64), note(6, 4, 74), note(12, 4, 62)];
        let (melody, rest) = melody_and_rest(&Score { notes, ..Score::new(4) });
        assert_eq!(melody, [note(0, 6, 72), note(6, 4, 74), note(12, 4, 62)]);
        assert_eq!(rest, [note(0, 8, 60), note(4, 2, 64)]);
    }

    #[test]
    fn a_melody_over_two_chords_is_judged_as_by_hand() {
        // C E G for half a bar of 4/4, then G B D; above them E, F, D and A for a quarter note each.
        let chord = |at, pitches: [u8; 3]| pitches.map(|pitch| note(at, 8, pitch));
        let notes = [
            &chord(0, [48, 52, 55])[..],
            &chord(8, [55, 59, 62]),
            &[note(0, 4, 76), note(4, 4, 77), note(8, 4, 74), note(12, 4, 81)],
        ]
        .concat();
        let found = Harmonization::of(&Score { notes, ..Score::new(4) }).unwrap();
        assert_eq!((found.chord_histogram_entropy, found.chord_coverage), (Some(0.9182958340544896), 2));
        // E and D are chord tones, F is not but D follows a minor third lower; A is the last note.
        assert_eq!(found.chord_tone_to_non_chord_tone_ratio, Some(0.5));
        // E over C E G: 1, 1, 1. F: 0, −1, −1. D over G B D: 1, 1, 1. A: −1, −1, 1.
        assert_close("PCS", &[found.pitch_consonance_score.unwrap()], &[(3.0 - 2.0 + 3.0 - 1.0) / 12.0], TIGHT);
    }

    #[test]
    fn a_single_line_is_no_harmonization() {
        let notes = vec![note(0, 4, 60), note(4, 4, 62)];
        assert_eq!(Harmonization::of(&Score { notes, ..Score::new(4) }), None);
    }
}
