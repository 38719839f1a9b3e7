//! Pairs the messages that begin and end notes.

use galant_types::Note;

use crate::decode::ReadRules;
use crate::error::DecodeError;
use crate::limits::MAX_NOTES;
use crate::tally::Warnings;
use crate::warning::WarningKind;

const N_CHANNELS: usize = 16;
const N_KEYS: usize = 128;

/// A note-on or note-off, with its place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Strike {
    /// When, in ticks.
    pub(crate) tick: u64,
    /// Where in the file.
    pub(crate) offset: usize,
    /// MIDI channel, 0 to 15.
    pub(crate) channel: u8,
    /// MIDI key, 0 to 127.
    pub(crate) key: u8,
    /// The velocity of a note-on, none for a note-off.
    pub(crate) velocity: Option<u8>,
}

/// A key that sounds.
#[derive(Debug, Clone, Copy)]
struct Sounding {
    onset: u64,
    offset: usize,
    velocity: u8,
}

/// The notes of a file and the keys that sound in the track being read.
#[derive(Debug)]
pub(crate) struct Notes {
    rules: ReadRules,
    finished: Vec<Note>,
    /// By channel, then key.
    sounding: Vec<Option<Sounding>>,
    n_sounding: usize,
}

impl Notes {
    /// No notes yet.
    pub(crate) fn new(rules: ReadRules) -> Notes {
        Notes { rules, finished: Vec::new(), sounding: vec![None; N_CHANNELS * N_KEYS], n_sounding: 0 }
    }

    /// Makes room for a track of `n_bytes`, of which a note takes six at least, and seven or eight mostly.
    pub(crate) fn reserve_track(&mut self, n_bytes: usize) {
        self.finished.reserve((n_bytes / 7).min(MAX_NOTES.saturating_sub(self.finished.len())));
    }

    /// Begins or ends a note.
    pub(crate) fn strike(&mut self, track: u16, strike: Strike, warnings: &mut Warnings) -> Result<(), DecodeError> {
        let Strike { tick, offset, channel, key, velocity } = strike;
        let place = usize::from(channel) * N_KEYS + usize::from(key);
        let begins = match (self.rules, velocity) {
            (_, None) | (ReadRules::Standard, Some(0)) => None,
            (ReadRules::Standard, Some(velocity)) => Some(velocity),
            // A note's velocity is at least 1.
            (ReadRules::Lecture, Some(velocity)) if self.sounding[place].is_none() => Some(velocity.max(1)),
            (ReadRules::Lecture, Some(_)) => None,
        };
        let old = self.sounding[place].take();
        if let Some(old) = old {
            self.n_sounding -= 1;
            self.finish(track, channel, key, old, tick, warnings)?;
        }
        match begins {
            Some(velocity) => {
                self.sounding[place] = Some(Sounding { onset: tick, offset, velocity });
                self.n_sounding += 1;
            }
            None if old.is_none() => {
                warnings.push(Some(track), offset, WarningKind::UnmatchedNoteOff { channel, key });
            }
            None => {}
        }
        Ok(())
    }

    /// Ends all that still sounds at the end of a track.
    pub(crate) fn end_track(&mut self, track: u16, tick: u64, warnings: &mut Warnings) -> Result<(), DecodeError> {
        if self.n_sounding == 0 {
            return Ok(());
        }
        self.n_sounding = 0;
        for place in 0..self.sounding.len() {
            if let Some(old) = self.sounding[place].take() {
                let (channel, key) = ((place / N_KEYS) as u8, (place % N_KEYS) as u8);
                warnings.push(Some(track), old.offset, WarningKind::NeverEnds { channel, key, tick });
                self.finish(track, channel, key, old, tick, warnings)?;
            }
        }
        Ok(())
    }

    /// How many notes are finished.
    pub(crate) fn len(&self) -> usize {
        self.finished.len()
    }

    /// The notes finished since there were `from`.
    pub(crate) fn since(&self, from: usize) -> &[Note] {
        &self.finished[from..]
    }

    /// All notes, sorted.
    pub(crate) fn into_sorted(mut self) -> Vec<Note> {
        self.finished.sort_unstable();
        self.finished
    }

    fn finish(
        &mut self,
        track: u16,
        channel: u8,
        key: u8,
        old: Sounding,
        tick: u64,
        warnings: &mut Warnings,
    ) -> Result<(), DecodeError> {
        let Sounding { onset, offset, velocity } = old;
        let length = tick.saturating_sub(onset);
        if length == 0 {
            warnings.push(Some(track), offset, WarningKind::ZeroLength { channel, key, tick });
            return Ok(());
        }
        if self.finished.len() == MAX_NOTES {
            return Err(DecodeError::TooManyNotes { track, offset });
        }
        self.finished.push(Note { onset, track, channel, pitch: key, length, velocity });
        Ok(())
    }
}
