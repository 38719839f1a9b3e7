//! The notes of a file, from the messages that begin and end them.

use galant_types::{Note, Warnings};

use crate::error::DecodeError;
use crate::limits::MAX_NOTES;
use crate::pairs::{Message, Span, spans};
use crate::read_rules::ReadRules;
use crate::warning::{WarningKind, in_track};

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

/// The notes of a file and the messages of the track being read.
#[derive(Debug)]
pub(crate) struct Notes {
    rules: ReadRules,
    /// By track, then onset; those of the track being read have length 0 until it ends.
    notes: Vec<Note>,
    /// How many notes there were before this track.
    track_start: usize,
    /// By channel, then key.
    keys: Vec<Key>,
    /// The places of the keys that were struck.
    struck: Vec<u16>,
}

/// A key of a channel in the track being read.
#[derive(Debug, Clone, Default)]
struct Key {
    /// Its note-ons and note-offs, without note-offs while it was silent.
    messages: Vec<Message>,
    /// How many notes sound.
    n_sounding: usize,
}

impl Notes {
    /// No notes yet.
    pub(crate) fn new(rules: ReadRules) -> Notes {
        Notes {
            rules,
            notes: Vec::new(),
            track_start: 0,
            keys: vec![Key::default(); N_CHANNELS * N_KEYS],
            struck: Vec::new(),
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
        let Strike { tick, offset, channel, key: pitch, velocity } = strike;
        let place = usize::from(channel) * N_KEYS + usize::from(pitch);
        let key = &mut self.keys[place];
        let velocity = match (self.rules, velocity) {
            (ReadRules::Standard, Some(velocity @ 1..)) => velocity,
            // A note's velocity is at least 1.
            (ReadRules::Lecture, Some(velocity)) if key.n_sounding == 0 => velocity.max(1),
            _ if key.n_sounding > 0 => {
                key.n_sounding -= 1;
                key.messages.push(Message::End { tick });
                return Ok(());
            }
            _ => {
                warnings.push(in_track(track, offset), WarningKind::UnmatchedNoteOff { channel, key: pitch });
                return Ok(());
            }
        };
        if self.notes.len() == MAX_NOTES {
            return Err(DecodeError::TooManyNotes { track, offset });
        }
        if key.messages.is_empty() {
            self.struck.push(place as u16);
        }
        key.n_sounding += 1;
        key.messages.push(Message::Begin { note: self.notes.len() as u32, tick, offset: offset as u32 });
        self.notes.push(Note { onset: tick, track, channel, pitch, length: 0, velocity });
        Ok(())
    }

    /// Gives the notes of a track their lengths, and drops those of zero length.
    ///
    /// A note that begins where the track ends would have none; as players let it sound, it gets `quarter` ticks.
    pub(crate) fn end_track(&mut self, track: u16, tick: u64, quarter: u64, warnings: &mut Warnings) {
        let (mut has_empty, mut spans_of_key) = (false, Vec::new());
        // In the order of the keys, so that warnings are.
        self.struck.sort_unstable();
        for place in self.struck.drain(..).map(usize::from) {
            let (channel, key) = ((place / N_KEYS) as u8, (place % N_KEYS) as u8);
            let Key { messages, n_sounding } = &mut self.keys[place];
            *n_sounding = 0;
            spans(messages, &mut spans_of_key);
            for Span { note, offset, end } in spans_of_key.drain(..) {
                let mut warn = |kind| warnings.push(in_track(track, offset as usize), kind);
                let note = &mut self.notes[note as usize];
                let end = end.unwrap_or_else(|| {
                    if note.onset >= tick && self.rules == ReadRules::Standard {
                        warn(WarningKind::NeverEndsAtEnd { channel, key, tick });
                        return tick.saturating_add(quarter);
                    }
                    warn(WarningKind::NeverEnds { channel, key, tick });
                    tick
                });
                note.length = end.saturating_sub(note.onset);
                if note.length == 0 {
                    warn(WarningKind::ZeroLength { channel, key, tick: end });
                    has_empty = true;
                }
            }
            messages.clear();
        }
        if has_empty {
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

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.notes.is_empty()
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
}
