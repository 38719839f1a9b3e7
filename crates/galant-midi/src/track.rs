//! Reads one track into the score.

use galant_types::{KeySignature, Meter, Part, Score, Tempo, Warnings};
use midly::MetaMessage;

use crate::chunks::Track;
use crate::drums::Drums;
use crate::error::DecodeError;
use crate::events::{EventKind, Events};
use crate::evidence::Evidence;
use crate::limits::{MAX_CHANGES, MAX_DENOMINATOR_LOG2, MAX_TEXT_BYTES, MAX_TEXTS};
use crate::notes::{Notes, Strike};
use crate::text::{LegacyEncoding, Text, cut_name, read_text};
use crate::warning::{WarningKind, in_track};

/// What is read so far.
#[derive(Debug)]
pub(crate) struct Reading {
    /// The score, still without notes.
    pub(crate) score: Score,
    /// Its notes.
    pub(crate) notes: Notes,
    /// Which channels play percussion.
    pub(crate) drums: Drums,
    /// What was lost or repaired.
    pub(crate) warnings: Warnings,
    /// Whether time is counted in film frames, so that tempo events mean nothing.
    pub(crate) timecode: bool,
    /// What texts that are not UTF-8 are taken for.
    pub(crate) encoding: LegacyEncoding,
    /// What they may be.
    pub(crate) evidence: Evidence,
}

/// How a track ended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TrackEnd {
    /// The tick of its last event.
    pub(crate) tick: u64,
    /// Where the next track begins, if that is inside this one's bytes.
    pub(crate) next_track_at: Option<usize>,
}

/// What a track states once, for all its parts.
#[derive(Debug, Default)]
struct Header {
    name: Option<String>,
    programs: [Option<u8>; 16],
}

/// Reads track number `index`, whose first tick is `start`.
pub(crate) fn read_track(
    track: Track<'_>,
    index: u16,
    start: u64,
    reading: &mut Reading,
) -> Result<TrackEnd, DecodeError> {
    let mut events = Events::new(track.bytes, track.offset, index);
    let mut header = Header::default();
    let mut tick = start;
    let mut ended = false;
    reading.notes.begin_track(track.bytes.len());
    while let Some(event) = events.next(&mut reading.warnings) {
        tick = tick.saturating_add(u64::from(event.delta));
        let at = At { track: index, tick, offset: event.offset };
        match event.kind {
            EventKind::Message { status, data } => reading.message(at, status, data, &mut header)?,
            EventKind::Meta(MetaMessage::EndOfTrack) => {
                ended = true;
                break;
            }
            EventKind::Meta(meta) => reading.meta(at, meta, &mut header)?,
            EventKind::Exclusive(message) => reading.drums.exclusive(message),
            EventKind::Other => {}
        }
    }
    let next_track_at = reading.check_end(track, index, ended, &events);
    let quarter = reading.score.ticks_per_quarter.into();
    reading.notes.end_track(index, tick, quarter, &mut reading.warnings);
    reading.add_parts(index, header);
    Ok(TrackEnd { tick, next_track_at })
}

/// The place of an event.
#[derive(Debug, Clone, Copy)]
struct At {
    track: u16,
    tick: u64,
    offset: usize,
}

impl Reading {
    #[inline]
    fn message(&mut self, at: At, status: u8, data: [u8; 2], header: &mut Header) -> Result<(), DecodeError> {
        let channel = status & 0x0f;
        let velocity = match status & 0xf0 {
            0x80 => None,
            0x90 => Some(data[1]),
            0xb0 => {
                self.drums.control(channel, data[0], data[1]);
                return Ok(());
            }
            0xc0 => {
                self.drums.program(channel);
                let (channel, program) = (self.drums.channel(channel), data[0]);
                let first = *header.programs[usize::from(channel)].get_or_insert(program);
                if first != program {
                    self.warn(at, WarningKind::LaterProgram { channel, program });
                }
                return Ok(());
            }
            _ => return Ok(()),
        };
        let channel = self.played_channel(at, channel);
        let strike = Strike { tick: at.tick, offset: at.offset, channel, key: data[0], velocity };
        self.notes.strike(at.track, strike, &mut self.warnings)
    }

    /// The channel of a note; percussion is on MIDI's channel for it, which is said once.
    #[inline]
    fn played_channel(&mut self, at: At, channel: u8) -> u8 {
        let played = self.drums.channel(channel);
        if played != channel && self.drums.is_first() {
            self.warn(at, WarningKind::DrumChannel { channel });
        }
        played
    }

