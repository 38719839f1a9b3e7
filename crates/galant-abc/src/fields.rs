//! The values of fields: meter, unit length, tempo, voice.

use galant_types::{Meter, Place};

use crate::cursor::Cursor;
use crate::error::DecodeError;
use crate::key::Key;
use crate::tally::Warnings;
use crate::time::Fraction;
use crate::warning::WarningKind;

/// The error of a value that is not valid.
fn refused(field: char, value: &Cursor, allowed: &'static str) -> DecodeError {
    let text = value.rest().trim().chars().take(40).collect();
    DecodeError::Field { place: value.place(), field, value: text, allowed }
}

/// `4/4`, `C`, `C|` or `none`, which is free meter.
pub(crate) fn meter(value: &Cursor) -> Result<Option<Meter>, DecodeError> {
    let allowed = "a meter is written as 3/4, C, C| or none, with 1 to 255 beats of 1/1 to 1/128";
    match value.rest().trim() {
        "none" | "" => return Ok(None),
        "C" => return Ok(Some(Meter { tick: 0, numerator: 4, denominator_log2: 2 })),
        "C|" => return Ok(Some(Meter { tick: 0, numerator: 2, denominator_log2: 1 })),
        _ => {}
    }
    let Fraction { numerator, denominator } = fraction(value).ok_or_else(|| refused('M', value, allowed))?;
    let numerator = u8::try_from(numerator).map_err(|_| refused('M', value, allowed))?;
    if denominator > 128 || !denominator.is_power_of_two() {
        return Err(refused('M', value, allowed));
    }
    Ok(Some(Meter { tick: 0, numerator, denominator_log2: denominator.ilog2() as u8 }))
}

/// `1/8`.
pub(crate) fn unit(value: &Cursor) -> Result<Fraction, DecodeError> {
    let allowed = "a unit length is written as 1/8, from 1/1 to 1/256";
    let is_unit = |unit: &Fraction| unit.numerator == 1 && unit.denominator <= 256;
    let whole = Some(Fraction::ONE).filter(|_| value.rest().trim() == "1");
    whole.or_else(|| fraction(value).filter(is_unit)).ok_or_else(|| refused('L', value, allowed))
}

/// The unit length of a tune that names none: a sixteenth where a bar is shorter than 3/4, else an eighth.
pub(crate) fn default_unit(meter: Option<Meter>) -> Fraction {
    let is_short = meter.is_some_and(|meter| u32::from(meter.numerator) * 4 < 3 << meter.denominator_log2);
    Fraction::new(1, if is_short { 16 } else { 8 })
}

fn fraction(value: &Cursor) -> Option<Fraction> {
    let mut cursor = value.with(value.rest().trim());
    let numerator = cursor.number().ok()??;
    let fraction = cursor.eat('/').then(|| cursor.number())?.ok()??;
    cursor.rest().is_empty().then(|| Fraction::new(numerator, fraction))
}

/// `1/4=120`, `"Andante" 3/8=40`, or `120` unit lengths per minute, in microseconds per quarter note; none without a number.
pub(crate) fn tempo(value: &Cursor, unit: Fraction) -> Result<Option<u32>, DecodeError> {
    let allowed = "a tempo is written as 1/4=120, with 4 to 60,000,000 quarter notes per minute";
    let unquoted: String = value.rest().split('"').step_by(2).collect();
    let text = unquoted.trim();
    if !text.contains(|c: char| c.is_ascii_digit()) {
        return Ok(None);
    }
    let (beat, per_minute) = match text.split_once('=') {
        Some((beat, rest)) => {
            let beat = fraction(&value.with(beat)).ok_or_else(|| refused('Q', value, allowed))?;
            (beat, rest.trim())
        }
        None => (unit, text),
    };
    let per_minute: u64 = per_minute.parse().map_err(|_| refused('Q', value, allowed))?;
    let quarters = per_minute.checked_mul(4 * u64::from(beat.numerator)).filter(|&quarters| quarters > 0);
    let quarters = quarters.ok_or_else(|| refused('Q', value, allowed))?;
    let us = (60_000_000 * u64::from(beat.denominator) + quarters / 2) / quarters;
    // The slowest and fastest a MIDI file can state.
    u32::try_from(us).ok().filter(|us| (1..1 << 24).contains(us)).map(Some).ok_or_else(|| refused('Q', value, allowed))
}

