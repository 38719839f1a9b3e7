//! Collects the warnings of one text.

use crate::error::Place;
use crate::limits::MAX_WARNINGS_PER_KIND;
use crate::warning::{Warning, WarningKind};

/// Collects warnings and keeps each kind from flooding the list.
#[derive(Debug, Default)]
pub(crate) struct Warnings {
    listed: Vec<Warning>,
    /// For each kind seen: its plural name, how many there were, and where the first stands that is not listed.
    kinds: Vec<(&'static str, usize, Option<Place>)>,
}

impl Warnings {
    pub(crate) fn push(&mut self, place: Place, kind: WarningKind) {
        let plural = kind.plural();
        let index = self.kinds.iter().position(|kind| kind.0 == plural).unwrap_or_else(|| {
            self.kinds.push((plural, 0, None));
            self.kinds.len() - 1
        });
        let (_, count, first_unlisted) = &mut self.kinds[index];
        *count += 1;
        if *count <= MAX_WARNINGS_PER_KIND {
            self.listed.push(Warning { place, kind });
        } else {
            first_unlisted.get_or_insert(place);
        }
    }

    /// The warnings in the order of the text, then how many of each kind are not listed.
    pub(crate) fn into_vec(mut self) -> Vec<Warning> {
        self.listed.sort_by_key(|warning| warning.place);
        for (what, count, first_unlisted) in self.kinds {
            if let Some(place) = first_unlisted {
                let count = count - MAX_WARNINGS_PER_KIND;
                self.listed.push(Warning { place, kind: WarningKind::More { what, count } });
            }
        }
        self.listed
    }
}