    fn meta(&mut self, at: At, meta: MetaMessage<'_>, header: &mut Header) -> Result<(), DecodeError> {
        let tick = at.tick;
        if let Some(text) = text_of(&meta) {
            self.evidence.add(text);
        }
        match meta {
            MetaMessage::TrackName(_) if header.name.is_some() => self.warn(at, WarningKind::SecondName),
            MetaMessage::TrackName(bytes) => {
                let Text { text, assumed } = read_text(bytes, self.encoding);
                self.warn_of_encoding(at, assumed);
                let (name, is_cut) = cut_name(text);
                header.name = Some(name);
                if is_cut {
                    self.warn(at, WarningKind::NameCut { n_bytes: bytes.len() });
                }
            }
            MetaMessage::Text(bytes) if at.track == 0 && tick == 0 => {
                let fits = self.score.texts.len() < MAX_TEXTS;
                let Text { text, assumed } = read_text(bytes, self.encoding);
                if fits && text.len() <= MAX_TEXT_BYTES {
                    self.warn_of_encoding(at, assumed);
                    self.score.texts.push(text);
                } else {
                    self.warn(at, WarningKind::Text { n_bytes: bytes.len() });
                }
            }
            MetaMessage::Tempo(_) if self.timecode => self.warn(at, WarningKind::TempoInTimecode),
            MetaMessage::Tempo(us_per_quarter) => match us_per_quarter.as_int() {
                0 => self.warn(at, WarningKind::MetaValue { what: "tempo", value: 0 }),
                us_per_quarter => return push(&mut self.score.tempos, Tempo { tick, us_per_quarter }, "tempo", at),
            },
            MetaMessage::TimeSignature(numerator, denominator_log2, _, _) => {
                if numerator > 0 && denominator_log2 <= MAX_DENOMINATOR_LOG2 {
                    return push(&mut self.score.meters, Meter { tick, numerator, denominator_log2 }, "meter", at);
                }
                let value = if numerator == 0 { 0 } else { i64::from(denominator_log2) };
                self.warn(at, WarningKind::MetaValue { what: "time signature", value });
            }
            MetaMessage::KeySignature(sharps @ -7..=7, minor) => {
                return push(&mut self.score.keys, KeySignature { tick, sharps, minor }, "key", at);
            }
            MetaMessage::KeySignature(sharps, _) => {
                self.warn(at, WarningKind::MetaValue { what: "key signature", value: sharps.into() });
            }
            _ => {}
        }
        Ok(())
    }

    /// Warns of a track that does not end where it should; gives the place of a track that begins inside it.
    fn check_end(&mut self, track: Track<'_>, index: u16, ended: bool, events: &Events<'_>) -> Option<usize> {
        let offset = events.offset();
        let rest = events.unread();
        if !ended {
            self.warnings.push(in_track(index, offset), WarningKind::NoEndOfTrack);
        } else if rest.starts_with(b"MTrk") {
            let kind = WarningKind::TrackLength { declared: track.declared, found: offset - track.offset };
            self.warnings.push(in_track(index, track.offset - 8), kind);
            return Some(offset);
        } else if !rest.is_empty() {
            self.warnings.push(in_track(index, offset), WarningKind::AfterEndOfTrack { n_bytes: rest.len() });
        }
        None
    }

    /// Adds a part for each channel that has notes or a program, or for the name alone.
    fn add_parts(&mut self, track: u16, header: Header) {
        let mut has_notes = [false; 16];
        for note in self.notes.of_track() {
            has_notes[usize::from(note.channel)] = true;
        }
        let name = header.name.unwrap_or_default();
        let n_parts_before = self.score.parts.len();
        for channel in 0..16_u8 {
            let program = header.programs[usize::from(channel)];
            if program.is_some() || has_notes[usize::from(channel)] {
                self.score.parts.push(Part { track, channel, name: name.clone(), program });
            }
        }
        if self.score.parts.len() == n_parts_before && !name.is_empty() {
            self.score.parts.push(Part { track, channel: 0, name, program: None });
        }
    }

    fn warn_of_encoding(&mut self, at: At, assumed: Option<&'static str>) {
        if let Some(assumed) = assumed {
            self.warn(at, WarningKind::Encoding { assumed });
        }
    }

    fn warn(&mut self, at: At, kind: WarningKind) {
        self.warnings.push(in_track(at.track, at.offset), kind);
    }
}

/// The text that a meta event holds.
fn text_of<'a>(meta: &MetaMessage<'a>) -> Option<&'a [u8]> {
    match *meta {
        MetaMessage::Text(text)
        | MetaMessage::Copyright(text)
        | MetaMessage::TrackName(text)
        | MetaMessage::InstrumentName(text)
        | MetaMessage::Lyric(text)
        | MetaMessage::Marker(text)
        | MetaMessage::CuePoint(text)
        | MetaMessage::ProgramName(text)
        | MetaMessage::DeviceName(text) => Some(text),
        _ => None,
    }
}

fn push<T>(changes: &mut Vec<T>, change: T, what: &'static str, at: At) -> Result<(), DecodeError> {
    if changes.len() == MAX_CHANGES {
        return Err(DecodeError::TooManyChanges { what, track: at.track, offset: at.offset });
    }
    changes.push(change);
    Ok(())
}
