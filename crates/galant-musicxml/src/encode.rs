//! A score to MusicXML.

use galant_types::{Meter, Note, Part, Score};

use crate::decode::TEXT_FIELD;
use crate::element::Xml;
use crate::error::EncodeError;
use crate::grid::{Grid, gcd};
use crate::layout::Layout;
use crate::limits::{MAX_BARS, MAX_FILE_BYTES, MAX_NOTES, MAX_PARTS};
use crate::part_list::DRUM_CHANNEL;
use crate::staff::Staff;
use crate::written::write_bar;

/// MusicXML of a score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    /// The text; [`compress`](crate::compress) makes a `.mxl` file of it.
    pub xml: String,
    /// How many notes were moved, because no note value leads to where they begin or end.
    pub n_moved: usize,
}

/// The highest meter's beat as a power of two: a 256th note.
const MAX_DENOMINATOR_LOG2: u8 = 8;

/// Writes a score as MusicXML 4.0, by parts.
///
/// Each track and channel is a part. Bars are those of its bar map. [The crate](crate#how-a-score-is-written) says how notes
/// are written.
///
/// # Errors
///
/// If MusicXML cannot hold a value of the score, or if the file would be over a limit of this crate.
pub fn encode(score: &Score) -> Result<Encoded, EncodeError> {
    check(score)?;
    let parts = parts(score)?;
    let bars = score.bar_map();
    let n_bars = bars.n_bars();
    if n_bars.saturating_mul(parts.len() as u64) > MAX_BARS as u64 {
        return Err(EncodeError::TooManyBars { n_parts: parts.len(), n_bars });
    }
    let grid = Grid::new(&bars, score.ticks_per_quarter);
    let mut n_moved = 0;
    let staves: Vec<Vec<Staff>> = parts
        .iter()
        .map(|part| {
            let (placed, moved) = grid.place(part.notes.iter().copied());
            n_moved += moved;
            Staff::of_part(&placed, part.part.program, part.part.channel == DRUM_CHANNEL)
        })
        .collect();
    let divisions = divisions(score, &grid, &staves);
    let mut xml = Xml::default();
    xml.open("score-partwise", "version=\"4.0\"");
    write_head(score, &parts, &mut xml);
    for (number, (part, staves)) in parts.iter().zip(&staves).enumerate() {
        xml.open("part", &format!("id=\"P{}\"", number + 1));
        let layout = Layout::new(score, &bars, &grid, divisions, number, &part.part);
        for bar in 0..n_bars {
            write_bar(&layout, staves, bar, &mut xml)?;
        }
        xml.close();
    }
    xml.close();
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n\
         <!DOCTYPE score-partwise PUBLIC \"-//Recordare//DTD MusicXML 4.0 Partwise//EN\" \
         \"http://www.musicxml.org/dtds/partwise.dtd\">\n{}",
        xml.into_text()
    );
    if xml.len() > MAX_FILE_BYTES {
        Err(EncodeError::FileTooLarge { n_bytes: xml.len() })
    } else {
        Ok(Encoded { xml, n_moved })
    }
}

/// A part with its notes.
struct PartNotes<'a> {
    part: Part,
    notes: Vec<&'a Note>,
}

/// The parts of a score, and those that its notes have beyond them; at least one.
fn parts(score: &Score) -> Result<Vec<PartNotes<'_>>, EncodeError> {
    let mut parts: Vec<PartNotes> =
        score.parts.iter().map(|part| PartNotes { part: part.clone(), notes: Vec::new() }).collect();
    for note in &score.notes {
        let is_of_note = |part: &PartNotes| (part.part.track, part.part.channel) == (note.track, note.channel);
        let found = parts.iter().position(is_of_note).unwrap_or_else(|| {
            let Note { track, channel, .. } = *note;
            parts.push(PartNotes {
                part: Part { track, channel, name: String::new(), program: None },
                notes: Vec::new(),
            });
            parts.len() - 1
        });
        if parts.len() > MAX_PARTS {
            return Err(EncodeError::TooManyParts { n_parts: parts.len() });
        }
        parts[found].notes.push(note);
    }
    if parts.is_empty() {
        let part = Part { track: 0, channel: 0, name: String::new(), program: None };
        parts.push(PartNotes { part, notes: Vec::new() });
    }
    if parts.len() > MAX_PARTS { Err(EncodeError::TooManyParts { n_parts: parts.len() }) } else { Ok(parts) }
}

