//! How tokens sound: tempo, meter, program.

use std::collections::BTreeMap;

use galant_types::{Meter, Note, Part, Score, Tempo};
use thiserror::Error;

use crate::Grid;
use crate::grid::{GridNote, merge, shorten};

/// What tokens with rhythm do not say of how they are played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Playback {
    /// Microseconds a quarter note lasts, 1 to [`Playback::MAX_US_PER_QUARTER`].
    pub us_per_quarter: u32,
    /// Beats in a bar, at least 1.
    pub beats: u8,
    /// The beat as a power of two, at most [`Playback::MAX_BEAT_LOG2`]: 2 is a quarter note, 3 an eighth.
    pub beat_log2: u8,
    /// The MIDI program that plays, 0 to 127.
    pub program: u8,
    /// How hard every note is struck, 1 to 127.
    pub velocity: u8,
}

impl Default for Playback {
    /// What the MIDI standard assumes of a file that says nothing: 120 quarter notes a minute, 4/4, a piano, velocity 64.
    fn default() -> Playback {
        Playback { us_per_quarter: Tempo::DEFAULT_US_PER_QUARTER, beats: 4, beat_log2: 2, program: 0, velocity: 64 }
    }
}

impl Playback {
    /// The slowest tempo a MIDI file can state: its tempo event has 24 bits.
    pub const MAX_US_PER_QUARTER: u32 = (1 << 24) - 1;

    /// The shortest beat: a 256th note.
    pub const MAX_BEAT_LOG2: u8 = 8;

    /// Checks that every value is in its range.
    ///
    /// # Errors
    ///
    /// Names the first that is not.
    pub fn validate(&self) -> Result<(), PlaybackError> {
        let Playback { us_per_quarter, beats, beat_log2, program, velocity } = *self;
        let ranges = [
            ("tempo in microseconds a quarter note", us_per_quarter, 1, Playback::MAX_US_PER_QUARTER),
            ("number of beats in a bar", beats.into(), 1, u8::MAX.into()),
            ("power of two of the beat", beat_log2.into(), 0, Playback::MAX_BEAT_LOG2.into()),
            ("MIDI program", program.into(), 0, 127),
            ("velocity", velocity.into(), 1, 127),
        ];
        match ranges.into_iter().find(|&(_, value, least, most)| !(least..=most).contains(&value)) {
            Some((what, value, least, most)) => Err(PlaybackError { what, value, least, most }),
            None => Ok(()),
        }
    }

    /// How many steps of `grid` a bar has, at least 1; rounded down where its beats fall off the grid.
    pub fn steps_per_bar(&self, grid: Grid) -> u64 {
        ((4 * u64::from(grid.steps_per_quarter()) * u64::from(self.beats)) >> self.beat_log2).max(1)
    }

    /// How long a step of `grid` lasts, in seconds.
    pub fn seconds_per_step(&self, grid: Grid) -> f64 {
        f64::from(self.us_per_quarter) / 1e6 / f64::from(grid.steps_per_quarter())
    }

    /// The score of notes on a grid, on channel 0 of one track.
    ///
    /// As on an instrument, a key sounds once at a time: of notes that begin together the longest sounds, and each ends
    /// where its key is struck again.
    pub(crate) fn score(&self, mut notes: Vec<GridNote>, grid: Grid) -> Score {
        merge(&mut notes);
        shorten(&mut notes, u64::MAX);
        // As near to the usual 480 as the grid allows.
        let ticks_per_step = (480 / grid.steps_per_quarter()).max(1);
        let ticks = |steps: u64| steps * u64::from(ticks_per_step);
        let note = |note: GridNote| Note {
            onset: ticks(note.onset),
            length: ticks(note.length),
            pitch: note.pitch,
            velocity: self.velocity,
            channel: 0,
            track: 0,
        };
        Score {
            notes: notes.into_iter().map(note).collect(),
            tempos: vec![Tempo { tick: 0, us_per_quarter: self.us_per_quarter }],
            meters: vec![Meter { tick: 0, numerator: self.beats, denominator_log2: self.beat_log2 }],
            parts: vec![Part { track: 0, channel: 0, name: String::new(), program: Some(self.program) }],
            ..Score::new(grid.steps_per_quarter() * ticks_per_step)
        }
    }
}

