//! A tune, line by line.

use std::collections::BTreeMap;

use galant_types::{Decoded, KeySignature, Meter, Place, Score, Tempo, Warnings};

use crate::bar::Change;
use crate::cursor::{Cursor, START};
use crate::error::DecodeError;
use crate::fields;
use crate::key::Key;
use crate::limits::{MAX_BARS, MAX_CHANGES, MAX_NOTES, MAX_VOICES, TICKS_PER_QUARTER};
use crate::line::Line;
use crate::midi::MidiInstruction;
use crate::music::{self, Stop};
use crate::ornament::{Context, shortened};
use crate::parts;
use crate::pitch::Reach;
use crate::played::{channel_of, play};
use crate::property::Properties;
use crate::symbols::Symbols;
use crate::time::Fraction;
use crate::voice::Voice;
use crate::warning::WarningKind;

/// A tune while it is read, or what the header of a file says of all its tunes.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    voices: Vec<Voice>,
    /// Which voice the music belongs to.
    current: usize,
    title: Option<String>,
    composer: Option<String>,
    unit: Option<Fraction>,
    meter: Option<Meter>,
    key: Option<Key>,
    /// The value of Q: and its place, read when the unit length is known.
    tempo: Option<(String, Place)>,
    us_per_quarter: Option<u32>,
    /// Voices that the header declares, with their properties.
    declared: Vec<(String, Properties)>,
    /// The properties of all voices that do not name their own, and of the first.
    properties: Properties,
    first: Properties,
    /// The order of the parts, and where the header states it.
    parts: Vec<char>,
    parts_place: Place,
    /// The part that the music is in.
    part: Option<char>,
    reach: Reach,
    /// The instruments of voices that name none, by their channels, from 0.
    programs: BTreeMap<u8, u8>,
    symbols: Symbols,
    pub(crate) warnings: Warnings,
}

impl Default for Reading {
    fn default() -> Reading {
        Reading {
            voices: Vec::new(),
            current: 0,
            title: None,
            composer: None,
            unit: None,
            meter: None,
            key: None,
            tempo: None,
            us_per_quarter: None,
            declared: Vec::new(),
            properties: Properties::default(),
            first: Properties::default(),
            parts: Vec::new(),
            parts_place: START,
            part: None,
            reach: Reach::AllOctaves,
            programs: BTreeMap::new(),
            symbols: Symbols::default(),
            warnings: Warnings::default(),
        }
    }
}

impl Reading {
    /// Reads a field of a header, other than K:, which ends it.
    pub(crate) fn header_field(&mut self, letter: char, value: &Cursor) -> Result<(), DecodeError> {
        match letter {
            'T' => _ = self.title.get_or_insert_with(|| value.rest().trim().to_owned()),
            'C' => _ = self.composer.get_or_insert_with(|| value.rest().trim().to_owned()),
            'M' => self.meter = fields::meter(value, &mut self.warnings),
            'L' => self.unit = fields::unit(value, &mut self.warnings).or(self.unit),
            'Q' => self.tempo = Some((value.rest().chars().take(200).collect(), value.place())),
            'V' => {
                if let Some((id, properties)) = fields::voice(value, &mut self.warnings) {
                    if self.declared.len() == MAX_VOICES {
                        return Err(DecodeError::TooManyVoices { place: value.place() });
                    }
                    self.declared.push((id.to_owned(), properties));
                }
            }
            'P' => match parts::order_of(value.rest()) {
                Some(parts) => (self.parts, self.parts_place) = (parts, value.place()),
                None => {
                    let allowed = "the order of the parts is written as ABA or (AB)3C, with at most 1024 parts";
                    let value_text = shortened(value.rest().trim());
                    self.warnings.push(value.place(), WarningKind::Value { field: 'P', value: value_text, allowed });
                }
            },
            _ => self.other_field(letter, value),
        }
        Ok(())
    }

    /// Ends the header with the value of K:, or without one, and makes the voices that it declares.
    pub(crate) fn begin_body(&mut self, key: Option<&Cursor>) -> Result<(), DecodeError> {
        if let Some(value) = key {
            let (key, properties) = fields::key(value, &mut self.warnings);
            self.key = key.or(Some(Key::C_MAJOR));
            self.properties = properties;
        }
        let unit = *self.unit.get_or_insert(fields::default_unit(self.meter));
        if let Some((text, Place::Line { line, column })) = self.tempo.take() {
            self.us_per_quarter = fields::tempo(&Cursor::new(&text, line, column), unit, &mut self.warnings);
        }
        for (id, properties) in std::mem::take(&mut self.declared) {
            self.choose_voice(&id, properties, START)?;
        }
        self.current = 0;
        Ok(())
    }

