//! The list of parts: names and instruments.

use std::collections::BTreeMap;

use roxmltree::Node;

use crate::error::DecodeError;
use crate::limits::{MAX_NAME_BYTES, MAX_PARTS};
use crate::warning::{WarningKind, Warnings};
use crate::xml::{at, child, child_number, child_text, elements};

/// What the list says of a part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PartInfo {
    pub(crate) id: String,
    pub(crate) name: String,
    /// From 0.
    pub(crate) channel: Option<u8>,
    /// From 0.
    pub(crate) program: Option<u8>,
    /// The MIDI pitch of each instrument of percussion, by its id.
    pub(crate) drums: BTreeMap<String, u8>,
}

/// The MIDI channel of percussion, from 0.
pub(crate) const DRUM_CHANNEL: u8 = 9;

/// Reads the parts of `<part-list>`, in order.
pub(crate) fn read(score: Node<'_, '_>, warnings: &mut Warnings) -> Result<Vec<PartInfo>, DecodeError> {
    let mut parts = Vec::new();
    let Some(list) = child(score, "part-list") else { return Ok(parts) };
    for (name, part) in elements(list) {
        if name != "score-part" {
            continue;
        }
        if parts.len() == MAX_PARTS {
            return Err(DecodeError::TooManyParts);
        }
        parts.push(read_part(part, warnings));
    }
    Ok(parts)
}

fn read_part(part: Node<'_, '_>, warnings: &mut Warnings) -> PartInfo {
    let id = part.attribute("id").unwrap_or_default().to_owned();
    let mut info = PartInfo { id, name: name(part, warnings), ..PartInfo::default() };
    for (_, instrument) in elements(part).filter(|&(name, _)| name == "midi-instrument") {
        let from_one =
            |name, most: u8| child_number(instrument, name).filter(|number| (1..=most).contains(number)).map(|n| n - 1);
        info.channel = info.channel.or(from_one("midi-channel", 16));
        info.program = info.program.or(from_one("midi-program", 128));
        if let (Some(pitch), Some(id)) = (from_one("midi-unpitched", 128), instrument.attribute("id")) {
            info.drums.insert(id.to_owned(), pitch);
        }
    }
    info
}

/// The name of a part, or of its instrument, on one line.
fn name(part: Node<'_, '_>, warnings: &mut Warnings) -> String {
    let of_part = child_text(part, "part-name").filter(|name| !name.is_empty());
    let of_instrument = || child_text(child(part, "score-instrument")?, "instrument-name");
    let mut name = of_part.or_else(of_instrument).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    let end = name.floor_char_boundary(MAX_NAME_BYTES);
    if end < name.len() {
        name.truncate(end);
        warnings.push(at(part), WarningKind::NameCut);
    }
    name
}
