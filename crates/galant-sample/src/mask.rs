//! Rules that forbid tokens.

use std::fmt::Debug;
use std::ops::RangeInclusive;

use galant_tokens::Token;
use galant_types::{Scale, TokenId};

/// A rule that says which tokens may come next.
///
/// Masks are asked one after the other; a token must pass them all.
/// A mask remembers nothing: it sees all that was played, so that a search may go back.
pub trait Mask: Debug + Send + Sync {
    /// What to call it in messages: `key D major`.
    fn name(&self) -> &str;

    /// Sets to false what may not stand after `played`; `allowed` is `[V]`.
    fn forbid(&self, played: &Played<'_>, allowed: &mut [bool]);

    /// Whether the piece is over after `played`, before it has all the tokens that were asked for.
    ///
    /// Tokens of a kind that has lengths end so at a bar line.
    fn is_end(&self, _played: &Played<'_>) -> bool {
        false
    }
}

/// What a mask sees of a piece.
#[derive(Debug, Clone, Copy)]
pub struct Played<'a> {
    /// The primer and all tokens chosen.
    pub tokens: &'a [TokenId],
    /// How many of them are the primer.
    pub n_primer: usize,
    /// How many tokens are still to be chosen: 1 at the last.
    pub n_left: usize,
}

impl<'a> Played<'a> {
    /// The tokens chosen.
    pub fn composed(&self) -> &'a [TokenId] {
        &self.tokens[self.n_primer..]
    }
}

/// Allows the same tokens at every place.
///
/// Masks that look at notes allow tokens that have none, such as rests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenMask {
    name: String,
    /// `[V]`
    allowed: Vec<bool>,
}

impl TokenMask {
    /// Allows the tokens, numbered as in `vocabulary`, of which `allows` is true.
    pub fn new(name: impl Into<String>, vocabulary: &[Token], allows: impl Fn(&Token) -> bool) -> TokenMask {
        TokenMask { name: name.into(), allowed: vocabulary.iter().map(allows).collect() }
    }

    /// Allows tokens whose notes all belong to `scale`.
    pub fn scale(vocabulary: &[Token], scale: Scale) -> TokenMask {
        TokenMask::new(format!("key {scale}"), vocabulary, |token| pitch_classes(token) & !scale.pitch_classes() == 0)
    }

    /// Allows tokens whose notes all have one of the `classes`, a bit each from C.
    pub fn only_classes(vocabulary: &[Token], classes: u16) -> TokenMask {
        TokenMask::new("only-notes", vocabulary, |token| pitch_classes(token) & !classes == 0)
    }

    /// Allows tokens whose notes have none of the `classes`, a bit each from C.
    pub fn no_classes(vocabulary: &[Token], classes: u16) -> TokenMask {
        TokenMask::new("no-notes", vocabulary, |token| pitch_classes(token) & classes == 0)
    }

    /// Allows tokens whose notes are all in `pitches`.
    pub fn range(vocabulary: &[Token], pitches: RangeInclusive<u8>) -> TokenMask {
        let name = format!("range {}-{}", pitches.start(), pitches.end());
        TokenMask::new(name, vocabulary, |token| token.pitches().iter().all(|pitch| pitches.contains(pitch)))
    }

    /// Allows tokens of at most `n_notes` notes.
    pub fn polyphony(vocabulary: &[Token], n_notes: usize) -> TokenMask {
        TokenMask::new(format!("max-notes {n_notes}"), vocabulary, |token| token.pitches().len() <= n_notes)
    }
}

impl Mask for TokenMask {
    fn name(&self) -> &str {
        &self.name
    }

    /// # Panics
    ///
    /// If the mask was made of another number of tokens than the model has.
    fn forbid(&self, _: &Played<'_>, allowed: &mut [bool]) {
        assert_eq!(self.allowed.len(), allowed.len(), "{}: tokens of the mask and of the model", self.name);
        allowed.iter_mut().zip(&self.allowed).for_each(|(allowed, &by_this)| *allowed &= by_this);
    }
}

