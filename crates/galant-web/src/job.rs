//! Work that is done a slice at a time, so that a page can show how far it is, or drop it.

use crate::answer::Answer;
use crate::compose::Composing;
use crate::error::Refusal;
use crate::harmonize::Harmonizing;

/// Work that takes longer than a page should wait.
#[derive(Debug)]
pub(crate) enum Job {
    Compose(Box<Composing>),
    Harmonize(Box<Harmonizing>),
}

/// What is left after a slice.
pub(crate) enum Progress {
    /// More, with how much is done of [`Job::n_parts`].
    Going(Job, usize),
    Done(Answer),
}

impl Job {
    /// How much there is to do, in parts of its own.
    pub(crate) fn n_parts(&self) -> usize {
        match self {
            Job::Compose(composing) => composing.n_parts(),
            Job::Harmonize(harmonizing) => harmonizing.n_parts(),
        }
    }

    /// Does the next slice.
    pub(crate) fn step(self) -> Result<Progress, Refusal> {
        match self {
            Job::Compose(composing) => composing.step(),
            Job::Harmonize(harmonizing) => harmonizing.step(),
        }
    }
}
