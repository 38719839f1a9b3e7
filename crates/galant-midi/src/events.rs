//! The events of one track: read by midly, checked here.
//!
//! midly stops a track at the first event it cannot read, and takes numbers that are too long and events that are cut
//! short as they come, all without a word.
//! So each event's frame (delta time, status, length) is checked before midly sees it, and a bad event whose length
//! is known is stepped over.

use midly::{EventIter, TrackEventKind};

use crate::tally::Warnings;
use crate::warning::WarningKind;

/// An event, or time that passed without one.
#[derive(Debug)]
pub(crate) struct Event<'a> {
    /// Ticks since the event before.
    pub(crate) delta: u32,
    /// Where the event begins in the file.
    pub(crate) offset: usize,
    /// What happens; none if it was dropped or is nothing a score has a place for.
    pub(crate) kind: Option<TrackEventKind<'a>>,
}

/// Reads the events of one track.
#[derive(Debug)]
pub(crate) struct Events<'a> {
    midly: EventIter<'a>,
    track: u16,
    /// Where the track's bytes end in the file.
    end: usize,
    /// The last status of a channel message, which a message without a status repeats.
    status: Option<u8>,
}

impl<'a> Events<'a> {
    /// Reads `bytes`, which begin at byte `offset` of the file.
    pub(crate) fn new(bytes: &'a [u8], offset: usize, track: u16) -> Events<'a> {
        Events { midly: EventIter::new(bytes), track, end: offset + bytes.len(), status: None }
    }

    /// The bytes not read yet.
    pub(crate) fn unread(&self) -> &'a [u8] {
        self.midly.unread()
    }

    /// Where the bytes not read yet begin in the file.
    pub(crate) fn offset(&self) -> usize {
        self.end - self.unread().len()
    }

    /// The next event; none at the end of the track or where the rest of it cannot be read.
    pub(crate) fn next(&mut self, warnings: &mut Warnings) -> Option<Event<'a>> {
        let bytes = self.unread();
        if bytes.is_empty() {
            return None;
        }
        let offset = self.offset();
        let (delta, frame) = match frame(bytes, self.status) {
            Ok(found) => found,
            Err(why) => {
                warnings.push(Some(self.track), offset, why);
                self.midly = EventIter::new(&[]);
                return None;
            }
        };
        match frame {
            Frame::Message { status, repeated } => {
                if repeated && self.midly.running_status().is_none() {
                    warnings.push(Some(self.track), offset, WarningKind::RunningStatus { status });
                    *self.midly.running_status_mut() = Some(status);
                }
                self.status = Some(status);
            }
            Frame::Meta => {}
            Frame::Surplus(why) => warnings.push(Some(self.track), offset, why),
            Frame::Bad { end, why } => {
                warnings.push(Some(self.track), offset, why);
                let running_status = self.midly.running_status();
                self.midly = EventIter::new(&bytes[end..]);
                *self.midly.running_status_mut() = running_status;
                return Some(Event { delta, offset, kind: None });
            }
            Frame::Other { end } => {
                self.midly = EventIter::new(&bytes[end..]);
                return Some(Event { delta, offset, kind: None });
            }
        }
        match self.midly.next() {
            Some(Ok(event)) => Some(Event { delta, offset, kind: Some(event.kind) }),
            // The frame was good, so midly has no reason to refuse; should it find one, it must not pass in silence.
            _ => {
                warnings.push(Some(self.track), offset, WarningKind::EventCut { n_bytes: bytes.len() });
                self.midly = EventIter::new(&[]);
                None
            }
        }
    }
}

/// What the first bytes of an event say of it.
enum Frame {
    /// A channel message; `repeated` if it has no status byte of its own.
    Message { status: u8, repeated: bool },
    /// A meta event that a score has a place for.
    Meta,
    /// The same, but with more data than it needs.
    Surplus(WarningKind),
    /// An event to drop with a warning.
    Bad { end: usize, why: WarningKind },
    /// An event that a score has no place for.
    Other { end: usize },
}

