//! `<attributes>`: divisions, key, meter and transposition.

use roxmltree::Node;

use crate::bar::{Change, KeySign, MeterSign};
use crate::error::DecodeError;
use crate::limits::MAX_DIVISIONS;
use crate::warning::{WarningKind, Warnings};
use crate::xml::{at, child, child_number, child_text, elements, place, shown, text};

/// What attributes say.
#[derive(Debug, Clone, Default)]
pub(crate) struct Attributes {
    pub(crate) divisions: Option<u32>,
    /// How many semitones the part sounds above what is written.
    pub(crate) transposed: Option<i32>,
    pub(crate) changes: Vec<Change>,
}

/// Reads `<attributes>` of a bar.
///
/// Keys and meters of single staves are those of the first.
pub(crate) fn read(attributes: Node<'_, '_>, file: &str, warnings: &mut Warnings) -> Result<Attributes, DecodeError> {
    let mut read = Attributes::default();
    for (name, element) in elements(attributes) {
        let is_of_first_staff = element.attribute("number").is_none_or(|number| number.trim() == "1");
        match name {
            "divisions" => read.divisions = Some(divisions(element, file)?),
            "transpose" if is_of_first_staff => read.transposed = Some(transposed(element, warnings)),
            "key" if is_of_first_staff => read.changes.extend(key(element, warnings).map(Change::Key)),
            "time" if is_of_first_staff => read.changes.extend(meter(element, warnings).map(Change::Meter)),
            "measure-style" => {
                for sign in ["measure-repeat", "beat-repeat", "slash"] {
                    if child(element, sign).is_some_and(|sign| sign.attribute("type") == Some("start")) {
                        warnings.push(at(element), WarningKind::Sign { name: sign.to_owned() });
                    }
                }
            }
            _ => {}
        }
    }
    Ok(read)
}

/// Every length depends on the divisions, so that a wrong number is an error.
fn divisions(element: Node<'_, '_>, file: &str) -> Result<u32, DecodeError> {
    let written = text(element);
    // A few programs write 4.0.
    let whole = written.trim_end_matches('0').strip_suffix('.').unwrap_or(written);
    whole.parse().ok().filter(|divisions| (1..=MAX_DIVISIONS).contains(divisions)).ok_or_else(|| DecodeError::Value {
        place: place(file, at(element)),
        element: "divisions",
        found: shown(written),
        allowed: "1 to 16777216 divisions of a quarter note are allowed",
    })
}

fn transposed(element: Node<'_, '_>, warnings: &mut Warnings) -> i32 {
    let chromatic = child_text(element, "chromatic").unwrap_or("0");
    let octaves = child_text(element, "octave-change").unwrap_or("0");
    let semitones = chromatic.parse::<i32>().ok().zip(octaves.parse::<i32>().ok());
    let semitones = semitones.filter(|&(chromatic, octaves)| chromatic.abs() <= 127 && octaves.abs() <= 10);
    let Some((chromatic, octaves)) = semitones else {
        let (found, allowed) = (shown(&format!("{chromatic} {octaves}")), "semitones and octaves are whole numbers");
        warnings.push(at(element), WarningKind::Value { element: "transpose", found, allowed });
        return 0;
    };
    if child(element, "double").is_some() {
        warnings.push(at(element), WarningKind::Sign { name: "double".to_owned() });
    }
    chromatic + 12 * octaves
}

fn key(element: Node<'_, '_>, warnings: &mut Warnings) -> Option<KeySign> {
    let minor = child_text(element, "mode").is_some_and(|mode| matches!(mode, "minor" | "aeolian"));
    let Some(fifths) = child_text(element, "fifths") else {
        warnings.push(at(element), WarningKind::Sign { name: "key".to_owned() });
        return None;
    };
    let sharps = fifths.parse().ok().filter(|sharps| (-7..=7).contains(sharps));
    if sharps.is_none() {
        let (found, allowed) = (shown(fifths), "a key has -7 (flats) to 7 sharps");
        warnings.push(at(element), WarningKind::Value { element: "fifths", found, allowed });
    }
    Some(KeySign { sharps: sharps?, minor })
}

/// A meter such as 3/4, 3+2/8 or 2/4+3/8; none for free meter.
fn meter(element: Node<'_, '_>, warnings: &mut Warnings) -> Option<MeterSign> {
    if child(element, "senza-misura").is_some() {
        return None;
    }
    let mut beats: Vec<u32> = Vec::new();
    let mut units: Vec<u32> = Vec::new();
    for (name, number) in elements(element) {
        let terms = text(number).split('+').map(|term| term.trim().parse::<u8>().map(u32::from).unwrap_or(0));
        match name {
            "beats" => beats.push(terms.sum()),
            "beat-type" => units.push(terms.sum()),
            _ => {}
        }
    }
    let is_valid = beats.len() == units.len() && units.iter().all(|unit| unit.is_power_of_two() && *unit <= 256);
    let shortest = units.iter().copied().max().filter(|_| is_valid);
    let sum = shortest.map(|shortest| beats.iter().zip(&units).map(|(beats, unit)| beats * (shortest / unit)).sum());
    let sum = sum.and_then(|sum: u32| u8::try_from(sum).ok()).filter(|&sum| sum > 0);
    let Some((numerator, shortest)) = sum.zip(shortest) else {
        let found = format!(
            "{}/{}",
            child_text(element, "beats").unwrap_or(""),
            child_number(element, "beat-type").unwrap_or(0)
        );
        let allowed = "a meter is 1 to 255 beats of a whole note, a half, a quarter and so on";
        warnings.push(at(element), WarningKind::Value { element: "time", found: shown(&found), allowed });
        return None;
    };
    Some(MeterSign { numerator, denominator_log2: shortest.ilog2() as u8 })
}
