//! Notes put on a grid, from which rhythm and note tokens are made.

use std::num::NonZeroUsize;

use galant_types::{Playback, Score};
use thiserror::Error;

use crate::playback::{self, PlayedNote};

/// How many steps a quarter note has, 1 to [`Grid::MAX`]; by default 12, so that both triplets and sixteenths are on
/// it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Grid(u16);

impl Grid {
    /// The finest grid: 384th notes.
    pub const MAX: u16 = 96;

    /// The longest note, and the longest silence, in quarter notes: sixteen bars of 4/4.
    ///
    /// It limits how many tokens a short file with a note far away can become.
    pub const MAX_QUARTERS: u16 = 64;

    /// The longest time or length of one token, in quarter notes: a bar of 4/4; longer ones take several tokens.
    pub const QUARTERS_PER_TOKEN: u16 = 4;

    /// Four steps per quarter note.
    pub const SIXTEENTHS: Grid = Grid(4);

    /// A grid of `steps_per_quarter`.
    ///
    /// # Errors
    ///
    /// If there are none, or more than [`Grid::MAX`].
    pub fn new(steps_per_quarter: u16) -> Result<Grid, GridError> {
        if (1..=Grid::MAX).contains(&steps_per_quarter) {
            Ok(Grid(steps_per_quarter))
        } else {
            Err(GridError { steps_per_quarter })
        }
    }

    /// How many steps a quarter note has.
    pub fn steps_per_quarter(self) -> u16 {
        self.0
    }

    /// The longest note, and the longest silence, in steps.
    pub fn max_steps(self) -> u16 {
        self.0 * Grid::MAX_QUARTERS
    }

    /// The longest time or length of one token, in steps.
    pub fn steps_per_token(self) -> u16 {
        self.0 * Grid::QUARTERS_PER_TOKEN
    }

    /// How many steps a bar has, at least 1; rounded down where its beats are off the grid.
    pub fn steps_per_bar(self, playback: &Playback) -> u64 {
        ((4 * u64::from(self.0) * u64::from(playback.beats)) >> playback.beat_log2).max(1)
    }

    /// How long a step lasts, in seconds.
    pub fn seconds_per_step(self, playback: &Playback) -> f64 {
        f64::from(playback.us_per_quarter) / 1e6 / f64::from(self.0)
    }

    /// The score of notes in steps.
    ///
    /// As on an instrument, a key sounds once at a time: of notes that begin together the longest sounds, and each ends
    /// where its key is struck again.
    pub(crate) fn score(self, mut notes: Vec<PlayedNote>, playback: &Playback) -> Score {
        merge(&mut notes);
        shorten(&mut notes, u64::MAX);
        let (ticks_per_quarter, ticks_per_step) = self.ticks();
        for note in &mut notes {
            note.onset *= ticks_per_step;
            note.length *= ticks_per_step;
        }
        playback::score(ticks_per_quarter, notes, playback)
    }

    /// Ticks per quarter note and per step of a score that is written on it, as near to the usual 480 as it allows.
    pub(crate) fn ticks(self) -> (u16, u64) {
        let ticks_per_step = (480 / self.0).max(1);
        (self.0 * ticks_per_step, ticks_per_step.into())
    }

    /// The last tick whose nearest step is `step` or an earlier one.
    pub(crate) fn last_tick(self, step: u64, ticks_per_quarter: u16) -> u64 {
        let (grid, quarter) = (u128::from(self.0), u128::from(ticks_per_quarter.max(1)));
        let tick = (quarter * (2 * u128::from(step) + 1) - 1) / (2 * grid);
        u64::try_from(tick).unwrap_or(u64::MAX)
    }

    /// The step nearest to a tick, the later of two.
    pub(crate) fn nearest(self, tick: u64, ticks_per_quarter: u16) -> u64 {
        let (grid, quarter) = (u128::from(self.0), u128::from(ticks_per_quarter.max(1)));
        let step = (2 * u128::from(tick) * grid + quarter) / (2 * quarter);
        u64::try_from(step).unwrap_or(u64::MAX)
    }

    pub(crate) fn is_on(self, tick: u64, ticks_per_quarter: u16) -> bool {
        (u128::from(tick) * u128::from(self.0)).is_multiple_of(u128::from(ticks_per_quarter.max(1)))
    }
}

impl Default for Grid {
    fn default() -> Grid {
        Grid(12)
    }
}

/// A grid that is too coarse or too fine.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("a grid of {steps_per_quarter} steps per quarter note; it must have 1 to {}", Grid::MAX)]
pub struct GridError {
    /// How many steps were asked for.
    pub steps_per_quarter: u16,
}

