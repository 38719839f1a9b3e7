//! The frame of a MIDI file: the optional RIFF wrapping, the header and the walk from chunk to chunk.
//!
//! midly skips what it cannot use without saying so, so this crate does its own walk.

use galant_types::Warnings;

use crate::error::DecodeError;
use crate::events::end_of_track;
use crate::limits::MAC_BINARY_BYTES;
use crate::warning::{WarningKind, in_file, in_track};

/// The length of a header chunk: its name, its length, three numbers of 16 bits.
const HEADER_BYTES: usize = 14;

/// The header's numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Header {
    /// 0, 1 or 2.
    pub(crate) format: u16,
    /// How many tracks the file should have.
    pub(crate) n_tracks: u16,
    /// Ticks per quarter note, or a timecode if the top bit is set.
    pub(crate) division: u16,
    /// Where the division is in the file.
    pub(crate) division_at: usize,
}

/// The bytes of one track, without its chunk header.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Track<'a> {
    /// The events.
    pub(crate) bytes: &'a [u8],
    /// Where they begin in the file.
    pub(crate) offset: usize,
    /// How long the chunk claims to be.
    pub(crate) declared: usize,
}

/// Walks the chunks of a file.
#[derive(Debug)]
pub(crate) struct Chunks<'a> {
    /// The file, up to the end of its MIDI data.
    file: &'a [u8],
    at: usize,
}

impl<'a> Chunks<'a> {
    /// Reads the header and goes to its end.
    pub(crate) fn open(file: &'a [u8], warnings: &mut Warnings) -> Result<(Header, Chunks<'a>), DecodeError> {
        if file.is_empty() {
            return Err(DecodeError::Empty);
        }
        let (file, start) = if file.starts_with(b"RIFF") {
            unwrap_riff(file, warnings)?
        } else if let Some(end) = end_of_mac_binary(file) {
            warnings.push(in_file(0), WarningKind::MacBinary);
            (&file[..end], MAC_BINARY_BYTES)
        } else {
            (file, 0)
        };
        let bytes = &file[start..];
        if !bytes.starts_with(b"MThd") {
            let header_at = bytes.windows(4).position(|four| four == b"MThd").map(|at| start + at);
            return Err(DecodeError::NotMidi { begins: text(&bytes[..bytes.len().min(8)]), header_at });
        }
        if bytes.len() < HEADER_BYTES {
            return Err(DecodeError::HeaderCut { offset: start, found: bytes.len() });
        }
        let declared = be_u32(&bytes[4..]);
        let mut n_bytes = HEADER_BYTES;
        if declared < 6 {
            return Err(DecodeError::HeaderTooShort { offset: start + 4, declared });
        } else if declared > 6 {
            let found = bytes.len() - 8;
            let kind = if bytes[HEADER_BYTES..].starts_with(b"MTrk") {
                WarningKind::HeaderLength { declared }
            } else if declared > found {
                n_bytes = bytes.len();
                WarningKind::HeaderPastEnd { declared, found }
            } else {
                n_bytes = declared + 8;
                WarningKind::LongHeader { declared }
            };
            warnings.push(in_file(start + 4), kind);
        }
        let format = be_u16(&bytes[8..]);
        if format > 2 {
            warnings.push(in_file(start + 8), WarningKind::UnknownFormat { format });
        }
        let header =
            Header { format, n_tracks: be_u16(&bytes[10..]), division: be_u16(&bytes[12..]), division_at: start + 12 };
        Ok((header, Chunks { file, at: start + n_bytes }))
    }

    /// The next track, with warnings about everything skipped on the way to it.
    pub(crate) fn next_track(&mut self, track: u16, warnings: &mut Warnings) -> Option<Track<'a>> {
        loop {
            let rest = &self.file[self.at..];
            let id: [u8; 4] = match rest.first_chunk() {
                Some(id) if rest.len() >= 8 => *id,
                _ if rest.is_empty() => return None,
                _ => {
                    warnings.push(in_file(self.at), WarningKind::StrayBytes { n_bytes: rest.len() });
                    self.at = self.file.len();
                    return None;
                }
            };
            let (declared, body) = (be_u32(&rest[4..]), &rest[8..]);
            if &id == b"MTrk" {
                let offset = self.at + 8;
                let (n_bytes, wrong) = track_bytes(body, declared);
                if let Some(kind) = wrong {
                    warnings.push(in_track(track, self.at), kind);
                }
                let bytes = &body[..n_bytes];
                self.at = offset + bytes.len();
                return Some(Track { bytes, offset, declared });
            }
            if is_name(&id) && declared <= body.len() {
                warnings.push(in_file(self.at), WarningKind::UnknownChunk { id, n_bytes: declared });
                self.at += 8 + declared;
            } else {
                let next = rest.windows(4).position(|four| four == b"MTrk").unwrap_or(rest.len());
                warnings.push(in_file(self.at), WarningKind::StrayBytes { n_bytes: next });
                self.at += next;
            }
        }
    }

    /// How many tracks are left, whose faults do not matter.
    pub(crate) fn count_tracks(&mut self) -> usize {
        let mut warnings = Warnings::default();
        std::iter::from_fn(|| self.next_track(0, &mut warnings)).count()
    }

    /// Goes on at `offset` of the file, before the place reached.
    pub(crate) fn go_back_to(&mut self, offset: usize) {
        self.at = self.at.min(offset);
    }
}

