//! The ending of rhythm tokens.

use std::collections::BTreeMap;
use std::sync::Arc;

use galant_types::TokenId;

use super::rules::{EndingError, EndingRules, LastBar, Usable};
use crate::{Token, Vocabulary};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RhythmEnding {
    tables: Arc<Tables>,
    /// In steps from the start.
    now: u64,
    /// Where the last note so far ends.
    sounds_to: u64,
    /// How many notes have been struck since time last passed.
    n_struck: usize,
    has_ended: bool,
}

#[derive(Debug, PartialEq, Eq)]
struct Tables {
    /// `[V]`
    tokens: Vec<Facts>,
    last_bar: LastBar,
    max_notes: usize,
    /// Whether some tokens last exactly so many steps without sounding longer, `[start of the last bar + 1]`.
    reachable: Vec<bool>,
    /// Each time that passes, with the fewest steps that a token needs for it, and that token's notes; of those that
    /// need as many, the fewest notes.
    ways: Vec<Way>,
    /// What to say where the last bar cannot be reached.
    unreachable: EndingError,
}

/// What counts of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Facts {
    is_usable: bool,
    is_last_chord: bool,
    n_notes: usize,
    length: u16,
    time: u16,
}

/// A way to let time pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Way {
    time: u64,
    /// Its time or its length, whichever is longer: how many steps must be left.
    needs: u64,
    n_notes: usize,
}

impl RhythmEnding {
    pub(super) fn new(
        vocabulary: &Vocabulary,
        rules: &EndingRules<'_>,
        usable: &Usable,
    ) -> Result<RhythmEnding, EndingError> {
        let last_bar = rules.last_bar;
        if last_bar.start > EndingError::MAX_STEPS {
            return Err(EndingError::TooLong { steps: last_bar.start });
        }
        let max_notes = rules.max_notes.unwrap_or(usize::MAX);
        let facts = |(token, is_usable): (&Token, bool)| {
            let n_notes = token.pitches().len();
            // MaxNotes keeps room for the notes that must follow a token without time.
            let is_usable = is_usable && (token.time() > 0 || n_notes < max_notes);
            let is_last_chord = is_usable && rules.is_last_chord(token);
            Facts { is_usable, is_last_chord, n_notes, length: token.length(), time: token.time() }
        };
        let mut tokens: Vec<Facts> = usable.tokens(vocabulary).map(facts).collect();
        if !tokens.iter().any(|token| token.is_last_chord) {
            return Err(rules.no_tonic(vocabulary));
        }
        let held = last_bar.beat..=last_bar.steps;
        let is_held = |token: &Facts| held.contains(&token.length.into());
        if tokens.iter().any(|token| token.is_last_chord && is_held(token)) {
            tokens.iter_mut().for_each(|token| token.is_last_chord &= is_held(token));
        }
        let ways = ways(&tokens);
        let reachable = reachable(&ways, last_bar.start);
        let unreachable = rules.unreachable(last_bar.start);
        let tables = Tables { tokens, last_bar, max_notes, reachable, ways, unreachable };
        let ending = RhythmEnding { tables: Arc::new(tables), now: 0, sounds_to: 0, n_struck: 0, has_ended: false };
        ending.check()?;
        if ending.can_begin() { Ok(ending) } else { Err(ending.tables.unreachable.clone()) }
    }

    pub(super) fn check(&self) -> Result<(), EndingError> {
        let last_bar = self.tables.last_bar.start;
        if self.now > last_bar || self.has_ended || self.now == last_bar && self.n_struck > 0 {
            return Err(EndingError::Passed { step: self.now, last_bar });
        }
        if self.sounds_to > last_bar {
            return Err(EndingError::StillSounding { end: self.sounds_to, last_bar });
        }
        let left = last_bar - self.now;
        if left == 0 || self.tables.has_room(self.n_struck, self.tables.fewest_notes(left)) {
            return Ok(());
        }
        Err(match &self.tables.unreachable {
            EndingError::Unreachable { rules, .. } => EndingError::Unreachable { steps: left, rules: rules.clone() },
            other => other.clone(),
        })
    }

