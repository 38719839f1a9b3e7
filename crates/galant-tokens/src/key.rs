//! The key of a score.

use galant_types::{Note, Scale, Score};

/// How well each semitone above the tonic fits a key, as listeners rated it: for major and for minor.
///
/// Krumhansl and Kessler, "Tracing the dynamic changes in perceived tonal organization in a spatial representation of
/// musical keys", Psychological Review 89 (1982); the numbers as printed in Krumhansl, "Cognitive Foundations of Musical
/// Pitch" (1990), page 30.
const PROFILES: [[f64; 12]; 2] = [
    [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88],
    [6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17],
];

/// The longest that a note counts, in quarter notes, so that a pedal point does not decide alone.
const MAX_QUARTERS: u64 = 4;

/// The major or minor key that a score is in as a whole, by the method of Krumhansl and Schmuckler.
///
/// It is the key whose profile of Krumhansl and Kessler correlates best with how long each pitch class sounds; a note
/// counts for four quarter notes at most, percussion (MIDI channel 10) not at all. Of equals it is the one with the
/// lowest tonic, and major before minor. None without notes.
pub fn estimate_key(score: &Score) -> Option<Scale> {
    best(fits(score)?)
}

/// The major or minor key of a tune, or of a few parts of a piece, which have not all notes of its chords.
///
/// It is that of [`estimate_key`], but a key fits better, by 0.1 of the correlation, if the lowest note at the end is its
/// tonic or its fifth, and by half of that if it is its third.
pub fn estimate_tune_key(score: &Score) -> Option<Scale> {
    let end = score.pitched_notes().map(Note::end).max()?;
    let last = score.pitched_notes().filter(|note| note.end() == end).map(|note| note.pitch).min()?;
    let bonus = |scale: Scale| match (last + 12 - scale.tonic()) % 12 {
        0 | 7 => 0.1,
        3 if scale.is_minor() => 0.05,
        4 if !scale.is_minor() => 0.05,
        _ => 0.0,
    };
    best(fits(score)?.map(|(scale, fit)| (scale, fit + bonus(scale))))
}

/// The first of the keys that fit best.
fn best(fits: [(Scale, f64); 24]) -> Option<Scale> {
    let better = |best: (Scale, f64), other: (Scale, f64)| if other.1 > best.1 { other } else { best };
    fits.into_iter().reduce(better).map(|(scale, _)| scale)
}

/// How well each key fits, by correlation: the tonics in turn, of each the major key before the minor; none without notes.
fn fits(score: &Score) -> Option<[(Scale, f64); 24]> {
    let most = MAX_QUARTERS * u64::from(score.ticks_per_quarter.max(1));
    let mut sounding = [0_u64; 12];
    let mut n_notes = 0_u64;
    for note in score.pitched_notes() {
        n_notes += 1;
        let class = &mut sounding[usize::from(note.pitch % 12)];
        *class = class.saturating_add(note.length.min(most));
    }
    let fit = |number: usize| {
        let (tonic, is_minor) = (number / 2, number % 2 == 1);
        let from_tonic: [f64; 12] = std::array::from_fn(|semitones| sounding[(tonic + semitones) % 12] as f64);
        let scale = if is_minor { Scale::minor(tonic as u8) } else { Scale::major(tonic as u8) };
        (scale, correlation(&from_tonic, &PROFILES[usize::from(is_minor)]))
    };
    (n_notes > 0).then(|| std::array::from_fn(fit))
}

/// Pearson's correlation; 0 if one of the two does not vary.
fn correlation(a: &[f64; 12], b: &[f64; 12]) -> f64 {
    let mean = |values: &[f64; 12]| values.iter().sum::<f64>() / 12.0;
    let (mean_a, mean_b) = (mean(a), mean(b));
    let (mut product, mut square_a, mut square_b) = (0.0, 0.0, 0.0);
    for (a, b) in a.iter().zip(b) {
        let (a, b) = (a - mean_a, b - mean_b);
        product += a * b;
        square_a += a * a;
        square_b += b * b;
    }
    let norm = (square_a * square_b).sqrt();
    if norm == 0.0 { 0.0 } else { product / norm }
}
