//! The tokens of the last bars, for looking back.

use std::collections::VecDeque;
use std::mem;
use std::sync::Arc;

use galant_types::TokenId;

use super::frame::BarPlace;
use crate::{NoteToken, RhythmToken, Token};

/// What a token is for looking back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// A chord, of whatever tokenizer, a rest of rhythm tokens, or what one part of voices does.
    Whole,
    Pitch(u8),
    Length,
    Time,
}

impl Part {
    pub(super) fn of(token: &Token) -> Part {
        match token {
            Token::Chord(_) | Token::Rhythm(RhythmToken::Chord { .. } | RhythmToken::Rest { .. }) | Token::Voice(_) => {
                Part::Whole
            }
            Token::Note(NoteToken::Pitch(pitch)) => Part::Pitch(*pitch),
            Token::Note(NoteToken::Length(_)) => Part::Length,
            Token::Note(NoteToken::Time(_)) => Part::Time,
        }
    }
}

/// A token with the step of the bar at which it is.
#[derive(Debug, Clone, Copy)]
struct Placed {
    step: u64,
    token: TokenId,
    part: Part,
}

/// The tokens of this bar and of as many bars before it as are looked back.
///
/// Earlier bars are shared by clones.
#[derive(Debug, Clone)]
pub(super) struct History {
    n_bars: u64,
    /// Bars with tokens, the oldest first.
    past: VecDeque<(u64, Arc<[Placed]>)>,
    place: BarPlace,
    /// The tokens of the bar so far, in order of step.
    bar: Vec<Placed>,
}

impl History {
    /// A history that goes `n_bars` back, of a piece that begins at `place`.
    pub(super) fn new(n_bars: u64, place: BarPlace) -> History {
        History { n_bars, past: VecDeque::new(), place, bar: Vec::new() }
    }

    /// Adds a token, after which the next is at `next`.
    pub(super) fn push(&mut self, token: TokenId, part: Part, next: BarPlace) {
        if self.n_bars == 0 {
            return;
        }
        self.bar.push(Placed { step: self.place.step, token, part });
        if next.bar != self.place.bar {
            let bar = mem::take(&mut self.bar);
            self.past.push_back((self.place.bar, bar.into()));
            while self.past.front().is_some_and(|(bar, _)| bar + self.n_bars < next.bar) {
                self.past.pop_front();
            }
        }
        self.place = next;
    }

    /// The token at the same place `n_bars` ago, at least one bar; none if there was none.
    pub(super) fn lookback(&self, n_bars: u64) -> Option<TokenId> {
        let bar = self.place.bar.checked_sub(n_bars)?;
        let (_, bar) = self.past.iter().find(|(past, _)| *past == bar)?;
        expected(at_step(&self.bar, self.place.step), at_step(bar, self.place.step))
    }

    /// The token of a part of voices `n_bars` before `place`, at least one bar; none if there was none.
    pub(super) fn voice(&self, place: BarPlace, n_bars: u64, part: usize) -> Option<TokenId> {
        let number = place.bar.checked_sub(n_bars)?;
        let past = self.past.iter().find(|(past, _)| *past == number);
        let bar = past.map_or(&*self.bar, |(_, bar)| bar);
        let is_this = number == self.place.bar;
        let there = (past.is_some() || is_this).then(|| at_step(bar, place.step))?;
        there.get(part).map(|placed| placed.token)
    }
}

/// The tokens at a step of a bar.
fn at_step(bar: &[Placed], step: u64) -> &[Placed] {
    let first = bar.partition_point(|placed| placed.step < step);
    let end = bar.partition_point(|placed| placed.step <= step);
    &bar[first..end]
}

/// The token that follows `here`, the tokens so far at a step, going by those `there`, at the step of another bar.
fn expected(here: &[Placed], there: &[Placed]) -> Option<TokenId> {
    if there.first()?.part == Part::Whole {
        return there.get(here.len()).map(|placed| placed.token);
    }
    let is_pitch = |placed: &Placed| matches!(placed.part, Part::Pitch(_));
    let Some(struck) = here.iter().rposition(is_pitch) else { return next_pitch_or_time(there, None) };
    let Part::Pitch(pitch) = here[struck].part else { return None };
    let mut lengths = there.iter().skip_while(|placed| placed.part != here[struck].part).skip(1);
    // The lengths so far, of which all but the last are as long as a token can say.
    let so_far = &here[struck + 1..];
    match so_far.last() {
        None => lengths.next().filter(|placed| placed.part == Part::Length).map(|placed| placed.token),
        Some(last) => {
            let mut lengths = lengths.take_while(|placed| placed.part == Part::Length).skip(so_far.len() - 1);
            let is_same = lengths.next().is_some_and(|placed| placed.token == last.token);
            let continuation = lengths.next().filter(|_| is_same).map(|placed| placed.token);
            continuation.or_else(|| next_pitch_or_time(there, Some(pitch)))
        }
    }
}

/// The lowest pitch above `above`, or the first time if there is none.
fn next_pitch_or_time(there: &[Placed], above: Option<u8>) -> Option<TokenId> {
    let pitches = there.iter().filter_map(|placed| match placed.part {
        Part::Pitch(pitch) if above.is_none_or(|above| pitch > above) => Some((pitch, placed.token)),
        _ => None,
    });
    let lowest = pitches.min_by_key(|(pitch, _)| *pitch).map(|(_, token)| token);
    lowest.or_else(|| there.iter().find(|placed| placed.part == Part::Time).map(|placed| placed.token))
}
