//! Chord tokens back to a score.

use galant_types::{Chord, Note, Part, Score, Tempo};

/// How tokens sound.
///
/// The default is the lecture's: a harp that plays sixteenth notes at 120 quarter notes a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rendition {
    /// Resolution: how many ticks a quarter note lasts, at least 1.
    pub ticks_per_quarter: u16,
    /// How many ticks each token lasts, at least 1.
    pub ticks_per_token: u32,
    /// Microseconds a quarter note lasts, at least 1.
    pub us_per_quarter: u32,
    /// How hard every note is struck, 1 to 127.
    pub velocity: u8,
    /// The MIDI program that plays, 0 to 127.
    pub program: u8,
}

impl Default for Rendition {
    /// The values the lecture writes: 120 of 480 ticks a token, 500,000 µs a quarter note, velocity 64, and program 46,
    /// the orchestral harp.
    fn default() -> Rendition {
        Rendition { ticks_per_quarter: 480, ticks_per_token: 120, us_per_quarter: 500_000, velocity: 64, program: 46 }
    }
}

/// A score that plays `chords` one after the other, on channel 0 of one track.
///
/// A pitch that stands twice in a chord sounds once: one channel cannot strike a key twice at a time.
pub fn score_from_chords(chords: &[Chord], rendition: Rendition) -> Score {
    let Rendition { ticks_per_quarter, ticks_per_token, us_per_quarter, velocity, program } = rendition;
    let length = u64::from(ticks_per_token);
    let mut notes = Vec::with_capacity(chords.iter().map(|chord| chord.pitches().len()).sum());
    let mut onset = 0;
    for chord in chords {
        // Ascending, so that equal pitches are neighbours.
        for equal in chord.pitches().chunk_by(|a, b| a == b) {
            notes.push(Note { onset, length, pitch: equal[0], velocity, channel: 0, track: 0 });
        }
        onset += length;
    }
    Score {
        notes,
        tempos: vec![Tempo { tick: 0, us_per_quarter }],
        parts: vec![Part { track: 0, channel: 0, name: String::new(), program: Some(program) }],
        ..Score::new(ticks_per_quarter)
    }
}
