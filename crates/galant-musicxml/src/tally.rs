//! Collects the warnings of one file.

use galant_types::{Place, Severity, Warning};

use crate::limits::MAX_WARNINGS_PER_KIND;
use crate::warning::WarningKind;

/// Collects warnings and keeps each kind from flooding the list.
///
/// Places are kept as bytes of the text, because to find their lines takes time.
#[derive(Debug, Default)]
pub(crate) struct Warnings {
    listed: Vec<(usize, Severity, String)>,
    /// Each kind seen, in the order in which they came.
    kinds: Vec<Kind>,
}

#[derive(Debug)]
struct Kind {
    plural: &'static str,
    severity: Severity,
    count: usize,
    first_unlisted: Option<usize>,
}

impl Warnings {
    /// Adds a warning about what is at byte `at`.
    pub(crate) fn push(&mut self, at: usize, kind: WarningKind) {
        let plural = kind.plural();
        let index = self.kinds.iter().position(|kind| kind.plural == plural).unwrap_or_else(|| {
            self.kinds.push(Kind { plural, severity: kind.severity(), count: 0, first_unlisted: None });
            self.kinds.len() - 1
        });
        let seen = &mut self.kinds[index];
        seen.count += 1;
        if seen.count <= MAX_WARNINGS_PER_KIND {
            self.listed.push((at, seen.severity, kind.to_string()));
        } else {
            seen.first_unlisted.get_or_insert(at);
        }
    }

    /// The warnings in the order of the text, then how many of each kind are not listed.
    pub(crate) fn into_vec(mut self, text: &str) -> Vec<Warning> {
        self.listed.sort_by_key(|&(at, ..)| at);
        let warning = |(at, severity, message)| Warning { place: place(text, at), severity, message };
        let mut all: Vec<Warning> = self.listed.into_iter().map(warning).collect();
        for Kind { plural, severity, count, first_unlisted } in self.kinds {
            if let Some(at) = first_unlisted {
                let message = format!("and {} more {plural}, which are not listed", count - MAX_WARNINGS_PER_KIND);
                all.push(warning((at, severity, message)));
            }
        }
        all
    }
}

/// The line and the character of byte `at` of a text.
pub(crate) fn place(text: &str, at: usize) -> Place {
    let before = &text[..text.floor_char_boundary(at)];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let n_lines = before.bytes().filter(|&byte| byte == b'\n').count();
    let column = before[line_start..].chars().count();
    // Texts are far shorter than 2^32 characters.
    Place::Line { line: n_lines as u32 + 1, column: column as u32 + 1 }
}
