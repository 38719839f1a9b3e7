//! What decoding lost or repaired, and where.

use std::fmt;

use crate::limits::{MAX_NAME_BYTES, MAX_TEXT_BYTES, MAX_TEXTS};

/// One loss or repair.
///
/// Tracks and channels are counted from 0, as in a [`Score`](galant_types::Score).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The track, from 0; none if it is about the whole file.
    pub track: Option<u16>,
    /// The place in the file, in bytes from its start.
    pub offset: usize,
    /// What happened.
    pub kind: WarningKind,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.track {
            Some(track) => write!(f, "track {track}, byte {}: {}", self.offset, self.kind),
            None => write!(f, "byte {}: {}", self.offset, self.kind),
        }
    }
}

/// What was lost or repaired.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum WarningKind {
    /// The RIFF wrapping is shorter than it declares.
    RiffCut {
        /// How many bytes it declares.
        declared: usize,
        /// How many there are.
        found: usize,
    },
    /// A RIFF chunk that holds no MIDI data was skipped.
    RiffChunk {
        /// Its four-letter name.
        id: [u8; 4],
        /// How long it is.
        n_bytes: usize,
    },
    /// The header chunk is longer than the standard's six bytes; the rest of it was skipped.
    HeaderLength {
        /// How many bytes it declares.
        declared: usize,
    },
    /// The format is not 0, 1 or 2; the file was read as format 1.
    UnknownFormat {
        /// The format declared.
        format: u16,
    },
    /// A file of format 0 has more than its one track; all were read, starting together.
    SeveralTracksInFormat0 {
        /// How many there are.
        found: usize,
    },
    /// A file of format 2 holds independent pieces; they were put one after the other, or left starting together.
    IndependentTracks {
        /// How many there are.
        found: usize,
        /// Whether they were put one after the other.
        in_sequence: bool,
    },
    /// The division is zero ticks; a common value was assumed.
    ZeroDivision {
        /// The value assumed.
        assumed: u16,
    },
    /// Time is counted in film frames, not quarter notes; a second, or 1.001 of them, became a quarter note.
    Timecode {
        /// Frames a second; 29 means 29.97.
        frames: u8,
        /// Ticks a frame.
        ticks_per_frame: u8,
    },
    /// A tempo event means nothing where time is counted in film frames; it was dropped.
    TempoInTimecode,
    /// The file has another number of tracks than its header declares.
    TrackCount {
        /// How many it declares.
        declared: usize,
        /// How many it has.
        found: usize,
    },
    /// A chunk that is neither header nor track was skipped.
    UnknownChunk {
        /// Its four-letter name.
        id: [u8; 4],
        /// How long it is.
        n_bytes: usize,
    },
    /// Bytes that belong to no chunk were skipped.
    StrayBytes {
        /// How many.
        n_bytes: usize,
    },
    /// The file ends before the track's declared end.
    TrackCut {
        /// How many bytes the track declares.
        declared: usize,
        /// How many there are.
        found: usize,
    },
    /// The next track begins inside this one's declared length, right after its end of track; it was read from there.
    TrackLength {
        /// How many bytes the track declares.
        declared: usize,
        /// How many it has.
        found: usize,
    },
    /// The track has no end-of-track event.
    NoEndOfTrack,
    /// The track goes on after its end-of-track event; what follows was dropped.
    AfterEndOfTrack {
        /// How many bytes.
        n_bytes: usize,
    },
    /// The track's last event is cut short; it was dropped.
    EventCut {
        /// How many bytes.
        n_bytes: usize,
    },
    /// A delta time or a length takes more than the standard's four bytes; the rest of the track was dropped.
    NumberTooLong {
        /// How many bytes were dropped.
        n_bytes: usize,
    },
    /// An event has no status byte and none before it to repeat; the rest of the track was dropped.
    NoStatus {
        /// How many bytes were dropped.
        n_bytes: usize,
    },
    /// An event repeats a status that a meta or system exclusive event had ended; the status before that was assumed.
    RunningStatus {
        /// The status assumed.
        status: u8,
    },
    /// A system message, which a file must not contain, was dropped.
    SystemMessage {
        /// Its status byte.
        status: u8,
    },
    /// A data byte is over 127; the message was dropped.
    DataByte {
        /// The message's status byte.
        status: u8,
        /// The data byte.
        byte: u8,
    },
    /// A meta event is too short; it was dropped. One that is too long was read without the surplus.
    MetaLength {
        /// What the event is about.
        what: &'static str,
        /// How many bytes it has.
        found: usize,
        /// How many it needs.
        needed: usize,
    },
    /// A meta event has a value that means nothing; it was dropped.
    MetaValue {
        /// What the event is about.
        what: &'static str,
        /// The value.
        value: i64,
    },
    /// A later track name was dropped; the first one counts.
    SecondName,
    /// A track name was cut at [`MAX_NAME_BYTES`](crate::MAX_NAME_BYTES).
    NameCut {
        /// How many bytes it had.
        n_bytes: usize,
    },
    /// A text is over [`MAX_TEXT_BYTES`](crate::MAX_TEXT_BYTES), or there are more than [`MAX_TEXTS`](crate::MAX_TEXTS);
    /// it was dropped.
    Text {
        /// How many bytes it has.
        n_bytes: usize,
    },
    /// A later change of program was dropped; the first program counts.
    LaterProgram {
        /// The channel, from 0.
        channel: u8,
        /// The program dropped.
        program: u8,
    },
    /// A note-off for a key that does not sound was dropped.
    UnmatchedNoteOff {
        /// The channel, from 0.
        channel: u8,
        /// The key.
        key: u8,
    },
    /// A note that ends where it begins was dropped.
    ZeroLength {
        /// The channel, from 0.
        channel: u8,
        /// The key.
        key: u8,
        /// Where it begins.
        tick: u64,
    },
    /// A note never ends; it was ended with its track.
    NeverEnds {
        /// The channel, from 0.
        channel: u8,
        /// The key.
        key: u8,
        /// Where the track ends.
        tick: u64,
    },
    /// More warnings of one kind than are listed; the offset is that of the first one not listed.
    More {
        /// What the warnings are about, in the plural.
        what: &'static str,
        /// How many are not listed.
        count: usize,
    },
}