    /// Makes a voice the current one, and makes it if there is none of its name.
    fn choose_voice(&mut self, id: &str, properties: Properties, place: Place) -> Result<(), DecodeError> {
        let found = self.voices.iter().position(|voice| voice.id == id);
        if let Some(found) = found {
            self.current = found;
            self.voices[found].set(properties);
            return Ok(());
        }
        if self.voices.len() == MAX_VOICES {
            return Err(DecodeError::TooManyVoices { place });
        }
        let unit = self.unit.unwrap_or(Fraction::new(1, 8));
        let mut voice = Voice::new(id, unit, self.meter, self.key.unwrap_or(Key::C_MAJOR));
        voice.pitches.reach = self.reach;
        let first = if self.voices.is_empty() { std::mem::take(&mut self.first) } else { Properties::default() };
        voice.set(properties.or(&first).or(&self.properties));
        if let Some(label) = self.part {
            voice.label_next(label);
        }
        self.current = self.voices.len();
        self.voices.push(voice);
        Ok(())
    }

    /// The voice that music belongs to; a tune that names none has one.
    fn voice(&mut self, place: Place) -> Result<&mut Voice, DecodeError> {
        if self.voices.is_empty() {
            self.choose_voice("1", Properties::default(), place)?;
        }
        Ok(&mut self.voices[self.current])
    }

    /// Reads a line of the body.
    pub(crate) fn body_line(&mut self, line: &Line) -> Result<(), DecodeError> {
        if let Some((letter, value)) = line.field() {
            return self.body_field(letter, &value);
        }
        let mut cursor = line.cursor();
        loop {
            self.voice(cursor.place())?;
            let mut context = Context { symbols: self.symbols, warnings: &mut self.warnings };
            let stop = music::read(&mut cursor, &mut self.voices[self.current], &mut context)?;
            self.check_limits()?;
            match stop {
                Stop::End => return Ok(()),
                Stop::Field(letter, value) => self.body_field(letter, &value)?,
            }
        }
    }

    fn body_field(&mut self, letter: char, value: &Cursor) -> Result<(), DecodeError> {
        if letter == 'V' {
            if let Some((id, properties)) = fields::voice(value, &mut self.warnings) {
                self.choose_voice(id, properties, value.place())?;
            }
            return Ok(());
        }
        match letter {
            'K' | 'M' | 'L' | 'Q' => self.voice_field(letter, value)?,
            'P' => self.begin_part(value)?,
            'T' => {}
            _ => self.other_field(letter, value),
        }
        self.check_limits()
    }

    /// A field that changes the voice that music belongs to.
    fn voice_field(&mut self, letter: char, value: &Cursor) -> Result<(), DecodeError> {
        self.voice(value.place())?;
        let (voice, warnings) = (&mut self.voices[self.current], &mut self.warnings);
        match letter {
            'K' => {
                let (key, properties) = fields::key(value, warnings);
                voice.set(properties);
                if let Some(key) = key {
                    voice.pitches.key = key;
                    voice.change(Change::Key(key));
                }
            }
            'M' => {
                voice.meter = fields::meter(value, warnings);
                if let Some(meter) = voice.meter {
                    voice.change(Change::Meter(meter));
                }
            }
            'L' => voice.unit = fields::unit(value, warnings).unwrap_or(voice.unit),
            _ => {
                if let Some(us_per_quarter) = fields::tempo(value, voice.unit, warnings) {
                    voice.change(Change::Tempo(us_per_quarter));
                }
            }
        }
        Ok(())
    }

    /// Begins a part in all voices, if the header says in which order parts are played.
    fn begin_part(&mut self, value: &Cursor) -> Result<(), DecodeError> {
        let Some(label) = parts::label_of(value.rest()).filter(|_| !self.parts.is_empty()) else { return Ok(()) };
        self.part = Some(label);
        for (index, voice) in self.voices.iter_mut().enumerate() {
            if index == self.current {
                voice.begin_part(label)?;
            } else {
                voice.label_next(label);
            }
        }
        Ok(())
    }

    /// Each voice is within the limits; all together must be, too, before more is kept.
    fn check_limits(&self) -> Result<(), DecodeError> {
        let n_notes: usize = self.voices.iter().map(|voice| voice.n_notes).sum();
        let n_changes: usize = self.voices.iter().map(|voice| voice.n_changes).sum();
        let n_bars: usize = self.voices.iter().map(|voice| voice.bars.len()).sum();
        match () {
            () if n_notes > MAX_NOTES => Err(DecodeError::TooManyNotes),
            () if n_changes > MAX_CHANGES => Err(DecodeError::TooManyChanges),
            () if n_bars > MAX_BARS => Err(DecodeError::TooManyBars { voice: self.voices[self.current].id.clone() }),
            () => Ok(()),
        }
    }

