//! The key of a score.

use galant_types::{Scale, Score};

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
    let most = MAX_QUARTERS * u64::from(score.ticks_per_quarter.max(1));
    let mut sounding = [0_u64; 12];
    let mut n_notes = 0_u64;
    for note in score.pitched_notes() {
        n_notes += 1;
        let class = &mut sounding[usize::from(note.pitch % 12)];
        *class = class.saturating_add(note.length.min(most));
    }
    if n_notes == 0 {
        return None;
    }
    let mut best = (f64::NEG_INFINITY, Scale::major(0));
    for tonic in 0..12 {
        for (profile, scale) in PROFILES.iter().zip([Scale::major(tonic), Scale::minor(tonic)]) {
            let from_tonic: [f64; 12] =
                std::array::from_fn(|semitones| sounding[(usize::from(tonic) + semitones) % 12] as f64);
            let fit = correlation(&from_tonic, profile);
            if fit > best.0 {
                best = (fit, scale);
            }
        }
    }
    Some(best.1)
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
