//! Parts as written become a score as played.

use std::collections::BTreeSet;

use galant_types::{KeySignature, Meter, Note, Score, Tempo};

use crate::bar::{BarNote, Change, KeySign, MeterSign};
use crate::error::DecodeError;
use crate::limits::{MAX_CHANGES, MAX_NOTES};
use crate::part::Part;
use crate::timeline::PieceBar;
use crate::warning::WarningKind;
use crate::warning::Warnings;

/// Adds the notes of a part, whose bars are played in `order`.
pub(crate) fn play_part(
    part: &Part,
    (track, channel): (u16, u8),
    bars: &[PieceBar],
    order: &[usize],
    score: &mut Score,
    warnings: &mut Warnings,
) -> Result<(), DecodeError> {
    let mut start = 0;
    let mut ties = Ties::default();
    for &index in order {
        // A part may end before the others.
        let mut notes = part.bars.get(index).map_or(Vec::new(), |bar| bar.notes.clone());
        if score.notes.len() + notes.len() > MAX_NOTES {
            return Err(DecodeError::TooManyNotes);
        }
        notes.sort_by_key(|note| note.onset);
        for note in notes {
            let onset = start + note.onset;
            let held = if note.ends_tie { ties.held(&note, onset) } else { None };
            let index = held.unwrap_or(score.notes.len());
            if held.is_some() {
                score.notes[index].length += note.length;
            } else {
                let BarNote { length, pitch, velocity, .. } = note;
                score.notes.push(Note { onset, track, channel, pitch, length, velocity });
            }
            if note.begins_tie {
                ties.open.push(Open {
                    pitch: note.pitch,
                    voice: note.voice,
                    end: onset + note.length,
                    index,
                    at: note.at,
                });
            }
        }
        start += bars[index].length;
        ties.close_before(start);
    }
    ties.end(warnings);
    Ok(())
}

/// The ties of a part that are open.
#[derive(Debug, Default)]
struct Ties {
    open: Vec<Open>,
    /// The places of ties that lead to nothing, and of those that led somewhere, perhaps in another playing.
    lost: BTreeSet<usize>,
    kept: BTreeSet<usize>,
}

/// A note that goes on.
#[derive(Debug, Clone, Copy)]
struct Open {
    pitch: u8,
    voice: u16,
    /// When it ends so far.
    end: u64,
    /// Which note of the score it is.
    index: usize,
    at: usize,
}

impl Ties {
    /// The note of the score that goes on with `note` at `onset`, of the same voice if there are several.
    fn held(&mut self, note: &BarNote, onset: u64) -> Option<usize> {
        let is_candidate = |open: &Open| open.pitch == note.pitch && open.end == onset;
        let of_voice = self.open.iter().position(|open| is_candidate(open) && open.voice == note.voice);
        let found = of_voice.or_else(|| self.open.iter().position(is_candidate))?;
        let open = self.open.swap_remove(found);
        self.kept.insert(open.at);
        Some(open.index)
    }

    /// Gives up the ties of notes that ended before a bar line.
    fn close_before(&mut self, tick: u64) {
        let lost = &mut self.lost;
        self.open.retain(|open| {
            let goes_on = open.end >= tick;
            if !goes_on {
                lost.insert(open.at);
            }
            goes_on
        });
    }

    fn end(mut self, warnings: &mut Warnings) {
        self.lost.extend(self.open.iter().map(|open| open.at));
        for &at in self.lost.difference(&self.kept) {
            warnings.push(at, WarningKind::TieToNothing);
        }
    }
}

/// Adds the changes of meter, key and tempo, for bars played in `order`.
///
/// What holds at the beginning of a bar holds there in each playing.
/// Where a bar begins at which the meter alone would have no bar line, the meter is stated again, which begins a bar.
pub(crate) fn play_changes(bars: &[PieceBar], order: &[usize], score: &mut Score) -> Result<(), DecodeError> {
    let mut start = 0;
    let mut meters = Meters::default();
    let (mut key, mut tempo) = (None, None);
    for &index in order {
        let bar = &bars[index];
        if let Some(sign) = bar.meter {
            meters.begin_bar(score, start, bar.length, sign);
        }
        set_key(score, &mut key, start, bar.key);
        set_tempo(score, &mut tempo, start, bar.tempo);
        for &(tick, change) in &bar.changes {
            match change {
                Change::Meter(sign) => meters.state(score, start + tick, sign),
                Change::Key(sign) => set_key(score, &mut key, start + tick, Some(sign)),
                Change::Tempo(us_per_quarter) => set_tempo(score, &mut tempo, start + tick, Some(us_per_quarter)),
            }
        }
        if score.meters.len() + score.keys.len() + score.tempos.len() > MAX_CHANGES {
            return Err(DecodeError::TooManyChanges);
        }
        start += bar.length;
    }
    Ok(())
}

/// The meter while a piece is played.
#[derive(Debug, Default)]
struct Meters {
    /// The meter stated last, and where.
    stated: Option<(MeterSign, u64)>,
}

impl Meters {
    /// States the meter if it is another, or if the bar does not begin where one would by the meter.
    fn begin_bar(&mut self, score: &mut Score, start: u64, length: u64, sign: MeterSign) {
        let Some((_, since)) = self.stated.filter(|&(stated, _)| stated == sign) else {
            return self.state(score, start, sign);
        };
        let in_bar = (start - since) % sign.ticks();
        // The second half of a bar that a repeat sign divides begins none.
        if in_bar > 0 && in_bar + length != sign.ticks() {
            self.state(score, start, sign);
        }
    }

    fn state(&mut self, score: &mut Score, tick: u64, sign: MeterSign) {
        let MeterSign { numerator, denominator_log2 } = sign;
        score.meters.push(Meter { tick, numerator, denominator_log2 });
        self.stated = Some((sign, tick));
    }
}

fn set_key(score: &mut Score, now: &mut Option<KeySign>, tick: u64, sign: Option<KeySign>) {
    if sign.is_some() && sign != *now {
        *now = sign;
        score.keys.extend(sign.map(|KeySign { sharps, minor }| KeySignature { tick, sharps, minor }));
    }
}

fn set_tempo(score: &mut Score, now: &mut Option<u32>, tick: u64, us_per_quarter: Option<u32>) {
    if us_per_quarter.is_some() && us_per_quarter != *now {
        *now = us_per_quarter;
        score.tempos.extend(us_per_quarter.map(|us_per_quarter| Tempo { tick, us_per_quarter }));
    }
}