    /// Whether a note may come first.
    fn can_begin(&self) -> bool {
        let fewest_notes = self.fewest_notes();
        self.tables.tokens.iter().any(|token| token.n_notes > 0 && self.allows(token, fewest_notes))
    }

    pub(super) fn tokens(&self) -> &[Facts] {
        &self.tables.tokens
    }

    /// How few notes let time pass now, so that the last bar can still be reached; none if no token does.
    pub(super) fn fewest_notes(&self) -> Option<usize> {
        self.tables.fewest_notes(self.tables.last_bar.start.checked_sub(self.now)?)
    }

    /// `fewest_notes` are those of [`RhythmEnding::fewest_notes`].
    pub(super) fn allows(&self, token: &Facts, fewest_notes: Option<usize>) -> bool {
        let Facts { is_usable, is_last_chord, n_notes, length, time } = *token;
        match self.tables.last_bar.start.checked_sub(self.now) {
            None => true,
            Some(0) => is_last_chord,
            Some(left) if !is_usable || u64::from(length.max(time)) > left => false,
            Some(left) if time > 0 => self.tables.reachable[(left - u64::from(time)) as usize],
            // More is struck at the same time, and then time must pass.
            Some(_) => self.tables.has_room(self.n_struck.saturating_add(n_notes), fewest_notes),
        }
    }

    pub(super) fn advance(&mut self, token: TokenId) {
        let Facts { n_notes, length, time, .. } = self.tables.tokens[token.index()];
        let is_last = self.now == self.tables.last_bar.start;
        self.has_ended |= is_last && n_notes > 0;
        if n_notes > 0 {
            self.sounds_to = self.sounds_to.max(self.now + u64::from(length));
        }
        self.n_struck = if time > 0 { 0 } else { self.n_struck + n_notes };
        self.now += u64::from(time);
    }

    pub(super) fn is_end(&self) -> bool {
        self.has_ended || self.now > self.tables.last_bar.start
    }
}

impl Tables {
    /// Of the tokens that let time pass so that the rest of `left` steps can be filled, the fewest notes.
    fn fewest_notes(&self, left: u64) -> Option<usize> {
        let can = |way: &&Way| way.needs <= left && self.reachable[(left - way.time) as usize];
        self.ways.iter().filter(can).map(|way| way.n_notes).min()
    }

    /// Whether so many notes may still be struck together with `n_struck`.
    fn has_room(&self, n_struck: usize, n_notes: Option<usize>) -> bool {
        n_notes.is_some_and(|n_notes| n_notes == 0 || n_struck.saturating_add(n_notes) <= self.max_notes)
    }
}

/// The ways to let time pass, without those that need as many steps and more notes than another.
fn ways(tokens: &[Facts]) -> Vec<Way> {
    let mut ways = BTreeMap::new();
    for token in tokens.iter().filter(|token| token.is_usable && token.time > 0) {
        let needs = u64::from(token.length.max(token.time));
        let n_notes = ways.entry((u64::from(token.time), needs)).or_insert(token.n_notes);
        *n_notes = token.n_notes.min(*n_notes);
    }
    ways.into_iter().map(|((time, needs), n_notes)| Way { time, needs, n_notes }).collect()
}

/// Whether ways one after the other take exactly so many steps, for 0 to `steps`.
fn reachable(ways: &[Way], steps: u64) -> Vec<bool> {
    // Of each time the way that needs least, which comes first.
    let mut least: Vec<Way> = ways.to_vec();
    least.dedup_by_key(|way| way.time);
    let mut reachable = vec![true];
    for left in 1..=steps {
        let can = |way: &Way| way.needs <= left && reachable[(left - way.time) as usize];
        reachable.push(least.iter().any(can));
    }
    reachable
}
