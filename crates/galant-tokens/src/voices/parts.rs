//! The parts of a score, and a score of parts.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use galant_types::{Note, Part, PartStep, Playback, Score, Texture};

use super::limits::MAX_PARTS;
use crate::Grid;
use crate::playback;

/// The MIDI channel of percussion, whose pitches are instruments.
const PERCUSSION_CHANNEL: u8 = 9;

/// The parts of a score that have notes, the highest first; percussion is none.
///
/// They are in the order of the score, which is the order of its tracks and in these of channels, as scores are written
/// from the highest part to the lowest. Where the last part is on average higher than the first, the score is not written
/// so, and they are in the order of their mean pitches.
pub fn voice_parts(score: &Score) -> Vec<Part> {
    let part = |(track, channel): (u16, u8)| {
        let known = score.parts.iter().find(|part| (part.track, part.channel) == (track, channel));
        known.cloned().unwrap_or(Part { track, channel, name: String::new(), program: None })
    };
    pitched_parts(score).into_iter().map(part).collect()
}

/// The track and the channel of each part of [`voice_parts`].
pub(super) fn pitched_parts(score: &Score) -> Vec<(u16, u8)> {
    let mut sums: BTreeMap<(u16, u8), (u64, u64)> = BTreeMap::new();
    for note in score.notes.iter().filter(|note| note.channel != PERCUSSION_CHANNEL) {
        let (sum, n_notes) = sums.entry((note.track, note.channel)).or_default();
        *sum += u64::from(note.pitch);
        *n_notes += 1;
    }
    // In hundredths of a semitone.
    let mean = |(sum, n_notes): (u64, u64)| 100 * sum / n_notes;
    let mut parts: Vec<((u16, u8), u64)> = sums.into_iter().map(|(part, sums)| (part, mean(sums))).collect();
    if let [(_, first), .., (_, last)] = parts[..]
        && last > first
    {
        parts.sort_by_key(|(_, mean)| Reverse(*mean));
    }
    parts.into_iter().map(|(part, _)| part).collect()
}

/// The score of a texture, a track and a channel for each part.
pub(super) fn part_score(texture: &Texture, grid: Grid, playback: &Playback) -> Score {
    let (ticks_per_quarter, ticks_per_step) = grid.ticks();
    let mut notes: Vec<Note> = Vec::new();
    for part in 0..texture.n_parts() {
        let (track, channel) = (part as u16, channel(part));
        let first_of_part = notes.len();
        for (step, part_steps) in (0..).zip(texture.steps()) {
            match part_steps[part] {
                PartStep::Strike(pitch) => {
                    let (onset, velocity) = (step * ticks_per_step, playback.velocity);
                    notes.push(Note { onset, length: ticks_per_step, pitch, velocity, channel, track });
                }
                PartStep::Hold(_) => {
                    if let Some(note) = notes[first_of_part..].last_mut() {
                        note.length += ticks_per_step;
                    }
                }
                PartStep::Rest => {}
            }
        }
    }
    notes.sort_unstable();
    let program = Some(playback.program);
    let part = |part| Part { track: part as u16, channel: channel(part), name: String::new(), program };
    let parts = (0..texture.n_parts()).map(part).collect();
    Score { notes, parts, ..playback::empty_score(ticks_per_quarter, playback) }
}

/// The channel of a part: its number, but for that of percussion.
fn channel(part: usize) -> u8 {
    let channel = (part % usize::from(MAX_PARTS)) as u8;
    if channel < PERCUSSION_CHANNEL { channel } else { channel + 1 }
}