/// A part of a playback out of its range.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the {what} is {value}; it must be {least} to {most}")]
pub struct PlaybackError {
    /// Which part.
    pub what: &'static str,
    /// Its value.
    pub value: u32,
    /// The least it may be.
    pub least: u32,
    /// The most it may be.
    pub most: u32,
}

/// Finds the playback that is the most usual in a corpus, a score at a time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlaybackTally {
    /// How long each tempo holds, in 1/1024 quarter notes.
    tempos: BTreeMap<u32, u64>,
    /// How long each meter holds, in 1/1024 quarter notes.
    meters: BTreeMap<(u8, u8), u64>,
    /// How many notes each program plays.
    programs: BTreeMap<u8, u64>,
    n_notes: u64,
    velocities: u64,
}

impl PlaybackTally {
    /// Counts a score.
    pub fn add(&mut self, score: &Score) {
        let quarter = u128::from(score.ticks_per_quarter.max(1));
        let time = |from: u64, to: u64| (1024 * u128::from(to.saturating_sub(from)) / quarter) as u64;
        let end = score.end();
        let tempos = score.tempos.iter().map(|tempo| (tempo.tick, tempo.us_per_quarter));
        for (tempo, from, to) in stretches(Tempo::DEFAULT_US_PER_QUARTER, tempos, end) {
            *self.tempos.entry(tempo).or_default() += time(from, to);
        }
        let meters = score.meters.iter().map(|meter| (meter.tick, (meter.numerator, meter.denominator_log2)));
        for (meter, from, to) in stretches((4, 2), meters, end) {
            *self.meters.entry(meter).or_default() += time(from, to);
        }
        let mut programs: BTreeMap<(u16, u8), u8> = BTreeMap::new();
        for part in &score.parts {
            programs.insert((part.track, part.channel), part.program.unwrap_or(0));
        }
        for note in &score.notes {
            let program = programs.get(&(note.track, note.channel)).copied().unwrap_or(0);
            *self.programs.entry(program).or_default() += 1;
            self.n_notes += 1;
            self.velocities += u64::from(note.velocity);
        }
    }

    /// The tempo and the meter that hold longest, the program with the most notes, and the mean velocity.
    ///
    /// Of equals the lowest; what a score does not say, or says out of range, is as in [`Playback::default`].
    pub fn playback(&self) -> Playback {
        let usual = Playback::default();
        let (beats, beat_log2) = longest(&self.meters).unwrap_or((usual.beats, usual.beat_log2));
        let found = Playback {
            us_per_quarter: longest(&self.tempos).unwrap_or(usual.us_per_quarter),
            beats,
            beat_log2,
            program: longest(&self.programs).unwrap_or(usual.program),
            velocity: self.velocities.checked_div(self.n_notes).map_or(usual.velocity, |mean| mean as u8),
        };
        if found.validate().is_ok() { found } else { usual }
    }
}

/// What holds from when to when, with `first` before the first change.
fn stretches<T: Copy>(first: T, changes: impl Iterator<Item = (u64, T)>, end: u64) -> Vec<(T, u64, u64)> {
    let mut stretches = vec![(first, 0, end)];
    for (tick, value) in changes {
        if let Some(last) = stretches.last_mut() {
            last.2 = tick.min(end);
        }
        stretches.push((value, tick, end));
    }
    stretches
}

fn longest<T: Copy + Ord>(times: &BTreeMap<T, u64>) -> Option<T> {
    times.iter().filter(|(_, time)| **time > 0).rev().max_by_key(|(_, time)| **time).map(|(value, _)| *value)
}
