//! Masks for tokens that know time or have a grammar.

use galant_tokens::{Grammar, Token};
use galant_types::TokenId;

use crate::mask::{Mask, Played, TonicEnd};

/// Which of the tokens that a mask sees make the piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// The primer and what is composed.
    WithPrimer,
    /// What is composed alone.
    WithoutPrimer,
}

impl Piece {
    fn tokens<'a>(self, played: &Played<'a>) -> &'a [TokenId] {
        match self {
            Piece::WithPrimer => played.tokens,
            Piece::WithoutPrimer => played.composed(),
        }
    }
}

/// Ends a piece when so much time has passed in what is composed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeEnd {
    name: String,
    /// Of each token, in steps.
    times: Vec<u16>,
    steps: u64,
    ending: Option<TonicEnd>,
}

impl TimeEnd {
    /// Ends after `steps` of the grid; tokens are numbered as in `vocabulary`.
    pub fn new(vocabulary: &[Token], steps: u64) -> TimeEnd {
        let times = vocabulary.iter().map(Token::time).collect();
        TimeEnd { name: format!("end after {steps} steps"), times, steps, ending: None }
    }

    /// The same, but the token that ends the piece must be a tonic chord.
    pub fn on_tonic(self, ending: TonicEnd) -> TimeEnd {
        TimeEnd { name: format!("{}, {}", self.name, ending.name()), ending: Some(ending), ..self }
    }

    fn elapsed(&self, played: &Played<'_>) -> u64 {
        played.composed().iter().map(|token| u64::from(self.times[token.index()])).sum()
    }
}

impl Mask for TimeEnd {
    fn name(&self) -> &str {
        &self.name
    }

    fn forbid(&self, played: &Played<'_>, allowed: &mut [bool]) {
        let Some(ending) = &self.ending else { return };
        let left = self.steps.saturating_sub(self.elapsed(played));
        let mut may_end = vec![true; allowed.len()];
        ending.mask.forbid(played, &mut may_end);
        let ends = self.times.iter().map(|&time| u64::from(time) >= left);
        allowed.iter_mut().zip(ends).zip(may_end).for_each(|((allowed, ends), may_end)| *allowed &= !ends || may_end);
    }

    fn is_end(&self, played: &Played<'_>) -> bool {
        self.elapsed(played) >= self.steps
    }
}

/// Has what is composed begin with a note, not with silence; for pieces that go on from nothing that is played.
///
/// A piece of one or two tokens may begin with silence: in note tokens there would be no place for a note's length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Of each token, whether it strikes a note.
    strikes: Vec<bool>,
}

impl Opening {
    /// A mask for tokens numbered as in `vocabulary`.
    pub fn new(vocabulary: &[Token]) -> Opening {
        Opening { strikes: vocabulary.iter().map(|token| !token.pitches().is_empty()).collect() }
    }
}

impl Mask for Opening {
    fn name(&self) -> &str {
        "the opening with a note"
    }

    fn forbid(&self, played: &Played<'_>, allowed: &mut [bool]) {
        if played.composed().is_empty() && played.n_left > 2 {
            allowed.iter_mut().zip(&self.strikes).for_each(|(allowed, &strikes)| *allowed &= strikes);
        }
    }
}

/// Allows what the grammar of note tokens allows, so that the piece is the spelling of a score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrammarMask {
    grammar: Grammar,
    piece: Piece,
}

impl GrammarMask {
    /// A mask for what makes the piece.
    pub fn new(grammar: Grammar, piece: Piece) -> GrammarMask {
        GrammarMask { grammar, piece }
    }
}

impl Mask for GrammarMask {
    fn name(&self) -> &str {
        "the grammar of note tokens"
    }

    fn forbid(&self, played: &Played<'_>, allowed: &mut [bool]) {
        self.grammar.forbid(self.piece.tokens(played), played.n_left, allowed);
    }
}

/// Allows at most so many notes to be struck together, also where several tokens strike them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Polyphony {
    name: String,
    /// By number.
    tokens: Vec<Struck>,
    n_notes: usize,
    piece: Piece,
}

/// What counts of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Struck {
    n_notes: usize,
    time_passes: bool,
    /// Whether the next token strikes more notes with it.
    goes_on: bool,
}

impl Struck {
    fn of(token: &Token) -> Struck {
        let (n_notes, time_passes) = (token.pitches().len(), token.time() > 0);
        Struck { n_notes, time_passes, goes_on: matches!(token, Token::Rhythm(_)) && !time_passes }
    }
}

impl Polyphony {
    /// Allows `n_notes`; tokens are numbered as in `vocabulary`, and know time.
    pub fn new(vocabulary: &[Token], n_notes: usize, piece: Piece) -> Polyphony {
        let tokens = vocabulary.iter().map(Struck::of).collect();
        Polyphony { name: format!("max-notes {n_notes}"), tokens, n_notes, piece }
    }
}

impl Mask for Polyphony {
    fn name(&self) -> &str {
        &self.name
    }

    fn forbid(&self, played: &Played<'_>, allowed: &mut [bool]) {
        let tokens = self.piece.tokens(played).iter().rev().map(|token| self.tokens[token.index()]);
        let struck: usize = tokens.take_while(|token| !token.time_passes).map(|token| token.n_notes).sum();
        for (allowed, token) in allowed.iter_mut().zip(&self.tokens) {
            *allowed &= token.n_notes == 0 || struck + token.n_notes + usize::from(token.goes_on) <= self.n_notes;
        }
    }
}