/// A key, and the properties of its clef.
pub(crate) fn key(value: &Cursor, warnings: &mut Warnings) -> Result<(Key, Properties), DecodeError> {
    let allowed = "a key is written as G, Bb, F#m, D dor or none";
    let (key, rest) = Key::parse(value.rest()).ok_or_else(|| refused('K', value, allowed))?;
    Ok((key, properties('K', &value.with(rest), warnings)?))
}

/// The properties of a voice or key that matter here.
#[derive(Debug, Default)]
pub(crate) struct Properties {
    pub(crate) name: Option<String>,
    pub(crate) octaves: Option<i8>,
}

/// The name of a voice, and its properties.
pub(crate) fn voice<'a>(value: &Cursor<'a>, warnings: &mut Warnings) -> Result<(&'a str, Properties), DecodeError> {
    let text = value.rest().trim_start();
    let (id, rest) = text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()));
    if id.is_empty() || id.len() > MAX_NAME_BYTES {
        return Err(refused('V', value, NAMED));
    }
    Ok((id, properties('V', &value.with(rest), warnings)?))
}

/// The longest name of a voice, in bytes: the longest name of a track that is written to MIDI.
const MAX_NAME_BYTES: usize = 256;
const NAMED: &str = "a voice has a name of 1 to 256 bytes and properties such as name=\"Violin\" or octave=-1";

/// Properties that only affect how a staff looks.
const LAYOUT: [&str; 14] = [
    "clef",
    "stem",
    "stems",
    "snm",
    "sname",
    "subname",
    "gstem",
    "dyn",
    "lyrics",
    "gchord",
    "middle",
    "stafflines",
    "staffscale",
    "brace",
];
const LAYOUT_WORDS: [&str; 8] = ["treble", "alto", "tenor", "bass", "perc", "up", "down", "merge"];

fn properties(field: char, value: &Cursor, warnings: &mut Warnings) -> Result<Properties, DecodeError> {
    let mut found = Properties::default();
    let mut rest = value.rest().trim_start();
    while !rest.is_empty() {
        let (property, after) = next_property(rest);
        match property.split_once('=') {
            Some(("name" | "nm", name)) => {
                let name = name.trim_matches('"');
                if name.len() > MAX_NAME_BYTES {
                    return Err(refused(field, value, NAMED));
                }
                found.name = Some(name.to_owned());
            }
            Some(("octave", octaves)) => {
                let octaves = octaves.parse().ok().filter(|octaves| (-10..=10).contains(octaves));
                found.octaves = Some(octaves.ok_or_else(|| refused(field, value, "an octave is -10 to 10"))?);
            }
            Some((layout, _)) if LAYOUT.contains(&layout) => {}
            None if LAYOUT_WORDS.contains(&property) => {}
            _ => warn(value.place(), property, warnings),
        }
        rest = after.trim_start();
    }
    Ok(found)
}

fn warn(place: Place, property: &str, warnings: &mut Warnings) {
    warnings.push(place, WarningKind::Property { text: property.chars().take(40).collect() });
}

/// A property up to the next blank outside of quotation marks, and what follows it.
fn next_property(text: &str) -> (&str, &str) {
    let mut is_quoted = false;
    let end = text.find(|c: char| {
        is_quoted ^= c == '"';
        c.is_whitespace() && !is_quoted
    });
    text.split_at(end.unwrap_or(text.len()))
}
