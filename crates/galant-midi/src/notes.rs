//! Pairs the messages that begin and end notes.

use galant_types::Note;

use crate::error::DecodeError;
use crate::limits::MAX_NOTES;
use crate::read_rules::ReadRules;
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

/// A key that sounds, or none if `note` is 0.
#[derive(Debug, Clone, Copy, Default)]
struct Sounding {
    /// Its note's place among all notes, plus 1.
    note: u32,
    /// Where it begins in the file, which is shorter than 4 GiB.
    offset: u32,
}

/// The notes of a file and the keys that sound in the track being read.
#[derive(Debug)]
pub(crate) struct Notes {
    rules: ReadRules,
    /// By track, then onset; those that sound have length 0 until they end.
    notes: Vec<Note>,
    /// How many notes there were before this track.
    track_start: usize,
    /// By channel, then key.
    sounding: Vec<Sounding>,
    n_sounding: usize,
    /// Whether a note of this track ended where it begins.
    has_empty: bool,
}

impl Notes {
    /// No notes yet.
    pub(crate) fn new(rules: ReadRules) -> Notes {
        Notes {
            rules,
            notes: Vec::new(),
            track_start: 0,
            sounding: vec![Sounding::default(); N_CHANNELS * N_KEYS],
            n_sounding: 0,
            has_empty: false,
        }
    }

    /// Begins a track of `n_bytes`, of which a note takes six at least, and seven or eight mostly.
    pub(crate) fn begin_track(&mut self, n_bytes: usize) {
        self.track_start = self.notes.len();
        self.notes.reserve((n_bytes / 7).min(MAX_NOTES - self.notes.len()));
    }

    /// Begins or ends a note.
    #[inline]
    pub(crate) fn strike(&mut self, track: u16, strike: Strike, warnings: &mut Warnings) -> Result<(), DecodeError> {
        let Strike { tick, offset, channel, key, velocity } = strike;
        let place = usize::from(channel) * N_KEYS + usize::from(key);
        let old = std::mem::take(&mut self.sounding[place]);
        let sounds = old.note != 0;
        if sounds {
            self.n_sounding -= 1;
            self.finish(old, tick, warnings);
        }
        let velocity = match (self.rules, velocity) {
            (ReadRules::Standard, Some(velocity @ 1..)) => velocity,
            // A note's velocity is at least 1.
            (ReadRules::Lecture, Some(velocity)) if !sounds => velocity.max(1),
            _ if sounds => return Ok(()),
            _ => {
                warnings.push(Some(track), offset, WarningKind::UnmatchedNoteOff { channel, key });
                return Ok(());
            }
        };
        if self.notes.len() == MAX_NOTES {
            return Err(DecodeError::TooManyNotes { track, offset });
        }
        self.notes.push(Note { onset: tick, track, channel, pitch: key, length: 0, velocity });
        self.sounding[place] = Sounding { note: self.notes.len() as u32, offset: offset as u32 };
        self.n_sounding += 1;
        Ok(())
    }

    /// Ends all that still sounds at the end of a track, and drops the notes of zero length.
    ///
    /// A note that begins where the track ends would have none; as players let it sound, it gets `quarter` ticks.
    pub(crate) fn end_track(&mut self, track: u16, tick: u64, quarter: u64, warnings: &mut Warnings) {
        if self.n_sounding > 0 {
            self.n_sounding = 0;
            for place in 0..self.sounding.len() {
                let old = std::mem::take(&mut self.sounding[place]);
                if old.note != 0 {
                    let (channel, key) = ((place / N_KEYS) as u8, (place % N_KEYS) as u8);
                    let begins_at_end = self.notes[old.note as usize - 1].onset >= tick;
                    if begins_at_end && self.rules == ReadRules::Standard {
                        let kind = WarningKind::NeverEndsAtEnd { channel, key, tick };
                        warnings.push(Some(track), old.offset as usize, kind);
                        self.finish(old, tick.saturating_add(quarter), warnings);
                    } else {
                        warnings.push(Some(track), old.offset as usize, WarningKind::NeverEnds { channel, key, tick });
                        self.finish(old, tick, warnings);
                    }
                }
            }
        }
        if std::mem::take(&mut self.has_empty) {
            let mut kept = self.track_start;
            for index in self.track_start..self.notes.len() {
                if self.notes[index].length > 0 {
                    self.notes.swap(kept, index);
                    kept += 1;
                }
            }
            self.notes.truncate(kept);
        }
    }

    /// The notes of the track just ended.
    pub(crate) fn of_track(&self) -> &[Note] {
        &self.notes[self.track_start..]
    }

    /// All notes, sorted.
    pub(crate) fn into_sorted(mut self) -> Vec<Note> {
        // Each track is sorted by onset already, and the stable sort merges what is sorted.
        self.notes.sort_by_key(|note| note.onset);
        for together in self.notes.chunk_by_mut(|a, b| a.onset == b.onset) {
            together.sort_unstable();
        }
        self.notes
    }

    #[inline]
    fn finish(&mut self, old: Sounding, tick: u64, warnings: &mut Warnings) {
        let note = &mut self.notes[old.note as usize - 1];
        note.length = tick.saturating_sub(note.onset);
        if note.length == 0 {
            let kind = WarningKind::ZeroLength { channel: note.channel, key: note.pitch, tick };
            warnings.push(Some(note.track), old.offset as usize, kind);
            self.has_empty = true;
        }
    }
}
