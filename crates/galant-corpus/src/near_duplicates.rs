//! Which pieces are the same music in another edition, in another key, or one a part of the other.

use std::collections::BTreeMap;

use crate::likeness::Likeness;

/// Finds near-duplicates among pieces that are added one at a time; of each, hashes of its tune are kept.
///
/// The tune of a piece is the highest note of each onset, as intervals, so that key and tempo do not matter. Two pieces are
/// near-duplicates if they have many runs of twelve intervals in common: at least 16, and a fifth of the different runs of
/// the shorter one. Measured on Mozart's works, a movement and the whole work, or two editions of a
/// work, one with its ornaments and one without, have 23 % to 100 % in common; other movements less than 8 %.
/// Pieces of equal notes are near-duplicates however short they are.
///
/// While there are few runs, all are kept. When there are more than four million, only those whose hash is a multiple of 2,
/// 4, 8 and so on are, in every piece alike, so that shares stay right on average.
#[derive(Debug, Clone, Default)]
pub struct NearDuplicates {
    /// Of each piece.
    fingerprints: Vec<u64>,
    /// How many different runs of each piece are kept.
    n_runs: Vec<u32>,
    /// The hash of a run, and the piece that has it.
    runs: Vec<(u32, u32)>,
    /// How many low bits of a hash must be 0 for its run to be kept.
    n_zero_bits: u32,
    /// The most kept; [`MAX_KEPT`] if none.
    max_kept: Option<usize>,
}

/// How many runs near-duplicates have in common at least: a tune of 28 notes has 16.
const MIN_COMMON: u32 = 16;
/// The same where few runs are kept, so that chance does not decide.
const MIN_COMMON_KEPT: u32 = 4;
/// The share of the shorter piece's runs that near-duplicates have in common at least: one in so many.
const COMMON_SHARE: u32 = 5;
/// The most runs kept, 8 bytes each, and twice as much again while they are compared.
const MAX_KEPT: usize = 1 << 22;
/// With how many pieces that have the same run a piece is compared: what more of them have is a formula, or one of them has
/// been compared with the others already.
const MAX_COMPARED: usize = 64;

impl NearDuplicates {
    /// Adds a piece that has notes.
    pub fn add(&mut self, piece: &Likeness) {
        let number = self.fingerprints.len() as u32;
        self.fingerprints.push(piece.fingerprint().hash);
        let runs: Vec<u32> = piece.runs().iter().copied().filter(|run| self.is_kept(*run)).collect();
        self.n_runs.push(runs.len() as u32);
        self.runs.extend(runs.into_iter().map(|run| (run, number)));
        while self.runs.len() > self.max_kept.unwrap_or(MAX_KEPT) {
            self.thin_out();
        }
    }

    fn is_kept(&self, run: u32) -> bool {
        run.trailing_zeros() >= self.n_zero_bits
    }

    fn thin_out(&mut self) {
        self.n_zero_bits += 1;
        let n_zero_bits = self.n_zero_bits;
        self.runs.retain(|(run, _)| run.trailing_zeros() >= n_zero_bits);
        self.n_runs.fill(0);
        for (_, piece) in &self.runs {
            self.n_runs[*piece as usize] += 1;
        }
    }

    /// The family of each piece, in the order in which they were added, by the number of its first piece: near-duplicates
    /// are of one family, and so are near-duplicates of these.
    pub fn families(&self) -> Vec<usize> {
        let mut families = Families::of(self.fingerprints.len());
        let mut firsts = BTreeMap::new();
        for (piece, fingerprint) in self.fingerprints.iter().enumerate() {
            families.join(piece, *firsts.entry(fingerprint).or_insert(piece));
        }
        self.join_by_tune(&mut families);
        (0..self.fingerprints.len()).map(|piece| families.first(piece)).collect()
    }

    /// Pairs of pieces of which the first is a part of the second, by their numbers: four fifths of the different runs of its
    /// tune are in the second, which has at least half as many again. Of several such pieces, the first that was added counts.
    pub fn within(&self) -> Vec<(usize, usize)> {
        let mut within: BTreeMap<usize, usize> = BTreeMap::new();
        self.each_pair(&mut |piece, other, n_common| {
            let (n_part, n_whole) = (u64::from(self.n_runs[piece]), u64::from(self.n_runs[other]));
            let is_part = self.is_near(n_common, self.n_runs[piece]) && 5 * u64::from(n_common) >= 4 * n_part;
            if is_part && 2 * n_whole >= 3 * n_part {
                within.entry(piece).and_modify(|first| *first = other.min(*first)).or_insert(other);
            }
        });
        within.into_iter().collect()
    }

