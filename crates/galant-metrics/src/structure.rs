//! How a piece keeps its bars, its key and its chords.

use std::collections::{BTreeMap, BTreeSet};

use galant_types::{Note, Scale, Score};

/// How many steps a quarter note has here: onsets and lengths are rounded to twelfths of it.
const STEPS_PER_QUARTER: f64 = 12.0;
/// The longest that a note counts for the key, in steps: four quarter notes.
const MAX_KEY_STEPS: u64 = 48;

/// How a piece keeps its bars, its key and its chords.
///
/// Percussion does not count. Times are rounded to twelfths of a quarter note, and a note of one onset, length and pitch
/// counts once, however many parts play it. Bars are as long as the first meter says, from the beginning of the piece to
/// its last onset; an upbeat is not told from a bar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Structure {
    /// The key, by the method of Krumhansl and Schmuckler.
    pub key: Scale,
    /// How many bars there are.
    pub n_bars: u64,
    /// How many notes there are.
    pub n_notes: usize,
    /// The share of bars with an onset on their first beat.
    pub downbeat_rate: f64,
    /// The share of bars that are equal to an earlier one: the same onsets, lengths and pitches.
    pub repeated_bar_rate: f64,
    /// How many different chords begin, as a share of all onsets.
    pub different_chord_rate: f64,
    /// The share of notes in the scale of the key: major, or minor with both sevenths.
    pub in_key_rate: f64,
    /// The share of onsets on a quarter note.
    pub on_beat_rate: f64,
    /// How many notes there are in a quarter note.
    pub notes_per_quarter: f64,
    /// Where the last onset is: 1 on the first beat of a bar, ½ on another beat, 0 elsewhere.
    pub ends_on_downbeat: f64,
    /// 1 if what then sounds is the tonic's triad or notes of it, with the tonic in the bass, otherwise 0.
    pub ends_on_tonic: f64,
}

/// A note in steps: onset, length, pitch.
type StepNote = (u64, u64, u8);

impl Structure {
    /// The figures of a piece; none without notes of a pitch.
    pub fn of(score: &Score) -> Option<Structure> {
        let notes = step_notes(score);
        let mut chords: BTreeMap<u64, BTreeSet<u8>> = BTreeMap::new();
        for &(onset, _, pitch) in &notes {
            chords.entry(onset).or_default().insert(pitch);
        }
        let (&last, _) = chords.last_key_value()?;
        let end = notes.iter().map(|(onset, length, _)| onset.saturating_add(*length)).max()?;
        let bar = steps_per_bar(score);
        let n_bars = (last / bar).saturating_add(1);
        let key = key(&notes)?;
        let of_bars = |n: usize| n as f64 / n_bars as f64;
        let of_onsets = |n: usize| n as f64 / chords.len() as f64;
        let scale = if key.is_minor() { &MINOR[..] } else { &MAJOR[..] };
        let is_in_key = |(_, _, pitch): &&StepNote| scale.contains(&above(key, *pitch));
        Some(Structure {
            key,
            n_bars,
            n_notes: notes.len(),
            downbeat_rate: of_bars(chords.keys().filter(|onset| onset.is_multiple_of(bar)).count()),
            repeated_bar_rate: of_bars(n_repeated_bars(&notes, bar)),
            different_chord_rate: of_onsets(chords.values().collect::<BTreeSet<_>>().len()),
            in_key_rate: notes.iter().filter(is_in_key).count() as f64 / notes.len() as f64,
            on_beat_rate: of_onsets(chords.keys().filter(|onset| is_on_beat(**onset)).count()),
            notes_per_quarter: notes.len() as f64 * STEPS_PER_QUARTER / end as f64,
            ends_on_downbeat: match last {
                _ if last.is_multiple_of(bar) => 1.0,
                _ if is_on_beat(last) => 0.5,
                _ => 0.0,
            },
            ends_on_tonic: f64::from(u8::from(is_tonic(key, &notes, last))),
        })
    }
}

const MAJOR: [u8; 7] = [0, 2, 4, 5, 7, 9, 11];
/// Minor with both sevenths.
const MINOR: [u8; 8] = [0, 2, 3, 5, 7, 8, 10, 11];