/// Allows the last token of a piece to be nothing but the tonic chord: the tonic, and if more, notes of its triad.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TonicEnd {
    pub(crate) mask: TokenMask,
}

impl TonicEnd {
    /// Ends in the key of `scale`; tokens are numbered as in `vocabulary`.
    pub fn new(vocabulary: &[Token], scale: Scale) -> TonicEnd {
        let (tonic, triad) = (1 << scale.tonic(), scale.triad());
        let is_tonic_chord = |token: &Token| {
            let classes = pitch_classes(token);
            classes & tonic != 0 && classes & !triad == 0
        };
        TonicEnd { mask: TokenMask::new(format!("end on the tonic of {scale}"), vocabulary, is_tonic_chord) }
    }
}

impl Mask for TonicEnd {
    fn name(&self) -> &str {
        self.mask.name()
    }

    fn forbid(&self, played: &Played<'_>, allowed: &mut [bool]) {
        if played.n_left == 1 {
            self.mask.forbid(played, allowed);
        }
    }
}

/// The notes of a token up to octaves, a bit each from C.
fn pitch_classes(token: &Token) -> u16 {
    token.pitches().iter().fold(0, |classes, pitch| classes | 1 << (pitch % 12))
}

#[cfg(test)]
mod tests {
    use galant_types::Chord;

    use super::*;

    const VOCABULARY: [&[u8]; 5] = [&[60, 64, 67], &[62], &[61, 65], &[48, 60], &[57, 64, 69, 72]];

    fn vocabulary() -> Vec<Token> {
        VOCABULARY.iter().map(|pitches| Token::Chord(Chord::new(pitches.to_vec()).unwrap())).collect()
    }

    #[track_caller]
    fn check(mask: &dyn Mask, n_left: usize, name: &str, expected: [bool; 5]) {
        let mut allowed = [true; 5];
        mask.forbid(&Played { tokens: &[], n_primer: 0, n_left }, &mut allowed);
        assert_eq!((mask.name(), allowed), (name, expected));
        // What is forbidden already stays so.
        mask.forbid(&Played { tokens: &[], n_primer: 0, n_left: 1 }, &mut allowed);
        let mut none = [false; 5];
        mask.forbid(&Played { tokens: &[], n_primer: 0, n_left }, &mut none);
        assert_eq!(none, [false; 5]);
    }

    #[test]
    fn masks_look_at_the_notes_of_a_token() {
        let (vocabulary, scale) = (vocabulary(), |text: &str| text.parse::<Scale>().unwrap());
        check(&TokenMask::scale(&vocabulary, scale("C major")), 9, "key C major", [true, true, false, true, true]);
        check(&TokenMask::scale(&vocabulary, scale("D major")), 9, "key D major", [false, true, false, false, false]);
        check(&TokenMask::range(&vocabulary, 57..=67), 9, "range 57-67", [true, true, true, false, false]);
        check(&TokenMask::polyphony(&vocabulary, 2), 9, "max-notes 2", [false, true, true, true, false]);
        let c_and_d = 1 << 0 | 1 << 2;
        check(&TokenMask::only_classes(&vocabulary, c_and_d), 9, "only-notes", [false, true, false, true, false]);
        check(&TokenMask::no_classes(&vocabulary, c_and_d), 9, "no-notes", [false, false, true, false, false]);
    }

    #[test]
    fn the_tonic_is_asked_for_at_the_end_only() {
        let vocabulary = vocabulary();
        let end = |text: &str| TonicEnd::new(&vocabulary, text.parse().unwrap());
        check(&end("C major"), 2, "end on the tonic of C major", [true; 5]);
        check(&end("C major"), 1, "end on the tonic of C major", [true, false, false, true, false]);
        check(&end("A minor"), 1, "end on the tonic of A minor", [false, false, false, false, true]);
    }
}
