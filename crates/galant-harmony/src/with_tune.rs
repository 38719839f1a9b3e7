//! Parts that begin and end with the tune that they accompany.

use std::sync::Arc;

use galant_tokens::{Clock, Token, Vocabulary, VoiceToken};
use galant_types::{Constraint, PartStep, Scale, Texture, TokenId};

/// Lets the parts of voices that are not given begin with those that are, and end with them, on the tonic where these
/// allow it.
///
/// Before the first note of the given parts the others are silent. With the last note that a given part begins, each of the
/// others begins a note of the tonic triad, the last part the tonic, and holds it. That is so if the given parts then sound
/// nothing but notes of that triad, and the last part, if it is given, the tonic. A piece in minor may end in major.
/// Where that would leave no token, nothing is forbidden.
#[derive(Debug, Clone)]
pub struct WithTune {
    tables: Arc<Tables>,
    clock: Clock,
    /// The pitch classes of the last chord so far, a bit each.
    last_chord: u16,
}

#[derive(Debug)]
struct Tables {
    /// `[V]`
    tokens: Vec<Token>,
    is_given: Vec<bool>,
    first_onset: u64,
    last_onset: u64,
    key: Option<Scale>,
}

impl WithTune {
    /// The parts of voices in `vocabulary` with those of `texture` that are `given`, counted from 0; without a key they end
    /// on any chord. None if a token is of another tokenizer, or if no given part has a note.
    ///
    /// # Panics
    ///
    /// If the texture has no such part.
    pub fn new(vocabulary: &Vocabulary, texture: &Texture, given: &[usize], key: Option<Scale>) -> Option<WithTune> {
        let tokens = vocabulary.tokens();
        let are_voices = tokens.iter().all(|token| matches!(token, Token::Voice(_)));
        let is_onset = |step: &usize| given.iter().any(|&part| texture.step(*step)[part].is_struck());
        let (first, last) = ((0..texture.n_steps()).find(is_onset)?, (0..texture.n_steps()).rfind(is_onset)?);
        let sounding: Vec<u8> = given.iter().filter_map(|&part| texture.step(last)[part].pitch()).collect();
        let bass = texture.n_parts() - 1;
        let bass = given.contains(&bass).then(|| texture.step(last)[bass]);
        let tables = Tables {
            tokens: tokens.to_vec(),
            is_given: (0..texture.n_parts()).map(|part| given.contains(&part)).collect(),
            first_onset: first as u64,
            last_onset: last as u64,
            key: key.filter(|key| can_end(*key, &sounding, bass)),
        };
        let last_chord = sounding.iter().fold(0, |classes, pitch| classes | 1 << (pitch % 12));
        are_voices.then(|| WithTune { tables: Arc::new(tables), clock: Clock::default(), last_chord })
    }

    fn allows(&self, token: &Token) -> bool {
        let Token::Voice(token) = token else { return false };
        let Tables { first_onset, last_onset, key, is_given, .. } = &*self.tables;
        if self.clock.step() < *first_onset {
            return *token == VoiceToken::Rest;
        }
        let Some(key) = key.filter(|_| self.clock.step() >= *last_onset) else { return true };
        match *token {
            VoiceToken::Strike(pitch) if self.clock.step() == *last_onset => {
                let is_bass = self.clock.turn() + 1 == is_given.len();
                let classes = self.last_chord | 1 << (pitch % 12);
                if is_bass { pitch % 12 == key.tonic() } else { is_tonic_triad(key, classes) }
            }
            VoiceToken::Hold => self.clock.step() > *last_onset,
            _ => false,
        }
    }
}

/// Whether what the given parts sound at the end is of the tonic triad, above the tonic.
fn can_end(key: Scale, sounding: &[u8], bass: Option<PartStep>) -> bool {
    let classes = sounding.iter().fold(0, |classes, pitch| classes | 1 << (pitch % 12));
    let is_tonic = |bass: PartStep| bass.pitch().is_some_and(|pitch| pitch % 12 == key.tonic());
    is_tonic_triad(key, classes) && bass.is_none_or(is_tonic)
}

/// Whether pitch classes, a bit each, are of the tonic triad of a key, in minor of that with a major third too.
fn is_tonic_triad(key: Scale, classes: u16) -> bool {
    let triad = |third: u8| [0, third, 7].iter().fold(0_u16, |triad, above| triad | 1 << ((key.tonic() + above) % 12));
    let is_within = |third: u8| classes & !triad(third) == 0;
    is_within(4) || key.is_minor() && is_within(3)
}

impl Constraint for WithTune {
    fn name(&self) -> &str {
        "begin and end with the tune"
    }

    fn restrict(&self, _n_left: usize, allowed: &mut [bool]) {
        let Tables { tokens, is_given, first_onset, last_onset, .. } = &*self.tables;
        assert_eq!(tokens.len(), allowed.len(), "{}: tokens of the vocabulary and of the model", self.name());
        let is_inside = (*first_onset..*last_onset).contains(&self.clock.step());
        if is_inside || is_given.get(self.clock.turn()).is_none_or(|is_given| *is_given) {
            return;
        }
        let kept: Vec<bool> =
            allowed.iter().zip(tokens).map(|(&allowed, token)| allowed && self.allows(token)).collect();
        if kept.contains(&true) {
            allowed.copy_from_slice(&kept);
        }
    }

    fn advance(&mut self, token: TokenId) {
        let token = &self.tables.tokens[token.index()];
        if let Token::Voice(VoiceToken::Strike(pitch)) = token
            && self.clock.step() == self.tables.last_onset
        {
            self.last_chord |= 1 << (pitch % 12);
        }
        self.clock.advance(token);
    }

    fn boxed_clone(&self) -> Box<dyn Constraint> {
        Box::new(self.clone())
    }
}
