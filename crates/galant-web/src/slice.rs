//! What a slice of work leaves.

use crate::answer::Answer;

/// What is left of work after a slice of it.
pub(crate) enum Slice<W> {
    /// More, with how many of its parts are done.
    Going(W, usize),
    Done(Answer),
}

impl<W> Slice<W> {
    /// The same of other work.
    pub(crate) fn map<V>(self, of: impl FnOnce(W) -> V) -> Slice<V> {
        match self {
            Slice::Going(work, n_done) => Slice::Going(of(work), n_done),
            Slice::Done(answer) => Slice::Done(answer),
        }
    }
}
