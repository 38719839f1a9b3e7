//! The values of fields: meter, unit length, tempo, key, voice.

use galant_types::{Meter, Warnings};

use crate::cursor::Cursor;
use crate::key::Key;
use crate::property::{MAX_NAME_BYTES, Properties, is_property, properties};
use crate::time::Fraction;
use crate::warning::WarningKind;

/// The warning of a value that is not valid.
fn is_wrong(field: char, value: &Cursor, allowed: &'static str, warnings: &mut Warnings) {
    let text = value.rest().trim().chars().take(40).collect();
    warnings.push(value.place(), WarningKind::Value { field, value: text, allowed });
}

/// `4/4`, `C`, `C|`, `(2+3)/8`, `2+3/8` or `none`, which is free meter, as is what is no meter.
pub(crate) fn meter(value: &Cursor, warnings: &mut Warnings) -> Option<Meter> {
    let text = value.rest().trim();
    match text {
        "none" | "" => return None,
        "C" => return Some(Meter { tick: 0, numerator: 4, denominator_log2: 2 }),
        "C|" => return Some(Meter { tick: 0, numerator: 2, denominator_log2: 1 }),
        _ => {}
    }
    let end = text.find(|c: char| !(c.is_ascii_digit() || "+()/ ".contains(c))).unwrap_or(text.len());
    let read = beats(&text[..end]).and_then(|((numerator, denominator), rest)| {
        // A second meter in parentheses is one that some bars have.
        let is_whole = rest.is_empty() || (rest.starts_with('(') && rest.ends_with(')'));
        let is_power = (1..=128).contains(&denominator) && denominator.is_power_of_two();
        let numerator = u8::try_from(numerator).ok().filter(|&numerator| numerator > 0 && is_power)?;
        Some((Meter { tick: 0, numerator, denominator_log2: denominator.ilog2() as u8 }, is_whole && end == text.len()))
    });
    let allowed = "a meter is written as 3/4, (2+3)/8, C, C| or none, with 1 to 255 beats of 1/1 to 1/128";
    if !matches!(read, Some((_, true))) || text.contains(' ') {
        is_wrong('M', value, allowed, warnings);
    }
    read.map(|(meter, _)| meter)
}

/// The beats of a bar and their unit, as in `3/4`, `2+3/8` and `(2+3)/8`, and what follows them.
fn beats(text: &str) -> Option<((u32, u32), &str)> {
    let (beats, rest) = text.split_once('/')?;
    let beats = beats.trim().trim_start_matches('(').trim_end_matches(')');
    let numbers = beats.split('+').map(|beat| beat.trim().parse::<u32>().ok());
    let numerator = numbers.sum::<Option<u32>>()?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    Some(((numerator, rest[..end].parse().ok()?), rest[end..].trim()))
}

/// `1/8`; none if it is no unit length.
pub(crate) fn unit(value: &Cursor, warnings: &mut Warnings) -> Option<Fraction> {
    let text = value.rest().trim();
    let read = if text == "1" { Some(Fraction::ONE) } else { fraction(text) };
    let unit = read.filter(|unit| unit.numerator == 1 && unit.denominator <= 256);
    if unit.is_none() {
        is_wrong('L', value, "a unit length is written as 1/8, from 1/1 to 1/256", warnings);
    }
    unit
}

/// The unit length of a tune that names none: a sixteenth where a bar is shorter than 3/4, else an eighth.
pub(crate) fn default_unit(meter: Option<Meter>) -> Fraction {
    let is_short = meter.is_some_and(|meter| u32::from(meter.numerator) * 4 < 3 << meter.denominator_log2);
    Fraction::new(1, if is_short { 16 } else { 8 })
}

fn fraction(text: &str) -> Option<Fraction> {
    let (numerator, denominator) = text.split_once('/')?;
    let number = |text: &str| text.trim().parse::<u32>().ok().filter(|number| (1..=65_535).contains(number));
    Some(Fraction::new(number(numerator)?, number(denominator)?))
}

