//! The events of one track.
//!
//! midly stops a track at the first event it cannot read, and accepts numbers that are too long and events that are cut
//! short, all without saying so.
//! So each event's frame (delta time, status, length) is read and checked here, and a bad event whose length is known
//! is stepped over. Channel messages, nearly all of a file, consist of their frame; meta events are interpreted by midly.

use std::cmp::Ordering;

use midly::{EventIter, MetaMessage, TrackEvent, TrackEventKind};

use galant_types::Warnings;

use crate::warning::{WarningKind, in_track};

/// An event.
#[derive(Debug)]
pub(crate) struct Event<'a> {
    /// Ticks since the event before.
    pub(crate) delta: u32,
    /// Where the event begins in the file.
    pub(crate) offset: usize,
    /// What happens.
    pub(crate) kind: EventKind<'a>,
}

/// The kind of the meta event that ends a track.
const END_OF_TRACK: u8 = 0x2f;

/// The kinds of the meta events that hold text: remarks, copyright, names, lyrics, markers and cues.
const FIRST_TEXT: u8 = 0x01;
const LAST_TEXT: u8 = 0x09;

/// What happens in an event.
#[derive(Debug)]
pub(crate) enum EventKind<'a> {
    /// A channel message: its status, 0x80 to 0xef, and its one or two data bytes, each up to 0x7f.
    Message { status: u8, data: [u8; 2] },
    /// A meta event that a score has a place for, or whose text tells the encoding of the others.
    Meta(MetaMessage<'a>),
    /// A system exclusive message: the bytes after its status and length.
    Exclusive(&'a [u8]),
    /// Nothing of use.
    Other,
}

/// Reads the events of one track.
#[derive(Debug)]
pub(crate) struct Events<'a> {
    unread: &'a [u8],
    track: u16,
    /// Where the track's bytes end in the file.
    end: usize,
    /// The last status of a channel message, which a message without a status repeats.
    status: Option<u8>,
    /// Whether no event has ended that status since.
    status_runs: bool,
}

impl<'a> Events<'a> {
    /// Reads `bytes`, which begin at byte `offset` of the file.
    pub(crate) fn new(bytes: &'a [u8], offset: usize, track: u16) -> Events<'a> {
        Events { unread: bytes, track, end: offset + bytes.len(), status: None, status_runs: false }
    }

    /// The bytes not read yet.
    pub(crate) fn unread(&self) -> &'a [u8] {
        self.unread
    }

    /// Where the bytes not read yet begin in the file.
    pub(crate) fn offset(&self) -> usize {
        self.end - self.unread.len()
    }

    /// The next event; none at the end of the track or where the rest of it cannot be read.
    pub(crate) fn next(&mut self, warnings: &mut Warnings) -> Option<Event<'a>> {
        let bytes = self.unread;
        if bytes.is_empty() {
            return None;
        }
        let offset = self.offset();
        let mut warn = |why| warnings.push(in_track(self.track, offset), why);
        let Frame { delta, end, body } = match frame(bytes, self.status) {
            Ok(frame) => frame,
            Err(why) => {
                warn(why);
                self.unread = &[];
                return None;
            }
        };
        self.unread = &bytes[end..];
        let kind = match body {
            Body::Message { status, data, repeated, over } => {
                if let Some(byte) = over {
                    warn(WarningKind::Velocity { status, byte });
                }
                if repeated && !self.status_runs {
                    warn(WarningKind::RunningStatus { status });
                }
                self.status = Some(status);
                self.status_runs = true;
                EventKind::Message { status, data }
            }
            Body::Meta { surplus, data_at, .. } => {
                self.status_runs = false;
                surplus.into_iter().for_each(&mut warn);
                meta_event(&bytes[..end], data_at, &mut warn)
            }
            Body::Exclusive { data_at } => {
                self.status_runs = false;
                EventKind::Exclusive(&bytes[data_at..end])
            }
            Body::Other => {
                self.status_runs = false;
                EventKind::Other
            }
            // As if the event were not there.
            Body::Bad(why) => {
                warn(why);
                EventKind::Other
            }
        };
        Some(Event { delta, offset, kind })
    }
}

/// The meta event that `bytes` are, whose data begin at `data_at`.
fn meta_event<'a>(bytes: &'a [u8], data_at: usize, warn: &mut dyn FnMut(WarningKind)) -> EventKind<'a> {
    match EventIter::new(bytes).next() {
        // midly takes any mode but 0 for minor.
        Some(Ok(TrackEvent { kind: TrackEventKind::Meta(MetaMessage::KeySignature(sharps, _)), .. })) => {
            let mode = bytes[data_at + 1];
            if mode > 1 {
                warn(WarningKind::Mode { mode });
            }
            EventKind::Meta(MetaMessage::KeySignature(sharps, mode == 1))
        }
        Some(Ok(TrackEvent { kind: TrackEventKind::Meta(meta), .. })) => EventKind::Meta(meta),
        // The frame was good, so midly has no reason to refuse; should it find one, it must be reported.
        _ => {
            warn(WarningKind::EventCut { n_bytes: bytes.len() });
            EventKind::Other
        }
    }
}

/// Where the first end-of-track event of a track ends, if its events can be followed until there.
pub(crate) fn end_of_track(bytes: &[u8]) -> Option<usize> {
    let (mut at, mut last_status) = (0, None);
    loop {
        let Frame { end, body, .. } = frame(&bytes[at..], last_status).ok()?;
        at += end;
        match body {
            Body::Message { status, .. } => last_status = Some(status),
            Body::Meta { kind: END_OF_TRACK, .. } => return Some(at),
            _ => {}
        }
    }
}

