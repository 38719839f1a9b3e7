//! Constraints that allow the same tokens at every place, or at the end.

use std::ops::RangeInclusive;
use std::sync::Arc;

use galant_types::{Constraint, Scale, TokenId};

use super::forbid_unless;
use crate::{Token, Vocabulary};

/// Allows the same tokens at every place.
///
/// Filters on notes allow tokens without notes, such as rests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenFilter {
    name: Arc<str>,
    /// `[V]`
    allowed: Arc<[bool]>,
}

impl TokenFilter {
    /// Allows the tokens of `vocabulary` for which `allows` is true.
    pub fn new(name: &str, vocabulary: &Vocabulary, allows: impl Fn(&Token) -> bool) -> TokenFilter {
        TokenFilter { name: name.into(), allowed: vocabulary.tokens().iter().map(allows).collect() }
    }

    /// Allows tokens whose notes are all in `scale`.
    pub fn scale(vocabulary: &Vocabulary, scale: Scale) -> TokenFilter {
        let classes = scale.pitch_classes();
        TokenFilter::new(&format!("key {scale}"), vocabulary, |token| token.pitch_classes() & !classes == 0)
    }

    /// Allows tokens whose notes are all in the pitch classes `classes`, a bit each from C.
    pub fn only_pitch_classes(vocabulary: &Vocabulary, classes: u16) -> TokenFilter {
        TokenFilter::new("only the chosen pitch classes", vocabulary, |token| token.pitch_classes() & !classes == 0)
    }

    /// Allows tokens without a note in the pitch classes `classes`, a bit each from C.
    pub fn without_pitch_classes(vocabulary: &Vocabulary, classes: u16) -> TokenFilter {
        TokenFilter::new("without the excluded pitch classes", vocabulary, |token| token.pitch_classes() & classes == 0)
    }

    /// Allows tokens whose notes are all in `pitches`.
    pub fn range(vocabulary: &Vocabulary, pitches: RangeInclusive<u8>) -> TokenFilter {
        let name = format!("range {}-{}", pitches.start(), pitches.end());
        TokenFilter::new(&name, vocabulary, |token| token.pitches().iter().all(|pitch| pitches.contains(pitch)))
    }

    /// Allows tokens of at most `n_notes` notes; [`MaxNotes`](super::MaxNotes) counts those of several tokens together.
    pub fn max_notes(vocabulary: &Vocabulary, n_notes: usize) -> TokenFilter {
        TokenFilter::new(&format!("at most {n_notes} notes"), vocabulary, |token| token.pitches().len() <= n_notes)
    }

    /// Whether it allows each token, `[V]`.
    pub(super) fn allowed(&self) -> &[bool] {
        &self.allowed
    }
}

impl Constraint for TokenFilter {
    fn name(&self) -> &str {
        &self.name
    }

    fn restrict(&self, _n_left: usize, allowed: &mut [bool]) {
        forbid_unless(&self.name, &self.allowed, allowed, |&by_this| by_this);
    }

    fn advance(&mut self, _: TokenId) {}

    fn boxed_clone(&self) -> Box<dyn Constraint> {
        Box::new(self.clone())
    }
}

/// Allows only the tonic chord as the last token of a piece: the tonic, and if more, notes of its triad.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TonicEnd {
    tonic_chords: TokenFilter,
}

impl TonicEnd {
    /// Ends in the key of `scale`.
    pub fn new(vocabulary: &Vocabulary, scale: Scale) -> TonicEnd {
        let (tonic, triad) = (1 << scale.tonic(), scale.triad());
        let is_tonic_chord = |token: &Token| {
            let classes = token.pitch_classes();
            classes & tonic != 0 && classes & !triad == 0
        };
        TonicEnd { tonic_chords: TokenFilter::new(&format!("end on the tonic of {scale}"), vocabulary, is_tonic_chord) }
    }

    /// The tokens that may end the piece.
    pub(super) fn tonic_chords(&self) -> &TokenFilter {
        &self.tonic_chords
    }
}

impl Constraint for TonicEnd {
    fn name(&self) -> &str {
        self.tonic_chords.name()
    }

    fn restrict(&self, n_left: usize, allowed: &mut [bool]) {
        if n_left == 1 {
            self.tonic_chords.restrict(n_left, allowed);
        }
    }

    fn advance(&mut self, _: TokenId) {}

    fn boxed_clone(&self) -> Box<dyn Constraint> {
        Box::new(self.clone())
    }
}
