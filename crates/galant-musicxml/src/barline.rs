//! `<barline>`: repeat signs, double bar lines and endings.

use roxmltree::Node;

use crate::bar::Marks;
use crate::error::DecodeError;
use crate::limits::MAX_PLAYINGS;
use crate::xml::{at, child, child_text, place};

pub(crate) fn read(barline: Node<'_, '_>, marks: &mut Marks, file: &str) -> Result<(), DecodeError> {
    let too_many = |playings| DecodeError::TooManyPlayings { place: place(file, at(barline)), playings };
    let is_left = barline.attribute("location") == Some("left");
    if let Some(repeat) = child(barline, "repeat") {
        if repeat.attribute("direction") == Some("forward") {
            marks.begins_repeat = true;
        } else {
            let times = repeat.attribute("times").and_then(|times| times.trim().parse().ok()).unwrap_or(2);
            if times > MAX_PLAYINGS {
                return Err(too_many(times));
            }
            marks.repeats = marks.repeats.max(times.saturating_sub(1));
        }
    }
    if let Some(ending) = child(barline, "ending") {
        let numbers = || ending.attribute("number").unwrap_or_default().split(|c: char| !c.is_ascii_digit());
        if ending.attribute("type") == Some("start") {
            let numbers: Vec<u32> =
                numbers().filter_map(|number| number.parse().ok()).filter(|&n| n > 0).take(64).collect();
            if let Some(&playings) = numbers.iter().find(|&&number| number > MAX_PLAYINGS) {
                return Err(too_many(playings));
            }
            marks.ending = numbers;
        } else {
            marks.ends_ending = true;
        }
    }
    let style = child_text(barline, "bar-style").unwrap_or_default();
    marks.is_heavy |= !is_left && matches!(style, "light-light" | "light-heavy" | "heavy-light" | "heavy-heavy");
    Ok(())
}
