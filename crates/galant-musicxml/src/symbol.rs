//! Notes and rests as MusicXML.

use crate::element::Xml;
use crate::layout::Layout;
use crate::notation::{Sounding, Symbol, Value};
use crate::note::{FORTE, VELOCITY};
use crate::part_list::DRUM_CHANNEL;
use crate::spelling::spell;

/// Where a symbol is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spot {
    pub(crate) voice: usize,
    /// None in a part of one staff.
    pub(crate) staff: Option<usize>,
    /// The sharps of the key, and whether it is minor.
    pub(crate) key: (i8, bool),
}

/// Writes a rest, a note, or the notes of a chord.
pub(crate) fn write_symbol(layout: &Layout<'_>, symbol: &Symbol, spot: Spot, xml: &mut Xml) {
    if symbol.notes.is_empty() {
        xml.open("note", "");
        xml.empty("rest", if symbol.is_whole_bar { "measure=\"yes\"" } else { "" });
        xml.leaf("duration", layout.in_divisions(symbol.length));
        write_value(symbol, spot, xml);
        write_notations(symbol, None, true, xml);
        xml.close();
    }
    for (index, note) in symbol.notes.iter().enumerate() {
        write_note(layout, symbol, note, index == 0, spot, xml);
    }
}

/// Writes one note; those of a chord after the first begin with the first.
fn write_note(layout: &Layout<'_>, symbol: &Symbol, note: &Sounding, is_first: bool, spot: Spot, xml: &mut Xml) {
    let percent = f64::from(note.velocity) * 100.0 / FORTE;
    xml.open("note", &if note.velocity == VELOCITY { String::new() } else { format!("dynamics=\"{percent:.2}\"") });
    if !is_first {
        xml.empty("chord", "");
    }
    let is_drum = layout.part.channel == DRUM_CHANNEL;
    if is_drum {
        write_drum(note.pitch, xml);
    } else {
        let spelling = spell(note.pitch, spot.key.0, spot.key.1);
        xml.open("pitch", "");
        xml.leaf("step", spelling.step);
        if spelling.alter != 0 {
            xml.leaf("alter", spelling.alter);
        }
        xml.leaf("octave", spelling.octave);
        xml.close();
    }
    xml.leaf("duration", layout.in_divisions(symbol.length));
    ties(note).for_each(|kind| xml.empty("tie", kind));
    if is_drum {
        xml.empty("instrument", &format!("id=\"P{}-I{}\"", layout.number + 1, u16::from(note.pitch) + 1));
    }
    write_value(symbol, spot, xml);
    write_notations(symbol, Some(note), is_first, xml);
    xml.close();
}

/// Where a drum is on the staff; what it sounds like is said by its instrument.
fn write_drum(pitch: u8, xml: &mut Xml) {
    let (step, octave) = match pitch {
        // Bass drums, snare drums and claps, hi-hats, cymbals, toms and the rest.
        35 | 36 => ('F', 4),
        37..=40 => ('C', 5),
        42 | 44 | 46 => ('G', 5),
        49..=59 => ('A', 5),
        _ => ('E', 5),
    };
    xml.open("unpitched", "");
    xml.leaf("display-step", step);
    xml.leaf("display-octave", octave);
    xml.close();
}

/// Voice, note value, tuplet and staff, in the order of the standard.
fn write_value(symbol: &Symbol, spot: Spot, xml: &mut Xml) {
    xml.leaf("voice", spot.voice);
    if let Some(Value { of_256, is_dotted }) = symbol.value {
        xml.leaf("type", Value::name(of_256));
        if is_dotted {
            xml.empty("dot", "");
        }
        if let Some(tuplet) = symbol.tuplet {
            xml.open("time-modification", "");
            xml.leaf("actual-notes", tuplet.actual);
            xml.leaf("normal-notes", tuplet.normal);
            xml.leaf("normal-type", Value::name(tuplet.of_256));
            xml.close();
        }
    }
    spot.staff.into_iter().for_each(|staff| xml.leaf("staff", staff));
}

/// Ties of a note on paper, and the ends of a tuplet at the first note of a chord.
fn write_notations(symbol: &Symbol, note: Option<&Sounding>, is_first: bool, xml: &mut Xml) {
    let tuplet = symbol.tuplet.filter(|tuplet| is_first && symbol.value.is_some() && tuplet.is_first != tuplet.is_last);
    let tied: Vec<&str> = note.map(|note| ties(note).collect()).unwrap_or_default();
    if tuplet.is_none() && tied.is_empty() {
        return;
    }
    xml.open("notations", "");
    tied.into_iter().for_each(|kind| xml.empty("tied", kind));
    if let Some(tuplet) = tuplet {
        xml.empty("tuplet", if tuplet.is_first { "type=\"start\"" } else { "type=\"stop\"" });
    }
    xml.close();
}

fn ties(note: &Sounding) -> impl Iterator<Item = &'static str> {
    let kinds = [(note.ends_tie, "type=\"stop\""), (note.begins_tie, "type=\"start\"")];
    kinds.into_iter().filter(|&(is_tied, _)| is_tied).map(|(_, kind)| kind)
}
