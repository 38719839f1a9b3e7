//! A bar as written.

use galant_types::{Meter, Place};

use crate::key::Key;
use crate::time::Fraction;

/// A bar as written.
#[derive(Debug, Clone)]
pub(crate) struct Bar {
    pub(crate) notes: Vec<BarNote>,
    pub(crate) changes: Vec<(u64, Change)>,
    /// When it begins, without repeats, and how long it lasts, in ticks.
    pub(crate) start: u64,
    pub(crate) length: u64,
    /// How long its meter says.
    pub(crate) expected: Option<u64>,
    /// The meter and the key at its beginning.
    pub(crate) meter: Option<Meter>,
    pub(crate) key: Key,
    /// Where its first note or rest is.
    pub(crate) place: Option<Place>,
    pub(crate) begins_repeat: bool,
    /// How often the section that it ends is repeated.
    pub(crate) repeats: u32,
    pub(crate) ending: Vec<u32>,
    /// Whether a double bar line follows.
    pub(crate) is_heavy: bool,
    /// Of the part that begins with it.
    pub(crate) label: Option<char>,
    /// Whether a layer that was added later is longer than the bar.
    pub(crate) has_long_layer: bool,
}

impl Bar {
    pub(crate) fn new(meter: Option<Meter>, key: Key) -> Bar {
        Bar {
            notes: Vec::new(),
            changes: Vec::new(),
            start: 0,
            length: 0,
            expected: None,
            meter,
            key,
            place: None,
            begins_repeat: false,
            repeats: 0,
            ending: Vec::new(),
            is_heavy: false,
            label: None,
            has_long_layer: false,
        }
    }
}

/// A note, its onset counted from the beginning of its bar.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BarNote {
    pub(crate) onset: u64,
    pub(crate) length: u64,
    pub(crate) pitch: u8,
    pub(crate) letter: Letter,
    pub(crate) is_tied: bool,
    pub(crate) place: Place,
}

/// A note as written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WrittenNote {
    pub(crate) letter: Letter,
    pub(crate) accidental: Option<i8>,
    pub(crate) length: Fraction,
    pub(crate) is_tied: bool,
    pub(crate) place: Place,
}

/// A note's name and octave, without accidentals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Letter {
    /// From A to G.
    pub(crate) name: char,
    /// The octave of middle C is 5, as in MIDI pitch 60 = 5 · 12.
    pub(crate) octave: i8,
}

impl Letter {
    /// The MIDI pitch without accidentals.
    pub(crate) fn pitch(self) -> i32 {
        let semitones = match self.name {
            'C' => 0,
            'D' => 2,
            'E' => 4,
            'F' => 5,
            'G' => 7,
            'A' => 9,
            _ => 11,
        };
        12 * i32::from(self.octave) + semitones
    }
}

/// What changes within a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    Meter(Meter),
    Key(Key),
    /// Microseconds a quarter note lasts.
    Tempo(u32),
}
