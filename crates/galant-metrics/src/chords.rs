//! Chords as templates, and how far they are apart.

use galant_types::Note;

/// A chord by its root and its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TemplateChord {
    root: u8,
    kind: u8,
}

/// The kinds of chords, in semitones above the root: major, minor, diminished, augmented, the dominant seventh, the major
/// and the minor seventh chord, the diminished seventh chord, and suspended fourths and seconds.
const KINDS: [&[u8]; 10] = [
    &[0, 4, 7],
    &[0, 3, 7],
    &[0, 3, 6],
    &[0, 4, 8],
    &[0, 4, 7, 10],
    &[0, 4, 7, 11],
    &[0, 3, 7, 10],
    &[0, 3, 6, 9],
    &[0, 5, 7],
    &[0, 2, 7],
];

impl TemplateChord {
    /// The chord that fits best how often each pitch class occurs, from C; none if none fits by half or if there are no
    /// notes.
    ///
    /// A fit is the cosine between the counts and a one for each note of the chord. Of equals it is the one with the lowest
    /// root above C, and the first of major, minor, diminished, augmented, dominant seventh, major seventh, minor seventh,
    /// diminished seventh, suspended fourth and suspended second.
    pub fn of_counts(counts: &[u64; 12]) -> Option<TemplateChord> {
        let length_squared: u128 = counts.iter().map(|&count| u128::from(count).pow(2)).sum();
        let mut best: Option<(TemplateChord, u128, u128)> = None;
        for root in 0..12 {
            for (kind, notes) in (0..).zip(KINDS) {
                let chord = TemplateChord { root, kind };
                let inside: u128 = chord.pitch_classes().map(|class| u128::from(counts[usize::from(class)])).sum();
                // Of the squares, so that equals are equal whatever the rounding: inside² / (n · length²).
                let (square, n) = (inside * inside, notes.len() as u128);
                if best.is_none_or(|(_, of_best, n_best)| square * n_best > of_best * n) {
                    best = Some((chord, square, n));
                }
            }
        }
        best.filter(|(_, square, n)| *square > 0 && 4 * square >= n * length_squared).map(|(chord, ..)| chord)
    }

    /// Its notes, in semitones above C, the root first.
    pub fn pitch_classes(self) -> impl Iterator<Item = u8> {
        KINDS[usize::from(self.kind)].iter().map(move |note| (self.root + note) % 12)
    }

    /// Whether a MIDI pitch is one of its notes, in any octave.
    pub fn contains(self, pitch: u8) -> bool {
        self.pitch_classes().any(|class| class == pitch % 12)
    }
}

/// The chord of each span of time, `ticks_per_span` ticks long, by the notes that begin in it; as many as the notes last.
pub fn chords(notes: &[Note], ticks_per_span: u64) -> Vec<Option<TemplateChord>> {
    let span = ticks_per_span.max(1);
    let n_spans = notes.iter().map(|note| (note.end() / span).saturating_add(1)).max().unwrap_or(0);
    // A few notes may last for ever.
    let mut counts = vec![[0; 12]; usize::try_from(n_spans).unwrap_or(usize::MAX).min(MAX_SPANS)];
    for note in notes {
        let span = usize::try_from(note.onset / span).unwrap_or(usize::MAX);
        if let Some(counts) = counts.get_mut(span) {
            counts[usize::from(note.pitch % 12)] += 1;
        }
    }
    counts.iter().map(TemplateChord::of_counts).collect()
}

/// The most spans of a piece that are given a chord: 36 hours of half bars in 4/4 at 120 quarter notes a minute.
pub const MAX_SPANS: usize = 1 << 17;

/// A place in the space of Harte, Sandler and Gasser, "Detecting harmonic change in musical audio", AMCMM 2006.
pub(crate) type TonalCentroid = [f64; 6];

/// The centroid of pitch classes: the mean of their places on circles of fifths and of minor thirds, of radius 1, and of
/// major thirds, of radius ½.
pub(crate) fn tonal_centroid(pitch_classes: impl Iterator<Item = u8>) -> TonalCentroid {
    use std::f64::consts::PI;
    let (mut sum, mut n) = ([0.0; 6], 0.0);
    for class in pitch_classes.map(f64::from) {
        for (at, (radius, turn)) in [(1.0, 7.0 / 6.0), (1.0, 3.0 / 2.0), (0.5, 2.0 / 3.0)].into_iter().enumerate() {
            let (sine, cosine) = (class * turn * PI).sin_cos();
            sum[2 * at] += radius * sine;
            sum[2 * at + 1] += radius * cosine;
        }
        n += 1.0;
    }
    sum.map(|sum| if n > 0.0 { sum / n } else { 0.0 })
}

/// How far two centroids are apart.
pub(crate) fn tonal_distance(a: &TonalCentroid, b: &TonalCentroid) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chord(pitches: &[u8]) -> Option<TemplateChord> {
        let mut counts = [0; 12];
        pitches.iter().for_each(|pitch| counts[usize::from(pitch % 12)] += 1);
        TemplateChord::of_counts(&counts)
    }

    #[test]
    fn chords_are_known_by_their_notes() {
        assert_eq!(chord(&[60, 64, 67, 72]), Some(TemplateChord { root: 0, kind: 0 }));
        assert_eq!(chord(&[65, 71, 74, 67]), Some(TemplateChord { root: 7, kind: 4 }));
        // An augmented triad has three roots, of which the lowest counts.
        assert_eq!(chord(&[64, 68, 60]), Some(TemplateChord { root: 0, kind: 3 }));
        assert_eq!(chord(&[]), None);
    }

    #[test]
    fn spans_have_the_chord_of_the_notes_that_begin_in_them() {
        let note = |onset, length, pitch| Note { onset, length, pitch, velocity: 64, channel: 0, track: 0 };
        let notes = [note(0, 10, 60), note(4, 30, 64), note(8, 2, 67), note(20, 5, 62)];
        let found: Vec<bool> = chords(&notes, 10).iter().map(Option::is_some).collect();
        assert_eq!(found, [true, false, true, false]);
        assert_eq!(chords(&[note(u64::MAX - 1, 1, 60)], 1).len(), MAX_SPANS);
    }
}
