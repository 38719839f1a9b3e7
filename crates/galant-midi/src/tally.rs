//! Collects the warnings of one file.

use crate::limits::MAX_WARNINGS_PER_KIND;
use crate::warning::{Warning, WarningKind};

/// Collects warnings and keeps each kind from flooding the list.
#[derive(Debug, Default)]
pub(crate) struct Warnings {
    listed: Vec<Warning>,
    /// For each kind seen: its plural name, how many there were, and the first that is not listed.
    kinds: Vec<Kind>,
}

#[derive(Debug)]
struct Kind {
    plural: &'static str,
    count: usize,
    first_unlisted: (Option<u16>, usize),
}

impl Warnings {
    /// Notes `kind` at byte `offset` of the file.
    pub(crate) fn push(&mut self, track: Option<u16>, offset: usize, kind: WarningKind) {
        let plural = kind.plural();
        let index = self.kinds.iter().position(|kind| kind.plural == plural).unwrap_or_else(|| {
            self.kinds.push(Kind { plural, count: 0, first_unlisted: (None, 0) });
            self.kinds.len() - 1
        });
        let seen = &mut self.kinds[index];
        seen.count += 1;
        if seen.count <= MAX_WARNINGS_PER_KIND {
            self.listed.push(Warning { track, offset, kind });
        } else if seen.count == MAX_WARNINGS_PER_KIND + 1 {
            seen.first_unlisted = (track, offset);
        }
    }

    /// The warnings, in the order they came, then how many of each kind are not listed.
    pub(crate) fn into_vec(mut self) -> Vec<Warning> {
        for kind in self.kinds {
            if let Some(count) = kind.count.checked_sub(MAX_WARNINGS_PER_KIND).filter(|&count| count > 0) {
                let (track, offset) = kind.first_unlisted;
                self.listed.push(Warning { track, offset, kind: WarningKind::More { what: kind.plural, count } });
            }
        }
        self.listed
    }
}
