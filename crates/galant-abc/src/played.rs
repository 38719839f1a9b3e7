//! Voices as written become a score as played.

use std::collections::{BTreeMap, BTreeSet};

use galant_types::{KeySignature, Meter, Note, Part, Place, Score, Tempo, Warnings};

use crate::bar::{Bar, BarNote, Change};
use crate::error::DecodeError;
use crate::limits::{MAX_CHANGES, MAX_NOTES};
use crate::repeats::{check_lengths, order};
use crate::voice::Voice;
use crate::warning::WarningKind;

/// How hard every note is struck: a little over the middle, as ABC states it only by decorations.
const VELOCITY: u8 = 80;

/// Acoustic grand piano in General MIDI, counted from 0.
const PIANO: u8 = 0;

/// The MIDI channel of percussion.
const PERCUSSION: u8 = 9;

/// The MIDI channels that other voices are assigned to.
const CHANNELS: [u8; 15] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15];

/// Adds the voices to `score`, each a track of its own, with its parts in the order of `parts`.
///
/// `programs` are those of channels whose voices name none.
pub(crate) fn play(
    voices: &[Voice],
    programs: &BTreeMap<u8, u8>,
    parts: &[char],
    score: &mut Score,
    warnings: &mut Warnings,
) -> Result<(), DecodeError> {
    let mut first_end = None;
    for (voice, track) in voices.iter().zip(0..) {
        let is_percussion = voice.is_percussion || voice.pitches.clef.is_percussion;
        let channel = if is_percussion { PERCUSSION } else { channel_of(track) };
        let name = voice.name.clone().unwrap_or_else(|| voice.id.clone());
        let program = voice.program.or(programs.get(&channel).copied()).unwrap_or(PIANO);
        let program = Some(program).filter(|_| !is_percussion);
        score.parts.push(Part { track, channel, name, program });
        check_lengths(voice, warnings);
        let end = play_voice(voice, parts, (track, channel), score, warnings)?;
        let expected = *first_end.get_or_insert(end);
        if end != expected {
            warnings
                .push(voice.last_place(), WarningKind::VoiceLength { voice: voice.id.clone(), found: end, expected });
        }
    }
    score.notes.sort_unstable();
    settle_changes(score);
    Ok(())
}

/// The channel of the voice on a track that does not play percussion.
pub(crate) fn channel_of(track: u16) -> u8 {
    CHANNELS[usize::from(track) % CHANNELS.len()]
}

/// Adds one voice and returns when it ends.
fn play_voice(
    voice: &Voice,
    parts: &[char],
    (track, channel): (u16, u8),
    score: &mut Score,
    warnings: &mut Warnings,
) -> Result<u64, DecodeError> {
    let mut start = 0;
    let mut ties = Ties::default();
    let mut before: Option<&Bar> = None;
    for index in order(voice, parts)? {
        let bar = &voice.bars[index];
        if let Some(before) = before.filter(|before| before.start + before.length != bar.start) {
            return_to(bar, before, start, score)?;
        }
        before = Some(bar);
        if score.notes.len() + bar.notes.len() > MAX_NOTES {
            return Err(DecodeError::TooManyNotes);
        }
        let mut notes = bar.notes.clone();
        notes.sort_by_key(|note| note.onset);
        for note in notes {
            let onset = start + note.onset;
            if let Some(held) = ties.continued(note.pitch, onset) {
                score.notes[held].length += note.length;
                ties.begin(&note, onset, held);
                continue;
            }
            let BarNote { length, pitch, .. } = note;
            ties.begin(&note, onset, score.notes.len());
            score.notes.push(Note { onset, track, channel, pitch, length, velocity: VELOCITY });
        }
        for &(tick, change) in &bar.changes {
            add_change(score, start + tick, change)?;
        }
        start += bar.length;
    }
    ties.end(warnings);
    Ok(start)
}

/// The ties that are open, by pitch.
#[derive(Debug, Default)]
struct Ties {
    /// When the tied note ends, which note of the score it is, and where it is in the text.
    open: BTreeMap<u8, (u64, usize, Place)>,
    /// The places of ties that lead to nothing, and of those that led somewhere, perhaps in another playing.
    lost: BTreeSet<Place>,
    kept: BTreeSet<Place>,
}

impl Ties {
    /// The note of the score that goes on with a note of `pitch` at `onset`.
    fn continued(&mut self, pitch: u8, onset: u64) -> Option<usize> {
        let &(end, held, place) = self.open.get(&pitch)?;
        if end > onset {
            // A later layer of the bar may still reach the end.
            return None;
        }
        self.open.remove(&pitch);
        let is_continued = end == onset;
        if is_continued {
            self.kept.insert(place)
        } else {
            self.lost.insert(place)
        };
        is_continued.then_some(held)
    }

    fn begin(&mut self, note: &BarNote, onset: u64, held: usize) {
        if note.is_tied
            && let Some((_, _, place)) = self.open.insert(note.pitch, (onset + note.length, held, note.place))
        {
            self.lost.insert(place);
        }
    }

    fn end(mut self, warnings: &mut Warnings) {
        self.lost.extend(self.open.values().map(|&(_, _, place)| place));
        for &place in self.lost.difference(&self.kept) {
            warnings.push(place, WarningKind::TieToNothing);
        }
    }
}

/// States the meter and key of a bar that is played after another than the one before it, where they differ.
fn return_to(bar: &Bar, before: &Bar, tick: u64, score: &mut Score) -> Result<(), DecodeError> {
    let (mut meter, mut key) = (before.meter, before.key);
    for &(_, change) in &before.changes {
        match change {
            Change::Meter(changed) => meter = Some(changed),
            Change::Key(changed) => key = changed,
            Change::Tempo(_) => {}
        }
    }
    if let Some(returned) = bar.meter.filter(|_| bar.meter != meter) {
        add_change(score, tick, Change::Meter(returned))?;
    }
    if bar.key != key {
        add_change(score, tick, Change::Key(bar.key))?;
    }
    Ok(())
}

fn add_change(score: &mut Score, tick: u64, change: Change) -> Result<(), DecodeError> {
    if score.tempos.len() + score.meters.len() + score.keys.len() >= MAX_CHANGES {
        return Err(DecodeError::TooManyChanges);
    }
    match change {
        Change::Meter(meter) => score.meters.push(Meter { tick, ..meter }),
        Change::Key(key) => score.keys.push(KeySignature { tick, sharps: key.sharps, minor: key.minor }),
        Change::Tempo(us_per_quarter) => score.tempos.push(Tempo { tick, us_per_quarter }),
    }
    Ok(())
}

/// Sorts changes by time and drops those that change nothing, as each voice brings its own.
fn settle_changes(score: &mut Score) {
    score.meters.sort_by_key(|meter| meter.tick);
    score.meters.dedup_by_key(|meter| (meter.numerator, meter.denominator_log2));
    score.keys.sort_by_key(|key| key.tick);
    score.keys.dedup_by_key(|key| (key.sharps, key.minor));
    score.tempos.sort_by_key(|tempo| tempo.tick);
    score.tempos.dedup_by_key(|tempo| tempo.us_per_quarter);
}
