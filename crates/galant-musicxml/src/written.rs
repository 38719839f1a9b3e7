//! One bar of a part as MusicXML.

use std::ops::Range;

use crate::element::Xml;
use crate::error::EncodeError;
use crate::grid::Placed;
use crate::layout::Layout;
use crate::limits::MAX_FILE_BYTES;
use crate::notation::{each_symbol, whole_bar_rest};
use crate::staff::{Clef, Staff};
use crate::symbol::{Spot, write_symbol};

/// Writes bar `bar`, from 0.
///
/// # Errors
///
/// If the file is over the limit of its size.
pub(crate) fn write_bar(layout: &Layout<'_>, staves: &[Staff], bar: u64, xml: &mut Xml) -> Result<(), EncodeError> {
    let lines = &layout.grid.bar_lines;
    // Bars are counted within the limit of this crate.
    let (start, end) = (lines[bar as usize], lines[bar as usize + 1]);
    let ticks = layout.bars.start(bar)..layout.bars.start(bar + 1);
    xml.open("measure", &measure_attributes(layout, bar, &ticks));
    write_attributes(layout, staves, bar, ticks.start, xml);
    write_later_changes(layout, start, &ticks, xml);
    let key = layout.key_at(ticks.start);
    let mut is_first = true;
    for (number, staff) in (1..).zip(staves) {
        for (voice, notes) in (staff.first_voice..).zip(&staff.voices) {
            let inside = in_bar(notes, start, end);
            // Only the first voice of a staff rests for a whole bar.
            if inside.is_empty() && voice > staff.first_voice {
                continue;
            }
            if !is_first {
                layout.write_time("backup", end - start, xml);
            }
            is_first = false;
            let spot = Spot { voice, staff: (staves.len() > 1).then_some(number), key };
            // Programs take a rest of a bar to be as long as the meter says.
            if inside.is_empty() && !is_cut(layout, &ticks) {
                write_symbol(layout, &whole_bar_rest(end - start), spot, xml);
                continue;
            }
            each_symbol(layout.grid, &inside, (start, end), &mut |symbol| {
                write_symbol(layout, symbol, spot, xml);
                if xml.len() > MAX_FILE_BYTES { Err(EncodeError::FileTooLarge { n_bytes: xml.len() }) } else { Ok(()) }
            })?;
        }
    }
    if bar + 1 == layout.bars.n_bars() {
        xml.open("barline", "location=\"right\"");
        xml.leaf("bar-style", "light-heavy");
        xml.close();
    }
    xml.close();
    Ok(())
}

/// The notes that sound between two positions; `notes` are by onset, and only in the last voice may they overlap.
fn in_bar(notes: &[Placed], start: u64, end: u64) -> Vec<Placed> {
    let after = notes.partition_point(|note| note.onset < end);
    notes[..after].iter().filter(|note| note.end > start).copied().collect()
}

/// The number of a bar, from 0 after an upbeat; one that is shorter than its meter is not counted by other programs.
fn measure_attributes(layout: &Layout<'_>, bar: u64, ticks: &Range<u64>) -> String {
    let number = bar + u64::from(!is_cut(layout, &(0..layout.bars.start(1))));
    let implicit = if is_cut(layout, ticks) { " implicit=\"yes\"" } else { "" };
    format!("number=\"{number}\"{implicit}")
}

/// Whether a bar is shorter than its meter.
fn is_cut(layout: &Layout<'_>, ticks: &Range<u64>) -> bool {
    ticks.end - ticks.start != layout.bars.meter(ticks.start).ticks_per_bar(layout.ticks_per_quarter)
}

/// What holds from the beginning of a bar.
fn write_attributes(layout: &Layout<'_>, staves: &[Staff], bar: u64, tick: u64, xml: &mut Xml) {
    let is_first = bar == 0;
    let before = bar.checked_sub(1).map(|before| layout.bars.meter(layout.bars.start(before)));
    let meter = layout.bars.meter(tick);
    let is_new_meter = before
        .is_none_or(|before| (before.numerator, before.denominator_log2) != (meter.numerator, meter.denominator_log2));
    let key = layout.keys(tick..tick + 1).last();
    if is_first || is_new_meter || key.is_some() {
        xml.open("attributes", "");
        if is_first {
            xml.leaf("divisions", layout.divisions);
        }
        if let Some(key) = key {
            write_key(key.sharps, key.minor, xml);
        }
        if is_new_meter {
            xml.open("time", "");
            xml.leaf("beats", meter.numerator);
            xml.leaf("beat-type", 1_u32 << meter.denominator_log2);
            xml.close();
        }
        if is_first {
            write_staves(staves, xml);
        }
        xml.close();
    }
    if let Some(tempo) = layout.tempos(tick..tick + 1).last() {
        write_tempo(tempo.us_per_quarter, xml);
    }
}

fn write_staves(staves: &[Staff], xml: &mut Xml) {
    if staves.len() > 1 {
        xml.leaf("staves", staves.len());
    }
    for (number, staff) in (1..).zip(staves) {
        let number = if staves.len() > 1 { format!("number=\"{number}\"") } else { String::new() };
        let (sign, line) = match staff.clef {
            Clef::Treble => ("G", Some(2)),
            Clef::Bass => ("F", Some(4)),
            Clef::Percussion => ("percussion", None),
        };
        xml.open("clef", &number);
        xml.leaf("sign", sign);
        line.into_iter().for_each(|line| xml.leaf("line", line));
        xml.close();
    }
}

fn write_key(sharps: i8, minor: bool, xml: &mut Xml) {
    xml.open("key", "");
    xml.leaf("fifths", sharps);
    xml.leaf("mode", if minor { "minor" } else { "major" });
    xml.close();
}

fn write_tempo(us_per_quarter: u32, xml: &mut Xml) {
    let per_minute = 60_000_000.0 / f64::from(us_per_quarter);
    xml.open("direction", "placement=\"above\"");
    xml.open("direction-type", "");
    xml.open("metronome", "");
    xml.leaf("beat-unit", "quarter");
    xml.leaf("per-minute", per_minute.round().max(1.0));
    xml.close();
    xml.close();
    // The shortest number that is read back as the same.
    xml.empty("sound", &format!("tempo=\"{per_minute}\""));
    xml.close();
}

/// Keys and tempos that change within a bar, each at its place.
fn write_later_changes(layout: &Layout<'_>, start: u64, ticks: &Range<u64>, xml: &mut Xml) {
    let later = ticks.start + 1..ticks.end;
    let keys = layout.keys(later.clone()).iter().map(|key| (key.tick, Some(key), None));
    let tempos = layout.tempos(later).iter().map(|tempo| (tempo.tick, None, Some(tempo)));
    let mut changes: Vec<_> = keys.chain(tempos).collect();
    changes.sort_by_key(|&(tick, ..)| tick);
    let mut now = 0;
    for (tick, key, tempo) in changes {
        let at = layout.grid.change_position(tick) - start;
        layout.write_time("forward", at - now, xml);
        now = at;
        if let Some(key) = key {
            xml.open("attributes", "");
            write_key(key.sharps, key.minor, xml);
            xml.close();
        }
        if let Some(tempo) = tempo {
            write_tempo(tempo.us_per_quarter, xml);
        }
    }
    layout.write_time("backup", now, xml);
}
