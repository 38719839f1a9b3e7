//! How time passes from token to token.

use crate::{Token, VoiceToken};

/// Where a sequence of tokens is: the step, and in voices whose turn it is.
///
/// Tokens with rhythm say how much time passes after them; in voices a step passes when every part has had its turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Clock {
    step: u64,
    n_parts: u8,
    turn: u8,
}

impl Clock {
    /// How many steps have passed since the first token.
    pub fn step(&self) -> u64 {
        self.step
    }

    /// Which part the next token of voices belongs to, counted from 0.
    pub fn turn(&self) -> usize {
        self.turn.into()
    }

    /// How many parts the voices have; 0 before it is known.
    pub fn n_parts(&self) -> usize {
        self.n_parts.into()
    }

    /// Takes note of the next token, and returns how many steps pass after it.
    pub fn advance(&mut self, token: &Token) -> u16 {
        self.pass(Passing::of(token))
    }

    pub(crate) fn pass(&mut self, passing: Passing) -> u16 {
        let steps = match passing {
            Passing::Steps(steps) => steps,
            Passing::Begin(n_parts) => {
                (self.n_parts, self.turn) = (n_parts, 0);
                0
            }
            Passing::Turn => {
                self.turn = self.turn.saturating_add(1);
                let is_over = self.turn >= self.n_parts;
                self.turn = if is_over { 0 } else { self.turn };
                u16::from(is_over)
            }
        };
        self.step += u64::from(steps);
        steps
    }
}

/// What a token is to a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Passing {
    /// So many steps pass after it.
    Steps(u16),
    /// Voices of so many parts begin.
    Begin(u8),
    /// A part has had its turn.
    Turn,
}

impl Passing {
    pub(crate) fn of(token: &Token) -> Passing {
        match token {
            Token::Voice(VoiceToken::Begin(parts)) => Passing::Begin(parts.get()),
            Token::Voice(_) => Passing::Turn,
            Token::Chord(_) | Token::Rhythm(_) | Token::Note(_) => Passing::Steps(token.time()),
        }
    }
}
