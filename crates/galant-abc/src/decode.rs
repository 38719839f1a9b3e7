//! A tune, line by line.

use galant_types::{Decoded, KeySignature, Meter, Place, Score, Tempo};

use crate::bar_line::BarLine;
use crate::cursor::{Cursor, START};
use crate::error::DecodeError;
use crate::fields;
use crate::key::Key;
use crate::limits::{MAX_BARS, MAX_CHANGES, MAX_FILE_BYTES, MAX_NOTES, MAX_VOICES, TICKS_PER_QUARTER};
use crate::music::{self, Stop};
use crate::played::play;
use crate::tally::Warnings;
use crate::time::Fraction;
use crate::voice::{Change, Voice};
use crate::warning::WarningKind;

/// Reads the first tune of an ABC text.
///
/// Each voice becomes a track on a channel of its own, as far as there are channels, and plays the piano.
/// Repeats are played as written, and accidentals hold for their pitch until the end of the bar.
/// Everything but the [contents a score leaves out](crate#what-a-score-leaves-out) is kept or reported in a
/// [warning](crate#warnings); warnings are in the order of the text.
///
/// # Errors
///
/// If the text has no header, if something in it is not ABC, or if it is over a limit of this crate.
pub fn decode(text: &str) -> Result<Decoded, DecodeError> {
    if text.len() > MAX_FILE_BYTES {
        return Err(DecodeError::FileTooLarge { n_bytes: text.len() });
    }
    let mut lines = (1..).zip(text.strip_prefix('\u{feff}').unwrap_or(text).lines());
    let mut reading = Reading::default();
    let mut last_line = 1;
    loop {
        let Some((number, line)) = lines.next() else { return Err(DecodeError::NoKey { line: last_line }) };
        last_line = number;
        if reading.header_line(number, line)? {
            break;
        }
    }
    for (number, line) in lines.by_ref() {
        if line.trim().is_empty() || line.starts_with("X:") {
            reading.after_end(number, line);
            break;
        }
        reading.body_line(number, line)?;
    }
    for (number, line) in lines {
        reading.after_end(number, line);
    }
    reading.finish()
}

/// Whether bytes look like ABC: the first line that is neither empty nor a comment is a field X: or T:, or there is a line
/// `%abc` before it.
pub fn looks_like_abc(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let mut lines = bytes.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    let first = lines.find(|line| line.starts_with(b"%abc") || !(line.is_empty() || line.starts_with(b"%")));
    first.is_some_and(|line| [b"%abc".as_slice(), b"X:", b"T:"].iter().any(|start| line.starts_with(start)))
}

/// A tune while it is read.
#[derive(Debug, Default)]
struct Reading<'a> {
    voices: Vec<Voice>,
    /// Which voice the music belongs to.
    current: usize,
    title: Option<String>,
    composer: Option<String>,
    unit: Option<Fraction>,
    meter: Option<Meter>,
    key: Option<Key>,
    /// The value of Q:, read when the unit length is known.
    tempo: Option<Cursor<'a>>,
    us_per_quarter: Option<u32>,
    /// Voices that the header declares, with their properties.
    declared: Vec<(String, fields::Properties)>,
    octaves: i8,
    has_ended: bool,
    warnings: Warnings,
}

impl<'a> Reading<'a> {
    /// Reads a line of the header and returns whether it was the last.
    fn header_line(&mut self, number: u32, line: &'a str) -> Result<bool, DecodeError> {
        let Some((letter, value)) = self.field(number, line)? else { return Ok(false) };
        match letter {
            'T' => _ = self.title.get_or_insert_with(|| text_of(&value)),
            'C' => _ = self.composer.get_or_insert_with(|| text_of(&value)),
            'M' => self.meter = fields::meter(&value)?,
            'L' => self.unit = Some(fields::unit(&value)?),
            'Q' => self.tempo = Some(value),
            'V' => {
                let (id, properties) = fields::voice(&value, &mut self.warnings)?;
                if self.declared.len() == MAX_VOICES {
                    return Err(DecodeError::TooManyVoices { place: value.place() });
                }
                self.declared.push((id.to_owned(), properties));
            }
            'P' => self.warnings.push(value.place(), WarningKind::Field { field: 'P' }),
            'K' => {
                let (key, properties) = fields::key(&value, &mut self.warnings)?;
                self.key = Some(key);
                self.octaves = properties.octaves.unwrap_or(0);
                self.begin_body()?;
                return Ok(true);
            }
            _ => self.other_field(letter, &value),
        }
        Ok(false)
    }

