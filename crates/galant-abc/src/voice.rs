//! One voice as written: bars of notes, before repeats are expanded.

use std::collections::BTreeMap;

use galant_types::{Meter, Place};

use crate::bar_line::BarLine;
use crate::cursor::START;
use crate::error::DecodeError;
use crate::key::Key;
use crate::limits::{MAX_BARS, MAX_NOTES, TICKS_PER_QUARTER};
use crate::tally::Warnings;
use crate::time::{Fraction, TICKS_PER_WHOLE, ticks};
use crate::tuplet::Tuplet;
use crate::warning::WarningKind;

/// A voice while it is read.
#[derive(Debug, Clone)]
pub(crate) struct Voice {
    pub(crate) id: String,
    pub(crate) name: Option<String>,
    /// How many octaves its notes sound above what is written.
    pub(crate) octaves: i8,
    pub(crate) unit: Fraction,
    /// None for free meter. The tick is not used.
    pub(crate) meter: Option<Meter>,
    pub(crate) key: Key,
    pub(crate) bars: Vec<Bar>,
    pub(crate) tuplet: Option<Tuplet>,
    /// How many notes and changes the bars have, the one that is read included.
    pub(crate) n_notes: usize,
    pub(crate) n_changes: usize,
    bar: Bar,
    /// Ticks since the beginning of the bar, and the most that an overlay of the bar reached.
    now: u64,
    furthest: u64,
    /// Ticks of all bars before.
    elapsed: u64,
    /// Accidentals of the bar so far, by letter and octave.
    accidentals: BTreeMap<(char, i8), i8>,
    /// Pitches that a tie holds, and until when, by letter and octave.
    tied: BTreeMap<(char, i8), (u8, u64)>,
    /// The factor of the next note of a broken rhythm.
    broken: Option<Fraction>,
    last: Option<Last>,
}

/// A bar as written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bar {
    pub(crate) notes: Vec<BarNote>,
    pub(crate) changes: Vec<(u64, Change)>,
    pub(crate) length: u64,
    /// How long its meter says.
    pub(crate) expected: Option<u64>,
    /// Where its first note or rest is.
    pub(crate) place: Option<Place>,
    pub(crate) begins_repeat: bool,
    /// How often the section that it ends is repeated.
    pub(crate) repeats: u32,
    pub(crate) ending: Vec<u32>,
    /// Whether a double bar line follows.
    pub(crate) is_heavy: bool,
}

/// A note, its onset counted from the beginning of its bar.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BarNote {
    pub(crate) onset: u64,
    pub(crate) length: u64,
    pub(crate) pitch: u8,
    pub(crate) is_tied: bool,
    pub(crate) place: Place,
}

/// What changes within a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    Meter(Meter),
    Key(Key),
    /// Microseconds a quarter note lasts.
    Tempo(u32),
}

/// A note as written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WrittenNote {
    pub(crate) letter: char,
    /// The octave of middle C is 5, as in MIDI pitch 60 = 5 · 12.
    pub(crate) octave: i8,
    pub(crate) accidental: Option<i8>,
    pub(crate) length: Fraction,
    pub(crate) is_tied: bool,
    pub(crate) place: Place,
}

/// The last note, chord or rest, which a broken rhythm may still change.
#[derive(Debug, Clone, Copy)]
struct Last {
    onset: u64,
    length: u64,
    first_note: usize,
}

impl Voice {
    pub(crate) fn new(id: &str, unit: Fraction, meter: Option<Meter>, key: Key) -> Voice {
        Voice {
            id: id.to_owned(),
            name: None,
            octaves: 0,
            unit,
            meter,
            key,
            bars: Vec::new(),
            tuplet: None,
            n_notes: 0,
            n_changes: 0,
            bar: Bar::default(),
            now: 0,
            furthest: 0,
            elapsed: 0,
            accidentals: BTreeMap::new(),
            tied: BTreeMap::new(),
            broken: None,
            last: None,
        }
    }

    /// Adds a note, or the notes of a chord, which lasts as long as its first note.
    pub(crate) fn sound(&mut self, notes: &[WrittenNote], chord_length: Fraction) -> Result<(), DecodeError> {
        let Some(first) = notes.first() else { return Ok(()) };
        self.n_notes += notes.len();
        if self.n_notes > MAX_NOTES {
            return Err(DecodeError::TooManyNotes);
        }
        let first_note = self.bar.notes.len();
        let factor = Tuplet::step(&mut self.tuplet);
        let broken = self.broken.take().unwrap_or(Fraction::ONE);
        let length_of = |note: &WrittenNote| ticks(&[self.unit, note.length, chord_length, factor, broken], note.place);
        let lengths = notes.iter().map(length_of).collect::<Result<Vec<u64>, DecodeError>>()?;
        for (note, &length) in notes.iter().zip(&lengths) {
            let pitch = self.pitch(note)?;
            let (onset, end) = (self.now, self.elapsed + self.now + length);
            if note.is_tied {
                self.tied.insert((note.letter, note.octave), (pitch, end));
            }
            self.bar.notes.push(BarNote { onset, length, pitch, is_tied: note.is_tied, place: note.place });
        }
        self.advance(lengths[0], first_note, first.place);
        Ok(())
    }

