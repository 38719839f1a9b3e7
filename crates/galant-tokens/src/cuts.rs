//! Silences that are shortened on the way from a score to tokens.

/// Where silences of a score are shortened, in steps.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Cuts(Vec<Cut>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cut {
    /// The onset after the silence, in the score.
    in_score: u64,
    /// The same onset in tokens.
    in_tokens: u64,
}

impl Cuts {
    /// The silences over `max_steps` between `onsets` in order; the first begins at step 0.
    pub(crate) fn of(onsets: &[u64], max_steps: u64) -> Cuts {
        let (mut cuts, mut before, mut left_out) = (Vec::new(), 0, 0);
        for &onset in onsets {
            let excess = (onset - before).saturating_sub(max_steps);
            before = onset;
            if excess > 0 {
                left_out += excess;
                cuts.push(Cut { in_score: onset, in_tokens: onset - left_out });
            }
        }
        Cuts(cuts)
    }

    /// How many silences are shortened.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The step of the score at which a step of the tokens is.
    pub(crate) fn in_score(&self, step: u64) -> u64 {
        let after = self.0.partition_point(|cut| cut.in_tokens <= step);
        let left_out = after.checked_sub(1).map_or(0, |last| self.0[last].in_score - self.0[last].in_tokens);
        step.saturating_add(left_out)
    }

    /// The step of the tokens at which the onset at a step of the score is.
    pub(crate) fn in_tokens(&self, onset: u64) -> u64 {
        let after = self.0.partition_point(|cut| cut.in_score <= onset);
        onset - after.checked_sub(1).map_or(0, |last| self.0[last].in_score - self.0[last].in_tokens)
    }
}
