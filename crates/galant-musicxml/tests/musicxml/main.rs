//! What is read and written, against music21, and any bytes.

mod any_bytes;
mod archives;
mod limits;
mod notation;
mod reading;
mod round_trip;

use galant_musicxml::decode;
use galant_types::Score;

/// A score by parts, each with the content of its bars.
fn partwise(parts: &[&[&str]]) -> String {
    let bars = |bars: &[&str]| -> String {
        bars.iter().zip(1..).map(|(bar, number)| format!("<measure number=\"{number}\">{bar}</measure>\n")).collect()
    };
    let list: String = (1..=parts.len())
        .map(|part| format!("<score-part id=\"P{part}\"><part-name>part {part}</part-name></score-part>"))
        .collect();
    let music: String = parts
        .iter()
        .zip(1..)
        .map(|(part, number)| format!("<part id=\"P{number}\">\n{}</part>\n", bars(part)))
        .collect();
    format!("<score-partwise version=\"4.0\"><part-list>{list}</part-list>\n{music}</score-partwise>")
}

/// A note such as `C4` with its duration, and what else it has.
fn note(name: &str, duration: u32, more: &str) -> String {
    let (step, octave) = name.split_at(1);
    format!(
        "<note><pitch><step>{step}</step><octave>{octave}</octave></pitch><duration>{duration}</duration>{more}</note>"
    )
}

/// Onset and length of each note in quarter notes, and its pitch.
fn notes(score: &Score) -> Vec<(f64, f64, u8)> {
    let quarters = |ticks: u64| ticks as f64 / f64::from(score.ticks_per_quarter);
    score.notes.iter().map(|note| (quarters(note.onset), quarters(note.length), note.pitch)).collect()
}

/// The messages of the warnings about a text, with their severities.
fn warnings(xml: &str) -> Vec<String> {
    let decoded = decode(xml.as_bytes()).unwrap();
    decoded.warnings.iter().map(|warning| format!("{:?}: {}", warning.severity, warning.message)).collect()
}
