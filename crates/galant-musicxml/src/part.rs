//! One part as written, bar by bar.

use roxmltree::Node;

use crate::attributes::{self, Attributes};
use crate::bar::{Bar, BarNote, Change, Marks};
use crate::barline;
use crate::clock::{Clock, TICKS_PER_WHOLE, is_short_enough, thousandths};
use crate::direction;
use crate::error::DecodeError;
use crate::limits::{MAX_BAR_IN_WHOLES, MAX_CHANGES, MAX_NOTES};
use crate::note::{self, Written};
use crate::part_list::{DRUM_CHANNEL, PartInfo};
use crate::warning::{WarningKind, Warnings};
use crate::xml::{at, child_text, elements, place, shown};

/// What all parts of a file share while it is read.
#[derive(Debug)]
pub(crate) struct Reading<'a> {
    pub(crate) text: &'a str,
    pub(crate) warnings: Warnings,
    /// Of each bar, whatever the part that says it.
    pub(crate) marks: Vec<Marks>,
    /// How many notes and changes all parts have so far.
    n_notes: usize,
    n_changes: usize,
}

impl<'a> Reading<'a> {
    pub(crate) fn new(text: &'a str, warnings: Warnings) -> Reading<'a> {
        Reading { text, warnings, marks: Vec::new(), n_notes: 0, n_changes: 0 }
    }
}

/// A part while it is read.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) info: PartInfo,
    pub(crate) bars: Vec<Bar>,
    /// How many semitones it sounds above what is written.
    pub(crate) transposed: i32,
    /// Whether it was ever transposed by anything but octaves.
    pub(crate) is_transposing: bool,
    pub(crate) has_key: bool,
    pub(crate) is_percussion: bool,
    divisions: u32,
    /// The names of its voices; a voice's number is its place here.
    voices: Vec<String>,
}

impl Part {
    pub(crate) fn new(info: PartInfo) -> Part {
        Part {
            is_percussion: info.channel == Some(DRUM_CHANNEL),
            info,
            bars: Vec::new(),
            transposed: 0,
            is_transposing: false,
            has_key: false,
            divisions: 1,
            voices: Vec::new(),
        }
    }

    /// Reads the next bar: its number is in `measure`, its music in `content`.
    pub(crate) fn read_bar(
        &mut self,
        measure: Node<'_, '_>,
        content: Node<'_, '_>,
        reading: &mut Reading<'_>,
    ) -> Result<(), DecodeError> {
        let index = self.bars.len();
        if reading.marks.len() <= index {
            let number = shown(measure.attribute("number").unwrap_or_default());
            reading.marks.push(Marks { number, at: at(measure), ..Marks::default() });
        }
        reading.marks[index].is_implicit |= measure.attribute("implicit") == Some("yes");
        let mut bar = Bar::default();
        let mut clock = Clock::new(self.divisions);
        // The onset of the note before, which a chord goes on with.
        let mut onset = clock.now();
        for (name, element) in elements(content) {
            match name {
                "note" => self.note(element, &mut clock, &mut onset, &mut bar, reading)?,
                "backup" | "forward" => {
                    let length = duration(element, &clock, reading)?.unwrap_or(0);
                    if name == "forward" {
                        clock.forward(length);
                    } else if !clock.back(length) {
                        reading.warnings.push(at(element), WarningKind::BackupTooFar);
                    }
                }
                "attributes" => {
                    let read = attributes::read(element, reading.text, &mut reading.warnings)?;
                    self.attributes(&read, &mut clock, &mut bar);
                }
                "direction" | "sound" => {
                    let (marks, warnings) = (&mut reading.marks[index], &mut reading.warnings);
                    direction::read(element, &clock, &mut bar, marks, warnings);
                }
                "barline" => barline::read(element, &mut reading.marks[index], reading.text)?,
                "harmony" => reading.warnings.push(at(element), WarningKind::ChordSymbol),
                "figured-bass" => reading.warnings.push(at(element), WarningKind::FiguredBass),
                _ => {}
            }
            bar.length = bar.length.max(clock.now());
            if bar.length > MAX_BAR_IN_WHOLES * TICKS_PER_WHOLE {
                return Err(DecodeError::BarTooLong { place: place(reading.text, at(measure)) });
            }
        }
        reading.n_changes += bar.changes.len();
        if reading.n_changes > MAX_CHANGES {
            return Err(DecodeError::TooManyChanges);
        }
        self.bars.push(bar);
        Ok(())
    }

