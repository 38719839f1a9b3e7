//! Directions: tempo, and the jumps of a piece.

use roxmltree::Node;

use crate::bar::{Bar, Change, Jump, Marks};
use crate::clock::Clock;
use crate::warning::{WarningKind, Warnings};
use crate::xml::{at, child, child_text, elements, shown};

/// Reads `<direction>` or `<sound>`.
pub(crate) fn read(element: Node<'_, '_>, clock: &Clock, bar: &mut Bar, marks: &mut Marks, warnings: &mut Warnings) {
    let is_sound = element.tag_name().name() == "sound";
    let sound = if is_sound { Some(element) } else { child(element, "sound") };
    let kinds = elements(element).filter(|&(name, _)| name == "direction-type");
    marks.is_segno |= kinds.flat_map(|(_, kind)| elements(kind)).any(|(name, _)| name == "segno");
    let stated = sound.and_then(|sound| sound.attribute("tempo"));
    let quarters_per_minute = match stated {
        Some(tempo) => Some(tempo.trim().parse().unwrap_or(f64::NAN)),
        None => metronome(element),
    };
    if let Some(quarters_per_minute) = quarters_per_minute {
        match us_per_quarter(quarters_per_minute) {
            Some(us_per_quarter) => bar.changes.push((onset(element, sound, clock), Change::Tempo(us_per_quarter))),
            None => {
                let found = stated.map_or_else(|| quarters_per_minute.to_string(), shown);
                let allowed = "a tempo is 3.58 to 60000000 quarter notes a minute";
                warnings.push(at(element), WarningKind::Value { element: "tempo", found, allowed });
            }
        }
    }
    if let Some(sound) = sound {
        jumps(sound, marks);
    }
}

/// The tick of a change of tempo: a direction may state how far it is from where it is written.
fn onset(element: Node<'_, '_>, sound: Option<Node<'_, '_>>, clock: &Clock) -> u64 {
    let of_sound = sound.and_then(|sound| child_text(sound, "offset"));
    let of_direction = child(element, "offset").filter(|offset| offset.attribute("sound") == Some("yes"));
    let offset = of_sound.or(of_direction.and_then(|offset| offset.text()));
    let offset: f64 = offset.and_then(|offset| offset.trim().parse().ok()).unwrap_or(0.0);
    let mut clock = *clock;
    // Beyond a day of music no offset is meant.
    let thousandths = (1000.0 * offset.abs()).min(1e9) as u64;
    if offset < 0.0 {
        clock.back(thousandths);
    } else {
        clock.forward(thousandths);
    }
    clock.now()
}

/// Microseconds a quarter note lasts; none if no MIDI file can state them.
fn us_per_quarter(quarters_per_minute: f64) -> Option<u32> {
    let us = (60_000_000.0 / quarters_per_minute).round();
    (1.0..=f64::from((1_u32 << 24) - 1)).contains(&us).then_some(us as u32)
}

/// Quarter notes per minute by a metronome mark with a number.
fn metronome(direction: Node<'_, '_>) -> Option<f64> {
    let kinds = elements(direction).filter(|&(name, _)| name == "direction-type");
    let mark = kinds.filter_map(|(_, kind)| child(kind, "metronome")).next()?;
    let per_minute: f64 = child_text(mark, "per-minute")?.parse().ok()?;
    let unit = match child_text(mark, "beat-unit")? {
        "breve" => 8.0,
        "whole" => 4.0,
        "half" => 2.0,
        "quarter" => 1.0,
        "eighth" => 0.5,
        "16th" => 0.25,
        "32nd" => 0.125,
        _ => return None,
    };
    let dots = elements(mark).filter(|&(name, _)| name == "beat-unit-dot").count().min(3);
    Some(per_minute * unit * (2.0 - 0.5_f64.powi(dots as i32)))
}

fn jumps(sound: Node<'_, '_>, marks: &mut Marks) {
    let has = |name| sound.attribute(name).is_some();
    if sound.attribute("dacapo") == Some("yes") {
        marks.jump = Some(Jump::DaCapo);
    } else if has("dalsegno") {
        marks.jump = Some(Jump::DalSegno);
    }
    marks.is_segno |= has("segno");
    marks.is_coda |= has("coda");
    marks.leads_to_coda |= has("tocoda");
    marks.is_fine |= has("fine");
    marks.begins_repeat |= sound.attribute("forward-repeat") == Some("yes");
}
