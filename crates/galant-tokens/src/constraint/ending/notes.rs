//! The ending of note tokens.

use std::num::NonZeroU16;
use std::sync::Arc;

use galant_types::TokenId;

use super::rules::{EndingError, EndingRules, LastBar, Stops, Usable};
use crate::constraint::note_piece::{Last, NotePiece};
use crate::{Grid, NoteToken, Token, Vocabulary};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NoteEnding {
    tables: Arc<Tables>,
    piece: NotePiece,
    has_ended: bool,
}

/// What decides at one place which tokens may come.
#[derive(Debug, Clone, Copy)]
pub(super) struct Here {
    /// Where time must stop for a note to be struck.
    stop: u64,
    /// When the first of the keys that may be struck is silent.
    first_silent: u64,
    /// Whether a key other than the one struck last is silent at the stop.
    other_is_silent: bool,
    /// Whether a note must be struck before time passes.
    is_due: bool,
}

#[derive(Debug, PartialEq, Eq)]
struct Tables {
    /// `[V]`
    tokens: Vec<NoteToken>,
    /// The pitches that may be struck, ascending.
    pitches: Vec<u8>,
    /// The pitch classes of the last chord and of its lowest note, a bit each from C.
    chord: u16,
    bass: u16,
    last_bar: LastBar,
    stops: Stops,
    /// The longest time or length of a single token, and of several, in steps.
    steps_per_token: u64,
    max_steps: u64,
}

impl NoteEnding {
    pub(super) fn new(
        vocabulary: &Vocabulary,
        grid: Grid,
        rules: &EndingRules<'_>,
        usable: &Usable,
    ) -> Result<NoteEnding, EndingError> {
        let (mut tokens, mut pitches) = (Vec::with_capacity(vocabulary.len()), Vec::new());
        // How many of the times and lengths may be used.
        let mut is_known = vec![[false; 2]; usize::from(grid.steps_per_token()) + 1];
        for (token, is_usable) in usable.tokens(vocabulary) {
            let Token::Note(note) = *token else { return Err(EndingError::WrongTokenizer { token: token.clone() }) };
            tokens.push(note);
            let (kind, steps) = match note {
                NoteToken::Time(steps) => (0, steps),
                NoteToken::Length(steps) => (1, steps),
                NoteToken::Pitch(pitch) => {
                    pitches.extend(is_usable.then_some(pitch));
                    continue;
                }
            };
            if let Some(known) = is_known.get_mut(usize::from(steps.get())) {
                known[kind] |= is_usable;
            }
        }
        pitches.sort_unstable();
        for steps in (1..=grid.steps_per_token()).filter_map(NonZeroU16::new) {
            let known = is_known[usize::from(steps.get())];
            for (is_known, token) in known.into_iter().zip([NoteToken::Time(steps), NoteToken::Length(steps)]) {
                if !is_known {
                    return Err(EndingError::Incomplete { token: Token::Note(token) });
                }
            }
        }
        let all = 0xfff;
        let (chord, bass) = rules.scale.map_or((all, all), |scale| (scale.triad(), 1 << scale.tonic()));
        if !pitches.iter().any(|pitch| has(bass, *pitch)) {
            return Err(rules.no_tonic(vocabulary));
        }
        let tables = Tables {
            tokens,
            pitches,
            chord,
            bass,
            last_bar: rules.last_bar,
            stops: Stops::of(rules),
            steps_per_token: grid.steps_per_token().into(),
            max_steps: grid.max_steps().into(),
        };
        Ok(NoteEnding { tables: Arc::new(tables), piece: NotePiece::default(), has_ended: false })
    }

    pub(super) fn check(&self) -> Result<(), EndingError> {
        let (piece, last_bar) = (&self.piece, self.tables.last_bar.start);
        if piece.now > last_bar || piece.now == last_bar && piece.last_pitch.is_some() {
            return Err(EndingError::Passed { step: piece.now, last_bar });
        }
        let end = (0..128).map(|pitch| piece.silent_at(pitch, self.tables.max_steps)).max().unwrap_or(0);
        if end > last_bar { Err(EndingError::StillSounding { end, last_bar }) } else { Ok(()) }
    }

