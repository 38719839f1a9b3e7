//! The music of a tune with the parts that were written for it.

use std::collections::BTreeMap;

use galant_checkpoint::ModelFile;
use galant_types::{Note, Part, PartStep, Score, Texture};

use crate::tune::{Tune, channel_of, folded};

/// The tune note for note, and the other parts as in `texture`, with the names and programs that the model has for them.
pub(crate) fn with_parts(file: &ModelFile, tune: &Tune, texture: &Texture) -> Score {
    let places = Places::of(tune);
    let mut score = finer(&tune.score, places.ticks_per_quarter);
    let velocity = mean_velocity(&score);
    for (part, known) in file.parts.iter().enumerate().filter(|(part, _)| !tune.given.contains(part)) {
        let (track, channel) = (part as u16, channel_of(part));
        let name = known.name.clone();
        score.parts.push(Part { track, channel, name, program: Some(known.program) });
        let note = |(pitch, first, end): (u8, usize, usize)| {
            let (onset, end) = (places.tick(first), places.tick(end));
            let pitch = folded(i16::from(pitch) - i16::from(tune.semitones()), &(0..=127));
            Note { onset, length: end.saturating_sub(onset).max(1), pitch, velocity, channel, track }
        };
        score.notes.extend(notes(texture, part).into_iter().map(note));
    }
    score.notes.sort_unstable();
    score.parts.sort_by_key(|part| (part.track, part.channel));
    score
}

/// The pitch, the first step and the step after the last of each note of a part.
fn notes(texture: &Texture, part: usize) -> Vec<(u8, usize, usize)> {
    let mut notes: Vec<(u8, usize, usize)> = Vec::new();
    for (step, parts) in texture.steps().enumerate() {
        match (parts[part], notes.last_mut()) {
            (PartStep::Strike(pitch), _) => notes.push((pitch, step, step + 1)),
            (PartStep::Hold(_), Some(last)) => last.2 = step + 1,
            (PartStep::Hold(_), None) | (PartStep::Rest, _) => {}
        }
    }
    notes
}

/// As hard as the tune on average.
fn mean_velocity(score: &Score) -> u8 {
    let sum: u64 = score.notes.iter().map(|note| u64::from(note.velocity)).sum();
    (sum / (score.notes.len() as u64).max(1)).clamp(1, 127) as u8
}

/// Where the steps of the grid are in the tune.
struct Places<'t> {
    tune: &'t Tune,
    ticks_per_quarter: u16,
    /// Where the notes of the tune begin that are off the grid, by the step that they are read at.
    off_grid: BTreeMap<u64, u64>,
}

/// The most ticks of a quarter note that a MIDI file can have.
const MAX_TICKS_PER_QUARTER: u64 = (1 << 15) - 1;

impl Places<'_> {
    fn of(tune: &Tune) -> Places<'_> {
        let steps = u64::from(tune.frame.grid().steps_per_quarter());
        let ticks = u64::from(tune.score.ticks_per_quarter.max(1));
        let finer = ticks * (steps / greatest_common_divisor(ticks, steps));
        let ticks_per_quarter = if finer <= MAX_TICKS_PER_QUARTER { finer } else { ticks };
        let mut places = Places { tune, ticks_per_quarter: ticks_per_quarter as u16, off_grid: BTreeMap::new() };
        for note in &tune.score.notes {
            let tick = u128::from(note.onset) * u128::from(ticks_per_quarter / ticks);
            let (tick, quarter) = (u64::try_from(tick).unwrap_or(u64::MAX), u128::from(ticks_per_quarter));
            let step = (2 * u128::from(tick) * u128::from(steps) + quarter) / (2 * quarter);
            let step = u64::try_from(step).unwrap_or(u64::MAX);
            if tick != places.on_grid(step) {
                places.off_grid.entry(step).or_insert(tick);
            }
        }
        places
    }

    /// The tick of a step of the texture: where a note of the tune begins that is read at it, if there is one.
    fn tick(&self, step: usize) -> u64 {
        let place = self.tune.frame.place(step as u64);
        let step = self.tune.frame.bar_start(place.bar) + place.step;
        self.off_grid.get(&step).copied().unwrap_or_else(|| self.on_grid(step))
    }

    fn on_grid(&self, step: u64) -> u64 {
        let steps = u128::from(self.tune.frame.grid().steps_per_quarter());
        u64::try_from(u128::from(step) * u128::from(self.ticks_per_quarter) / steps).unwrap_or(u64::MAX)
    }
}

fn greatest_common_divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

/// The same music in more ticks a quarter note, a multiple of those it has.
fn finer(score: &Score, ticks_per_quarter: u16) -> Score {
    let factor = u64::from(ticks_per_quarter / score.ticks_per_quarter.max(1)).max(1);
    let mut score = Score { ticks_per_quarter, ..score.clone() };
    for note in &mut score.notes {
        note.onset = note.onset.saturating_mul(factor);
        note.length = note.length.saturating_mul(factor);
    }
    score.tempos.iter_mut().for_each(|tempo| tempo.tick = tempo.tick.saturating_mul(factor));
    score.meters.iter_mut().for_each(|meter| meter.tick = meter.tick.saturating_mul(factor));
    score.keys.iter_mut().for_each(|key| key.tick = key.tick.saturating_mul(factor));
    score
}
