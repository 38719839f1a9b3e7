//! Each part as a line of notes, one at a time.

use std::cmp::Reverse;

use galant_types::{Note, Score};

use crate::cuts::Cuts;
use crate::playback::PlayedNote;
use crate::{Grid, Rounding};

/// The notes of each of the parts, in steps, none beginning before the one before it has ended.
pub(super) fn lines(score: &Score, parts: &[(u16, u8)], grid: Grid) -> (Vec<Vec<PlayedNote>>, Rounding) {
    let quarter = score.ticks_per_quarter;
    let mut onsets: Vec<u64> = score.notes.iter().map(|note| grid.nearest(note.onset, quarter)).collect();
    onsets.sort_unstable();
    // Those of the frame of the score, so that bar lines stay where they are.
    let cuts = Cuts::of(&onsets, grid.max_steps().into());
    let mut rounding = Rounding { silences_shortened: cuts.len() as u64, ..Rounding::default() };
    let line = |&(track, channel): &(u16, u8)| {
        let notes = score.notes.iter().filter(|note| (note.track, note.channel) == (track, channel));
        let notes = notes.map(|note| on_grid(note, quarter, grid, &cuts, &mut rounding)).collect();
        line(notes, &mut rounding)
    };
    (parts.iter().map(line).collect(), rounding)
}

/// A note from the step nearest to its onset to that nearest to its end.
fn on_grid(note: &Note, quarter: u16, grid: Grid, cuts: &Cuts, rounding: &mut Rounding) -> PlayedNote {
    rounding.n_notes += 1;
    rounding.onsets_moved += u64::from(!grid.is_on(note.onset, quarter));
    rounding.lengths_moved += u64::from(!grid.is_on(note.length, quarter));
    let (onset, end) = (grid.nearest(note.onset, quarter), grid.nearest(note.end(), quarter));
    let (length, most) = (end.saturating_sub(onset).max(1), u64::from(grid.max_steps()));
    rounding.shortened += u64::from(length > most);
    PlayedNote { onset: cuts.in_tokens(onset), pitch: note.pitch, length: length.min(most) }
}

/// The highest of notes struck together, each to the next, without those under a longer and higher one.
fn line(mut notes: Vec<PlayedNote>, rounding: &mut Rounding) -> Vec<PlayedNote> {
    notes.sort_unstable_by_key(|note| (note.onset, Reverse((note.pitch, note.length))));
    let end = |note: &PlayedNote| note.onset + note.length;
    let mut line: Vec<PlayedNote> = Vec::with_capacity(notes.len());
    for note in notes {
        let Some(last) = line.last_mut().filter(|last| end(last) > note.onset) else {
            line.push(note);
            continue;
        };
        if last.onset == note.onset && last.pitch == note.pitch {
            rounding.merged += 1;
        } else if last.onset == note.onset || last.pitch > note.pitch && end(last) >= end(&note) {
            rounding.left_out += 1;
        } else {
            rounding.shortened += 1;
            last.length = note.onset - last.onset;
            line.push(note);
        }
    }
    rounding.n_kept += line.len() as u64;
    line
}
