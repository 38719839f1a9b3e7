//! Which chords follow each other, and how two sets of pieces differ in that.

use std::collections::{BTreeMap, BTreeSet};

use galant_types::{PartStep, Texture};

use crate::label::{ChordLabel, ChordQuality};

/// A triad on a degree of the key: the unit in which progressions are compared.
///
/// A seventh chord counts as its triad, and inversions are not told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Degree {
    /// The root, in semitones above the tonic, 0 to 11.
    pub root: u8,
    /// What kind of triad it is.
    pub triad: ChordQuality,
}

/// The chords of a piece in turn, relative to a tonic in semitones above C.
///
/// They are those of the steps in which at least one part begins a note. A chord without a [name](ChordLabel::of_pitches)
/// is left out, and a chord that is the same as the one before it.
pub fn progression(texture: &Texture, tonic: u8) -> Vec<Degree> {
    let mut chords: Vec<Degree> = Vec::new();
    for step in texture.steps().filter(|step| step.iter().any(|part| part.is_struck())) {
        let Some(label) = ChordLabel::of_pitches(step.iter().filter_map(|part: &PartStep| part.pitch())) else {
            continue;
        };
        let chord = Degree { root: (label.root() + 12 - tonic % 12) % 12, triad: label.quality().triad() };
        if chords.last() != Some(&chord) {
            chords.push(chord);
        }
    }
    chords
}

/// How often each chord follows each other one in a set of pieces, and how many different chords a piece has.
///
/// ```
/// use galant_harmony::{ChordBigrams, ChordQuality, Degree};
///
/// let [one, four, five] = [0, 5, 7].map(|root| Degree { root, triad: ChordQuality::Major });
/// let (mut plagal, mut both) = (ChordBigrams::default(), ChordBigrams::default());
/// plagal.add(&[four, one]);
/// both.add(&[four, one]);
/// both.add(&[five, one]);
/// // 1 · log2(1 / 0.75) and 0.5 · log2(0.5 / 0.75) + 0.5 · log2(0.5 / 0.25), half of each.
/// assert!((plagal.jensen_shannon_bits(&both).unwrap() - 0.311).abs() < 0.001);
/// assert_eq!(both.chords_per_piece(), 2.0);
/// ```
#[derive(Debug, Clone, Default)]
pub struct ChordBigrams {
    /// In an order, so that sums of them have one result.
    counts: BTreeMap<(Degree, Degree), u64>,
    n_bigrams: u64,
    n_pieces: u64,
    /// The sum of the different chords of each piece.
    n_different: u64,
}

impl ChordBigrams {
    /// Counts the chords of a piece, see [`progression`].
    pub fn add(&mut self, chords: &[Degree]) {
        for pair in chords.windows(2) {
            *self.counts.entry((pair[0], pair[1])).or_default() += 1;
            self.n_bigrams += 1;
        }
        self.n_pieces += 1;
        self.n_different += chords.iter().collect::<BTreeSet<_>>().len() as u64;
    }

    /// How many pieces were counted.
    pub fn n_pieces(&self) -> u64 {
        self.n_pieces
    }

    /// The mean number of different chords of a piece; 0 without pieces.
    pub fn chords_per_piece(&self) -> f64 {
        if self.n_pieces == 0 { 0.0 } else { self.n_different as f64 / self.n_pieces as f64 }
    }

    /// The Jensen–Shannon divergence between how two sets of pieces go from chord to chord, in bits: 0 if their
    /// distributions of bigrams are equal, 1 if they have none in common; none if one of them has no bigram.
    ///
    /// It is the mean of the Kullback–Leibler divergences of both distributions from their mean. Lin, "Divergence
    /// measures based on the Shannon entropy", IEEE Transactions on Information Theory 37 (1991). Small sets differ by
    /// chance: compare with what the halves of one set give.
    pub fn jensen_shannon_bits(&self, other: &ChordBigrams) -> Option<f64> {
        if self.n_bigrams == 0 || other.n_bigrams == 0 {
            return None;
        }
        let bigrams: BTreeSet<_> = self.counts.keys().chain(other.counts.keys()).collect();
        let share = |of: &ChordBigrams, bigram| of.counts.get(bigram).map_or(0.0, |&n| n as f64 / of.n_bigrams as f64);
        let bits = bigrams.into_iter().map(|bigram| {
            let (p, q) = (share(self, bigram), share(other, bigram));
            0.5 * (bits_from(p, 0.5 * (p + q)) + bits_from(q, 0.5 * (p + q)))
        });
        Some(bits.sum())
    }
}

/// p · log2(p / mean), which is 0 where p is.
fn bits_from(p: f64, mean: f64) -> f64 {
    if p == 0.0 { 0.0 } else { p * (p / mean).log2() }
}
