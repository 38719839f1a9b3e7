//! The ending of voices.

use std::ops::RangeInclusive;
use std::sync::Arc;

use galant_types::TokenId;

use super::rules::{EndingError, EndingRules, LastBar, Stops, Usable};
use crate::clock::Passing;
use crate::{Clock, Token, Vocabulary, VoiceToken};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct VoiceEnding {
    tables: Arc<Tables>,
    clock: Clock,
    /// How many notes have been struck at this step.
    n_struck: usize,
    /// The lowest note of the last chord so far.
    lowest: Option<u8>,
}

#[derive(Debug, PartialEq, Eq)]
struct Tables {
    /// `[V]`
    tokens: Vec<VoiceToken>,
    /// For each part the pitches that it may strike, ascending.
    pitches: Vec<Vec<u8>>,
    /// For each part those of the last chord, ascending.
    last_chord: Vec<Vec<u8>>,
    last_bar: LastBar,
    stops: Stops,
}

impl VoiceEnding {
    pub(super) fn new(
        vocabulary: &Vocabulary,
        rules: &EndingRules<'_>,
        usable: &Usable,
    ) -> Result<VoiceEnding, EndingError> {
        let (mut tokens, mut pitches) = (Vec::with_capacity(vocabulary.len()), Vec::new());
        for (token, is_usable) in usable.tokens(vocabulary) {
            let Token::Voice(voice) = *token else { return Err(EndingError::WrongTokenizer { token: token.clone() }) };
            tokens.push(voice);
            pitches.extend(token.pitches().iter().filter(|_| is_usable));
        }
        pitches.sort_unstable();
        let n_parts = vocabulary.n_parts().map_or(0, |n_parts| usize::from(n_parts.get()));
        let in_range = |part: usize| {
            let range = rules.ranges.get(part).cloned().unwrap_or(RangeInclusive::new(0, 127));
            pitches.iter().copied().filter(|pitch| range.contains(pitch)).collect()
        };
        let pitches: Vec<Vec<u8>> = (0..n_parts).map(in_range).collect();
        let last_chord = last_chord(&pitches, rules);
        let max_notes = rules.max_notes.unwrap_or(n_parts);
        if n_parts == 0 || max_notes < n_parts || last_chord.iter().any(Vec::is_empty) {
            return Err(rules.no_tonic(vocabulary));
        }
        let tables = Tables { tokens, pitches, last_chord, last_bar: rules.last_bar, stops: Stops::of(rules) };
        Ok(VoiceEnding { tables: Arc::new(tables), clock: Clock::default(), n_struck: 0, lowest: None })
    }

    pub(super) fn check(&self) -> Result<(), EndingError> {
        let (step, last_bar) = (self.clock.step(), self.tables.last_bar.start);
        let has_passed = step > last_bar || step == last_bar && self.clock.turn() > 0;
        if has_passed { Err(EndingError::Passed { step, last_bar }) } else { Ok(()) }
    }

    pub(super) fn tokens(&self) -> &[VoiceToken] {
        &self.tables.tokens
    }

    pub(super) fn allows(&self, token: VoiceToken) -> bool {
        let (tables, turn) = (&*self.tables, self.clock.turn());
        match (self.clock.step().checked_sub(tables.last_bar.start), token) {
            (_, VoiceToken::Begin(_)) => false,
            (None, VoiceToken::Strike(_)) => true,
            (None, VoiceToken::Hold | VoiceToken::Rest) => !self.is_due(turn),
            (Some(0), VoiceToken::Strike(pitch)) => self.ends_on(turn, pitch),
            (Some(0), VoiceToken::Hold | VoiceToken::Rest) => false,
            (Some(_), token) => token == VoiceToken::Hold,
        }
    }

    /// Whether a part must strike a note, as nobody else has on this downbeat and nobody will.
    fn is_due(&self, turn: usize) -> bool {
        let tables = &*self.tables;
        let last = (0..tables.pitches.len()).rfind(|part| !tables.pitches[*part].is_empty());
        self.n_struck == 0 && last == Some(turn) && tables.stops.is_at(self.clock.step())
    }

    /// Whether a part may end on a pitch. The last part strikes the lowest note, so it must be left one below.
    fn ends_on(&self, turn: usize, pitch: u8) -> bool {
        let Some(own) = self.tables.last_chord.get(turn).filter(|own| own.contains(&pitch)) else { return false };
        let is_last = turn + 1 == self.tables.last_chord.len();
        let fits = |pitch: u8| match (is_last, self.lowest, self.tables.last_chord.last().and_then(|bass| bass.first()))
        {
            (true, Some(lowest), _) => pitch <= lowest,
            (false, _, Some(&bass)) => pitch >= bass,
            _ => true,
        };
        // Where ranges leave no such note, any of the chord will do.
        fits(pitch) || !own.iter().any(|pitch| fits(*pitch))
    }

    pub(super) fn advance(&mut self, token: TokenId) {
        let token = self.tables.tokens[token.index()];
        if let VoiceToken::Strike(pitch) = token {
            self.n_struck += 1;
            if self.clock.step() == self.tables.last_bar.start {
                self.lowest = Some(self.lowest.map_or(pitch, |lowest| lowest.min(pitch)));
            }
        }
        if self.clock.pass(Passing::of(&Token::Voice(token))) > 0 {
            self.n_struck = 0;
        }
    }

    pub(super) fn is_end(&self) -> bool {
        let LastBar { start, steps, .. } = self.tables.last_bar;
        self.clock.step() >= start + steps
    }
}

/// For each part the pitches of the last chord: the tonic in the last part, and notes of its triad in the others.
fn last_chord(pitches: &[Vec<u8>], rules: &EndingRules<'_>) -> Vec<Vec<u8>> {
    let classes = |part: usize| match rules.scale {
        None => 0xfff,
        Some(scale) if part + 1 == pitches.len() => 1 << scale.tonic(),
        Some(scale) => scale.triad(),
    };
    let of_part = |(part, pitches): (usize, &Vec<u8>)| {
        pitches.iter().copied().filter(|pitch| classes(part) >> (pitch % 12) & 1 == 1).collect()
    };
    pitches.iter().enumerate().map(of_part).collect()
}
