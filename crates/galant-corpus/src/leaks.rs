//! How much of some pieces is in others that are learned from.

use std::collections::BTreeMap;
use std::fmt;

use crate::hold_out::HeldOut;
use crate::tune::Tune;

/// How much of the pieces to validate on is in those to learn from.
///
/// A piece leaks if half of the runs of 12 intervals of its [tune](Tune), or half of those of 16, are in the tunes of pieces
/// that are learned from, in any key, or if one of these has all its notes.
/// Of more than four million runs, a sample is looked for, the same in every piece, so that shares stay right on average.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaks {
    /// How many pieces there are to validate on; of ends of pieces, those with a run of 12 intervals.
    pub n_pieces: usize,
    /// Those that leak, in the order of the corpus.
    pub leaks: Vec<Leak>,
    /// What the validation part is.
    kind: Kind,
}

/// A piece to validate on of which much is learned from.
#[derive(Debug, Clone, PartialEq)]
pub struct Leak {
    /// Its number in the corpus.
    pub piece: usize,
    /// The share of its runs of 12 intervals that are learned from.
    pub share_of_12: f64,
    /// The share of its runs of 16.
    pub share_of_16: f64,
    /// The piece that has most of these, or all its notes.
    pub source: Option<LeakSource>,
}

/// A piece that is learned from and has much of one to validate on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeakSource {
    /// Its number in the corpus.
    pub piece: usize,
    /// What it is to the other.
    pub relation: Relation,
}

/// What a piece that is learned from is to one that is validated on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// It has the same notes, so many semitones lower.
    SameNotes {
        /// How many semitones higher the piece to validate on is.
        semitones: i16,
    },
    /// It has half of the other's tune and is half as long again or longer: a work with the movement.
    Whole,
    /// It has part of the other's tune.
    InCommon,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Pieces are held out, or named for validation.
    Pieces,
    /// The end of each piece is.
    Tails,
    /// Nothing is: each piece is compared with all others.
    EachOther,
}

/// How many intervals the runs have.
const RUN_LENGTHS: [usize; 2] = [12, 16];

/// The share of the runs from which on a piece leaks.
const HALF: f64 = 0.5;

/// The most runs kept, 16 bytes each: of more, those whose hash is a multiple of 2, 4, 8 and so on.
const MAX_KEPT: usize = 1 << 22;

/// How much longer a whole work is than a part of it.
const WHOLE: f64 = 1.5;

impl Leaks {
    /// How much of what is held out is in the rest, by the tune of each piece of a corpus.
    ///
    /// # Panics
    ///
    /// If `held_out` is of another number of pieces.
    pub fn of(tunes: &[&Tune], held_out: &HeldOut) -> Leaks {
        match held_out {
            HeldOut::Tails { share, .. } => Leaks::of_tails(tunes, *share),
            HeldOut::Pieces(flags) | HeldOut::Named(flags) => {
                assert_eq!(tunes.len(), flags.len(), "tunes and what is held out");
                Leaks::find(tunes, &|piece| flags[piece], &|piece, of| !flags[of] && piece != of, Kind::Pieces)
            }
        }
    }

    /// How much of each piece is in all the others.
    pub fn of_each_other(tunes: &[&Tune]) -> Leaks {
        Leaks::find(tunes, &|_| true, &|piece, of| piece != of, Kind::EachOther)
    }

    /// How much of the end of each piece is in the beginnings of all.
    fn of_tails(tunes: &[&Tune], share: f64) -> Leaks {
        // A shorter tune has no run.
        let long: Vec<usize> = (0..tunes.len()).filter(|&piece| tunes[piece].n_intervals() >= RUN_LENGTHS[0]).collect();
        let parts: Vec<[Tune; 2]> = long.iter().map(|&piece| tunes[piece].split(share)).collect();
        let (begins, ends) = (parts.iter().map(|part| &part[0]), parts.iter().map(|part| &part[1]));
        let all: Vec<&Tune> = ends.chain(begins).collect();
        let n = long.len();
        let mut leaks = Leaks::find(&all, &|piece| piece < n, &|_, of| of >= n, Kind::Tails);
        for leak in &mut leaks.leaks {
            leak.piece = long[leak.piece];
            leak.source.iter_mut().for_each(|source| source.piece = long[source.piece - n]);
        }
        let has_run = |part: &[Tune; 2]| part[1].n_intervals() >= RUN_LENGTHS[0];
        leaks.n_pieces = parts.iter().filter(|part| has_run(part)).count();
        leaks
    }

