//! Which note tokens may follow others.

use std::sync::Arc;

use galant_types::{Constraint, TokenId};

use super::filter::TokenFilter;
use super::forbid_unless;
use super::note_piece::{Last, NotePiece};
use super::voices::VoiceGrammar;
use crate::{Grid, NoteToken, Token, Tokenizer, Vocabulary};

/// Allows only note tokens that can be decoded, and only in the way in which a score is encoded.
///
/// A length follows each pitch. Pitches struck together ascend, and no key is struck that still sounds. A time or a
/// length is continued only after one as long as a token can say, and up to [`Grid::MAX_QUARTERS`] in total. When a
/// time is over, some key is free to be struck, and the last token of a piece is not a pitch.
///
/// At least one token is always allowed, unless other constraints forbid what this one allows; after a primer that is
/// not encoded in this way, it goes on as well as possible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteGrammar {
    /// `[V]`
    tokens: Arc<[NoteToken]>,
    /// The longest time or length of a single token, in steps.
    steps_per_token: u64,
    /// The longest time or length of several tokens, in steps.
    max_steps: u64,
    /// The pitches that may be struck.
    pitches: Arc<[u8]>,
    piece: NotePiece,
}

impl NoteGrammar {
    /// The grammar of the note tokens in `vocabulary`, which are on `grid`; none if a token is of another tokenizer.
    pub fn new(vocabulary: &Vocabulary, grid: Grid) -> Option<NoteGrammar> {
        let note = |token: &Token| if let Token::Note(token) = token { Some(*token) } else { None };
        Some(NoteGrammar {
            tokens: vocabulary.tokens().iter().map(note).collect::<Option<_>>()?,
            pitches: vocabulary.tokens().iter().flat_map(Token::pitches).copied().collect(),
            steps_per_token: grid.steps_per_token().into(),
            max_steps: grid.max_steps().into(),
            piece: NotePiece::default(),
        })
    }

    /// The same for a piece in which `filters` hold too: when a time is over, a key is free that they allow.
    ///
    /// Without it a narrow range or a key can leave no token: all its notes may sound when the next must be struck.
    ///
    /// # Panics
    ///
    /// If a filter was made for another vocabulary.
    #[must_use]
    pub fn under(self, filters: &[TokenFilter]) -> NoteGrammar {
        let is_usable = |at: usize| filters.iter().all(|filter| filter.allowed()[at]);
        let pitch = |(at, token): (usize, &NoteToken)| match token {
            NoteToken::Pitch(pitch) if is_usable(at) => Some(*pitch),
            _ => None,
        };
        let pitches = self.tokens.iter().enumerate().filter_map(pitch).collect();
        NoteGrammar { pitches, ..self }
    }

    fn allows(&self, token: NoteToken, first_silent: u64, n_left: usize) -> bool {
        let piece = &self.piece;
        match token {
            NoteToken::Length(steps) => match piece.last {
                Last::Pitch => true,
                Last::Length => piece.is_full && piece.run + u64::from(steps.get()) <= self.max_steps,
                Last::Nothing | Last::Time => false,
            },
            NoteToken::Pitch(pitch) => {
                let ascends = piece.last_pitch.is_none_or(|last| pitch > last);
                piece.last != Last::Pitch
                    && ascends
                    && piece.silent_at(pitch, self.max_steps) <= piece.now
                    && n_left > 1
            }
            NoteToken::Time(steps) => {
                let steps = u64::from(steps.get());
                let run = if piece.last == Last::Time { piece.run } else { 0 };
                let can_follow =
                    piece.last != Last::Pitch && (run == 0 || piece.is_full && run + steps <= self.max_steps);
                // After a full time another may follow.
                let is_last_time = steps < self.steps_per_token || run + steps >= self.max_steps;
                let can_end = match n_left {
                    1 => true,
                    2 => !is_last_time,
                    _ => !is_last_time || piece.now + steps >= first_silent,
                };
                can_follow && can_end
            }
        }
    }

    /// When the first of the keys that may be struck is silent.
    fn first_silent(&self) -> u64 {
        self.pitches.iter().map(|&pitch| self.piece.silent_at(pitch, self.max_steps)).min().unwrap_or(0)
    }
}

impl Constraint for NoteGrammar {
    fn name(&self) -> &str {
        "grammar of note tokens"
    }

    fn restrict(&self, n_left: usize, allowed: &mut [bool]) {
        let first_silent = self.first_silent();
        let allows = |token: &NoteToken| self.allows(*token, first_silent, n_left);
        if self.tokens.iter().any(allows) {
            forbid_unless(self.name(), &self.tokens, allowed, allows);
        } else {
            // Only where the last tokens are asked for at a place where no encoded score can end.
            forbid_unless(self.name(), &self.tokens, allowed, |token| matches!(token, NoteToken::Time(_)));
        }
    }

    fn advance(&mut self, token: TokenId) {
        self.piece.push(self.tokens[token.index()], self.steps_per_token);
    }

    fn boxed_clone(&self) -> Box<dyn Constraint> {
        Box::new(self.clone())
    }
}

impl Tokenizer {
    /// What every composed piece must satisfy to be decodable: nothing for chords and rhythm, [`NoteGrammar`] for
    /// notes, [`VoiceGrammar`] for voices.
    ///
    /// Where a piece goes on from a primer, advance the constraints over the primer.
    ///
    /// # Panics
    ///
    /// If this is the tokenizer of note tokens or of voices and the `vocabulary` is of another one.
    pub fn grammar(self, vocabulary: &Vocabulary) -> Vec<Box<dyn Constraint>> {
        match self {
            Tokenizer::Chords(_) | Tokenizer::Rhythm(_) => Vec::new(),
            Tokenizer::Notes(tokenizer) => {
                let grammar = NoteGrammar::new(vocabulary, tokenizer.grid);
                vec![Box::new(grammar.expect("the vocabulary of this tokenizer has note tokens only"))]
            }
            Tokenizer::Voices(_) => {
                let grammar = VoiceGrammar::new(vocabulary, &[]);
                vec![Box::new(grammar.expect("the vocabulary of this tokenizer has voices only"))]
            }
        }
    }
}
