//! The tune of a piece, as it is looked for in others.

use std::collections::BTreeMap;

use galant_types::{Note, Score};

use crate::fingerprint::Fingerprint;
use crate::hash::hash;

/// The top line of a piece as intervals, the same in every key, and what pieces of equal notes have in common.
///
/// The top line has each note that nothing higher sounds with when it is struck: of a choir, the soprano where no part
/// crosses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tune {
    /// Semitones from each note to the next, modulo 256.
    intervals: Vec<u8>,
    /// Of all notes; none of a part of a piece.
    fingerprint: Option<Fingerprint>,
}

impl Tune {
    /// The tune of a piece that has notes.
    pub fn of(score: &Score) -> Tune {
        Tune::with_fingerprint(score, Fingerprint::of(score))
    }

    /// The same, where the fingerprint of the piece is known.
    pub(crate) fn with_fingerprint(score: &Score, fingerprint: Fingerprint) -> Tune {
        let pitches = top_line(score);
        let intervals = pitches.windows(2).map(|pair| pair[1].wrapping_sub(pair[0])).collect();
        Tune { intervals, fingerprint: Some(fingerprint) }
    }

    /// How many intervals it has.
    pub fn n_intervals(&self) -> usize {
        self.intervals.len()
    }

    pub(crate) fn fingerprint(&self) -> Option<Fingerprint> {
        self.fingerprint
    }

    /// The hashes of all its runs of `n` intervals.
    pub(crate) fn runs(&self, n: usize) -> impl Iterator<Item = u64> {
        self.intervals.windows(n).map(|run| hash(run.iter().copied()))
    }

    /// Its beginning and its end, which has the share `share` of the intervals.
    pub(crate) fn split(&self, share: f64) -> [Tune; 2] {
        let n_begin = self.n_intervals() - (self.n_intervals() as f64 * share) as usize;
        let (begin, end) = self.intervals.split_at(n_begin);
        [begin, end].map(|part| Tune { intervals: part.to_vec(), fingerprint: None })
    }
}

/// The pitches of the notes that nothing higher sounds with when they are struck.
fn top_line(score: &Score) -> Vec<u8> {
    let notes: Vec<&Note> = score.pitched_notes().collect();
    // The end of the longest note of each pitch.
    let mut sounding: BTreeMap<u8, u64> = BTreeMap::new();
    let mut pitches = Vec::new();
    for struck in notes.chunk_by(|a, b| a.onset == b.onset) {
        let onset = struck[0].onset;
        sounding.retain(|_, end| *end > onset);
        for note in struck {
            let end = sounding.entry(note.pitch).or_insert(0);
            *end = (*end).max(note.end().max(onset + 1));
        }
        let highest = struck.iter().map(|note| note.pitch).max();
        pitches.extend(highest.filter(|&pitch| sounding.range(pitch..).nth(1).is_none()));
    }
    pitches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notes(notes: &[(u64, u64, u8)]) -> Score {
        let note = |&(onset, length, pitch)| Note { onset, length, pitch, velocity: 64, channel: 0, track: 0 };
        let mut score = Score { notes: notes.iter().map(note).collect(), ..Score::new(4) };
        score.notes.sort();
        score
    }

    #[test]
    fn what_is_struck_below_a_note_that_sounds_is_no_tune() {
        let score =
            notes(&[(0, 8, 72), (0, 4, 60), (4, 4, 64), (8, 4, 71), (8, 4, 55), (12, 2, 71), (13, 9, 72), (14, 1, 71)]);
        assert_eq!(top_line(&score), [72, 71, 71, 72]);
        let tune = Tune::of(&score);
        assert_eq!((tune.n_intervals(), tune.intervals.as_slice()), (3, &[255, 0, 1][..]));
        let [begin, end] = tune.split(0.4);
        assert_eq!((begin.intervals, end.intervals), (vec![255, 0], vec![1]));
        assert!(top_line(&notes(&[])).is_empty());
    }
}
