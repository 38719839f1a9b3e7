//! What decoding can lose or repair, how much it matters, and how it is said.

use std::fmt;

use galant_types::Severity;

use crate::limits::{MAX_NAME_BYTES, MAX_TEXT_BYTES, MAX_TEXTS};

/// What was lost or repaired; tracks and channels are counted from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WarningKind {
    RiffCut {
        declared: usize,
        found: usize,
    },
    RiffChunk {
        id: [u8; 4],
        n_bytes: usize,
    },
    /// The header is longer than the six bytes that the standard has today, which it allows.
    LongHeader {
        declared: usize,
    },
    /// A track begins right after the six bytes of a header that declares more.
    HeaderLength {
        declared: usize,
    },
    HeaderPastEnd {
        declared: usize,
        found: usize,
    },
    UnknownFormat {
        format: u16,
    },
    SeveralTracksInFormat0 {
        found: usize,
    },
    IndependentTracks {
        found: usize,
        in_sequence: bool,
    },
    ZeroDivision {
        assumed: u16,
    },
    Timecode {
        /// 29 means 29.97.
        frames_per_second: u8,
        ticks_per_frame: u8,
    },
    TempoInTimecode,
    TrackCount {
        declared: usize,
        found: usize,
    },
    UnknownChunk {
        id: [u8; 4],
        n_bytes: usize,
    },
    /// Bytes that belong to no chunk.
    StrayBytes {
        n_bytes: usize,
    },
    /// The file ends before the track's declared end.
    TrackCut {
        declared: usize,
        found: usize,
    },
    /// The next track begins inside this one's declared length, right after its end of track.
    TrackLength {
        declared: usize,
        found: usize,
    },
    NoEndOfTrack,
    AfterEndOfTrack {
        n_bytes: usize,
    },
    EventCut {
        n_bytes: usize,
    },
    /// A delta time or a length of more than the standard's four bytes.
    NumberTooLong {
        n_bytes: usize,
    },
    /// An event without a status byte, and none before it to repeat.
    NoStatus {
        n_bytes: usize,
    },
    /// An event that repeats a status that a meta or system exclusive event had ended.
    RunningStatus {
        status: u8,
    },
    SystemMessage {
        status: u8,
    },
    DataByte {
        status: u8,
        byte: u8,
    },
    MetaLength {
        what: &'static str,
        found: usize,
        needed: usize,
    },
    MetaValue {
        what: &'static str,
        value: i64,
    },
    SecondName,
    NameCut {
        n_bytes: usize,
    },
    /// A text that is too long, or one too many.
    Text {
        n_bytes: usize,
    },
    LaterProgram {
        channel: u8,
        program: u8,
    },
    /// A note-off for a key that is silent.
    UnmatchedNoteOff {
        channel: u8,
        key: u8,
    },
    ZeroLength {
        channel: u8,
        key: u8,
        tick: u64,
    },
    NeverEnds {
        channel: u8,
        key: u8,
        tick: u64,
    },
    /// A note that begins where its track ends, and never ends.
    NeverEndsAtEnd {
        channel: u8,
        key: u8,
        tick: u64,
    },
    /// A text that is not UTF-8.
    Encoding {
        assumed: &'static str,
    },
}

impl WarningKind {
    /// By the [rule of this crate](crate#warnings).
    pub(crate) fn severity(&self) -> Severity {
        match self {
            WarningKind::RiffChunk { .. }
            | WarningKind::LongHeader { .. }
            | WarningKind::IndependentTracks { .. }
            | WarningKind::Timecode { .. }
            | WarningKind::TempoInTimecode
            | WarningKind::UnknownChunk { .. }
            | WarningKind::SecondName
            | WarningKind::NameCut { .. }
            | WarningKind::Text { .. }
            | WarningKind::LaterProgram { .. }
            | WarningKind::UnmatchedNoteOff { .. }
            | WarningKind::ZeroLength { .. }
            | WarningKind::Encoding { .. } => Severity::Note,
            WarningKind::RiffCut { .. }
            | WarningKind::HeaderLength { .. }
            | WarningKind::HeaderPastEnd { .. }
            | WarningKind::UnknownFormat { .. }
            | WarningKind::SeveralTracksInFormat0 { .. }
            | WarningKind::ZeroDivision { .. }
            | WarningKind::TrackCount { .. }
            | WarningKind::StrayBytes { .. }
            | WarningKind::TrackCut { .. }
            | WarningKind::TrackLength { .. }
            | WarningKind::NoEndOfTrack
            | WarningKind::AfterEndOfTrack { .. }
            | WarningKind::EventCut { .. }
            | WarningKind::NumberTooLong { .. }
            | WarningKind::NoStatus { .. }
            | WarningKind::RunningStatus { .. }
            | WarningKind::SystemMessage { .. }
            | WarningKind::DataByte { .. }
            | WarningKind::MetaLength { .. }
            | WarningKind::MetaValue { .. }
            | WarningKind::NeverEnds { .. }
            | WarningKind::NeverEndsAtEnd { .. } => Severity::Repair,
        }
    }

