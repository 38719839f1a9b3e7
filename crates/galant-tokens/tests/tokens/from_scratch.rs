//! Constraints as formulas of a whole piece: what those of the library must come to, token by token.

use galant_tokens::{Grid, NoteToken, Token, Vocabulary};
use galant_types::{Scale, TokenId};

/// What may follow `piece`, by number; `n_left` tokens are still to come.
pub(crate) type Formula<'a> = Box<dyn Fn(&[TokenId], usize) -> Vec<bool> + 'a>;

fn each<'a>(vocabulary: &'a Vocabulary, allows: impl Fn(&Token) -> bool + 'a) -> Vec<bool> {
    vocabulary.tokens().iter().map(allows).collect()
}

fn token(vocabulary: &Vocabulary, id: TokenId) -> &Token {
    vocabulary.token(id).unwrap()
}

fn is_tonic_chord(token: &Token, scale: Scale) -> bool {
    let classes = token.pitch_classes();
    classes & 1 << scale.tonic() != 0 && classes & !scale.triad() == 0
}

pub(crate) fn filter<'a>(vocabulary: &'a Vocabulary, allows: impl Fn(&Token) -> bool + 'a) -> Formula<'a> {
    Box::new(move |_, _| each(vocabulary, &allows))
}

pub(crate) fn tonic_end(vocabulary: &Vocabulary, scale: Scale) -> Formula<'_> {
    Box::new(move |_, n_left| each(vocabulary, |token| n_left > 1 || is_tonic_chord(token, scale)))
}

pub(crate) fn elapsed(vocabulary: &Vocabulary, piece: &[TokenId]) -> u64 {
    piece.iter().map(|&id| u64::from(token(vocabulary, id).time())).sum()
}

pub(crate) fn end_after_steps(vocabulary: &Vocabulary, steps: u64, scale: Scale) -> Formula<'_> {
    Box::new(move |piece, _| {
        let left = steps.saturating_sub(elapsed(vocabulary, piece));
        each(vocabulary, |token| u64::from(token.time()) < left || is_tonic_chord(token, scale))
    })
}

pub(crate) fn start_with_note(vocabulary: &Vocabulary) -> Formula<'_> {
    Box::new(move |piece, n_left| {
        each(vocabulary, |token| !piece.is_empty() || n_left <= 2 || !token.pitches().is_empty())
    })
}

pub(crate) fn max_notes(vocabulary: &Vocabulary, n_notes: usize) -> Formula<'_> {
    let passes_time = |token: &Token| matches!(token, Token::Chord(_)) || token.time() > 0;
    Box::new(move |piece, _| {
        let tokens = piece.iter().rev().map(|&id| token(vocabulary, id));
        let struck: usize = tokens.take_while(|token| !passes_time(token)).map(|token| token.pitches().len()).sum();
        each(vocabulary, |token| {
            let goes_on = matches!(token, Token::Rhythm(_)) && !passes_time(token);
            let n_new = token.pitches().len();
            n_new == 0 || struck + n_new + usize::from(goes_on) <= n_notes
        })
    })
}

/// The grammar of rhythm tokens.
pub(crate) fn rhythm_grammar(vocabulary: &Vocabulary) -> Formula<'_> {
    Box::new(move |piece, _| {
        let tokens = piece.iter().rev().map(|&id| token(vocabulary, id));
        let struck: Vec<u16> = tokens.take_while(|token| token.time() == 0).map(Token::length).collect();
        each(vocabulary, |token| token.time() > 0 || struck.iter().all(|length| token.length() > *length))
    })
}

/// The grammar of note tokens; none if there are others.
pub(crate) fn note_grammar(vocabulary: &Vocabulary, grid: Grid) -> Option<Formula<'_>> {
    let note = |token: &Token| if let Token::Note(token) = token { Some(*token) } else { None };
    let tokens: Vec<NoteToken> = vocabulary.tokens().iter().map(note).collect::<Option<_>>()?;
    let grammar =
        Grammar { tokens, steps_per_token: grid.steps_per_token().into(), max_steps: grid.max_steps().into() };
    Some(Box::new(move |piece, n_left| grammar.allowed(piece, n_left)))
}

struct Grammar {
    tokens: Vec<NoteToken>,
    steps_per_token: u64,
    max_steps: u64,
}

impl Grammar {
    fn allowed(&self, piece: &[TokenId], n_left: usize) -> Vec<bool> {
        let place = self.place(piece);
        let first_free = place.first_free(&self.tokens);
        let by_grammar: Vec<bool> =
            self.tokens.iter().map(|token| self.allows(&place, first_free, n_left, *token)).collect();
        if by_grammar.contains(&true) {
            by_grammar
        } else {
            self.tokens.iter().map(|token| matches!(token, NoteToken::Time(_))).collect()
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

    /// Where the tokens have led to, from those that begin at most the longest note before.
    fn place(&self, piece: &[TokenId]) -> Place {
        let token = |id: &TokenId| self.tokens[id.index()];
        let mut time = 0;
        let n_read = piece.iter().rev().take_while(|id| {
            let is_near = time <= self.max_steps;
            if let NoteToken::Time(steps) = token(id) {
                time += u64::from(steps.get());
            }
            is_near
        });
        let first = piece.len() - n_read.count();
        let mut place = Place::default();
        piece[first..].iter().for_each(|id| place.read(token(id), self.steps_per_token));
        place
    }
}

struct Place {
    now: u64,
    last: Last,
    chain: u64,
    is_full: bool,
    last_pitch: Option<u8>,
    ends: [u64; 128],
}

#[derive(Clone, Copy, PartialEq, Eq)]
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

    fn first_free(&self, tokens: &[NoteToken]) -> u64 {
        let end = |token: &NoteToken| {
            if let NoteToken::Pitch(pitch) = token { Some(self.ends[usize::from(*pitch)]) } else { None }
        };
        tokens.iter().filter_map(end).min().unwrap_or(0)
    }
}