    /// Looks for the pieces of which `is_asked`, in those of which `is_learned` for them.
    fn find(
        tunes: &[&Tune],
        is_asked: &dyn Fn(usize) -> bool,
        is_learned: &dyn Fn(usize, usize) -> bool,
        kind: Kind,
    ) -> Leaks {
        let asked: Vec<usize> = (0..tunes.len()).filter(|&piece| is_asked(piece)).collect();
        let [shares_of_12, shares_of_16] = RUN_LENGTHS.map(|n| shares(tunes, &asked, is_learned, n));
        let mut firsts: BTreeMap<u64, Vec<(usize, u8)>> = BTreeMap::new();
        for (piece, fingerprint) in
            tunes.iter().enumerate().filter_map(|(piece, tune)| Some((piece, tune.fingerprint()?)))
        {
            firsts.entry(fingerprint.hash).or_default().push((piece, fingerprint.first_pitch));
        }
        let same = |piece: usize| {
            let fingerprint = tunes[piece].fingerprint()?;
            let (of, pitch) = *firsts[&fingerprint.hash].iter().find(|(of, _)| is_learned(piece, *of))?;
            let semitones = i16::from(fingerprint.first_pitch) - i16::from(pitch);
            Some(LeakSource { piece: of, relation: Relation::SameNotes { semitones } })
        };
        let leak = |((&piece, share_of_12), share_of_16): ((&usize, f64), f64)| {
            let source = same(piece);
            let leaks = source.is_some() || share_of_12 >= HALF || share_of_16 >= HALF;
            leaks.then_some(Leak { piece, share_of_12, share_of_16, source })
        };
        let mut leaks: Vec<Leak> = asked.iter().zip(shares_of_12).zip(shares_of_16).filter_map(leak).collect();
        find_sources(tunes, is_learned, &mut leaks);
        Leaks { n_pieces: asked.len(), leaks, kind }
    }

    /// Of how many pieces half of the runs of 12, and of 16, intervals are learned from.
    pub fn n_by_runs(&self) -> [usize; 2] {
        let count = |share: fn(&Leak) -> f64| self.leaks.iter().filter(|leak| share(leak) >= HALF).count();
        [count(|leak| leak.share_of_12), count(|leak| leak.share_of_16)]
    }

    /// Whether little of a piece, by its number in the corpus, is learned from.
    pub fn is_clean(&self, piece: usize) -> bool {
        self.leaks.iter().all(|leak| leak.piece != piece)
    }

    /// How many pieces have a source of a kind.
    fn count(&self, is: fn(Relation) -> bool) -> usize {
        self.leaks.iter().filter_map(|leak| leak.source).filter(|source| is(source.relation)).count()
    }
}

/// The share of the runs of `n` intervals of each piece asked about that are in a piece learned from.
fn shares(tunes: &[&Tune], asked: &[usize], is_learned: &dyn Fn(usize, usize) -> bool, n: usize) -> Vec<f64> {
    let n_all: usize = tunes.iter().map(|tune| (tune.n_intervals() + 1).saturating_sub(n)).sum();
    let n_zero_bits = (0..).find(|bits| n_all >> bits <= MAX_KEPT).unwrap_or(0);
    let kept = |tune: &&Tune| -> Vec<u64> { tune.runs(n).filter(|run| run.trailing_zeros() >= n_zero_bits).collect() };
    let mut runs: Vec<(u64, u32)> = Vec::new();
    for (piece, tune) in (0..).zip(tunes) {
        // A tune that repeats itself has few different ones.
        let mut own = kept(tune);
        own.sort_unstable();
        own.dedup();
        runs.extend(own.into_iter().map(|run| (run, piece)));
    }
    runs.sort_unstable();
    let is_found = |piece: usize, run: u64| {
        let begin = runs.partition_point(|(other, _)| *other < run);
        runs[begin..].iter().take_while(|(other, _)| *other == run).any(|(_, of)| is_learned(piece, *of as usize))
    };
    let share = |&piece: &usize| {
        let own = kept(&tunes[piece]);
        own.iter().filter(|&&run| is_found(piece, run)).count() as f64 / own.len().max(1) as f64
    };
    asked.iter().map(share).collect()
}