    /// What warnings of this kind are about, in the plural.
    pub(crate) fn plural(&self) -> &'static str {
        match self {
            WarningKind::RiffCut { .. } => "truncated RIFF wrappers",
            WarningKind::RiffChunk { .. } => "skipped RIFF chunks",
            WarningKind::LongHeader { .. } => "long headers",
            WarningKind::HeaderLength { .. } | WarningKind::HeaderPastEnd { .. } => "wrong header lengths",
            WarningKind::UnknownFormat { .. } => "unknown formats",
            WarningKind::SeveralTracksInFormat0 { .. } => "files of format 0 with several tracks",
            WarningKind::IndependentTracks { .. } => "files of independent tracks",
            WarningKind::ZeroDivision { .. } => "divisions of zero ticks",
            WarningKind::Timecode { .. } => "timecodes",
            WarningKind::TempoInTimecode => "tempos in files with timecode",
            WarningKind::TrackCount { .. } => "wrong numbers of tracks",
            WarningKind::UnknownChunk { .. } => "unknown chunks",
            WarningKind::StrayBytes { .. } => "runs of stray bytes",
            WarningKind::TrackCut { .. } => "truncated tracks",
            WarningKind::TrackLength { .. } => "wrong track lengths",
            WarningKind::NoEndOfTrack => "tracks without an end",
            WarningKind::AfterEndOfTrack { .. } => "tracks that go on after their end",
            WarningKind::EventCut { .. } => "truncated events",
            WarningKind::NumberTooLong { .. } => "numbers of more than four bytes",
            WarningKind::NoStatus { .. } => "events without a status byte",
            WarningKind::RunningStatus { .. } => "assumed status bytes",
            WarningKind::SystemMessage { .. } => "system messages",
            WarningKind::DataByte { .. } => "data bytes over 127",
            WarningKind::MetaLength { .. } => "meta events of the wrong length",
            WarningKind::MetaValue { .. } => "meta events with an invalid value",
            WarningKind::SecondName => "later track names",
            WarningKind::NameCut { .. } => "truncated track names",
            WarningKind::Text { .. } => "long or too many texts",
            WarningKind::LaterProgram { .. } => "later program changes",
            WarningKind::UnmatchedNoteOff { .. } => "note-offs for silent keys",
            WarningKind::ZeroLength { .. } => "notes of zero length",
            WarningKind::NeverEnds { .. } => "notes that never end",
            WarningKind::NeverEndsAtEnd { .. } => "notes that begin where their track ends",
            WarningKind::Encoding { .. } => "texts in an assumed encoding",
        }
    }
}

/// A number of bytes, in words.
struct Bytes(usize);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} byte{}", self.0, if self.0 == 1 { "" } else { "s" })
    }
}