    pub(super) fn tokens(&self) -> &[NoteToken] {
        &self.tables.tokens
    }

    /// Whether the last chord still fits into `n_left` tokens, or is there.
    pub(super) fn can_still_end(&self, n_left: usize) -> bool {
        let is_before = self.piece.now < self.tables.last_bar.start;
        n_left > 2 || !is_before && (n_left == 2 || self.piece.last_pitch.is_some())
    }

    /// What is the same for all tokens here.
    pub(super) fn here(&self) -> Here {
        let (piece, tables) = (&self.piece, &*self.tables);
        let is_before = piece.now < tables.last_bar.start;
        let stop = if is_before { tables.stops.after(piece.now) } else { piece.now };
        let ends = || tables.pitches.iter().map(|&pitch| (piece.silent_at(pitch, tables.max_steps), pitch));
        let first_silent = ends().min().map_or(0, |(end, _)| end);
        let others = ends().filter(|(_, pitch)| Some(*pitch) != piece.last_pitch);
        Here {
            // Where all keys of a primer sound on, time cannot stop.
            stop: if first_silent > stop { tables.last_bar.start } else { stop },
            first_silent,
            other_is_silent: others.map(|(end, _)| end).min().is_some_and(|end| end <= stop),
            is_due: is_before
                && piece.last_pitch.is_none()
                && first_silent <= piece.now
                && tables.stops.is_at(piece.now),
        }
    }

    pub(super) fn allows(&self, token: NoteToken, here: Here) -> bool {
        match self.tables.last_bar.start.checked_sub(self.piece.now) {
            None => true,
            Some(0) => self.allows_in_last_chord(token),
            Some(_) => self.allows_before(token, here),
        }
    }

    /// Before the last bar.
    fn allows_before(&self, token: NoteToken, here: Here) -> bool {
        let (piece, tables) = (&self.piece, &*self.tables);
        match token {
            NoteToken::Pitch(_) => true,
            // A note ends before the last bar, and leaves a key to be struck at the next stop.
            NoteToken::Length(steps) => {
                let end = piece.now + self.length_with(steps);
                end <= tables.last_bar.start && (end <= here.stop || here.other_is_silent)
            }
            NoteToken::Time(steps) => {
                let steps = u64::from(steps.get());
                let end = piece.now + steps;
                // After a full time another may follow, and after the longest of several every key is silent; after any
                // other a key is struck, which must be silent.
                let goes_on = steps == tables.steps_per_token;
                !here.is_due && (end == here.stop || end < here.stop && (goes_on || end >= here.first_silent))
            }
        }
    }

    fn allows_in_last_chord(&self, token: NoteToken) -> bool {
        let LastBar { beat, steps: bar, .. } = self.tables.last_bar;
        match (token, self.piece.last_pitch) {
            (NoteToken::Pitch(pitch), None) => has(self.tables.bass, pitch),
            (NoteToken::Pitch(pitch), Some(last)) => {
                self.piece.last != Last::Pitch && pitch > last && has(self.tables.chord, pitch)
            }
            (NoteToken::Length(_) | NoteToken::Time(_), None) => false,
            (NoteToken::Length(steps), Some(_)) => (beat..=bar).contains(&self.length_with(steps)),
            (NoteToken::Time(_), Some(_)) => self.piece.last == Last::Length,
        }
    }

    /// How long the note struck last is with a length after it.
    fn length_with(&self, steps: NonZeroU16) -> u64 {
        let so_far = if self.piece.last == Last::Length { self.piece.run } else { 0 };
        so_far + u64::from(steps.get())
    }

    pub(super) fn advance(&mut self, token: TokenId) {
        let token = self.tables.tokens[token.index()];
        let has_chord = self.piece.now == self.tables.last_bar.start && self.piece.last_pitch.is_some();
        self.has_ended |= has_chord && matches!(token, NoteToken::Time(_));
        self.piece.push(token, self.tables.steps_per_token);
    }

    pub(super) fn is_end(&self) -> bool {
        self.has_ended || self.piece.now > self.tables.last_bar.start
    }
}

/// Whether a pitch is in pitch classes.
fn has(classes: u16, pitch: u8) -> bool {
    classes >> (pitch % 12) & 1 == 1
}
