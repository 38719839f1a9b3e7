//! How tokens are played: from a corpus, and into a score.

use std::collections::BTreeMap;

use galant_types::{Meter, Note, Part, Playback, Score, Tempo};

/// A note of one instrument, in steps or ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PlayedNote {
    /// From the start of the piece.
    pub(crate) onset: u64,
    pub(crate) pitch: u8,
    /// At least 1.
    pub(crate) length: u64,
}

/// The score of notes in ticks, in order of onset and pitch, on channel 0 of one track.
pub(crate) fn score(ticks_per_quarter: u16, notes: Vec<PlayedNote>, playback: &Playback) -> Score {
    let Playback { program, velocity, .. } = *playback;
    let note = |note: PlayedNote| {
        let PlayedNote { onset, pitch, length } = note;
        Note { onset, length, pitch, velocity, channel: 0, track: 0 }
    };
    Score {
        notes: notes.into_iter().map(note).collect(),
        parts: vec![Part { track: 0, channel: 0, name: String::new(), program: Some(program) }],
        ..empty_score(ticks_per_quarter, playback)
    }
}

/// A score without notes and parts, in the tempo and the meter of `playback`.
pub(crate) fn empty_score(ticks_per_quarter: u16, playback: &Playback) -> Score {
    let Playback { us_per_quarter, beats, beat_log2, .. } = *playback;
    Score {
        tempos: vec![Tempo { tick: 0, us_per_quarter }],
        meters: vec![Meter { tick: 0, numerator: beats, denominator_log2: beat_log2 }],
        ..Score::new(ticks_per_quarter)
    }
}

/// Finds the most common playback of a corpus, one score at a time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlaybackTally {
    /// How long each tempo lasts, in 1/1024 quarter notes.
    tempos: BTreeMap<u32, u64>,
    /// How long each meter lasts, in 1/1024 quarter notes.
    meters: BTreeMap<(u8, u8), u64>,
    /// How many notes with a pitch each program plays.
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
        for note in score.pitched_notes() {
            let program = programs.get(&(note.track, note.channel)).copied().unwrap_or(0);
            *self.programs.entry(program).or_default() += 1;
            self.n_notes += 1;
            self.velocities += u64::from(note.velocity);
        }
    }

    /// Counts what another has counted.
    pub fn merge(&mut self, other: &PlaybackTally) {
        let PlaybackTally { tempos, meters, programs, n_notes, velocities } = other;
        tempos.iter().for_each(|(tempo, time)| *self.tempos.entry(*tempo).or_default() += time);
        meters.iter().for_each(|(meter, time)| *self.meters.entry(*meter).or_default() += time);
        programs.iter().for_each(|(program, n_notes)| *self.programs.entry(*program).or_default() += n_notes);
        self.n_notes += n_notes;
        self.velocities += velocities;
    }

    /// The tempo and the meter that last longest, the program with the most notes, and the mean velocity.
    ///
    /// Of equals the lowest. What no score states is as in [`Playback::default`]; so is everything if a value is out of
    /// its range.
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

/// Each value with its first tick and the tick after its last; `first` is the value before the first change.
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
