//! Which note tokens may follow others.

use galant_types::TokenId;

use crate::{GridTokenizer, NoteToken, Token, Vocabulary};

/// Says which note tokens may come next, so that what is composed is the one spelling of a score.
///
/// A length follows each pitch. Pitches struck together ascend, and none is struck that still sounds. A time or a length
/// goes on only after one as long as a token can tell, to [`Grid::MAX_QUARTERS`](crate::Grid::MAX_QUARTERS) at most. Before a time that ends, some pitch is free
/// to be struck then, and the last token is no pitch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grammar {
    /// By number.
    tokens: Vec<NoteToken>,
    /// What a single token can tell, in steps.
    steps_per_token: u64,
    /// What several can.
    max_steps: u64,
}

impl Grammar {
    /// The grammar of the note tokens in `vocabulary`; none if its tokens are of another tokenizer.
    pub fn new(vocabulary: &Vocabulary, tokens: GridTokenizer) -> Option<Grammar> {
        let note = |token: &Token| if let Token::Note(token) = token { Some(*token) } else { None };
        Some(Grammar {
            tokens: vocabulary.tokens().iter().map(note).collect::<Option<_>>()?,
            steps_per_token: tokens.grid.steps_per_token().into(),
            max_steps: tokens.grid.max_steps().into(),
        })
    }

    /// Sets to false what may not stand after `played`, where `n_left` tokens are still to come; `allowed` is `[V]`.
    ///
    /// At least one token stays, unless other rules forbade what this one leaves.
    /// After tokens that are no spelling it goes on as best it can.
    ///
    /// # Panics
    ///
    /// If `allowed` has another length than the vocabulary, or a number is not in it.
    pub fn forbid(&self, played: &[TokenId], n_left: usize, allowed: &mut [bool]) {
        assert_eq!(allowed.len(), self.tokens.len(), "the tokens allowed and those of the grammar");
        let place = self.place(played);
        let first_free = place.first_free(&self.tokens);
        let by_grammar: Vec<bool> =
            self.tokens.iter().map(|token| self.allows(&place, first_free, n_left, *token)).collect();
        if by_grammar.contains(&true) {
            allowed.iter_mut().zip(by_grammar).for_each(|(allowed, by_grammar)| *allowed &= by_grammar);
        } else {
            // Only where the last tokens are asked for in a place that a spelling does not end at.
            let is_time = self.tokens.iter().map(|token| matches!(token, NoteToken::Time(_)));
            allowed.iter_mut().zip(is_time).for_each(|(allowed, is_time)| *allowed &= is_time);
        }
    }

    fn allows(&self, place: &Place, first_free: u64, n_left: usize, token: NoteToken) -> bool {
        let goes_on = |so_far: u64, steps: u64| so_far == 0 || place.is_full && so_far + steps <= self.max_steps;
        match token {
            NoteToken::Length(steps) => match place.last {
                Last::Pitch => true,
                Last::Length => place.is_full && place.chain + u64::from(steps.get()) <= self.max_steps,
                Last::Nothing | Last::Time => false,
            },
            NoteToken::Pitch(pitch) => {
                let ascends = place.last_pitch.is_none_or(|last| pitch > last);
                place.last != Last::Pitch && ascends && place.ends[usize::from(pitch)] <= place.now && n_left > 1
            }
            NoteToken::Time(steps) => {
                let steps = u64::from(steps.get());
                let so_far = if place.last == Last::Time { place.chain } else { 0 };
                let can_follow = place.last != Last::Pitch && goes_on(so_far, steps);
                // After a full time another may follow.
                let is_last_time = steps < self.steps_per_token || so_far + steps >= self.max_steps;
                let can_end = match n_left {
                    1 => true,
                    2 => !is_last_time,
                    _ => !is_last_time || place.now + steps >= first_free,
                };
                can_follow && can_end
            }
        }
    }

    /// Where the tokens have led to; only as many are read as can matter.
    fn place(&self, played: &[TokenId]) -> Place {
        let token = |id: &TokenId| self.tokens[id.index()];
        let mut time = 0;
        let n_read = played.iter().rev().take_while(|id| {
            let is_near = time <= self.max_steps;
            if let NoteToken::Time(steps) = token(id) {
                time += u64::from(steps.get());
            }
            is_near
        });
        let first = played.len() - n_read.count();
        let mut place = Place::default();
        played[first..].iter().for_each(|id| place.read(token(id), self.steps_per_token));
        place
    }
}

/// What the grammar remembers.
struct Place {
    /// In steps from some time before.
    now: u64,
    last: Last,
    /// How long the time or length just told is so far.
    chain: u64,
    /// Whether its last token was as long as a token can be.
    is_full: bool,
    /// The highest pitch struck now.
    last_pitch: Option<u8>,
    /// When each key falls silent.
    ends: [u64; 128],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    Nothing,
    Time,
    Pitch,
    Length,
}

impl Default for Place {
    fn default() -> Place {
        Place { now: 0, last: Last::Nothing, chain: 0, is_full: false, last_pitch: None, ends: [0; 128] }
    }
}

impl Place {
    fn read(&mut self, token: NoteToken, steps_per_token: u64) {
        let last = match token {
            NoteToken::Time(_) => Last::Time,
            NoteToken::Pitch(_) => Last::Pitch,
            NoteToken::Length(_) => Last::Length,
        };
        let so_far = if last == self.last { self.chain } else { 0 };
        match token {
            NoteToken::Time(steps) | NoteToken::Length(steps) => {
                let steps = u64::from(steps.get());
                self.chain = so_far + steps;
                self.is_full = steps == steps_per_token;
                if last == Last::Time {
                    self.now += steps;
                    self.last_pitch = None;
                } else if let Some(pitch) = self.last_pitch {
                    self.ends[usize::from(pitch)] += steps;
                }
            }
            NoteToken::Pitch(pitch) => {
                self.last_pitch = Some(pitch);
                self.ends[usize::from(pitch)] = self.now;
            }
        }
        self.last = last;
    }

    /// When the first of the keys there are is silent.
    fn first_free(&self, tokens: &[NoteToken]) -> u64 {
        let end = |token: &NoteToken| {
            if let NoteToken::Pitch(pitch) = token { Some(self.ends[usize::from(*pitch)]) } else { None }
        };
        tokens.iter().filter_map(end).min().unwrap_or(0)
    }
}
