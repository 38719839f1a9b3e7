//! What an ending must be, and why there is none.

use std::ops::RangeInclusive;

use galant_types::{Constraint, Scale};
use thiserror::Error;

use crate::constraint::TokenFilter;
use crate::stream::Frame;
use crate::{Token, Vocabulary};

/// The bar in which a piece ends, in steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastBar {
    /// Where it begins.
    pub start: u64,
    /// How long its first beat is, at least 1 and at most as long as the bar: the chord is held as long at least.
    pub beat: u64,
    /// How long it is: the chord is held as long at most.
    pub steps: u64,
}

impl LastBar {
    /// The last of `n_bars` bars of a piece; of the first if there are none.
    pub fn of(frame: &Frame, n_bars: u64) -> LastBar {
        let bar = n_bars.saturating_sub(1);
        let start = frame.bar_start(bar);
        let steps = frame.bar_start(bar + 1).saturating_sub(start).max(1);
        let quarters = 4 * u64::from(frame.grid().steps_per_quarter());
        let beat = quarters.checked_shr(frame.meter(bar).denominator_log2.into()).unwrap_or(0);
        LastBar { start, beat: beat.clamp(1, steps), steps }
    }
}

/// What an [`Ending`](super::Ending) must be, and the rules that hold beside it.
#[derive(Debug, Clone, Copy)]
pub struct EndingRules<'a> {
    /// Where the last chord is struck.
    pub last_bar: LastBar,
    /// The bars of the piece, if a note must be struck on the first beat of each; none if it need not.
    pub downbeats: Option<&'a Frame>,
    /// The key whose tonic chord it is; none for any chord.
    pub scale: Option<Scale>,
    /// The other filters of the piece, so that the ending can be reached under them.
    pub filters: &'a [TokenFilter],
    /// The range of each part of voices, the first part first; a part beyond them has none.
    pub ranges: &'a [RangeInclusive<u8>],
    /// How many notes may be struck together, if [`MaxNotes`](crate::constraint::MaxNotes) limits it.
    pub max_notes: Option<usize>,
}

impl EndingRules<'_> {
    /// Whether the notes of a token, of which there are some, make the last chord.
    pub(super) fn is_last_chord(&self, token: &Token) -> bool {
        let Some(lowest) = token.pitches().first() else { return false };
        self.scale.is_none_or(|scale| lowest % 12 == scale.tonic() && token.pitch_classes() & !scale.triad() == 0)
    }

    /// The error that says that no token can be the last chord, of `vocabulary`.
    pub(super) fn no_tonic(&self, vocabulary: &Vocabulary) -> EndingError {
        // Those that alone allow none; if there is no such rule, all together do.
        let leaves_none = |filter: &&TokenFilter| {
            !vocabulary.tokens().iter().zip(filter.allowed()).any(|(token, ok)| *ok && self.is_last_chord(token))
        };
        let culprits: Vec<&TokenFilter> = self.filters.iter().filter(leaves_none).collect();
        let rules = if culprits.is_empty() {
            self.names(&self.filters.iter().collect::<Vec<_>>(), self.max_notes)
        } else {
            self.names(&culprits, None)
        };
        let chord = self.scale.map_or("a last chord".to_owned(), |scale| format!("a tonic chord of {scale}"));
        EndingError::NoTonic { chord, rules }
    }

    /// The error that says that no notes last so long.
    pub(super) fn unreachable(&self, steps: u64) -> EndingError {
        let mut rules = self.names(&self.filters.iter().collect::<Vec<_>>(), self.max_notes);
        if self.downbeats.is_some() {
            rules.push_str(", with a note on each downbeat");
        }
        EndingError::Unreachable { steps, rules }
    }

    fn names(&self, filters: &[&TokenFilter], max_notes: Option<usize>) -> String {
        let mut names: Vec<String> = filters.iter().map(|filter| filter.name().to_owned()).collect();
        names.extend(max_notes.map(|n_notes| format!("at most {n_notes} notes")));
        match names.as_slice() {
            [] => String::new(),
            _ => format!(" under the rules {}", names.join(", ")),
        }
    }
}

/// Where time must stop for a note to be struck: at the last bar line, and at each before it if there are downbeats.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stops {
    last_bar: u64,
    downbeats: Option<Frame>,
}

