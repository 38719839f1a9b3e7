//! How far a piece is while it is made.

use std::fmt;
use std::sync::Arc;

/// Who is told how far pieces are while they are made: each time, the share of a piece that was added.
#[derive(Clone)]
pub(crate) struct Watch(Arc<dyn Fn(f64) + Send + Sync>);

impl Watch {
    pub(crate) fn new(watch: impl Fn(f64) + Send + Sync + 'static) -> Watch {
        Watch(Arc::new(watch))
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watch")
    }
}

/// How much of one piece was reported; the rest is when this is dropped, so that a piece that ends early is whole too.
pub(crate) struct Watched<'a> {
    watch: Option<&'a Watch>,
    share: f64,
}

impl<'a> Watched<'a> {
    pub(crate) fn begin(watch: Option<&'a Watch>) -> Watched<'a> {
        Watched { watch, share: 0.0 }
    }

    /// So much is done, as a share of 1; less than before is as much as before.
    pub(crate) fn is_at(&mut self, share: f64) {
        let share = share.clamp(self.share, 1.0);
        if let Some(Watch(watch)) = self.watch.filter(|_| share > self.share) {
            watch(share - self.share);
            self.share = share;
        }
    }
}

impl Drop for Watched<'_> {
    fn drop(&mut self) {
        self.is_at(1.0);
    }
}