/// Checks the event that begins `bytes`, the rest of its track; gives its delta time and frame.
///
/// # Errors
///
/// If the rest of the track cannot be read.
fn frame(bytes: &[u8], last_status: Option<u8>) -> Result<(u32, Frame), WarningKind> {
    let cut = WarningKind::EventCut { n_bytes: bytes.len() };
    let (delta, status_at) = read_number(bytes, 0)?;
    let first = *bytes.get(status_at).ok_or_else(|| cut.clone())?;
    let repeated = first < 0x80;
    let status = if repeated { last_status } else { Some(first) };
    let status = status.ok_or(WarningKind::NoStatus { n_bytes: bytes.len() })?;
    let data_at = status_at + usize::from(!repeated);
    let frame = match status {
        0x00..=0xef => {
            let n_data = if matches!(status, 0xc0..=0xdf) { 1 } else { 2 };
            let data = bytes.get(data_at..data_at + n_data).ok_or(cut)?;
            match data.iter().find(|&&byte| byte > 0x7f) {
                Some(&byte) => Frame::Bad { end: data_at + n_data, why: WarningKind::DataByte { status, byte } },
                None => Frame::Message { status, repeated },
            }
        }
        0xf0 | 0xf7 => {
            let (length, start) = read_number(bytes, data_at)?;
            Frame::Other { end: end_of(bytes, start, length)? }
        }
        0xff => {
            let kind = *bytes.get(data_at).ok_or(cut)?;
            let (length, start) = read_number(bytes, data_at + 1)?;
            meta_frame(kind, length as usize, end_of(bytes, start, length)?)
        }
        // System messages: time code and song select have one data byte, song position two, the others none.
        0xf1..=0xf6 | 0xf8..=0xfe => {
            let n_data = match status {
                0xf1 | 0xf3 => 1,
                0xf2 => 2,
                _ => 0,
            };
            let end = (data_at + n_data).min(bytes.len());
            Frame::Bad { end, why: WarningKind::SystemMessage { status } }
        }
    };
    Ok((delta, frame))
}

/// The frame of a meta event with `length` bytes of data that ends at `end`.
fn meta_frame(kind: u8, length: usize, end: usize) -> Frame {
    let (what, needed) = match kind {
        0x03 => return Frame::Meta,
        0x2f => ("end-of-track", 0),
        0x51 => ("tempo", 3),
        0x58 => ("time signature", 4),
        0x59 => ("key signature", 2),
        _ => return Frame::Other { end },
    };
    let why = WarningKind::MetaLength { what, found: length, needed };
    match length.cmp(&needed) {
        std::cmp::Ordering::Less => Frame::Bad { end, why },
        std::cmp::Ordering::Equal => Frame::Meta,
        std::cmp::Ordering::Greater => Frame::Surplus(why),
    }
}

/// Reads the number of up to four bytes at `at`, seven bits each; gives it and where it ends.
fn read_number(bytes: &[u8], at: usize) -> Result<(u32, usize), WarningKind> {
    let mut number = 0;
    for (index, &byte) in bytes.iter().enumerate().skip(at).take(4) {
        number = number << 7 | u32::from(byte & 0x7f);
        if byte < 0x80 {
            return Ok((number, index + 1));
        }
    }
    let n_bytes = bytes.len();
    Err(if at + 4 > n_bytes { WarningKind::EventCut { n_bytes } } else { WarningKind::NumberTooLong { n_bytes } })
}

/// Where `length` bytes from `start` end, if the track has that many.
fn end_of(bytes: &[u8], start: usize, length: u32) -> Result<usize, WarningKind> {
    let end = start.saturating_add(length as usize);
    if end > bytes.len() { Err(WarningKind::EventCut { n_bytes: bytes.len() }) } else { Ok(end) }
}