/// The first bytes of an event, which say how long it is.
struct Frame {
    delta: u32,
    /// How many bytes the event has.
    end: usize,
    body: Body,
}

/// What follows the delta time.
enum Body {
    /// A channel message; `repeated` if it has no status byte of its own, `over` is a byte over 127
    /// where its velocity should be.
    Message { status: u8, data: [u8; 2], repeated: bool, over: Option<u8> },
    /// A meta event that is of use, perhaps with more data than it needs.
    Meta { kind: u8, surplus: Option<WarningKind>, data_at: usize },
    /// A system exclusive message.
    Exclusive { data_at: usize },
    /// An event that is of no use.
    Other,
    /// An event to drop with a warning.
    Bad(WarningKind),
}

/// Reads the frame of the event that begins `bytes`, the rest of its track.
///
/// # Errors
///
/// If the rest of the track cannot be read.
#[inline]
fn frame(bytes: &[u8], last_status: Option<u8>) -> Result<Frame, WarningKind> {
    let (delta, status_at) = read_number(bytes, 0)?;
    let Some(&first) = bytes.get(status_at) else {
        return Err(cut(bytes));
    };
    let repeated = first < 0x80;
    let status = match last_status {
        _ if !repeated => first,
        Some(status) => status,
        None => return Err(WarningKind::NoStatus { n_bytes: bytes.len() }),
    };
    let data_at = status_at + usize::from(!repeated);
    if status < 0xf0 {
        let n_data = if matches!(status, 0xc0..=0xdf) { 1 } else { 2 };
        let end = data_at + n_data;
        let body = match bytes.get(data_at..end) {
            Some(&[a]) if a < 0x80 => Body::Message { status, data: [a, 0], repeated, over: None },
            Some(&[a, b]) if a < 0x80 && b < 0x80 => Body::Message { status, data: [a, b], repeated, over: None },
            // The key is what matters of a note, and it is good.
            Some(&[key, byte]) if status < 0xa0 && key < 0x80 => {
                Body::Message { status, data: [key, 0x7f], repeated, over: Some(byte) }
            }
            Some(data) => {
                let byte = data.iter().copied().find(|&byte| byte >= 0x80).unwrap_or_default();
                Body::Bad(WarningKind::DataByte { status, byte })
            }
            None => return Err(cut(bytes)),
        };
        return Ok(Frame { delta, end, body });
    }
    let (end, body) = system_frame(bytes, status, data_at)?;
    Ok(Frame { delta, end, body })
}

/// The end and body of an event that is no channel message.
fn system_frame(bytes: &[u8], status: u8, data_at: usize) -> Result<(usize, Body), WarningKind> {
    match status {
        0xff => {
            let kind = *bytes.get(data_at).ok_or_else(|| cut(bytes))?;
            let (length, start) = read_number(bytes, data_at + 1)?;
            Ok((end_of(bytes, start, length)?, meta_body(kind, start, length as usize)))
        }
        0xf0 | 0xf7 => {
            let (length, start) = read_number(bytes, data_at)?;
            let body = if status == 0xf0 { Body::Exclusive { data_at: start } } else { Body::Other };
            Ok((end_of(bytes, start, length)?, body))
        }
        // System messages: time code and song select have one data byte, song position two, the others none.
        _ => {
            let n_data = match status {
                0xf1 | 0xf3 => 1,
                0xf2 => 2,
                _ => 0,
            };
            let end = (data_at + n_data).min(bytes.len());
            Ok((end, Body::Bad(WarningKind::SystemMessage { status })))
        }
    }
}

/// The body of a meta event with `length` bytes of data from `data_at`.
fn meta_body(kind: u8, data_at: usize, length: usize) -> Body {
    let meta = |surplus| Body::Meta { kind, surplus, data_at };
    let (what, needed) = match kind {
        FIRST_TEXT..=LAST_TEXT => return meta(None),
        END_OF_TRACK => ("end-of-track", 0),
        0x51 => ("tempo", 3),
        0x58 => ("time signature", 4),
        0x59 => ("key signature", 2),
        _ => return Body::Other,
    };
    let why = WarningKind::MetaLength { what, found: length, needed };
    match length.cmp(&needed) {
        Ordering::Less => Body::Bad(why),
        Ordering::Equal => meta(None),
        Ordering::Greater => meta(Some(why)),
    }
}

/// Reads the number of up to four bytes at `at`, seven bits each; gives it and where it ends.
#[inline]
fn read_number(bytes: &[u8], at: usize) -> Result<(u32, usize), WarningKind> {
    let mut number = 0;
    for index in at..at + 4 {
        let Some(&byte) = bytes.get(index) else {
            return Err(cut(bytes));
        };
        number = number << 7 | u32::from(byte & 0x7f);
        if byte < 0x80 {
            return Ok((number, index + 1));
        }
    }
    Err(WarningKind::NumberTooLong { n_bytes: bytes.len() })
}

/// Where `length` bytes from `start` end, if the track has that many.
fn end_of(bytes: &[u8], start: usize, length: u32) -> Result<usize, WarningKind> {
    let end = start.saturating_add(length as usize);
    if end > bytes.len() { Err(cut(bytes)) } else { Ok(end) }
}

#[cold]
fn cut(bytes: &[u8]) -> WarningKind {
    WarningKind::EventCut { n_bytes: bytes.len() }
}
