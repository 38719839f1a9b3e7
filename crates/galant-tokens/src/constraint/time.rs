//! Constraints that count time, or the notes struck at one time.

use std::sync::Arc;

use galant_types::{Constraint, TokenId};

use super::{TonicEnd, forbid_unless};
use crate::clock::Passing;
use crate::{Clock, Token, Vocabulary};

/// Ends a piece when a number of steps has passed in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndAfterSteps {
    name: Arc<str>,
    /// How time passes after each token, `[V]`.
    times: Arc<[Passing]>,
    steps: u64,
    ending: Option<TonicEnd>,
    clock: Clock,
}

impl EndAfterSteps {
    /// Ends after `steps` of the grid; the tokens of `vocabulary` must have time.
    pub fn new(vocabulary: &Vocabulary, steps: u64) -> EndAfterSteps {
        let times = vocabulary.tokens().iter().map(Passing::of).collect();
        let name = format!("end after {steps} steps").into();
        EndAfterSteps { name, times, steps, ending: None, clock: Clock::default() }
    }

    /// The same, but the token that ends the piece must be one that `ending` allows.
    #[must_use]
    pub fn on_tonic(self, ending: TonicEnd) -> EndAfterSteps {
        EndAfterSteps { name: format!("{}, {}", self.name, ending.name()).into(), ending: Some(ending), ..self }
    }
}

impl Constraint for EndAfterSteps {
    fn name(&self) -> &str {
        &self.name
    }

    fn restrict(&self, _n_left: usize, allowed: &mut [bool]) {
        let Some(ending) = &self.ending else { return };
        let left = self.steps.saturating_sub(self.clock.step());
        let may_end = ending.tonic_chords().allowed();
        assert_eq!(self.times.len(), allowed.len(), "{}: tokens of the vocabulary and of the model", self.name);
        for ((allowed, &time), may_end) in allowed.iter_mut().zip(&*self.times).zip(may_end) {
            *allowed &= u64::from({ self.clock }.pass(time)) < left || *may_end;
        }
    }

    fn advance(&mut self, token: TokenId) {
        self.clock.pass(self.times[token.index()]);
    }

    fn is_end(&self) -> bool {
        self.clock.step() >= self.steps
    }

    fn boxed_clone(&self) -> Box<dyn Constraint> {
        Box::new(self.clone())
    }
}

/// Makes the first token of a piece strike a note; for pieces that do not go on from a primer that is played.
///
/// A piece of one or two tokens may begin with silence: in note tokens there would be no place for a note's length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartWithNote {
    /// Whether each token strikes a note, `[V]`.
    strikes: Arc<[bool]>,
    has_begun: bool,
}

impl StartWithNote {
    /// A constraint for tokens of `vocabulary`.
    pub fn new(vocabulary: &Vocabulary) -> StartWithNote {
        let strikes = vocabulary.tokens().iter().map(|token| !token.pitches().is_empty()).collect();
        StartWithNote { strikes, has_begun: false }
    }
}

impl Constraint for StartWithNote {
    fn name(&self) -> &str {
        "start with a note"
    }

    fn restrict(&self, n_left: usize, allowed: &mut [bool]) {
        if !self.has_begun && n_left > 2 {
            forbid_unless(self.name(), &self.strikes, allowed, |&strikes| strikes);
        }
    }

    fn advance(&mut self, _: TokenId) {
        self.has_begun = true;
    }

    fn boxed_clone(&self) -> Box<dyn Constraint> {
        Box::new(self.clone())
    }
}

/// Limits how many notes are struck together, even by several tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaxNotes {
    name: Arc<str>,
    /// `[V]`
    tokens: Arc<[Struck]>,
    n_notes: usize,
    /// How many notes have been struck since time last passed.
    n_struck: usize,
    clock: Clock,
}

/// What counts of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Struck {
    n_notes: usize,
    /// Chord tokens have no time, and are never struck together.
    passing: Option<Passing>,
    /// Whether the next token must strike more notes at the same time.
    goes_on: bool,
}

impl Struck {
    fn of(token: &Token) -> Struck {
        Struck {
            n_notes: token.pitches().len(),
            passing: (!matches!(token, Token::Chord(_))).then(|| Passing::of(token)),
            goes_on: matches!(token, Token::Rhythm(_)) && token.time() == 0,
        }
    }
}

impl MaxNotes {
    /// Allows at most `n_notes` together.
    pub fn new(vocabulary: &Vocabulary, n_notes: usize) -> MaxNotes {
        let tokens = vocabulary.tokens().iter().map(Struck::of).collect();
        MaxNotes {
            name: format!("at most {n_notes} notes").into(),
            tokens,
            n_notes,
            n_struck: 0,
            clock: Clock::default(),
        }
    }
}

impl Constraint for MaxNotes {
    fn name(&self) -> &str {
        &self.name
    }

    fn restrict(&self, _n_left: usize, allowed: &mut [bool]) {
        forbid_unless(&self.name, &self.tokens, allowed, |token| {
            token.n_notes == 0 || self.n_struck + token.n_notes + usize::from(token.goes_on) <= self.n_notes
        });
    }

    fn advance(&mut self, token: TokenId) {
        let Struck { n_notes, passing, .. } = self.tokens[token.index()];
        let time_passes = passing.is_none_or(|passing| self.clock.pass(passing) > 0);
        self.n_struck = if time_passes { 0 } else { self.n_struck + n_notes };
    }

    fn boxed_clone(&self) -> Box<dyn Constraint> {
        Box::new(self.clone())
    }
}
