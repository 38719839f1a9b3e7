//! Bytes to a score.

use std::collections::BTreeMap;

use galant_types::{Decoded, Part as ScorePart, Score};
use roxmltree::Node;

use crate::error::DecodeError;
use crate::limits::{MAX_BARS, MAX_PARTS, TICKS_PER_QUARTER};
use crate::order::order;
use crate::part::{Part, Reading};
use crate::part_list::{self, DRUM_CHANNEL, PartInfo};
use crate::played::{play_changes, play_part};
use crate::text::unpack;
use crate::timeline::{check_lengths, timeline};
use crate::warning::{WarningKind, Warnings};
use crate::xml::{at, child, child_text, elements, parse, place, shown, text};

/// How the fields are called in which [`encode`](crate::encode()) keeps the texts of a score.
pub(crate) const TEXT_FIELD: &str = "galant-text";

/// Reads MusicXML, by parts or by bars, compressed or not.
///
/// Each part becomes a track, on the channel that the file states if no part before has it.
/// Repeats and jumps are played; see [the crate](crate#how-a-piece-is-played).
/// Everything but the [contents a score leaves out](crate#what-a-score-leaves-out) is kept or reported in a
/// [warning](crate#warnings); warnings are in the order of the text.
///
/// # Errors
///
/// If the bytes are no MusicXML, if a length in it cannot be known, or if it is over a limit of this crate.
pub fn decode(bytes: &[u8]) -> Result<Decoded, DecodeError> {
    let mut warnings = Warnings::default();
    let file = unpack(bytes, &mut warnings)?;
    let document = parse(&file)?;
    let root = document.root_element();
    let is_by_part = match root.tag_name().name() {
        "score-partwise" => true,
        "score-timewise" => false,
        other => return Err(DecodeError::NotMusicXml { root: shown(other) }),
    };
    let infos = part_list::read(root, &mut warnings)?;
    let mut reading = Reading::new(&file, warnings);
    let parts = read_parts(root, is_by_part, infos, &mut reading)?;
    let Reading { marks, mut warnings, .. } = reading;
    for part in parts.iter().filter(|part| part.bars.len() < marks.len()) {
        let (found, expected) = (part.bars.len(), marks.len());
        warnings.push(0, WarningKind::PartLength { part: part.info.id.clone(), found, expected });
    }
    let bars = timeline(&parts, marks.len());
    check_lengths(&bars, &marks, &mut warnings);
    let order = order(&marks, &mut warnings)?;
    let mut score = Score::new(TICKS_PER_QUARTER);
    score.texts = texts(root);
    play_changes(&bars, &order, &mut score)?;
    for ((part, channel), track) in parts.iter().zip(channels(&parts)).zip(0..) {
        let PartInfo { name, program, .. } = part.info.clone();
        score.parts.push(ScorePart { track, channel, name, program });
        play_part(part, (track, channel), &bars, &order, &mut score, &mut warnings)?;
    }
    score.notes.sort_unstable();
    Ok(Decoded { score, warnings: warnings.at_places(|at| place(&file, at)).into_vec() })
}

/// Reads the bars of all parts; those of a score by bars are its parts, bar by bar.
fn read_parts(
    root: Node<'_, '_>,
    is_by_part: bool,
    infos: Vec<PartInfo>,
    reading: &mut Reading<'_>,
) -> Result<Vec<Part>, DecodeError> {
    let mut parts: Vec<Part> = infos.into_iter().map(Part::new).collect();
    let mut numbers: BTreeMap<String, usize> =
        parts.iter().enumerate().map(|(number, part)| (part.info.id.clone(), number)).collect();
    let outer = if is_by_part { "part" } else { "measure" };
    let mut n_bars = 0;
    for (_, outer) in elements(root).filter(|&(name, _)| name == outer) {
        for (name, inner) in elements(outer) {
            let (part, measure) = match name {
                "measure" if is_by_part => (outer, inner),
                "part" if !is_by_part => (inner, outer),
                _ => continue,
            };
            n_bars += 1;
            if n_bars > MAX_BARS {
                return Err(DecodeError::TooManyBars);
            }
            let id = part.attribute("id").unwrap_or_default();
            if !numbers.contains_key(id) {
                if parts.len() == MAX_PARTS {
                    return Err(DecodeError::TooManyParts);
                }
                reading.warnings.push(at(part), WarningKind::UnknownPart { id: shown(id) });
                numbers.insert(id.to_owned(), parts.len());
                parts.push(Part::new(PartInfo { id: shown(id), name: shown(id), ..PartInfo::default() }));
            }
            parts[numbers[id]].read_bar(measure, inner, reading)?;
        }
    }
    if parts.is_empty() { Err(DecodeError::NoParts) } else { Ok(parts) }
}

/// The MIDI channel of each part: the stated one if it is free, else a free one, else one of those in turn.
fn channels(parts: &[Part]) -> Vec<u8> {
    let mut taken = [false; 16];
    taken[usize::from(DRUM_CHANNEL)] = true;
    let mut claim = |part: &Part| {
        if part.is_percussion {
            return Some(DRUM_CHANNEL);
        }
        let stated = part.info.channel.filter(|&channel| !taken[usize::from(channel)])?;
        taken[usize::from(stated)] = true;
        Some(stated)
    };
    let claimed: Vec<Option<u8>> = parts.iter().map(&mut claim).collect();
    let mut free = (0..16).filter(|&channel| !taken[usize::from(channel)]).collect::<Vec<u8>>().into_iter();
    let mut shared = (0..16).filter(|&channel| channel != DRUM_CHANNEL).cycle();
    let channel = |claimed: Option<u8>| claimed.or_else(|| free.next()).or_else(|| shared.next()).unwrap_or(0);
    claimed.into_iter().map(channel).collect()
}

/// The texts that this crate wrote, else title and composer.
fn texts(root: Node<'_, '_>) -> Vec<String> {
    let identification = child(root, "identification");
    let fields = identification.and_then(|identification| child(identification, "miscellaneous"));
    let own: Vec<String> = fields
        .into_iter()
        .flat_map(elements)
        .filter(|(_, field)| field.attribute("name") == Some(TEXT_FIELD))
        .map(|(_, field)| field.text().unwrap_or_default().to_owned())
        .collect();
    if !own.is_empty() {
        return own;
    }
    let of_work = child(root, "work").and_then(|work| child_text(work, "work-title"));
    let of_movement = child_text(root, "movement-title");
    let creators = identification.into_iter().flat_map(elements).filter(|&(name, _)| name == "creator");
    let composer = creators.filter(|(_, creator)| creator.attribute("type") == Some("composer")).map(|(_, c)| text(c));
    let all = of_work.into_iter().chain(of_movement).chain(composer.take(1));
    all.filter(|text| !text.is_empty()).map(str::to_owned).collect()
}