impl WarningKind {
    /// What warnings of this kind are about, in the plural.
    pub(crate) fn plural(&self) -> &'static str {
        match self {
            WarningKind::RiffCut { .. } => "cut RIFF wrappings",
            WarningKind::RiffChunk { .. } => "skipped RIFF chunks",
            WarningKind::HeaderLength { .. } => "long headers",
            WarningKind::UnknownFormat { .. } => "unknown formats",
            WarningKind::SeveralTracksInFormat0 { .. } => "files of format 0 with several tracks",
            WarningKind::IndependentTracks { .. } => "files of independent tracks",
            WarningKind::ZeroDivision { .. } => "divisions of zero ticks",
            WarningKind::Timecode { .. } => "timecodes",
            WarningKind::TempoInTimecode => "tempos beside a timecode",
            WarningKind::TrackCount { .. } => "wrong numbers of tracks",
            WarningKind::UnknownChunk { .. } => "unknown chunks",
            WarningKind::StrayBytes { .. } => "runs of stray bytes",
            WarningKind::TrackCut { .. } => "cut tracks",
            WarningKind::TrackLength { .. } => "wrong track lengths",
            WarningKind::NoEndOfTrack => "tracks without an end",
            WarningKind::AfterEndOfTrack { .. } => "tracks that go on after their end",
            WarningKind::EventCut { .. } => "cut events",
            WarningKind::NumberTooLong { .. } => "numbers of more than four bytes",
            WarningKind::NoStatus { .. } => "events without a status",
            WarningKind::RunningStatus { .. } => "repeated statuses",
            WarningKind::SystemMessage { .. } => "system messages",
            WarningKind::DataByte { .. } => "data bytes over 127",
            WarningKind::MetaLength { .. } => "meta events of a wrong length",
            WarningKind::MetaValue { .. } => "meta events without a meaning",
            WarningKind::SecondName => "later track names",
            WarningKind::NameCut { .. } => "cut track names",
            WarningKind::Text { .. } => "long or too many texts",
            WarningKind::LaterProgram { .. } => "later programs",
            WarningKind::UnmatchedNoteOff { .. } => "note-offs for keys that do not sound",
            WarningKind::ZeroLength { .. } => "notes of zero length",
            WarningKind::NeverEnds { .. } => "notes that never end",
            WarningKind::More { what, .. } => what,
        }
    }
}