/// Finds for each leak without a source the piece that has most of its runs of 12 intervals.
fn find_sources(tunes: &[&Tune], is_learned: &dyn Fn(usize, usize) -> bool, leaks: &mut [Leak]) {
    let [n, _] = RUN_LENGTHS;
    let mut wanted: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    let without = |(number, leak): (usize, &Leak)| leak.source.is_none().then_some((number, leak.piece));
    for (number, piece) in leaks.iter().enumerate().filter_map(without) {
        let mut runs: Vec<u64> = tunes[piece].runs(n).collect();
        runs.sort_unstable();
        runs.dedup();
        runs.into_iter().for_each(|run| wanted.entry(run).or_default().push(number));
    }
    let mut best: Vec<(usize, Option<usize>)> = vec![(0, None); leaks.len()];
    for (of, tune) in tunes.iter().enumerate() {
        let mut runs: Vec<u64> = tune.runs(n).filter(|run| wanted.contains_key(run)).collect();
        runs.sort_unstable();
        runs.dedup();
        let mut n_common: BTreeMap<usize, usize> = BTreeMap::new();
        for &number in runs.iter().flat_map(|run| &wanted[run]).filter(|number| is_learned(leaks[**number].piece, of)) {
            *n_common.entry(number).or_default() += 1;
        }
        for (number, n_common) in n_common {
            if n_common > best[number].0 {
                best[number] = (n_common, Some(of));
            }
        }
    }
    for (leak, (n_common, of)) in leaks.iter_mut().zip(best) {
        let Some(of) = of else { continue };
        let (own, other) = (tunes[leak.piece].n_intervals(), tunes[of].n_intervals());
        let has_half = n_common as f64 >= HALF * own.saturating_sub(n - 1) as f64;
        let is_whole = has_half && other as f64 >= WHOLE * own as f64;
        let relation = if is_whole { Relation::Whole } else { Relation::InCommon };
        leak.source = Some(LeakSource { piece: of, relation });
    }
}

/// A sentence on what leaks; nothing to validate on is an empty text.
impl fmt::Display for Leaks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.n_pieces == 0 {
            return Ok(());
        }
        let [of_12, of_16] = self.n_by_runs();
        let (half_of, where_it_is) = match self.kind {
            Kind::Pieces => ("half of their tune", "in what is learned from"),
            Kind::Tails => ("half of the tune of their validation part", "in what is learned from"),
            Kind::EachOther => ("half of their tune", "in other pieces"),
        };
        write!(
            f,
            "{of_12} of {} pieces have {half_of} {where_it_is}, by runs of 12 intervals in any key; by runs of 16: {of_16}",
            self.n_pieces
        )?;
        if self.kind == Kind::Tails {
            return Ok(());
        }
        let same = self.count(|relation| matches!(relation, Relation::SameNotes { .. }));
        let moved = self.count(|relation| matches!(relation, Relation::SameNotes { semitones } if semitones != 0));
        let whole = self.count(|relation| relation == Relation::Whole);
        write!(f, "; all notes of another piece: {same}, in another key: {moved}; part of a longer piece: {whole}")
    }
}

#[cfg(test)]
mod tests {
    use galant_types::{Note, Score, Seed};

    use super::*;

    /// Notes drawn from a seed, from the `first` on.
    fn score(seed: u64, first: u64, n_notes: u64, up: u8) -> Score {
        let pitch = |place: u64| up + 60 + (Seed(seed).child(place).0 % 15) as u8;
        let note =
            |place| Note { onset: place - first, track: 0, channel: 0, pitch: pitch(place), length: 1, velocity: 64 };
        Score { notes: (first..first + n_notes).map(note).collect(), ..Score::new(4) }
    }