/// The notes with a pitch, sorted, each once.
fn step_notes(score: &Score) -> BTreeSet<StepNote> {
    let steps_per_tick = STEPS_PER_QUARTER / f64::from(score.ticks_per_quarter.max(1));
    let steps = |ticks: u64| (ticks as f64 * steps_per_tick).round_ties_even() as u64;
    let in_steps = |note: &Note| (steps(note.onset), steps(note.length).max(1), note.pitch);
    score.pitched_notes().map(in_steps).collect()
}

/// A bar of the first meter in steps, rounded down, but at least 1.
fn steps_per_bar(score: &Score) -> u64 {
    let first = score.meters.first().copied().unwrap_or(galant_types::Meter::DEFAULT);
    first.ticks_per_bar(STEPS_PER_QUARTER as u16)
}

fn is_on_beat(step: u64) -> bool {
    step.is_multiple_of(STEPS_PER_QUARTER as u64)
}

/// The key by how long each pitch class sounds, a note for four quarter notes at most.
fn key(notes: &BTreeSet<StepNote>) -> Option<Scale> {
    let notes = notes.iter().map(|&(_, length, pitch)| Note {
        onset: 0,
        length: length.min(MAX_KEY_STEPS),
        pitch,
        velocity: 64,
        channel: 0,
        track: 0,
    });
    galant_tokens::estimate_key(&Score { notes: notes.collect(), ..Score::new(STEPS_PER_QUARTER as u16) })
}

/// How many semitones a pitch is above the tonic, octaves not counted.
fn above(key: Scale, pitch: u8) -> u8 {
    (pitch % 12 + 12 - key.tonic()) % 12
}

/// How many bars are equal to an earlier one; bars without onsets are not.
fn n_repeated_bars(notes: &BTreeSet<StepNote>, bar: u64) -> usize {
    let mut bars: BTreeMap<u64, Vec<StepNote>> = BTreeMap::new();
    for &(onset, length, pitch) in notes {
        bars.entry(onset / bar).or_default().push((onset % bar, length, pitch));
    }
    let n_bars = bars.len();
    n_bars - bars.into_values().collect::<BTreeSet<_>>().len()
}

/// Whether what sounds at a step is of the tonic's triad, with the tonic in the bass.
fn is_tonic(key: Scale, notes: &BTreeSet<StepNote>, at: u64) -> bool {
    let sounding = || notes.iter().filter(|(onset, length, _)| *onset <= at && at < onset.saturating_add(*length));
    let bass = sounding().map(|(_, _, pitch)| *pitch).min();
    let third = if key.is_minor() { 3 } else { 4 };
    bass.is_some_and(|bass| above(key, bass) == 0)
        && sounding().all(|(_, _, pitch)| [0, third, 7].contains(&above(key, *pitch)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(notes: &[(u64, u64, u8)]) -> Score {
        let note =
            |&(onset, length, pitch): &StepNote| Note { onset, length, pitch, velocity: 64, channel: 0, track: 0 };
        Score { notes: notes.iter().map(note).collect(), ..Score::new(12) }
    }

    #[test]
    fn bars_are_counted_as_by_hand() {
        // Two bars of C E G C, a bar that begins late, and a last C on the downbeat.
        let bar = |at: u64| [(at, 12, 60), (at + 12, 12, 64), (at + 24, 12, 67), (at + 36, 12, 60)];
        let notes = [&bar(0)[..], &bar(48), &[(102, 6, 67)], &[(144, 48, 60), (144, 48, 64)]].concat();
        let structure = Structure::of(&score(&notes)).unwrap();
        assert_eq!((structure.n_bars, structure.n_notes, structure.key), (4, 11, Scale::major(0)));
        assert_eq!((structure.downbeat_rate, structure.repeated_bar_rate), (0.75, 0.25));
        assert_eq!((structure.in_key_rate, structure.ends_on_downbeat, structure.ends_on_tonic), (1.0, 1.0, 1.0));
        // C, E, G and C with E, of ten onsets.
        assert_eq!((structure.different_chord_rate, structure.on_beat_rate), (0.4, 0.9));
    }

    #[test]
    fn nothing_has_no_structure() {
        assert_eq!(Structure::of(&score(&[])), None);
    }
}
