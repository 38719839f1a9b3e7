//! The ending of rhythm tokens.

use std::collections::BTreeMap;
use std::sync::Arc;

use galant_types::TokenId;

use super::rules::{EndingError, EndingRules, LastBar, Stops, Usable};
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
    stops: Stops,
    /// Whether the last bar can be reached from a step, by tokens that sound no longer, `[start of the last bar + 1]`.
    reaches: Vec<bool>,
    /// Each time that passes with the steps that tokens need for it; of those that need as many, the fewest notes.
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

/// What decides at one place which tokens may come.
#[derive(Debug, Clone, Copy)]
pub(super) struct Here {
    /// Where time must stop for a note to be struck.
    stop: u64,
    /// Of the tokens after which the last bar can be reached and time has passed, the fewest notes.
    fewest_notes: Option<usize>,
    /// Whether a note must be struck before time passes.
    is_due: bool,
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
        let (ways, stops) = (ways(&tokens, 0), Stops::of(rules));
        let reaches = reaches(&ways, &self::ways(&tokens, 1), &stops, last_bar.start);
        let unreachable = rules.unreachable(last_bar.start);
        let tables = Tables { tokens, last_bar, max_notes, stops, reaches, ways, unreachable };
        let ending = RhythmEnding { tables: Arc::new(tables), now: 0, sounds_to: 0, n_struck: 0, has_ended: false };
        ending.check()?;
        if ending.can_begin() { Ok(ending) } else { Err(ending.tables.unreachable.clone()) }
    }

    pub(super) fn check(&self) -> Result<(), EndingError> {
        let last_bar = self.tables.last_bar.start;
        if self.now > last_bar || self.has_ended {
            return Err(EndingError::Passed { step: self.now, last_bar });
        }
        if self.sounds_to > last_bar {
            return Err(EndingError::StillSounding { end: self.sounds_to, last_bar });
        }
        let here = self.here();
        let can_go_on = self.now == last_bar || self.tables.tokens.iter().any(|token| self.allows(token, here));
        match &self.tables.unreachable {
            _ if can_go_on => Ok(()),
            EndingError::Unreachable { rules, .. } => {
                Err(EndingError::Unreachable { steps: last_bar - self.now, rules: rules.clone() })
            }
            other => Err(other.clone()),
        }
    }

    /// Whether a note may come first.
    fn can_begin(&self) -> bool {
        let here = self.here();
        self.tables.tokens.iter().any(|token| token.n_notes > 0 && self.allows(token, here))
    }

    pub(super) fn tokens(&self) -> &[Facts] {
        &self.tables.tokens
    }

    /// What is the same for all tokens here.
    pub(super) fn here(&self) -> Here {
        let tables = &*self.tables;
        if self.now >= tables.last_bar.start {
            return Here { stop: self.now, fewest_notes: None, is_due: false };
        }
        let stop = tables.stops.after(self.now);
        let can = |way: &&Way| way.leads_on(self.now, stop, tables.last_bar.start, &tables.reaches);
        Here {
            stop,
            fewest_notes: tables.ways.iter().filter(can).map(|way| way.n_notes).min(),
            is_due: self.n_struck == 0 && tables.stops.is_at(self.now),
        }
    }

    pub(super) fn allows(&self, token: &Facts, here: Here) -> bool {
        let Facts { is_usable, is_last_chord, n_notes, length, time } = *token;
        let (end, last_bar) = (self.now + u64::from(time), self.tables.last_bar.start);
        match last_bar.checked_sub(self.now) {
            None => true,
            Some(0) => is_last_chord,
            Some(left) if !is_usable || u64::from(length) > left || end > here.stop => false,
            Some(_) if here.is_due && n_notes == 0 => false,
            Some(_) if time > 0 => self.tables.reaches[end as usize],
            // More is struck at the same time, and then time must pass.
            Some(_) => here.fewest_notes.is_some_and(|fewest| {
                fewest == 0 || self.n_struck.saturating_add(n_notes).saturating_add(fewest) <= self.tables.max_notes
            }),
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

impl Way {
    /// Whether it leads from `now`, where time must stop at `stop`, to where the last bar can be reached.
    fn leads_on(&self, now: u64, stop: u64, last_bar: u64, reaches: &[bool]) -> bool {
        self.needs <= last_bar - now && now + self.time <= stop && reaches[(now + self.time) as usize]
    }
}

/// The ways to let time pass by tokens of at least so many notes.
fn ways(tokens: &[Facts], least_notes: usize) -> Vec<Way> {
    let mut ways = BTreeMap::new();
    let is_way = |token: &&Facts| token.is_usable && token.time > 0 && token.n_notes >= least_notes;
    for token in tokens.iter().filter(is_way) {
        let needs = u64::from(token.length.max(token.time));
        let n_notes = ways.entry((u64::from(token.time), needs)).or_insert(token.n_notes);
        *n_notes = token.n_notes.min(*n_notes);
    }
    ways.into_iter().map(|((time, needs), n_notes)| Way { time, needs, n_notes }).collect()
}

/// Whether the last bar, which begins at `last_bar`, can be reached from each step up to it.
fn reaches(ways: &[Way], struck: &[Way], stops: &Stops, last_bar: u64) -> Vec<bool> {
    // Of each time the way that needs least, which comes first.
    let [least, least_struck] = [ways, struck].map(|ways| {
        let mut least = ways.to_vec();
        least.dedup_by_key(|way| way.time);
        least
    });
    let mut reaches = vec![true; last_bar as usize + 1];
    for now in (0..last_bar).rev() {
        let stop = stops.after(now);
        let can = |way: &Way| way.leads_on(now, stop, last_bar, &reaches);
        let ways = if stops.is_at(now) { &least_struck } else { &least };
        reaches[now as usize] = ways.iter().any(can);
    }
    reaches
}