impl Stops {
    pub(super) fn of(rules: &EndingRules<'_>) -> Stops {
        Stops { last_bar: rules.last_bar.start, downbeats: rules.downbeats.cloned() }
    }

    /// The first stop after a step before the last bar.
    pub(super) fn after(&self, step: u64) -> u64 {
        let bar_line = self.downbeats.as_ref().map(|frame| frame.bar_start(frame.place(step).bar + 1));
        bar_line.map_or(self.last_bar, |bar_line| bar_line.min(self.last_bar))
    }

    /// Whether a step before the last bar is one.
    pub(super) fn is_at(&self, step: u64) -> bool {
        self.downbeats.as_ref().is_some_and(|frame| frame.place(step).step == 0)
    }
}

/// The tokens that the other rules allow, `[V]`.
pub(super) struct Usable(Vec<bool>);

impl Usable {
    pub(super) fn of(vocabulary: &Vocabulary, rules: &EndingRules<'_>) -> Usable {
        let most = rules.max_notes.unwrap_or(usize::MAX);
        let mut usable: Vec<bool> = vocabulary.tokens().iter().map(|token| token.pitches().len() <= most).collect();
        for filter in rules.filters {
            assert_eq!(filter.allowed().len(), usable.len(), "{}: tokens of another vocabulary", filter.name());
            usable.iter_mut().zip(filter.allowed()).for_each(|(usable, allowed)| *usable &= allowed);
        }
        Usable(usable)
    }

    /// The tokens of the vocabulary, each with whether it may be used.
    pub(super) fn tokens<'a>(&'a self, vocabulary: &'a Vocabulary) -> impl Iterator<Item = (&'a Token, bool)> {
        vocabulary.tokens().iter().zip(self.0.iter().copied())
    }
}

/// Why a piece cannot end as asked for.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EndingError {
    /// Chord tokens have no time.
    #[error("chord tokens have no rhythm, so no bar to end in; use rhythm or note tokens, or voices")]
    ChordTokens,
    /// No token can be the last chord.
    #[error("the model has no token for {chord}{rules}; loosen a rule, end in another key, or leave the end open")]
    NoTonic {
        /// What is missing.
        chord: String,
        /// The rules under which it is, if any.
        rules: String,
    },
    /// No notes last exactly to the last bar, or to each bar if there are downbeats.
    #[error(
        "no notes of the model fill the time to the last bar line exactly, which is {steps} in steps{rules}; ask for another \
         number of bars, or leave the end open"
    )]
    Unreachable {
        /// How long it is to the last bar.
        steps: u64,
        /// The rules under which that is, if any.
        rules: String,
    },
    /// The piece is longer than any that could be planned.
    #[error(
        "the last bar begins after {steps} steps, over the limit of {}; ask for fewer bars",
        EndingError::MAX_STEPS
    )]
    TooLong {
        /// How long it is to the last bar.
        steps: u64,
    },
    /// Note tokens must be able to say every time and length.
    #[error(
        "the model has no token {token}, or a rule forbids it, so a piece may not reach its last bar; leave the end open"
    )]
    Incomplete {
        /// The token.
        token: Token,
    },
    /// The vocabulary has a token of another tokenizer.
    #[error("the token {token} is of another tokenizer")]
    WrongTokenizer {
        /// The token.
        token: Token,
    },
    /// The piece, or its primer, has come to the last bar already.
    #[error(
        "the piece is at step {step} already, and its last bar begins at step {last_bar}; ask for more bars, or leave the end open"
    )]
    Passed {
        /// Where it is.
        step: u64,
        /// Where its last bar begins.
        last_bar: u64,
    },
    /// A note of the primer sounds across the last bar line.
    #[error(
        "a note sounds to step {end}, and the last bar begins at step {last_bar}; ask for more bars, or leave the end open"
    )]
    StillSounding {
        /// Where it ends.
        end: u64,
        /// Where the last bar begins.
        last_bar: u64,
    },
}

impl EndingError {
    /// The longest piece of rhythm tokens that can be planned, in steps: over 20,000 bars of 4/4 at 12 steps a quarter.
    pub const MAX_STEPS: u64 = 1 << 20;
}
