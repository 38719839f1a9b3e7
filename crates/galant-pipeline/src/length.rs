//! How long a piece is, in bars, steps and tokens.

use std::num::{NonZeroU64, NonZeroUsize};

use galant_sample::MAX_TOKENS;
use galant_tokens::{CHORD_TOKENS_PER_QUARTER, Grid};
use galant_types::Playback;

use crate::request_error::{MAX_STEPS, RequestError};

/// Bars of a piece whose length nobody asked for, where tokens have rhythm.
const DEFAULT_BARS: NonZeroUsize = NonZeroUsize::new(16).expect("16 is not 0");

/// Tokens of a piece whose length nobody asked for, of chord tokens.
const DEFAULT_TOKENS: usize = 512;

/// More tokens than a piece needs for a step of time: a full chord, note by note.
const MOST_TOKENS_PER_STEP: u64 = 32;

/// Bars of a piece that is to go on as if it had no end: more than a network tells apart.
const FAR: u64 = 1 << 20;

/// How long a piece is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Length {
    /// Steps of the grid; not for chord tokens, which have none.
    Steps(NonZeroU64),
    /// Bars, after the one that the primer leaves unfinished.
    Bars(NonZeroUsize),
    /// Seconds, up to the next bar line.
    Seconds(f64),
}

/// What comes before what is composed, in steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Before {
    /// What the network reads.
    pub(crate) n_read: u64,
    /// What is heard of that.
    pub(crate) n_heard: u64,
    /// How much of the first bars asked for is already there: the silence with which a piece begins.
    pub(crate) n_of_piece: u64,
}

/// How long a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PlannedLength {
    /// The most tokens to compose.
    pub(crate) n_tokens: usize,
    /// How many steps to compose; none if only tokens are counted.
    pub(crate) n_steps: Option<u64>,
    /// How many bars are heard, if it ends with a bar that is not its first.
    pub(crate) n_bars_heard: Option<NonZeroU64>,
    /// How many bars the network is told of.
    pub(crate) n_bars_told: Option<u64>,
}

/// The length of a piece on a grid.
pub(crate) fn in_steps(
    length: Option<Length>,
    n_tokens: Option<NonZeroUsize>,
    before: Before,
    grid: Grid,
    playback: &Playback,
) -> Result<PlannedLength, RequestError> {
    let bar = grid.steps_per_bar(playback);
    let length = length.or_else(|| n_tokens.is_none().then_some(Length::Bars(DEFAULT_BARS)));
    let n_steps = n_steps(length, before, grid, playback)?;
    let enough = n_steps.map_or(DEFAULT_TOKENS, |n| n.saturating_mul(MOST_TOKENS_PER_STEP) as usize);
    let ends_with_a_bar = matches!(length, Some(Length::Bars(_) | Length::Seconds(_)));
    let n_bars = |n_before: u64| n_steps.map(|n_steps| (n_before + n_steps).div_ceil(bar));
    Ok(PlannedLength {
        n_tokens: n_tokens.map_or(enough.min(MAX_TOKENS), NonZeroUsize::get),
        n_steps,
        n_bars_heard: n_bars(before.n_heard).filter(|&n| ends_with_a_bar && n > 1).and_then(NonZeroU64::new),
        n_bars_told: Some(n_bars(before.n_read).unwrap_or(FAR)),
    })
}

/// How many steps are asked for; none if no length in time is asked for.
fn n_steps(
    length: Option<Length>,
    before: Before,
    grid: Grid,
    playback: &Playback,
) -> Result<Option<u64>, RequestError> {
    let bar = grid.steps_per_bar(playback);
    let Before { n_heard, n_of_piece, .. } = before;
    let to_bar_line = |n_steps: u64| n_steps.next_multiple_of(bar);
    let n_steps = match length {
        None => return Ok(None),
        Some(Length::Steps(steps)) => steps.get(),
        // In addition, the bar that the primer leaves unfinished is finished.
        Some(Length::Bars(bars)) => {
            let steps = bar.saturating_mul(bars.get() as u64);
            let unfinished = to_bar_line(n_heard) - n_heard;
            if n_of_piece > 0 && n_of_piece < steps { steps - n_of_piece } else { steps.saturating_add(unfinished) }
        }
        Some(Length::Seconds(seconds)) => {
            let seconds_per_step = grid.seconds_per_step(playback);
            check_seconds(seconds, MAX_STEPS as f64 * seconds_per_step)?;
            to_bar_line(n_heard + (seconds / seconds_per_step).ceil() as u64) - n_heard
        }
    };
    if n_steps > MAX_STEPS { Err(RequestError::TooManySteps { n_steps }) } else { Ok(Some(n_steps)) }
}

/// The length of a piece of chord tokens, where `n_before` are heard before them.
pub(crate) fn in_chords(
    length: Option<Length>,
    n_tokens: Option<NonZeroUsize>,
    n_before: usize,
    playback: &Playback,
) -> Result<PlannedLength, RequestError> {
    let n_chords = n_chords(length, n_before, playback)?;
    let n_tokens = n_chords.or(n_tokens.map(NonZeroUsize::get)).unwrap_or(DEFAULT_TOKENS);
    Ok(PlannedLength { n_tokens, n_steps: None, n_bars_heard: None, n_bars_told: None })
}

/// How many chord tokens are asked for, where `n_before` come before them; none if no length in time is asked for.
fn n_chords(length: Option<Length>, n_before: usize, playback: &Playback) -> Result<Option<usize>, RequestError> {
    let per_quarter = usize::from(CHORD_TOKENS_PER_QUARTER);
    let per_bar = ((4 * per_quarter * usize::from(playback.beats)) >> playback.beat_log2).max(1);
    let seconds_per_token = f64::from(playback.us_per_quarter) / 1e6 / per_quarter as f64;
    Ok(Some(match length {
        None => return Ok(None),
        Some(Length::Steps(_)) => return Err(RequestError::Steps),
        Some(Length::Bars(bars)) => {
            n_before.next_multiple_of(per_bar) - n_before + bars.get().saturating_mul(per_bar).min(MAX_TOKENS + 1)
        }
        Some(Length::Seconds(seconds)) => {
            check_seconds(seconds, MAX_TOKENS as f64 * seconds_per_token)?;
            let tokens = (seconds / seconds_per_token).ceil() as usize;
            (n_before + tokens).next_multiple_of(per_bar) - n_before
        }
    }))
}

fn check_seconds(seconds: f64, most: f64) -> Result<(), RequestError> {
    if seconds > 0.0 && seconds <= most { Ok(()) } else { Err(RequestError::Seconds { seconds, most }) }
}