impl fmt::Display for WarningKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WarningKind::RiffCut { declared, found } => {
                write!(f, "the RIFF wrapper is cut short: it declares {declared} bytes and has {found}")
            }
            WarningKind::RiffChunk { id, n_bytes } => {
                write!(f, "RIFF chunk '{}' of {} holds no notes; skipped", id.escape_ascii(), Bytes(*n_bytes))
            }
            WarningKind::LongHeader { declared } => {
                write!(f, "the header declares {declared} bytes instead of 6; the rest was skipped")
            }
            WarningKind::HeaderLength { declared } => {
                write!(f, "the header declares {declared} bytes, but a track begins after 6; read from there")
            }
            WarningKind::HeaderPastEnd { declared, found } => {
                write!(f, "the header declares {declared} bytes, but the file ends after {found}; no track was found")
            }
            WarningKind::UnknownFormat { format } => {
                write!(f, "format {format} is unknown, the standard has 0, 1 and 2; read as format 1")
            }
            WarningKind::SeveralTracksInFormat0 { found } => {
                write!(f, "a file of format 0 has one track, but this one has {found}; read as format 1")
            }
            WarningKind::IndependentTracks { found, in_sequence } => {
                let how = if *in_sequence { "put one after the other" } else { "read as if they began together" };
                write!(f, "the {found} tracks are independent pieces (format 2); {how}")
            }
            WarningKind::ZeroDivision { assumed } => {
                write!(f, "the header states 0 ticks per quarter note; {assumed} were assumed")
            }
            WarningKind::Timecode { frames_per_second, ticks_per_frame } => {
                let frames = if *frames_per_second == 29 { "29.97".to_owned() } else { frames_per_second.to_string() };
                write!(
                    f,
                    "time is counted in film frames ({frames} per second of {ticks_per_frame} ticks each), not in \
                     quarter notes; a quarter note was taken to be one second"
                )
            }
            WarningKind::TempoInTimecode => {
                f.write_str("a tempo has no meaning where time is counted in film frames; dropped")
            }
            WarningKind::TrackCount { declared, found } => {
                write!(f, "the header declares a track count of {declared}, the file has {found}")
            }
            WarningKind::UnknownChunk { id, n_bytes } => {
                write!(f, "chunk '{}' of {} is not a track; skipped", id.escape_ascii(), Bytes(*n_bytes))
            }
            WarningKind::StrayBytes { n_bytes } => write!(f, "{} outside of any chunk; skipped", Bytes(*n_bytes)),
            WarningKind::TrackCut { declared, found } => {
                write!(f, "the track is cut short: it declares {declared} bytes and has {found}")
            }
            WarningKind::TrackLength { declared, found } => {
                write!(f, "the track declares {declared} bytes, but the next one begins after {found}; read from there")
            }
            WarningKind::NoEndOfTrack => f.write_str("the track has no end-of-track event"),
            WarningKind::AfterEndOfTrack { n_bytes } => {
                write!(f, "{} after the end-of-track event; dropped", Bytes(*n_bytes))
            }
            WarningKind::EventCut { n_bytes } => {
                write!(f, "the track's last event is cut short after {}; dropped", Bytes(*n_bytes))
            }
            WarningKind::NumberTooLong { n_bytes } => write!(
                f,
                "a delta time or length takes more than four bytes; the rest of the track, {}, was dropped",
                Bytes(*n_bytes)
            ),
            WarningKind::NoStatus { n_bytes } => {
                write!(f, "an event has no status byte; the rest of the track, {}, was dropped", Bytes(*n_bytes))
            }
            WarningKind::RunningStatus { status } => write!(
                f,
                "an event right after a meta or system exclusive event has no status byte; the last one, \
                 {status:#04x}, was assumed"
            ),
            WarningKind::SystemMessage { status } => {
                write!(f, "system message {status:#04x} is not allowed in a file; dropped")
            }
            WarningKind::DataByte { status, byte } => {
                write!(f, "message {status:#04x} has data byte {byte:#04x}, over 0x7f; dropped")
            }
            WarningKind::MetaLength { what, found, needed } if found < needed => {
                write!(f, "a {what} event has {} instead of {needed}; dropped", Bytes(*found))
            }
            WarningKind::MetaLength { what, found, needed } => {
                write!(f, "a {what} event has {found} bytes instead of {needed}; the surplus was dropped")
            }
            WarningKind::MetaValue { what, value } => {
                write!(f, "a {what} event has the invalid value {value}; dropped")
            }
            WarningKind::SecondName => f.write_str("the track already has a name; the later one was dropped"),
            WarningKind::NameCut { n_bytes } => {
                write!(f, "the track's name of {n_bytes} bytes was cut at {MAX_NAME_BYTES}")
            }
            WarningKind::Text { n_bytes } => write!(
                f,
                "a text of {} is over the limit of {MAX_TEXT_BYTES} bytes or of {MAX_TEXTS} texts; dropped",
                Bytes(*n_bytes)
            ),
            WarningKind::LaterProgram { channel, program } => {
                write!(f, "channel {channel} changes to program {program}; dropped, as a part keeps its first program")
            }
            WarningKind::UnmatchedNoteOff { channel, key } => {
                write!(f, "note-off for key {key} on channel {channel}, which is silent; dropped")
            }
            WarningKind::ZeroLength { channel, key, tick } => {
                write!(f, "key {key} on channel {channel} ends at tick {tick}, where it begins; dropped")
            }
            WarningKind::NeverEnds { channel, key, tick } => {
                write!(f, "key {key} on channel {channel} never ends; ended with the track at tick {tick}")
            }
            WarningKind::NeverEndsAtEnd { channel, key, tick } => write!(
                f,
                "key {key} on channel {channel} begins at tick {tick}, where the track ends, and never ends; a quarter \
                 note was assumed"
            ),
            WarningKind::Encoding { assumed } => {
                write!(f, "a text is not UTF-8 and states no encoding; {assumed} was assumed")
            }
        }
    }
}
