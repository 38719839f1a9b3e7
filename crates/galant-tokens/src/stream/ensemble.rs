//! What the parts of voices did last.

use std::num::NonZeroU8;

use galant_types::TokenId;

use super::frame::Frame;
use super::kind::Stream;
use crate::{Clock, Token, Vocabulary, VoiceToken};

/// The parts of voices, followed token by token.
#[derive(Debug, Clone)]
pub(super) struct Ensemble {
    lines: Vec<Line>,
}

/// What a part did last.
#[derive(Debug, Clone, Copy, Default)]
struct Line {
    /// The token that struck its last note.
    struck: Option<TokenId>,
    /// The token that struck the note before that.
    previous: Option<TokenId>,
    /// The last note, or the rest.
    sounding: Option<TokenId>,
    /// For how many steps that note has sounded; 0 if it no longer does.
    n_held: u32,
}

impl Ensemble {
    /// Parts that have not begun.
    pub(super) fn new() -> Ensemble {
        Ensemble { lines: Vec::new() }
    }

    /// Takes note of the token of the part whose turn it was at `clock`, and returns what it stands for in a lookback: the
    /// note that sounds, or the rest; none of a beginning.
    pub(super) fn push(&mut self, id: TokenId, token: VoiceToken, clock: Clock) -> Option<TokenId> {
        let turn = clock.turn();
        if turn >= self.lines.len() {
            self.lines.resize(turn + 1, Line::default());
        }
        let line = &mut self.lines[turn];
        match token {
            VoiceToken::Begin(_) => return None,
            VoiceToken::Strike(_) => (line.struck, line.previous, line.n_held) = (Some(id), line.struck, 1),
            VoiceToken::Hold => line.n_held = line.n_held.saturating_add(1),
            VoiceToken::Rest => line.n_held = 0,
        }
        line.sounding = Some(if token == VoiceToken::Hold { line.struck.unwrap_or(id) } else { id });
        line.sounding
    }

    /// How long the note of a part has sounded, as [`Stream::Held`] says it.
    pub(super) fn held(&self, part: usize) -> u32 {
        duration_number(self.lines.get(part).map_or(0, |line| line.n_held))
    }

    /// The token that struck the last note of a part.
    pub(super) fn own(&self, part: usize) -> Option<TokenId> {
        self.lines.get(part)?.struck
    }

    /// The token that struck the note of a part before its last one.
    pub(super) fn previous(&self, part: usize) -> Option<TokenId> {
        self.lines.get(part)?.previous
    }

    /// The last note of a part, or the rest after it.
    pub(super) fn sounding(&self, part: usize) -> Option<TokenId> {
        self.lines.get(part)?.sounding
    }
}

/// The number of a time in steps, as [`Stream::Held`] says it.
pub(super) fn duration_number(n_steps: u32) -> u32 {
    match n_steps {
        0..=8 => n_steps,
        9..=12 => 9,
        13..=16 => 10,
        17..=32 => 11,
        _ => 12,
    }
}

/// The numbers of notes and rests.
#[derive(Debug, Clone)]
pub(super) struct Pitches {
    /// `[128]`, of a pitch that the vocabulary lacks the nearest.
    struck: Vec<TokenId>,
    rest: TokenId,
}

impl Pitches {
    pub(super) fn of(vocabulary: &Vocabulary) -> Pitches {
        let id = |token| vocabulary.nearest(&Token::Voice(token));
        Pitches { struck: (0..128).map(|pitch| id(VoiceToken::Strike(pitch))).collect(), rest: id(VoiceToken::Rest) }
    }

    /// What [`Stream::Given`] and [`Stream::Ahead`] say at a step of a part, counted from 1; none if it is not given.
    pub(super) fn given(&self, frame: &Frame, stream: Stream, part: NonZeroU8, step: u64) -> Option<TokenId> {
        let place = frame.given().at(usize::from(part.get()) - 1, step)?;
        let pitch = if matches!(stream, Stream::Ahead(_)) { place.ahead } else { place.sounding };
        Some(pitch.and_then(|pitch| self.struck.get(usize::from(pitch)).copied()).unwrap_or(self.rest))
    }
}
