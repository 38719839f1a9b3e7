//! The warnings of one file, as a reader collects them.

use std::fmt;

use crate::{Place, Severity, Warning};

/// How many warnings of a kind are listed; how many more there are is said in one.
pub const MAX_WARNINGS_PER_KIND: usize = 20;

/// What a reader's warnings of one kind have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WarningKind {
    /// What several of them are called, as in `and 5 more grace notes`; no two kinds share it.
    pub plural: &'static str,
    /// How much each of them matters.
    pub severity: Severity,
}

/// Collects the warnings of one file, and keeps each kind from flooding the list.
///
/// `P` is a place as the reader knows it; [`at_places`](Self::at_places) turns it into a [`Place`] once, at the end.
///
/// ```
/// use galant_types::{MAX_WARNINGS_PER_KIND, Place, Severity, WarningKind, Warnings};
///
/// struct Lost(u8);
/// impl std::fmt::Display for Lost {
///     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
///         write!(f, "key {} is lost", self.0)
///     }
/// }
/// impl From<&Lost> for WarningKind {
///     fn from(_: &Lost) -> WarningKind {
///         WarningKind { plural: "lost keys", severity: Severity::Repair }
///     }
/// }
///
/// let mut warnings = Warnings::default();
/// for offset in 0..MAX_WARNINGS_PER_KIND + 2 {
///     warnings.push(Place::Byte { track: None, offset }, Lost(60));
/// }
/// let listed = warnings.into_vec();
/// assert_eq!(listed[0].to_string(), "byte 0: key 60 is lost");
/// assert_eq!(listed[MAX_WARNINGS_PER_KIND].to_string(), "byte 20: and 2 more lost keys, which are not listed");
/// ```
#[derive(Debug, Clone)]
pub struct Warnings<P = Place> {
    listed: Vec<(P, Severity, String)>,
    /// Each kind seen, in the order in which they came.
    seen: Vec<Seen<P>>,
}

#[derive(Debug, Clone)]
struct Seen<P> {
    kind: WarningKind,
    count: usize,
    first_unlisted: Option<P>,
}

impl<P> Default for Warnings<P> {
    fn default() -> Self {
        Warnings { listed: Vec::new(), seen: Vec::new() }
    }
}

impl<P> Warnings<P> {
    /// Adds a warning, which is put into words only if it is listed.
    pub fn push<W>(&mut self, place: P, what: W)
    where
        W: fmt::Display,
        WarningKind: for<'w> From<&'w W>,
    {
        let kind = WarningKind::from(&what);
        let index = self.seen.iter().position(|seen| seen.kind.plural == kind.plural).unwrap_or_else(|| {
            self.seen.push(Seen { kind, count: 0, first_unlisted: None });
            self.seen.len() - 1
        });
        let seen = &mut self.seen[index];
        seen.count += 1;
        if seen.count <= MAX_WARNINGS_PER_KIND {
            self.listed.push((place, kind.severity, what.to_string()));
        } else {
            seen.first_unlisted.get_or_insert(place);
        }
    }

    /// The same warnings, with each place as `place` says.
    pub fn at_places<Q>(self, mut place: impl FnMut(P) -> Q) -> Warnings<Q> {
        let listed = self.listed.into_iter().map(|(at, severity, message)| (place(at), severity, message)).collect();
        let seen = self.seen.into_iter().map(|Seen { kind, count, first_unlisted }| Seen {
            kind,
            count,
            first_unlisted: first_unlisted.map(&mut place),
        });
        Warnings { listed, seen: seen.collect() }
    }
}

impl Warnings {
    /// The warnings in the order of their places, then how many of each kind are not listed.
    pub fn into_vec(mut self) -> Vec<Warning> {
        self.listed.sort_by_key(|&(place, ..)| place);
        let unlisted = self.seen.into_iter().filter_map(|Seen { kind, count, first_unlisted }| {
            let n_more = count - MAX_WARNINGS_PER_KIND.min(count);
            let message = format!("and {n_more} more {}, which are not listed", kind.plural);
            first_unlisted.map(|place| (place, kind.severity, message))
        });
        let all = self.listed.into_iter().chain(unlisted);
        all.map(|(place, severity, message)| Warning { place, severity, message }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A warning whose message is what it holds, and whose kind is its first letter.
    struct Said(&'static str);

    impl fmt::Display for Said {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl From<&Said> for WarningKind {
        fn from(said: &Said) -> WarningKind {
            WarningKind { plural: &said.0[..1], severity: Severity::Note }
        }
    }

    fn byte(offset: usize) -> Place {
        Place::Byte { track: None, offset }
    }

    fn texts(warnings: Warnings) -> Vec<String> {
        warnings.into_vec().iter().map(Warning::to_string).collect()
    }

    #[test]
    fn warnings_are_listed_in_the_order_of_their_places() {
        let mut warnings = Warnings::default();
        for (offset, message) in [(9, "a late"), (2, "b early"), (2, "a early too")] {
            warnings.push(byte(offset), Said(message));
        }
        assert_eq!(texts(warnings), ["byte 2: b early", "byte 2: a early too", "byte 9: a late"]);
    }

    #[test]
    fn each_kind_has_a_limit_of_its_own_and_the_rest_is_counted() {
        let mut warnings = Warnings::default();
        for at in 0..MAX_WARNINGS_PER_KIND + 3 {
            warnings.push(at, Said("a"));
        }
        warnings.push(7, Said("b"));
        let texts = texts(warnings.at_places(|at| byte(100 + at)));
        assert_eq!(texts.len(), MAX_WARNINGS_PER_KIND + 2);
        assert_eq!(texts.iter().filter(|text| text.ends_with(": a")).count(), MAX_WARNINGS_PER_KIND);
        assert_eq!(texts[MAX_WARNINGS_PER_KIND + 1], "byte 120: and 3 more a, which are not listed");
        assert!(texts.contains(&"byte 107: b".to_owned()), "{texts:?}");
    }

    #[test]
    fn exactly_as_many_as_the_limit_are_all_listed() {
        let mut warnings = Warnings::default();
        for offset in 0..MAX_WARNINGS_PER_KIND {
            warnings.push(byte(offset), Said("a"));
        }
        assert_eq!(texts(warnings).len(), MAX_WARNINGS_PER_KIND);
    }
}
