//! Work that is done a slice at a time, so that a page can show how far it is, or drop it.

use crate::compose::Composing;
use crate::error::Refusal;
use crate::harmonize::Harmonizing;
use crate::slice::Slice;

/// Work that takes longer than a page should wait.
#[derive(Debug)]
pub(crate) enum Job {
    Compose(Box<Composing>),
    Harmonize(Box<Harmonizing>),
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
    pub(crate) fn step(self) -> Result<Slice<Job>, Refusal> {
        match self {
            Job::Compose(composing) => Ok(composing.step()?.map(Job::Compose)),
            Job::Harmonize(harmonizing) => Ok(harmonizing.step()?.map(Job::Harmonize)),
        }
    }
}