impl fmt::Display for WarningKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WarningKind::RiffCut { declared, found } => {
                write!(f, "the RIFF wrapping is cut short: it declares {declared} bytes and has {found}")
            }
            WarningKind::RiffChunk { id, n_bytes } => {
                write!(f, "RIFF chunk '{}' of {n_bytes} bytes holds no notes; skipped", id.escape_ascii())
            }
            WarningKind::HeaderLength { declared } => {
                write!(f, "the header declares {declared} bytes instead of 6; the rest is skipped")
            }
            WarningKind::UnknownFormat { format } => {
                write!(f, "format {format} is unknown, the standard has 0, 1 and 2; read as format 1")
            }
            WarningKind::SeveralTracksInFormat0 { found } => {
                write!(f, "a file of format 0 has one track, this one has {found}; read as format 1")
            }
            WarningKind::IndependentTracks { found, in_sequence } => {
                let how = if *in_sequence { "put one after the other" } else { "read as if they began together" };
                write!(f, "the {found} tracks are independent pieces (format 2); {how}")
            }
            WarningKind::ZeroDivision { assumed } => {
                write!(f, "the header gives a quarter note zero ticks; {assumed} are assumed")
            }
            WarningKind::Timecode { frames, ticks_per_frame } => write!(
                f,
                "time is counted in film frames ({frames} a second, {ticks_per_frame} ticks each), not in quarter \
                 notes; a quarter note is taken to be one second"
            ),
            WarningKind::TempoInTimecode => {
                f.write_str("a tempo means nothing where time is counted in film frames; dropped")
            }
            WarningKind::TrackCount { declared, found } => {
                write!(f, "the header declares {declared} tracks, but the file has {found}")
            }
            WarningKind::UnknownChunk { id, n_bytes } => {
                write!(f, "chunk '{}' of {n_bytes} bytes is no track; skipped", id.escape_ascii())
            }
            WarningKind::StrayBytes { n_bytes } => write!(f, "{n_bytes} bytes belong to no chunk; skipped"),
            WarningKind::TrackCut { declared, found } => {
                write!(f, "the track is cut short: it declares {declared} bytes and has {found}")
            }
            WarningKind::TrackLength { declared, found } => {
                write!(f, "the track declares {declared} bytes, but the next one begins after {found}; read from there")
            }
            WarningKind::NoEndOfTrack => f.write_str("the track has no end-of-track event"),
            WarningKind::AfterEndOfTrack { n_bytes } => {
                write!(f, "{n_bytes} bytes follow the end-of-track event; dropped")
            }
            WarningKind::EventCut { n_bytes } => {
                write!(f, "the track's last event is cut short; its {n_bytes} bytes are dropped")
            }
            WarningKind::NumberTooLong { n_bytes } => write!(
                f,
                "a delta time or length takes more than four bytes; the rest of the track, {n_bytes} bytes, is dropped"
            ),
            WarningKind::NoStatus { n_bytes } => {
                write!(f, "an event has no status byte; the rest of the track, {n_bytes} bytes, is dropped")
            }
            WarningKind::RunningStatus { status } => write!(
                f,
                "an event right after a meta or system exclusive event has no status byte; {status:#04x}, the last \
                 one, is assumed"
            ),
            WarningKind::SystemMessage { status } => {
                write!(f, "system message {status:#04x} has no place in a file; dropped")
            }
            WarningKind::DataByte { status, byte } => {
                write!(f, "message {status:#04x} has data byte {byte:#04x}, over 0x7f; the message is dropped")
            }
            WarningKind::MetaLength { what, found, needed } if found < needed => {
                write!(f, "a {what} event has {found} bytes instead of {needed}; dropped")
            }
            WarningKind::MetaLength { what, found, needed } => {
                write!(f, "a {what} event has {found} bytes instead of {needed}; the surplus is dropped")
            }
            WarningKind::MetaValue { what, value } => {
                write!(f, "a {what} event has the value {value}, which means nothing; dropped")
            }
            WarningKind::SecondName => f.write_str("the track has a name already; the later one is dropped"),
            WarningKind::NameCut { n_bytes } => {
                write!(f, "the track's name of {n_bytes} bytes is cut at {MAX_NAME_BYTES}")
            }
            WarningKind::Text { n_bytes } => write!(
                f,
                "a text of {n_bytes} bytes is over the limit of {MAX_TEXT_BYTES} bytes or of {MAX_TEXTS} texts; dropped"
            ),
            WarningKind::LaterProgram { channel, program } => {
                write!(f, "channel {channel} changes to program {program}; dropped, a part keeps its first program")
            }
            WarningKind::UnmatchedNoteOff { channel, key } => {
                write!(f, "note-off for key {key} on channel {channel}, which does not sound; dropped")
            }
            WarningKind::ZeroLength { channel, key, tick } => {
                write!(f, "key {key} on channel {channel} ends at tick {tick}, where it begins; dropped")
            }
            WarningKind::NeverEnds { channel, key, tick } => {
                write!(f, "key {key} on channel {channel} never ends; ended with the track at tick {tick}")
            }
            WarningKind::More { what, count } => write!(f, "and {count} more {what}, from here on"),
        }
    }
}