    /// A field that changes no note: information is passed over, the rest is reported.
    fn other_field(&mut self, field: char, value: &Cursor) {
        match field {
            'X' | 'A' | 'B' | 'C' | 'D' | 'F' | 'G' | 'H' | 'N' | 'O' | 'R' | 'S' | 'Z' | 'W' | 'w' | 'r' | '+' => {}
            'I' => self.directive(value.place(), value.rest()),
            'U' => {
                if !self.symbols.define(value) {
                    let allowed = "a symbol is written as W=!trill!, for a letter from H to W or h to w";
                    let value_text = shortened(value.rest().trim());
                    self.warnings.push(value.place(), WarningKind::Value { field: 'U', value: value_text, allowed });
                }
            }
            _ => self.warnings.push(value.place(), WarningKind::Field { field }),
        }
    }

    /// Warns of a line that is left out.
    pub(crate) fn skipped(&mut self, line: &Line, why: &'static str) {
        self.warnings.push(line.place(), WarningKind::Skipped { text: shortened(&line.text), why });
    }

    /// Follows an instruction, the text after `%%` or I:, or warns of it.
    pub(crate) fn directive(&mut self, place: Place, text: &str) {
        if MidiInstruction::parse(text).is_some_and(|instruction| self.midi(instruction)) {
            return;
        }
        let mut words = text.split_whitespace();
        let reach = match (words.next(), words.next()) {
            (Some("abc-charset" | "abc-version"), _) => return,
            (Some("propagate-accidentals"), Some("not")) => Reach::Note,
            (Some("propagate-accidentals"), Some("octave")) => Reach::Octave,
            (Some("propagate-accidentals"), Some("pitch")) => Reach::AllOctaves,
            _ => return self.warnings.push(place, WarningKind::Directive { text: shortened(text.trim()) }),
        };
        self.reach = reach;
        self.voices.iter_mut().for_each(|voice| voice.pitches.reach = reach);
    }

    /// Follows an instruction on how a voice sounds; false if the voice has notes already, as a part has one instrument.
    ///
    /// As in abc2midi it is about the current voice, in the header the one declared last; before any about the first.
    fn midi(&mut self, instruction: MidiInstruction) -> bool {
        let properties = match instruction {
            MidiInstruction::Program { channel: Some(channel), program } => {
                let mut voices = self.voices.iter().zip(0..);
                let is_free = voices.all(|(voice, track)| channel_of(track) != channel || voice.n_notes == 0);
                if is_free {
                    self.programs.insert(channel, program);
                }
                return is_free;
            }
            MidiInstruction::Program { channel: None, program } => {
                Properties { program: Some(program), ..Properties::default() }
            }
            MidiInstruction::Percussion => Properties { is_percussion: Some(true), ..Properties::default() },
        };
        let declared = self.declared.last_mut().map(|(_, declared)| declared);
        match (self.voices.get_mut(self.current), declared) {
            (Some(voice), _) if voice.n_notes > 0 => return false,
            (Some(voice), _) => voice.set(properties),
            (None, Some(declared)) => *declared = properties.or(declared),
            (None, None) => self.first = properties.or(&self.first),
        }
        true
    }

    /// How many notes, bars and changes the tune has as written.
    pub(crate) fn n_events(&self) -> usize {
        self.voices.iter().map(|voice| voice.n_notes + voice.n_changes + voice.bars.len()).sum()
    }

    /// Warns of parts that the header plays and the music does not have.
    fn check_parts(&mut self) {
        let mut missing = self.parts.clone();
        missing.retain(|&label| !self.voices.iter().any(|voice| voice.has_part(label)));
        if missing.len() == self.parts.len() && !missing.is_empty() {
            return self.warnings.push(self.parts_place, WarningKind::NoParts);
        }
        missing.sort_unstable();
        missing.dedup();
        for label in missing {
            self.warnings.push(self.parts_place, WarningKind::Part { label });
        }
    }

    /// Plays the voices.
    pub(crate) fn finish(mut self) -> Result<Decoded, DecodeError> {
        let mut score = Score::new(TICKS_PER_QUARTER);
        score.texts.extend([self.title.take(), self.composer.take()].into_iter().flatten());
        score.meters.extend(self.meter);
        if let Some(Key { sharps, minor, .. }) = self.key {
            score.keys.push(KeySignature { tick: 0, sharps, minor });
        }
        score.tempos.extend(self.us_per_quarter.map(|us_per_quarter| Tempo { tick: 0, us_per_quarter }));
        for voice in &mut self.voices {
            voice.end_groups(voice.last_place(), &mut self.warnings);
            voice.end_layers()?;
        }
        self.check_parts();
        play(&self.voices, &self.programs, &self.parts, &mut score, &mut self.warnings)?;
        let first = self.voices.first().and_then(Voice::after_upbeat);
        if let Some(meter) = first.filter(|meter| score.meters.iter().all(|other| other.tick != meter.tick)) {
            let at = score.meters.partition_point(|other| other.tick < meter.tick);
            score.meters.insert(at, meter);
        }
        Ok(Decoded { score, warnings: self.warnings.into_vec() })
    }
}