/// A tempo in microseconds per quarter note; none without a number, or if it is not valid.
///
/// `1/4=120`, `"Andante" 3/8=40`, `1/4 3/8=40`, `1/4=ca. 80`, and as older texts have it, `120` or `C=120` unit lengths per
/// minute, or `C3=40` times three of them.
pub(crate) fn tempo(value: &Cursor, unit: Fraction, warnings: &mut Warnings) -> Option<u32> {
    let unquoted: String = value.rest().split('"').step_by(2).collect();
    let text = unquoted.trim();
    if !text.contains(|c: char| c.is_ascii_digit()) {
        warnings.push(value.place(), WarningKind::TempoWithoutNumber);
        return None;
    }
    let read = match text.split_once('=') {
        Some((beat, per_minute)) => beat_of(beat.trim(), unit).and_then(|beat| us_per_quarter(beat, per_minute)),
        None => us_per_quarter(f64::from(unit.numerator) / f64::from(unit.denominator), text),
    };
    if read.is_none() {
        let allowed = "a tempo is written as 1/4=120, with 4 to 60,000,000 quarter notes per minute";
        is_wrong('Q', value, allowed, warnings);
    }
    read
}

/// How many whole notes a beat lasts: one or several fractions, or a number of unit lengths after `C`.
fn beat_of(text: &str, unit: Fraction) -> Option<f64> {
    let share = |fraction: Fraction| f64::from(fraction.numerator) / f64::from(fraction.denominator);
    if let Some(count) = text.strip_prefix(['C', 'c']) {
        if let Some(fraction) = fraction(count) {
            return Some(share(unit) * share(fraction));
        }
        let count: u32 = if count.is_empty() { 1 } else { count.parse().ok().filter(|&count| count > 0)? };
        return Some(share(unit) * f64::from(count));
    }
    text.split_whitespace().map(|part| fraction(part).map(share)).sum::<Option<f64>>().filter(|&beat| beat > 0.0)
}

/// The tempo of so many beats per minute, the first number in `per_minute`.
fn us_per_quarter(beat: f64, per_minute: &str) -> Option<u32> {
    let digits = &per_minute[per_minute.find(|c: char| c.is_ascii_digit())?..];
    let end = digits.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(digits.len());
    let per_minute: f64 = digits[..end].trim_end_matches('.').parse().ok()?;
    let us = (60_000_000.0 / (per_minute * 4.0 * beat)).round();
    // The slowest and fastest a MIDI file can state.
    (1.0..16_777_216.0).contains(&us).then_some(us as u32)
}

/// A key, none if only a clef is named, and the properties of that.
pub(crate) fn key(value: &Cursor, warnings: &mut Warnings) -> (Option<Key>, Properties) {
    let text = value.rest().trim();
    if text.is_empty() {
        return (Some(Key::C_MAJOR), Properties::default());
    }
    if let Some((key, rest)) = Key::parse(text) {
        return (Some(key), properties('K', &value.with(rest), warnings));
    }
    let (first, rest) = text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()));
    if is_property(first) {
        return (None, properties('K', value, warnings));
    }
    is_wrong('K', value, "a key is written as G, Bb, F#m, D dor, C ^f or none", warnings);
    (None, properties('K', &value.with(rest), warnings))
}

/// The name of a voice, and its properties; none if it has no name.
pub(crate) fn voice<'a>(value: &Cursor<'a>, warnings: &mut Warnings) -> Option<(&'a str, Properties)> {
    let text = value.rest().trim_start();
    let (id, rest) = text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()));
    if id.is_empty() || id.len() > MAX_NAME_BYTES {
        let allowed = "a voice has a name of 1 to 256 bytes and properties such as name=\"Violin\" or octave=-1";
        is_wrong('V', value, allowed, warnings);
        return None;
    }
    Some((id, properties('V', &value.with(rest), warnings)))
}