    /// The field of a header line; none for comments and empty lines.
    fn field(&mut self, number: u32, line: &'a str) -> Result<Option<(char, Cursor<'a>)>, DecodeError> {
        let Some(line) = self.without_comment(number, line) else { return Ok(None) };
        if let Some(field) = field_of(line, number) {
            return Ok(Some(field));
        }
        if line.trim().is_empty() {
            return Ok(None);
        }
        let place = Place::Line { line: number, column: 1 };
        let allowed = "a header has fields, such as T:Title, and ends with K:";
        Err(DecodeError::Unexpected { place, found: line.chars().take(20).collect(), allowed })
    }

    /// Makes the voices that the header declares, or a single one.
    fn begin_body(&mut self) -> Result<(), DecodeError> {
        let unit = *self.unit.get_or_insert(fields::default_unit(self.meter));
        if let Some(value) = self.tempo.take() {
            self.us_per_quarter = fields::tempo(&value, unit)?;
            if self.us_per_quarter.is_none() {
                self.warnings.push(value.place(), WarningKind::TempoWithoutNumber);
            }
        }
        for (id, properties) in std::mem::take(&mut self.declared) {
            self.choose_voice(&id, properties, START)?;
        }
        self.current = 0;
        Ok(())
    }

    /// Makes a voice the current one, and makes it if there is none of its name.
    fn choose_voice(&mut self, id: &str, properties: fields::Properties, place: Place) -> Result<(), DecodeError> {
        let found = self.voices.iter().position(|voice| voice.id == id);
        if found.is_none() && self.voices.len() == MAX_VOICES {
            return Err(DecodeError::TooManyVoices { place });
        }
        self.current = found.unwrap_or_else(|| {
            let unit = self.unit.unwrap_or(Fraction::new(1, 8));
            let key = self.key.unwrap_or(Key::C_MAJOR);
            self.voices.push(Voice::new(id, unit, self.meter, key));
            self.voices.len() - 1
        });
        let voice = &mut self.voices[self.current];
        if found.is_none() {
            voice.octaves = self.octaves;
        }
        voice.octaves = properties.octaves.unwrap_or(voice.octaves);
        voice.name = properties.name.or(voice.name.take());
        Ok(())
    }

    fn body_line(&mut self, number: u32, line: &str) -> Result<(), DecodeError> {
        let Some(line) = self.without_comment(number, line) else { return Ok(()) };
        if let Some((letter, value)) = field_of(line, number) {
            return self.body_field(letter, &value);
        }
        let mut cursor = Cursor::new(line, number, 1);
        loop {
            if self.voices.is_empty() {
                self.choose_voice("1", fields::Properties::default(), cursor.place())?;
            }
            let stop = music::read(&mut cursor, &mut self.voices[self.current], &mut self.warnings)?;
            self.check_limits()?;
            match stop {
                Stop::End => return Ok(()),
                Stop::Field(letter, value) => self.body_field(letter, &value)?,
            }
        }
    }

