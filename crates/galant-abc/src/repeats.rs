//! In which order bars are played, and whether each is as long as its meter says.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use galant_types::Warnings;

use crate::bar::Bar;
use crate::cursor::START;
use crate::error::DecodeError;
use crate::limits::MAX_BARS;
use crate::voice::Voice;
use crate::warning::WarningKind;

/// The bars of a voice in the order in which they are played.
///
/// With `parts`, what is before the first label is played once, and then the parts in that order; without, or if the voice
/// has none of them, all bars as written.
pub(crate) fn order(voice: &Voice, parts: &[char]) -> Result<Vec<usize>, DecodeError> {
    let bars = &voice.bars;
    let too_many = || DecodeError::TooManyBars { voice: voice.id.clone() };
    let sections = sections(bars);
    let part = |label: char| sections.iter().find(|section| section.label == Some(label));
    if !parts.iter().any(|&label| part(label).is_some()) {
        return play_section(bars).ok_or_else(too_many);
    }
    // Each part is played once, and then written as often as it comes.
    let mut played: BTreeMap<Option<char>, Vec<usize>> = BTreeMap::new();
    let mut order = Vec::new();
    let before = sections.first().filter(|section| section.label.is_none());
    for section in before.into_iter().chain(parts.iter().filter_map(|&label| part(label))) {
        if let Entry::Vacant(vacant) = played.entry(section.label) {
            let bars = play_section(&bars[section.start..section.end]).ok_or_else(too_many)?;
            vacant.insert(bars.into_iter().map(|index| section.start + index).collect());
        }
        let part = &played[&section.label];
        if order.len() + part.len() > MAX_BARS {
            return Err(too_many());
        }
        order.extend_from_slice(part);
    }
    Ok(order)
}

/// The bars from one label to before the next.
#[derive(Debug)]
struct Section {
    label: Option<char>,
    start: usize,
    end: usize,
}

fn sections(bars: &[Bar]) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for (index, bar) in bars.iter().enumerate() {
        match sections.last_mut() {
            Some(section) if bar.label.is_none() => section.end = index + 1,
            _ => sections.push(Section { label: bar.label, start: index, end: index + 1 }),
        }
    }
    sections
}

/// The bars of a part in the order in which they are played; none if they are over the limit.
fn play_section(bars: &[Bar]) -> Option<Vec<usize>> {
    let endings = Endings::of(bars);
    let mut order = Vec::with_capacity(bars.len());
    // The first bar of the section, and which playing of it this is.
    let (mut start, mut playing) = (0, 1);
    let mut index = 0;
    while let Some(bar) = bars.get(index) {
        if bar.begins_repeat && index > start {
            (start, playing) = (index, 1);
        }
        if !bar.ending.is_empty() && !bar.ending.contains(&playing) {
            index = after_ending(bars, index);
            continue;
        }
        if order.len() == MAX_BARS {
            return None;
        }
        order.push(index);
        index += 1;
        if bar.repeats > 0 && playing < endings.highest[start].max(bar.repeats + 1) {
            playing += 1;
            index = start;
        } else if bar.repeats > 0 || ends_section(bars, &endings, start, index) {
            (start, playing) = (index, 1);
        }
    }
    Some(order)
}

/// What endings there are around each bar, found once: a tune of a few bytes has as many sections as bars.
struct Endings {
    /// The highest number of an ending from a bar on to before the next that begins a repeat; 0 without any.
    highest: Vec<u32>,
    /// The last bar up to a bar that begins an ending.
    last: Vec<Option<usize>>,
}

impl Endings {
    fn of(bars: &[Bar]) -> Endings {
        let mut highest: Vec<u32> = bars.iter().map(|bar| bar.ending.iter().copied().max().unwrap_or(0)).collect();
        for index in (1..bars.len()).rev().filter(|&index| !bars[index].begins_repeat) {
            highest[index - 1] = highest[index - 1].max(highest[index]);
        }
        let mut begun = None;
        let last = bars.iter().enumerate().map(|(index, bar)| {
            begun = if bar.ending.is_empty() { begun } else { Some(index) };
            begun
        });
        Endings { last: last.collect(), highest }
    }
}

/// Whether the section from `start`, which no repeat sign ends, is over before bar `end`: at a double bar line after another
/// section or after endings, but not right before an ending.
fn ends_section(bars: &[Bar], endings: &Endings, start: usize, end: usize) -> bool {
    let precedes_ending = bars.get(end).is_some_and(|bar| !bar.ending.is_empty());
    let follows_another = start > 0 && !bars[start].begins_repeat;
    let has_endings = endings.last[end - 1].is_some_and(|last| last >= start);
    bars[end - 1].is_heavy && !precedes_ending && (follows_another || has_endings)
}

/// The first bar after the ending that begins with bar `start`.
fn after_ending(bars: &[Bar], start: usize) -> usize {
    let ends = |index: usize| {
        let (before, bar) = (&bars[index - 1], &bars[index]);
        before.repeats > 0 || before.is_heavy || bar.begins_repeat || !bar.ending.is_empty()
    };
    (start + 1..bars.len()).find(|&index| ends(index)).unwrap_or(bars.len())
}

/// Warns of the bars that are shorter or longer than their meter.
///
/// A shorter one is allowed at the beginning, at the end, and beside a repeat sign, a double bar line or an ending.
pub(crate) fn check_lengths(voice: &Voice, warnings: &mut Warnings) {
    let bars = &voice.bars;
    let is_section = |index: usize| {
        index == 0 || index == bars.len() || {
            let (before, bar) = (&bars[index - 1], &bars[index]);
            before.repeats > 0 || before.is_heavy || bar.begins_repeat || !bar.ending.is_empty()
        }
    };
    let is_short = |bar: &Bar| bar.expected.is_some_and(|expected| bar.length < expected);
    let mut number = u32::from(bars.first().is_none_or(|bar| !is_short(bar)));
    for (index, bar) in bars.iter().enumerate() {
        if index > 0 {
            let before = &bars[index - 1];
            let is_divided = is_section(index) && is_short(before) && Some(before.length + bar.length) == bar.expected;
            // An upbeat is not the first half of the first bar.
            number += u32::from(!is_divided || index == 1);
        }
        let place = bar.place.unwrap_or(START);
        if bar.has_long_layer {
            warnings.push(place, WarningKind::Overlay { why: "is longer than this bar, which it was added to" });
        }
        let Some(expected) = bar.expected else { continue };
        let is_allowed = bar.length < expected && (is_section(index) || is_section(index + 1));
        if bar.length != expected && !is_allowed {
            let (voice, found) = (voice.id.clone(), bar.length);
            warnings.push(place, WarningKind::BarLength { bar: number, voice, found, expected });
        }
    }
}
