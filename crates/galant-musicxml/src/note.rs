//! One note as written.

use roxmltree::Node;

use crate::part_list::PartInfo;
use crate::warning::{WarningKind, Warnings};
use crate::xml::{at, child, child_number, child_text, elements};

/// A note, a rest, or what takes its time without a sound.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Written {
    pub(crate) is_grace: bool,
    /// Whether it sounds together with the note before.
    pub(crate) is_chord: bool,
    /// As written, before transposition; none for a rest.
    pub(crate) pitch: Option<i64>,
    /// Whether it is percussion, whose pitch is not transposed.
    pub(crate) is_unpitched: bool,
    pub(crate) begins_tie: bool,
    pub(crate) ends_tie: bool,
    pub(crate) velocity: u8,
}

/// How hard notes are struck: a little over the middle, as most files do not state it.
pub(crate) const VELOCITY: u8 = 80;

/// The velocity that MusicXML states as 100 percent.
pub(crate) const FORTE: f64 = 90.0;

/// An acoustic snare drum in General MIDI.
const SNARE_DRUM: u8 = 38;

pub(crate) fn read(note: Node<'_, '_>, part: &PartInfo, warnings: &mut Warnings) -> Written {
    let mut written = Written { velocity: velocity(note), ..Written::default() };
    let mut is_cue = false;
    for (name, element) in elements(note) {
        match name {
            "grace" => written.is_grace = true,
            "cue" => is_cue = true,
            "chord" => written.is_chord = true,
            "pitch" => written.pitch = pitch(element, warnings),
            "unpitched" => {
                written.is_unpitched = true;
                written.pitch = Some(drum(note, part, warnings));
            }
            "tie" => tie(element, &mut written),
            "notations" => notations(element, &mut written, warnings),
            _ => {}
        }
    }
    if written.is_grace {
        warnings.push(at(note), WarningKind::GraceNotes);
    } else if is_cue && written.pitch.is_some() {
        warnings.push(at(note), WarningKind::CueNotes);
        written.pitch = None;
    } else if written.pitch.is_none() && child(note, "rest").is_none() {
        warnings.push(at(note), WarningKind::IncompleteNote { lacks: "pitch" });
    }
    written
}

fn velocity(note: Node<'_, '_>) -> u8 {
    let percent: Option<f64> = note.attribute("dynamics").and_then(|percent| percent.parse().ok());
    // Not a number is neither above nor below, and becomes 0 as a whole number.
    percent.map_or(VELOCITY, |percent| (percent * FORTE / 100.0).round().clamp(1.0, 127.0) as u8).max(1)
}

/// The MIDI pitch; none if something of it is missing.
fn pitch(pitch: Node<'_, '_>, warnings: &mut Warnings) -> Option<i64> {
    let natural = match child_text(pitch, "step")? {
        "C" => 0,
        "D" => 2,
        "E" => 4,
        "F" => 5,
        "G" => 7,
        "A" => 9,
        "B" => 11,
        _ => return None,
    };
    let octave: i32 = child_number(pitch, "octave").filter(|octave| (-10..=20).contains(octave))?;
    let alter: f64 = match child_text(pitch, "alter") {
        Some(alter) if !alter.is_empty() => alter.parse().ok().filter(|alter: &f64| alter.abs() < 100.0)?,
        _ => 0.0,
    };
    if alter.fract() != 0.0 {
        warnings.push(at(pitch), WarningKind::Microtone);
    }
    Some(i64::from(12 * (octave + 1) + natural) + alter.round() as i64)
}

/// The MIDI pitch of a note of percussion: that of its instrument, or of the part's only one.
fn drum(note: Node<'_, '_>, part: &PartInfo, warnings: &mut Warnings) -> i64 {
    let named = child(note, "instrument").and_then(|instrument| instrument.attribute("id"));
    let only = || part.drums.values().next().filter(|_| part.drums.len() == 1);
    let pitch = match named {
        Some(id) => part.drums.get(id),
        None => only(),
    };
    if pitch.is_none() {
        warnings.push(at(note), WarningKind::UnknownDrum);
    }
    i64::from(pitch.copied().unwrap_or(SNARE_DRUM))
}

fn tie(tie: Node<'_, '_>, written: &mut Written) {
    match tie.attribute("type") {
        Some("start") => written.begins_tie = true,
        Some("stop") => written.ends_tie = true,
        Some("continue") => (written.begins_tie, written.ends_tie) = (true, true),
        _ => {}
    }
}

/// What a sounding note has in addition; what only tells how to play it is passed over.
fn notations(notations: Node<'_, '_>, written: &mut Written, warnings: &mut Warnings) {
    for (name, element) in elements(notations) {
        match name {
            // The sign on paper; files that do not say what sounds have it alone.
            "tied" => tie(element, written),
            "ornaments" => elements(element)
                .filter(|(name, _)| *name != "accidental-mark" && *name != "wavy-line")
                .for_each(|(name, ornament)| ornamented(name, ornament, warnings)),
            "arpeggiate" | "glissando" | "slide" => ornamented(name, element, warnings),
            _ => {}
        }
    }
}

fn ornamented(name: &str, element: Node<'_, '_>, warnings: &mut Warnings) {
    warnings.push(at(element), WarningKind::Ornament { name: name.to_owned() });
}