/// How many bytes the track has that begins `body`, and what is wrong with their declared number.
fn track_bytes(body: &[u8], declared: usize) -> (usize, Option<WarningKind>) {
    if declared > body.len() {
        return (body.len(), Some(WarningKind::TrackCut { declared, found: body.len() }));
    }
    // The declared end is inside the first eight bytes of the next chunk. A text has four bytes after it at least.
    let overlap = (1..=declared.min(7)).find(|n_bytes| body[declared - n_bytes..].starts_with(b"MTrk"));
    if let Some(n_bytes) = overlap {
        let found = declared - n_bytes;
        return (found, Some(WarningKind::TrackLength { declared, found }));
    }
    let rest = &body[declared..];
    if !rest.is_empty() && !begins_chunk(rest) && end_of_track(&body[..declared]).is_none() {
        let until_next = rest.windows(4).position(|four| four == b"MTrk").unwrap_or(rest.len());
        if let Some(found) = end_of_track(&body[..declared + until_next]) {
            return (found, Some(WarningKind::TrackLonger { declared, found }));
        }
    }
    (declared, None)
}

/// Whether a chunk begins here that is a track or ends within the file.
fn begins_chunk(bytes: &[u8]) -> bool {
    bytes.len() >= 8 && (bytes.starts_with(b"MTrk") || is_name(&bytes[..4]) && be_u32(&bytes[4..]) <= bytes.len() - 8)
}

/// Whether the name of a chunk is printable, as all are.
fn is_name(id: &[u8]) -> bool {
    id.iter().all(|byte| (b' '..=b'~').contains(byte))
}

/// Where the data end that follow a MacBinary header, if `file` begins with one.
///
/// It states the version 0, the length of the file's name, two more zeros, and the length of the data; what follows them is
/// of no use elsewhere than on a Macintosh.
fn end_of_mac_binary(file: &[u8]) -> Option<usize> {
    let data = file.get(MAC_BINARY_BYTES..).filter(|data| data.starts_with(b"MThd"))?;
    let is_header = file[0] == 0 && (1..64).contains(&file[1]) && file[74] == 0 && file[82] == 0;
    is_header.then(|| MAC_BINARY_BYTES + be_u32(&file[83..]).min(data.len()))
}

/// The file up to the end of its MIDI data, and where the MIDI data begin.
fn unwrap_riff<'a>(file: &'a [u8], warnings: &mut Warnings) -> Result<(&'a [u8], usize), DecodeError> {
    let form = file.get(8..12).unwrap_or_default();
    if form != b"RMID" {
        return Err(DecodeError::NotRmid { form: text(form) });
    }
    let (declared, found) = (le_u32(&file[4..]), file.len() - 8);
    if declared > found {
        warnings.push(in_file(4), WarningKind::RiffCut { declared, found });
    } else if declared + 1 < found {
        // A chunk of odd length may be followed by one byte of padding.
        warnings.push(in_file(8 + declared), WarningKind::StrayBytes { n_bytes: found - declared });
    }
    let mut data = None;
    let mut at = 12;
    while let Some(id) = file[at..].first_chunk::<4>().filter(|_| file.len() - at >= 8) {
        let (declared, body) = (le_u32(&file[at + 4..]), at + 8);
        let found = declared.min(file.len() - body);
        if id == b"data" && data.is_none() {
            data = Some(body..body + found);
            if found < declared {
                warnings.push(in_file(at), WarningKind::RiffCut { declared, found });
            }
        } else {
            warnings.push(in_file(at), WarningKind::RiffChunk { id: *id, n_bytes: found });
        }
        // RIFF chunks begin at even offsets.
        at = (body + found + found % 2).min(file.len());
    }
    let data = data.ok_or(DecodeError::NoRiffData { n_bytes: file.len() })?;
    Ok((&file[..data.end], data.start))
}

fn text(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}

fn be_u16(bytes: &[u8]) -> u16 {
    u16::from_be_bytes([bytes[0], bytes[1]])
}

fn be_u32(bytes: &[u8]) -> usize {
    u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as usize
}

fn le_u32(bytes: &[u8]) -> usize {
    u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as usize
}