    fn leaks(scores: &[Score], held_out: &[usize]) -> Leaks {
        let tunes: Vec<Tune> = scores.iter().map(Tune::of).collect();
        let flags = (0..scores.len()).map(|piece| held_out.contains(&piece)).collect();
        Leaks::of(&tunes.iter().collect::<Vec<_>>(), &HeldOut::Pieces(flags))
    }

    #[test]
    fn movements_other_keys_and_common_tunes_are_told_apart() {
        // A work of 300 notes, a movement of it, a piece in two keys, and two that have nothing in common with them.
        let both = Score { notes: [score(4, 0, 40, 0).notes, score(5, 0, 20, 0).notes].concat(), ..Score::new(4) };
        let both = Score { notes: (0..).zip(both.notes).map(|(onset, note)| Note { onset, ..note }).collect(), ..both };
        let scores = [
            score(1, 0, 300, 0),
            score(1, 100, 80, 5),
            score(2, 0, 50, 0),
            score(2, 0, 50, 3),
            score(3, 0, 90, 0),
            both,
            score(4, 0, 40, 1),
        ];
        let found = leaks(&scores, &[1, 3, 4, 5]);
        let source = |piece, relation| Some(LeakSource { piece, relation });
        let expected = [
            (1, source(0, Relation::Whole)),
            (3, source(2, Relation::SameNotes { semitones: 3 })),
            (5, source(6, Relation::InCommon)),
        ];
        assert_eq!(found.leaks.iter().map(|leak| (leak.piece, leak.source)).collect::<Vec<_>>(), expected);
        assert_eq!((found.n_pieces, found.n_by_runs(), found.is_clean(4), found.is_clean(1)), (4, [3, 3], true, false));
        // 59 intervals, of which the first 39 are in common: 28 of 48 runs of 12, and 24 of 44 of 16.
        assert_eq!((found.leaks[2].share_of_12, found.leaks[2].share_of_16), (28.0 / 48.0, 24.0 / 44.0));
        expect_test::expect!["3 of 4 pieces have half of their tune in what is learned from, by runs of 12 intervals in any key; by runs of 16: 3; all notes of another piece: 1, in another key: 1; part of a longer piece: 1"].assert_eq(&found.to_string());
        // Learned from is not validated on, and the other way round.
        assert_eq!(leaks(&scores, &[0, 1]).leaks.len(), 0);
        assert_eq!(leaks(&scores, &[]).to_string(), "");
    }

    #[test]
    fn each_piece_is_compared_with_all_others_and_an_end_with_all_beginnings() {
        let scores = [score(1, 0, 100, 0), score(2, 0, 100, 0), score(1, 60, 40, 7), score(3, 0, 5, 0)];
        let tunes: Vec<Tune> = scores.iter().map(Tune::of).collect();
        let tunes: Vec<&Tune> = tunes.iter().collect();
        let found = Leaks::of_each_other(&tunes);
        assert_eq!(found.leaks.iter().map(|leak| leak.piece).collect::<Vec<_>>(), [2]);
        // The end of the third piece is that of the first, of which only the beginning is learned from.
        let tails = |share| Leaks::of(&tunes, &HeldOut::Tails { share, reason: crate::TailsReason::Asked });
        assert_eq!(tails(0.5).leaks.len(), 0);
        assert_eq!((tails(0.2).n_pieces, tails(0.0).n_pieces), (2, 0));
        // The end of the second piece is the beginning of the first.
        let again = [score(1, 50, 90, 0), score(1, 0, 100, 7)];
        let tunes: Vec<Tune> = again.iter().map(Tune::of).collect();
        let tunes: Vec<&Tune> = tunes.iter().collect();
        let found = Leaks::of(&tunes, &HeldOut::Tails { share: 0.4, reason: crate::TailsReason::Asked });
        assert_eq!(
            found.leaks.iter().map(|leak| (leak.piece, leak.source)).collect::<Vec<_>>(),
            [(1, Some(LeakSource { piece: 0, relation: Relation::InCommon }))]
        );
    }
}