/// How many divisions of a quarter note the file counts in: as few as all positions need.
fn divisions(score: &Score, grid: &Grid, staves: &[Vec<Staff>]) -> u64 {
    let notes = staves.iter().flatten().flat_map(|staff| staff.voices.iter().flatten());
    let changes = score.keys.iter().map(|key| key.tick).chain(score.tempos.iter().map(|tempo| tempo.tick));
    // Changes after the end are not written.
    let changes = changes.filter(|&tick| tick < score.end()).map(|tick| grid.change_position(tick));
    let positions = notes.flat_map(|note| [note.onset, note.end]).chain(grid.bar_lines.iter().copied()).chain(changes);
    // The note values that a length is written in are no shorter than the distances of these positions.
    let common = positions.fold(grid.quarter, gcd);
    (grid.quarter / common).max(1)
}

/// Refuses what MusicXML, or a reader of it, cannot hold.
fn check(score: &Score) -> Result<(), EncodeError> {
    if score.ticks_per_quarter == 0 {
        return Err(EncodeError::TicksPerQuarter);
    }
    if score.notes.len() > MAX_NOTES {
        return Err(EncodeError::TooManyNotes { n_notes: score.notes.len() });
    }
    for (note, &Note { pitch, channel, velocity, length, .. }) in score.notes.iter().enumerate() {
        let values = [
            // Octaves are 0 to 9.
            ("pitch", u64::from(pitch), 12, 127),
            ("channel", channel.into(), 0, 15),
            ("velocity", velocity.into(), 1, 127),
            ("length", length, 1, u64::MAX),
        ];
        if let Some((what, value, low, high)) =
            values.into_iter().find(|(_, value, low, high)| !(low..=high).contains(&value))
        {
            return Err(EncodeError::NoteValue { note, what, value, low, high });
        }
    }
    let change = |what, index, value, allowed| Err(EncodeError::Change { what, index, value, allowed });
    let is_meter = |meter: &Meter| meter.numerator > 0 && meter.denominator_log2 <= MAX_DENOMINATOR_LOG2;
    if let Some((index, meter)) = score.meters.iter().enumerate().find(|(_, meter)| !is_meter(meter)) {
        let value = format!("{} beats of 1/2^{} of a whole note", meter.numerator, meter.denominator_log2);
        return change("meter", index, value, "it must have 1 to 255 beats of 1/2^0 to 1/2^8");
    }
    if let Some((index, key)) = score.keys.iter().enumerate().find(|(_, key)| !(-7..=7).contains(&key.sharps)) {
        return change("key", index, format!("{} sharps", key.sharps), "a key has -7 (flats) to 7");
    }
    let is_tempo = |us| (1..1 << 24).contains(&us);
    if let Some((index, tempo)) = score.tempos.iter().enumerate().find(|(_, tempo)| !is_tempo(tempo.us_per_quarter)) {
        let value = format!("{} µs per quarter note", tempo.us_per_quarter);
        return change("tempo", index, value, "it must be 1 to 16777215");
    }
    Ok(())
}

/// What is before the music: the program, the texts of the score, and its parts.
fn write_head(score: &Score, parts: &[PartNotes<'_>], xml: &mut Xml) {
    xml.open("identification", "");
    xml.open("encoding", "");
    xml.leaf("software", "Galant");
    xml.close();
    if !score.texts.is_empty() {
        xml.open("miscellaneous", "");
        for text in &score.texts {
            xml.leaf_with("miscellaneous-field", &format!("name=\"{TEXT_FIELD}\""), text);
        }
        xml.close();
    }
    xml.close();
    xml.open("part-list", "");
    for (number, part) in (1..).zip(parts) {
        write_score_part(number, part, xml);
    }
    xml.close();
}

fn write_score_part(number: usize, PartNotes { part, notes }: &PartNotes<'_>, xml: &mut Xml) {
    let Part { name, program, channel, .. } = part;
    // A part of percussion has an instrument for each of its drums.
    let mut drums: Vec<Option<u8>> = notes.iter().map(|note| Some(note.pitch)).collect();
    drums.sort_unstable();
    drums.dedup();
    if *channel != DRUM_CHANNEL || drums.is_empty() {
        drums = vec![None];
    }
    let id = |drum: &Option<u8>| format!("id=\"P{number}-I{}\"", drum.map_or(1, |pitch| usize::from(pitch) + 1));
    xml.open("score-part", &format!("id=\"P{number}\""));
    xml.leaf("part-name", name);
    for drum in &drums {
        xml.open("score-instrument", &id(drum));
        xml.leaf("instrument-name", name);
        xml.close();
    }
    for drum in &drums {
        xml.open("midi-instrument", &id(drum));
        xml.leaf("midi-channel", channel + 1);
        if let Some(program) = program {
            xml.leaf("midi-program", u16::from(*program) + 1);
        }
        if let Some(pitch) = drum {
            xml.leaf("midi-unpitched", u16::from(*pitch) + 1);
        }
        xml.close();
    }
    xml.close();
}
