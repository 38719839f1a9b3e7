//! What pieces are compared by.

use galant_tokens::{GridTokenizer, RhythmToken};
use galant_types::Score;

use crate::fingerprint::Fingerprint;
use crate::hash::hash;
use crate::tune::Tune;

/// What a piece is compared with others by: computed once, for all that look for music in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Likeness {
    fingerprint: Fingerprint,
    runs: Vec<u32>,
    tune: Tune,
}

/// How many intervals a run has.
const RUN_INTERVALS: usize = 12;

/// How many different intervals it needs: repeated notes, trills and scales are in all music.
const MIN_DIFFERENT: usize = 4;

impl Likeness {
    /// That of a piece that has notes.
    pub fn of(score: &Score) -> Likeness {
        let (tokens, _) = GridTokenizer::default().rhythm(score);
        let fingerprint = Fingerprint::of_tokens(&tokens);
        Likeness { fingerprint, runs: runs(&tokens), tune: Tune::with_fingerprint(score, fingerprint) }
    }

    /// Equal for pieces of equal notes.
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// The tune, to look for in others.
    pub fn into_tune(self) -> Tune {
        self.tune
    }

    /// The hashes of the different runs of the highest notes, in ascending order.
    pub(crate) fn runs(&self) -> &[u32] {
        &self.runs
    }
}

fn runs(tokens: &[RhythmToken]) -> Vec<u32> {
    let highest = tokens.iter().filter_map(|token| match token {
        RhythmToken::Chord { chord, .. } => chord.pitches().last().copied(),
        RhythmToken::Rest { .. } => None,
    });
    let tune: Vec<u8> = highest.collect();
    let intervals: Vec<u8> = tune.windows(2).map(|pair| pair[1].wrapping_sub(pair[0])).collect();
    let is_telling = |run: &&[u8]| (0..run.len()).filter(|&i| !run[..i].contains(&run[i])).count() >= MIN_DIFFERENT;
    let runs = intervals.windows(RUN_INTERVALS).filter(is_telling);
    let mut runs: Vec<u32> = runs.map(|run| hash(run.iter().copied()) as u32).collect();
    runs.sort_unstable();
    runs.dedup();
    runs
}