/// How a score becomes rhythm or note tokens.
///
/// All parts but percussion are taken as one instrument, on which a key sounds once at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GridTokenizer {
    /// What onsets and lengths are rounded to.
    pub grid: Grid,
    /// How many notes of an onset are kept, the highest ones; none keeps all.
    pub top: Option<NonZeroUsize>,
}

/// What became of a score's notes on their way to tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rounding {
    /// How many notes the score has, without percussion.
    pub n_notes: u64,
    /// How many of them begin off the grid and were moved.
    pub onsets_moved: u64,
    /// How many of them do not last a whole number of steps and were made longer or shorter.
    pub lengths_moved: u64,
    /// How many are in the tokens: all but those merged and left out.
    pub n_kept: u64,
    /// How many began together with an equally long or longer one of the same pitch and were merged with it.
    pub merged: u64,
    /// How many were left out because higher ones begin at the same time or, in voices, sound on in the same part.
    pub left_out: u64,
    /// How many were shortened: a note of their pitch, or in voices of their part, begins before they end, or they last over
    /// [`Grid::MAX_QUARTERS`].
    pub shortened: u64,
    /// How many times without an onset were shortened to [`Grid::MAX_QUARTERS`].
    pub silences_shortened: u64,
}

impl Rounding {
    /// Adds what became of another score.
    pub fn add(&mut self, other: &Rounding) {
        self.n_notes += other.n_notes;
        self.onsets_moved += other.onsets_moved;
        self.lengths_moved += other.lengths_moved;
        self.n_kept += other.n_kept;
        self.merged += other.merged;
        self.left_out += other.left_out;
        self.shortened += other.shortened;
        self.silences_shortened += other.silences_shortened;
    }
}

impl GridTokenizer {
    /// The notes on the grid in order of onset and pitch, none longer and none further apart than allowed.
    pub(crate) fn notes(self, score: &Score) -> (Vec<PlayedNote>, Rounding) {
        let (quarter, mut rounding) = (score.ticks_per_quarter, Rounding::default());
        let mut notes = Vec::with_capacity(score.notes.len());
        for note in score.pitched_notes() {
            rounding.n_notes += 1;
            rounding.onsets_moved += u64::from(!self.grid.is_on(note.onset, quarter));
            rounding.lengths_moved += u64::from(!self.grid.is_on(note.length, quarter));
            notes.push(PlayedNote {
                onset: self.grid.nearest(note.onset, quarter),
                pitch: note.pitch,
                length: self.grid.nearest(note.length, quarter).max(1),
            });
        }
        rounding.merged = merge(&mut notes);
        rounding.left_out = self.leave_out(&mut notes);
        let max_steps = u64::from(self.grid.max_steps());
        rounding.shortened = shorten(&mut notes, max_steps);
        rounding.silences_shortened = close_up(&mut notes, max_steps);
        rounding.n_kept = notes.len() as u64;
        (notes, rounding)
    }

    /// Keeps the highest notes of each onset and returns how many others there were.
    fn leave_out(self, notes: &mut Vec<PlayedNote>) -> u64 {
        let Some(top) = self.top else { return 0 };
        let n_before = notes.len();
        let onsets = notes.chunk_by(|a, b| a.onset == b.onset);
        *notes = onsets.flat_map(|onset| &onset[onset.len().saturating_sub(top.get())..]).copied().collect();
        (n_before - notes.len()) as u64
    }
}

/// Sorts notes, and of those that begin together on one key keeps the longest; returns how many others there were.
fn merge(notes: &mut Vec<PlayedNote>) -> u64 {
    let n_before = notes.len();
    notes.sort_unstable_by(|a, b| (a.onset, a.pitch, b.length).cmp(&(b.onset, b.pitch, a.length)));
    notes.dedup_by_key(|note| (note.onset, note.pitch));
    (n_before - notes.len()) as u64
}

/// Ends each note where its key is struck again, or after `max_steps`; returns how many were longer.
fn shorten(notes: &mut [PlayedNote], max_steps: u64) -> u64 {
    let mut next_onset = [u64::MAX; 128];
    let mut n_shortened = 0;
    for note in notes.iter_mut().rev() {
        let next = &mut next_onset[usize::from(note.pitch)];
        let most = (*next - note.onset).min(max_steps);
        n_shortened += u64::from(note.length > most);
        note.length = note.length.min(most);
        *next = note.onset;
    }
    n_shortened
}

/// Moves notes closer together where nothing begins for over `max_steps`; returns how often that was.
fn close_up(notes: &mut [PlayedNote], max_steps: u64) -> u64 {
    let (mut before, mut excess, mut n_times) = (0, 0, 0);
    for note in notes {
        let over = (note.onset - before).saturating_sub(max_steps);
        before = note.onset;
        excess += over;
        n_times += u64::from(over > 0);
        note.onset -= excess;
    }
    n_times
}
