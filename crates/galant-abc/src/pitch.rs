//! Which pitches written notes sound.

use std::collections::BTreeMap;

use galant_types::Warnings;

use crate::bar::{Letter, WrittenNote};
use crate::key::Key;
use crate::property::{Clef, Properties};
use crate::warning::WarningKind;

/// What decides the pitches of a voice, while it is read.
#[derive(Debug, Clone)]
pub(crate) struct Pitches {
    pub(crate) key: Key,
    pub(crate) reach: Reach,
    pub(crate) clef: Clef,
    /// How many octaves and semitones its notes sound above what is written, apart from the clef.
    octaves: i8,
    semitones: i8,
    /// Accidentals of the bar so far.
    accidentals: BTreeMap<Letter, i8>,
    /// Pitches that a tie holds, and until when.
    tied: BTreeMap<Letter, (u8, u64)>,
}

/// How far an accidental reaches within its bar: ABC 2.1, 11.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    Note,
    Octave,
    AllOctaves,
}

impl Pitches {
    pub(crate) fn new(key: Key) -> Pitches {
        Pitches {
            key,
            reach: Reach::AllOctaves,
            clef: Clef::default(),
            octaves: 0,
            semitones: 0,
            accidentals: BTreeMap::new(),
            tied: BTreeMap::new(),
        }
    }

    /// Takes the properties that are named; the others stay as they are.
    pub(crate) fn set(&mut self, properties: &Properties) {
        self.clef = properties.clef.unwrap_or(self.clef);
        self.octaves = properties.octaves.unwrap_or(self.octaves);
        self.semitones = properties.semitones.unwrap_or(self.semitones);
    }

    /// The pitch of a note at a tick, by its own accidental, a tie, the bar's accidentals or the key; none if MIDI does not
    /// have it.
    pub(crate) fn pitch(&mut self, note: &WrittenNote, now: u64, warnings: &mut Warnings) -> Option<u8> {
        let letter = note.letter;
        if note.accidental.is_none()
            && let Some((pitch, _)) = self.tied.remove(&letter).filter(|&(_, end)| end == now)
        {
            return Some(pitch);
        }
        let reached = match self.reach {
            Reach::Note => None,
            Reach::Octave => Some(letter),
            Reach::AllOctaves => Some(Letter { octave: 0, ..letter }),
        };
        if let (Some(accidental), Some(reached)) = (note.accidental, reached) {
            self.accidentals.insert(reached, accidental);
        }
        let of_bar = reached.and_then(|reached| self.accidentals.get(&reached).copied());
        let accidental = note.accidental.or(of_bar).unwrap_or_else(|| self.key.accidental(letter.name));
        let octaves = i32::from(self.octaves) + i32::from(self.clef.octaves);
        let pitch = letter.pitch() + 12 * octaves + i32::from(self.semitones) + i32::from(accidental);
        let in_range = u8::try_from(pitch).ok().filter(|&pitch| pitch <= 127);
        if in_range.is_none() {
            warnings.push(note.place, WarningKind::Pitch { pitch });
        }
        in_range
    }

    /// Holds the pitch of a letter for a note that begins at the tick `end`.
    pub(crate) fn tie(&mut self, letter: Letter, pitch: u8, end: u64) {
        self.tied.insert(letter, (pitch, end));
    }

    /// Holds the pitch of a letter, if it is held, for a note that begins at the tick `end`.
    pub(crate) fn move_tie(&mut self, letter: Letter, end: u64) {
        self.tied.entry(letter).and_modify(|tied| tied.1 = end);
    }

    /// Forgets the accidentals of the bar.
    pub(crate) fn end_bar(&mut self) {
        self.accidentals.clear();
    }
}