    fn body_field(&mut self, letter: char, value: &Cursor) -> Result<(), DecodeError> {
        if letter == 'V' {
            let (id, properties) = fields::voice(value, &mut self.warnings)?;
            return self.choose_voice(id, properties, value.place());
        }
        if self.voices.is_empty() {
            self.choose_voice("1", fields::Properties::default(), value.place())?;
        }
        let voice = &mut self.voices[self.current];
        match letter {
            'K' => {
                let (key, properties) = fields::key(value, &mut self.warnings)?;
                voice.key = key;
                voice.octaves = properties.octaves.unwrap_or(voice.octaves);
                voice.change(Change::Key(key));
            }
            'M' => {
                voice.meter = fields::meter(value)?;
                if let Some(meter) = voice.meter {
                    voice.change(Change::Meter(meter));
                }
            }
            'L' => voice.unit = fields::unit(value)?,
            'Q' => match fields::tempo(value, voice.unit)? {
                Some(us_per_quarter) => voice.change(Change::Tempo(us_per_quarter)),
                None => self.warnings.push(value.place(), WarningKind::TempoWithoutNumber),
            },
            'T' | 'P' => {}
            _ => self.other_field(letter, value),
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
            'X' | 'A' | 'B' | 'C' | 'D' | 'F' | 'G' | 'H' | 'N' | 'O' | 'R' | 'S' | 'Z' | 'W' | 'w' | 'r' => {}
            'I' => self.directive(value.place(), &text_of(value)),
            _ => self.warnings.push(value.place(), WarningKind::Field { field }),
        }
    }

    /// The line up to its comment; none if all of it is one.
    fn without_comment<'b>(&mut self, number: u32, line: &'b str) -> Option<&'b str> {
        if let Some(directive) = line.strip_prefix("%%") {
            self.directive(Place::Line { line: number, column: 1 }, directive);
        }
        let comment = line.match_indices('%').find(|&(at, _)| !line[..at].ends_with('\\'));
        let end = comment.map_or(line.len(), |(at, _)| at);
        (end > 0 || line.is_empty()).then(|| line[..end].trim_end())
    }

    fn directive(&mut self, place: Place, text: &str) {
        self.warnings.push(place, WarningKind::Directive { text: text.trim().chars().take(40).collect() });
    }

    /// Warns of what follows the tune's end.
    fn after_end(&mut self, number: u32, line: &str) {
        let place = Place::Line { line: number, column: 1 };
        if line.starts_with("X:") {
            self.has_ended = true;
            self.warnings.push(place, WarningKind::LaterTune);
        } else if !self.has_ended && !line.trim().is_empty() && !line.starts_with('%') {
            let kind = if line.contains('|') { WarningKind::MusicAfterEnd } else { WarningKind::TextAfterEnd };
            self.warnings.push(place, kind);
        }
    }

    fn finish(mut self) -> Result<Decoded, DecodeError> {
        let mut score = Score::new(TICKS_PER_QUARTER);
        score.texts.extend([self.title, self.composer].into_iter().flatten());
        score.meters.extend(self.meter);
        if let Some(Key { sharps, minor }) = self.key {
            score.keys.push(KeySignature { tick: 0, sharps, minor });
        }
        score.tempos.extend(self.us_per_quarter.map(|us_per_quarter| Tempo { tick: 0, us_per_quarter }));
        for voice in &mut self.voices {
            let place = voice.bars.last().and_then(|bar| bar.place).unwrap_or(START);
            voice.end_groups(place, &mut self.warnings);
            voice.end_bar(BarLine::default())?;
        }
        play(&self.voices, &mut score, &mut self.warnings)?;
        Ok(Decoded { score, warnings: self.warnings.into_vec() })
    }
}

/// The letter of a field line, and its value.
///
/// `c:|` is a note before a repeat sign.
fn field_of(line: &str, number: u32) -> Option<(char, Cursor<'_>)> {
    let mut chars = line.chars();
    let (letter, colon) = (chars.next()?, chars.next()?);
    let is_field =
        (letter.is_ascii_alphabetic() || letter == '+') && colon == ':' && !line[2..].starts_with(['|', ':']);
    is_field.then(|| (letter, Cursor::new(&line[2..], number, 3)))
}

fn text_of(value: &Cursor) -> String {
    value.rest().trim().to_owned()
}