    pub(crate) fn rest(&mut self, length: Fraction, place: Place) -> Result<(), DecodeError> {
        let factor = Tuplet::step(&mut self.tuplet);
        let broken = self.broken.take().unwrap_or(Fraction::ONE);
        let length = ticks(&[self.unit, length, factor, broken], place)?;
        self.advance(length, self.bar.notes.len(), place);
        Ok(())
    }

    fn advance(&mut self, length: u64, first_note: usize, place: Place) {
        self.bar.place.get_or_insert(place);
        self.last = Some(Last { onset: self.now, length, first_note });
        self.now += length;
    }

    /// The pitch of a note, by its own accidental, a tie, the bar's accidentals or the key.
    fn pitch(&mut self, note: &WrittenNote) -> Result<u8, DecodeError> {
        let key = (note.letter, note.octave);
        if note.accidental.is_none()
            && let Some((pitch, _)) = self.tied.remove(&key).filter(|&(_, end)| end == self.elapsed + self.now)
        {
            return Ok(pitch);
        }
        if let Some(accidental) = note.accidental {
            self.accidentals.insert(key, accidental);
        }
        let in_key = || self.key.accidental(note.letter);
        let accidental = self.accidentals.get(&key).copied().unwrap_or_else(in_key);
        let semitone = match note.letter {
            'C' => 0,
            'D' => 2,
            'E' => 4,
            'F' => 5,
            'G' => 7,
            'A' => 9,
            _ => 11,
        };
        let octave = i32::from(note.octave) + i32::from(self.octaves);
        let pitch = 12 * octave + semitone + i32::from(accidental);
        match u8::try_from(pitch) {
            Ok(pitch @ 0..=127) => Ok(pitch),
            _ => Err(DecodeError::Pitch { place: note.place, pitch }),
        }
    }

    /// Rests for `n_bars` whole bars; false if the meter is free or the bar has begun.
    pub(crate) fn rest_bars(&mut self, n_bars: u32, place: Place) -> Result<bool, DecodeError> {
        let Some(length) = self.expected().filter(|_| self.now == 0 && self.furthest == 0) else { return Ok(false) };
        for bar in 0..n_bars {
            if bar > 0 {
                self.end_bar(BarLine::default())?;
            }
            self.advance(length, 0, place);
        }
        self.last = None;
        Ok(true)
    }

    /// Makes the last note `factor` times as long, and the next one `next` times; false if there is no last note.
    pub(crate) fn break_rhythm(&mut self, factor: Fraction, next: Fraction) -> Result<bool, DecodeError> {
        let Some(last) = self.last.take() else { return Ok(false) };
        let place = self.bar.place.unwrap_or(START);
        let scaled = |length: u64| {
            let whole = Fraction::new(1, TICKS_PER_WHOLE as u32);
            // Lengths are at most 64 whole notes, which fits.
            ticks(&[Fraction::new(length as u32, 1), whole, factor], place)
        };
        for note in &mut self.bar.notes[last.first_note..] {
            note.length = scaled(note.length)?;
            if note.is_tied {
                let end = self.elapsed + note.onset + note.length;
                self.tied.values_mut().filter(|tied| tied.0 == note.pitch).for_each(|tied| tied.1 = end);
            }
        }
        self.now = last.onset + scaled(last.length)?;
        self.broken = Some(next);
        Ok(true)
    }

    /// Begins another layer of the bar at its beginning.
    pub(crate) fn overlay(&mut self) {
        self.furthest = self.furthest.max(self.now);
        self.now = 0;
        self.accidentals.clear();
        self.last = None;
    }

    pub(crate) fn change(&mut self, change: Change) {
        self.n_changes += 1;
        self.bar.changes.push((self.now, change));
    }

    /// Ends the bar; a bar line where no bar has begun adds to the one before it.
    pub(crate) fn end_bar(&mut self, line: BarLine) -> Result<(), DecodeError> {
        self.accidentals.clear();
        self.last = None;
        let length = self.furthest.max(self.now);
        if length > 0 {
            if self.bars.len() == MAX_BARS {
                return Err(DecodeError::TooManyBars { voice: self.id.clone() });
            }
            let expected = self.expected();
            let mut bar = std::mem::take(&mut self.bar);
            (bar.length, bar.expected) = (length, expected);
            self.bars.push(bar);
            self.elapsed += length;
            (self.now, self.furthest) = (0, 0);
        }
        if let Some(before) = self.bars.last_mut() {
            before.repeats = before.repeats.max(line.repeats);
            before.is_heavy |= line.is_heavy;
        }
        self.bar.begins_repeat |= line.begins;
        if !line.ending.is_empty() {
            self.bar.ending = line.ending;
        }
        Ok(())
    }

    /// Warns of groups that the bar leaves unfinished, and forgets them.
    pub(crate) fn end_groups(&mut self, place: Place, warnings: &mut Warnings) {
        if self.tuplet.take().is_some() {
            warnings.push(place, WarningKind::UnfinishedGroup { what: "tuplet" });
        }
        if self.broken.take().is_some() {
            warnings.push(place, WarningKind::UnfinishedGroup { what: "broken rhythm" });
        }
    }

    /// How long a bar is by the meter.
    fn expected(&self) -> Option<u64> {
        self.meter.map(|meter| meter.ticks_per_bar(TICKS_PER_QUARTER))
    }
}
