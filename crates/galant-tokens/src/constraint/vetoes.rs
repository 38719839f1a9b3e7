//! Pitches that are not struck at a place.

use std::sync::Arc;

use galant_types::{Constraint, TokenId};

use crate::{Token, Vocabulary};

/// Forbids tokens that strike given pitches at given places, so that a piece goes on in another way there.
///
/// A place is counted in the tokens that the constraint has followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vetoes {
    /// In ascending order of their places.
    vetoes: Arc<[Veto]>,
    /// `[V]`
    pitches: Arc<[Box<[u8]>]>,
    n_followed: usize,
}

/// Pitches that are not struck at a place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Veto {
    /// The number of the token, from 0.
    pub place: usize,
    /// All pitches of the token, in ascending order; at least one.
    pub pitches: Vec<u8>,
}

impl Vetoes {
    /// Forbids the tokens of `vocabulary` that strike what `vetoes` say.
    pub fn new(vocabulary: &Vocabulary, vetoes: &[Veto]) -> Vetoes {
        let mut vetoes = vetoes.to_vec();
        vetoes.sort_unstable();
        let pitches = |token: &Token| token.pitches().into();
        Vetoes { vetoes: vetoes.into(), pitches: vocabulary.tokens().iter().map(pitches).collect(), n_followed: 0 }
    }
}

impl Constraint for Vetoes {
    fn name(&self) -> &str {
        "what was not to be played there"
    }

    fn restrict(&self, _n_left: usize, allowed: &mut [bool]) {
        let first = self.vetoes.partition_point(|veto| veto.place < self.n_followed);
        for veto in self.vetoes[first..].iter().take_while(|veto| veto.place == self.n_followed) {
            super::forbid_unless(self.name(), &self.pitches, allowed, |pitches| **pitches != *veto.pitches);
        }
    }

    fn advance(&mut self, token: TokenId) {
        assert!(token.index() < self.pitches.len(), "{}: tokens of the vocabulary and of the model", self.name());
        self.n_followed += 1;
    }

    fn boxed_clone(&self) -> Box<dyn Constraint> {
        Box::new(self.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{GridTokenizer, Tokenizer};

    #[test]
    fn pitches_are_forbidden_at_their_place_whatever_the_rhythm() {
        let tokenizer = Tokenizer::Rhythm(GridTokenizer::default());
        let texts = ["60+6>6", "60+3>3", "60.64+6>6", "64+6>6", "r6"];
        let tokens: Vec<Token> = texts.iter().filter_map(|text| tokenizer.parse(text).ok()).collect();
        let vocabulary = Vocabulary::from_tokens(tokens).unwrap();
        let veto = |place, pitches: &[u8]| Veto { place, pitches: pitches.to_vec() };
        let mut vetoes = Vetoes::new(&vocabulary, &[veto(2, &[64]), veto(1, &[60]), veto(2, &[60, 64])]);
        let expected = [vec![], vec!["60+6>6", "60+3>3"], vec!["60.64+6>6", "64+6>6"], vec![]];
        for expected in expected {
            let mut allowed = vec![true; vocabulary.len()];
            vetoes.restrict(9, &mut allowed);
            let forbidden = vocabulary.tokens().iter().zip(allowed).filter(|(_, allowed)| !allowed);
            assert_eq!(forbidden.map(|(token, _)| token.to_string()).collect::<Vec<_>>(), expected);
            vetoes.advance(TokenId(0));
        }
    }
}
