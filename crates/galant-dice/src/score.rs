//! From throws to scores.

use galant_types::{KeySignature, Meter, Note, Part, Score, Tempo};

use crate::repeats::{Repeats, played_bars};
use crate::tables::{Hand, SIXTEENTHS_PER_BAR, tables};
use crate::throws::Throws;

/// The waltz as it is played.
///
/// Meter 3/8, C major, 480 ticks per quarter note, so that a bar lasts 720; the treble is track 0 on channel 0, the bass
/// track 1 on channel 1, both MIDI program 0, a piano.
/// The print names no tempo; a bar lasts a second, the tempo of a quick waltz.
pub fn score(throws: &Throws, repeats: Repeats) -> Score {
    medley(&[*throws], repeats)
}

/// A medley: waltzes one after the other without a gap, each as [`score`] plays it.
pub fn medley(waltzes: &[Throws], repeats: Repeats) -> Score {
    let mut notes = Vec::new();
    let mut bar_start = 0;
    for bar in waltzes.iter().flat_map(|throws| played_bars(throws, repeats)) {
        notes.extend(tables().notes(bar).iter().map(|note| {
            let (track, channel, velocity) = match note.hand {
                Hand::Treble => (0, 0, TREBLE_VELOCITY),
                Hand::Bass => (1, 1, BASS_VELOCITY),
            };
            Note {
                onset: bar_start + u64::from(note.onset_16) * TICKS_PER_SIXTEENTH,
                track,
                channel,
                pitch: note.pitch,
                length: u64::from(note.length_16) * TICKS_PER_SIXTEENTH,
                velocity,
            }
        }));
        bar_start += u64::from(SIXTEENTHS_PER_BAR) * TICKS_PER_SIXTEENTH;
    }
    let part = |track, channel, name: &str| Part { track, channel, name: name.to_owned(), program: Some(PIANO) };
    Score {
        notes,
        tempos: vec![Tempo { tick: 0, us_per_quarter: US_PER_QUARTER }],
        meters: vec![Meter { tick: 0, numerator: 3, denominator_log2: 3 }],
        keys: vec![KeySignature { tick: 0, sharps: 0, minor: false }],
        parts: vec![part(0, 0, "treble"), part(1, 1, "bass")],
        ..Score::new(TICKS_PER_QUARTER)
    }
}

/// Fine enough for every program, and divisible by four.
const TICKS_PER_QUARTER: u16 = 480;
const TICKS_PER_SIXTEENTH: u64 = TICKS_PER_QUARTER as u64 / 4;

/// A bar of three eighths lasts a second: 90 quarter notes per minute.
const US_PER_QUARTER: u32 = 666_667;

/// The melody, a little over the middle of MIDI's 1 to 127.
const TREBLE_VELOCITY: u8 = 80;
/// The accompaniment, softer than the melody.
const BASS_VELOCITY: u8 = 64;

/// Acoustic grand piano in General MIDI, counted from 0.
const PIANO: u8 = 0;