    fn join_by_tune(&self, families: &mut Families) {
        self.each_pair(&mut |piece, other, n_common| {
            if self.is_near(n_common, self.n_runs[piece].min(self.n_runs[other])) {
                families.join(piece, other);
            }
        });
    }

    /// Calls `found` with each piece, another that has runs of it, and how many these are.
    fn each_pair(&self, found: &mut dyn FnMut(usize, usize, u32)) {
        // By run, so that the pieces that have the same one are neighbors.
        let mut by_run = self.runs.clone();
        by_run.sort_unstable();
        // For each run of each piece, piece by piece, where the pieces that have it begin.
        let mut by_piece: Vec<(u32, u32)> = Vec::with_capacity(by_run.len());
        for same in by_run.chunk_by(|a, b| a.0 == b.0) {
            let begin = by_piece.len() as u32;
            by_piece.extend(same.iter().map(|(_, piece)| (*piece, begin)));
        }
        by_piece.sort_unstable();
        let mut n_common = vec![0_u32; self.n_runs.len()];
        let mut compared: Vec<usize> = Vec::new();
        for of_piece in by_piece.chunk_by(|a, b| a.0 == b.0) {
            let piece = of_piece[0].0 as usize;
            for &(_, begin) in of_piece {
                let begin = begin as usize;
                let same = by_run[begin..].iter().take_while(|(run, _)| *run == by_run[begin].0);
                for other in same.take(MAX_COMPARED).map(|(_, other)| *other as usize).filter(|&other| other != piece) {
                    if n_common[other] == 0 {
                        compared.push(other);
                    }
                    n_common[other] += 1;
                }
            }
            for other in compared.drain(..) {
                found(piece, other, std::mem::take(&mut n_common[other]));
            }
        }
    }

    /// Whether so many common runs, of `n_runs` of the shorter piece, make near-duplicates.
    fn is_near(&self, n_common: u32, n_runs: u32) -> bool {
        let min_common = (MIN_COMMON >> self.n_zero_bits.min(31)).max(MIN_COMMON_KEPT);
        n_common >= min_common && n_common * COMMON_SHARE >= n_runs
    }
}

/// Disjoint sets of pieces, each known by its first piece (union-find).
struct Families {
    /// A piece of the same family that comes before; for the first, itself.
    before: Vec<usize>,
}

impl Families {
    fn of(n_pieces: usize) -> Families {
        Families { before: (0..n_pieces).collect() }
    }

    fn first(&mut self, mut piece: usize) -> usize {
        while self.before[piece] != piece {
            self.before[piece] = self.before[self.before[piece]];
            piece = self.before[piece];
        }
        piece
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.first(a), self.first(b));
        self.before[a.max(b)] = a.min(b);
    }
}

#[cfg(test)]
mod tests {
    use galant_types::{Note, Score, Seed};

    use super::*;

    fn tune(seed: u64, n_notes: u64) -> Score {
        let pitch = |place: u64| 60 + (Seed(seed).child(place).0 % 15) as u8;
        let note = |place| Note { onset: place, track: 0, channel: 0, pitch: pitch(place), length: 1, velocity: 64 };
        Score { notes: (0..n_notes).map(note).collect(), ..Score::new(4) }
    }

    #[test]
    fn a_sample_of_the_runs_finds_the_same() {
        // Twenty pieces of 400 notes, each twice, the second time only half of it: 12,000 runs.
        let mut near_duplicates = NearDuplicates { max_kept: Some(1000), ..NearDuplicates::default() };
        for seed in 0..20 {
            near_duplicates.add(&Likeness::of(&tune(seed, 400)));
            near_duplicates.add(&Likeness::of(&tune(seed, 200)));
        }
        assert!((500..=1000).contains(&near_duplicates.runs.len()), "{}", near_duplicates.runs.len());
        let n_runs = |piece: u32| near_duplicates.runs.iter().filter(|(_, other)| *other == piece).count() as u32;
        assert_eq!(near_duplicates.n_runs, (0..40).map(n_runs).collect::<Vec<_>>());
        assert_eq!(near_duplicates.families(), (0..40).map(|piece| piece / 2 * 2).collect::<Vec<_>>());
    }
}
