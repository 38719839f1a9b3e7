//! Collects the warnings of one text.

use galant_types::{Place, Severity, Warning};

use crate::limits::MAX_WARNINGS_PER_KIND;
use crate::warning::WarningKind;

/// Collects warnings and keeps each kind from flooding the list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Warnings {
    listed: Vec<Warning>,
    /// Each kind seen, in the order in which they came.
    kinds: Vec<Kind>,
}

#[derive(Debug, Clone)]
struct Kind {
    plural: &'static str,
    severity: Severity,
    count: usize,
    first_unlisted: Option<Place>,
}

impl Warnings {
    pub(crate) fn push(&mut self, place: Place, kind: WarningKind) {
        let plural = kind.plural();
        let index = self.kinds.iter().position(|kind| kind.plural == plural).unwrap_or_else(|| {
            self.kinds.push(Kind { plural, severity: kind.severity(), count: 0, first_unlisted: None });
            self.kinds.len() - 1
        });
        let seen = &mut self.kinds[index];
        seen.count += 1;
        if seen.count <= MAX_WARNINGS_PER_KIND {
            self.listed.push(Warning { place, severity: seen.severity, message: kind.to_string() });
        } else {
            seen.first_unlisted.get_or_insert(place);
        }
    }

    /// The warnings in the order of the text, then how many of each kind are not listed.
    pub(crate) fn into_vec(mut self) -> Vec<Warning> {
        self.listed.sort_by_key(|warning| warning.place);
        for Kind { plural, severity, count, first_unlisted } in self.kinds {
            if let Some(place) = first_unlisted {
                let message = format!("and {} more {plural}, which are not listed", count - MAX_WARNINGS_PER_KIND);
                self.listed.push(Warning { place, severity, message });
            }
        }
        self.listed
    }
}