    /// Counts, transposes and changes as attributes say.
    fn attributes(&mut self, read: &Attributes, clock: &mut Clock, bar: &mut Bar) {
        if let Some(divisions) = read.divisions {
            self.divisions = divisions;
            clock.set_divisions(divisions);
        }
        if let Some(semitones) = read.transposed {
            self.transposed = semitones;
            self.is_transposing |= semitones % 12 != 0;
        }
        for &change in &read.changes {
            self.has_key |= matches!(change, Change::Key(_));
            bar.changes.push((clock.now(), change));
        }
    }

    fn note(
        &mut self,
        element: Node<'_, '_>,
        clock: &mut Clock,
        onset: &mut u64,
        bar: &mut Bar,
        reading: &mut Reading<'_>,
    ) -> Result<(), DecodeError> {
        let written = note::read(element, &self.info, &mut reading.warnings);
        if written.is_grace {
            return Ok(());
        }
        let Some(length) = duration(element, clock, reading)? else {
            reading.warnings.push(at(element), WarningKind::IncompleteNote { lacks: "duration" });
            return Ok(());
        };
        let mut end = clock.end(length);
        if written.is_chord {
            end = *onset + (end - clock.now());
        } else {
            *onset = clock.now();
            clock.forward(length);
        }
        let Written { pitch: Some(pitch), is_unpitched, begins_tie, ends_tie, velocity, .. } = written else {
            return Ok(());
        };
        self.is_percussion |= is_unpitched;
        let pitch = if is_unpitched { pitch } else { pitch + i64::from(self.transposed) };
        let Ok(pitch @ 0..=127) = u8::try_from(pitch) else {
            reading.warnings.push(at(element), WarningKind::Pitch { pitch });
            return Ok(());
        };
        if end == *onset {
            reading.warnings.push(at(element), WarningKind::ZeroLength);
            return Ok(());
        }
        reading.n_notes += 1;
        if reading.n_notes > MAX_NOTES {
            return Err(DecodeError::TooManyNotes);
        }
        let voice = self.voice(child_text(element, "voice").unwrap_or_default());
        let (onset, length, at) = (*onset, end - *onset, at(element));
        bar.notes.push(BarNote { onset, length, pitch, velocity, voice, begins_tie, ends_tie, at });
        Ok(())
    }

    /// The number of a voice; those beyond the first few hundred share one.
    fn voice(&mut self, name: &str) -> u16 {
        const MAX_VOICES: usize = 256;
        let name = shown(name);
        let found = self.voices.iter().position(|known| *known == name);
        let number = found.unwrap_or_else(|| {
            if self.voices.len() < MAX_VOICES {
                self.voices.push(name);
            }
            self.voices.len() - 1
        });
        number as u16
    }
}

/// The duration of a note, backup or forward in thousandths of a division; none if it has none.
fn duration(element: Node<'_, '_>, clock: &Clock, reading: &mut Reading<'_>) -> Result<Option<u64>, DecodeError> {
    let Some(written) = child_text(element, "duration") else { return Ok(None) };
    let Some(length) = thousandths(written) else {
        let (found, allowed) = (shown(written), "a duration is a number of divisions, at least 0");
        reading.warnings.push(at(element), WarningKind::Value { element: "duration", found, allowed });
        return Ok(None);
    };
    if is_short_enough(length, clock.divisions()) {
        Ok(Some(length))
    } else {
        Err(DecodeError::BarTooLong { place: place(reading.text, at(element)) })
    }
}
