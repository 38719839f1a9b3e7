//! What decoding can lose or repair, and how much it matters.

use galant_types::{Place, Severity};

/// What was lost or repaired; tracks and channels are counted from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WarningKind {
    MacBinary,
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
    /// Tracks after as many as the header declares.
    TracksBeyond {
        declared: usize,
        n_left_out: usize,
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
    /// The track's end of track comes after its declared length.
    TrackLonger {
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
    /// A note with a velocity over 127.
    Velocity {
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
    /// A key signature that is neither major (0) nor minor (1).
    Mode {
        mode: u8,
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
    /// Notes on a channel other than 10 that the file makes one of percussion.
    DrumChannel {
        channel: u8,
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

/// Byte `offset` of the file, for a warning that is about no track.
pub(crate) fn in_file(offset: usize) -> Place {
    Place::Byte { track: None, offset }
}

/// Byte `offset` of the file, for a warning about a track.
pub(crate) fn in_track(track: u16, offset: usize) -> Place {
    Place::Byte { track: Some(track), offset }
}

impl From<&WarningKind> for galant_types::WarningKind {
    fn from(kind: &WarningKind) -> Self {
        galant_types::WarningKind { plural: kind.plural(), severity: kind.severity() }
    }
}

impl WarningKind {
    /// By the [rule of this crate](crate#warnings).
    fn severity(&self) -> Severity {
        match self {
            WarningKind::MacBinary
            | WarningKind::RiffChunk { .. }
            | WarningKind::LongHeader { .. }
            | WarningKind::IndependentTracks { .. }
            | WarningKind::Timecode { .. }
            | WarningKind::TempoInTimecode
            | WarningKind::UnknownChunk { .. }
            | WarningKind::SecondName
            | WarningKind::NameCut { .. }
            | WarningKind::Text { .. }
            | WarningKind::LaterProgram { .. }
            | WarningKind::DrumChannel { .. }
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
            | WarningKind::TracksBeyond { .. }
            | WarningKind::StrayBytes { .. }
            | WarningKind::TrackCut { .. }
            | WarningKind::TrackLength { .. }
            | WarningKind::TrackLonger { .. }
            | WarningKind::NoEndOfTrack
            | WarningKind::AfterEndOfTrack { .. }
            | WarningKind::EventCut { .. }
            | WarningKind::NumberTooLong { .. }
            | WarningKind::NoStatus { .. }
            | WarningKind::RunningStatus { .. }
            | WarningKind::SystemMessage { .. }
            | WarningKind::DataByte { .. }
            | WarningKind::Velocity { .. }
            | WarningKind::Mode { .. }
            | WarningKind::MetaLength { .. }
            | WarningKind::MetaValue { .. }
            | WarningKind::NeverEnds { .. }
            | WarningKind::NeverEndsAtEnd { .. } => Severity::Repair,
        }
    }

    /// What warnings of this kind are about, in the plural.
    fn plural(&self) -> &'static str {
        match self {
            WarningKind::MacBinary => "MacBinary headers",
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
            WarningKind::TrackCount { .. } | WarningKind::TracksBeyond { .. } => "wrong numbers of tracks",
            WarningKind::UnknownChunk { .. } => "unknown chunks",
            WarningKind::StrayBytes { .. } => "runs of stray bytes",
            WarningKind::TrackCut { .. } => "truncated tracks",
            WarningKind::TrackLength { .. } | WarningKind::TrackLonger { .. } => "wrong track lengths",
            WarningKind::NoEndOfTrack => "tracks without an end",
            WarningKind::AfterEndOfTrack { .. } => "tracks that go on after their end",
            WarningKind::EventCut { .. } => "truncated events",
            WarningKind::NumberTooLong { .. } => "numbers of more than four bytes",
            WarningKind::NoStatus { .. } => "events without a status byte",
            WarningKind::RunningStatus { .. } => "assumed status bytes",
            WarningKind::SystemMessage { .. } => "system messages",
            WarningKind::DataByte { .. } => "data bytes over 127",
            WarningKind::Velocity { .. } => "velocities over 127",
            WarningKind::Mode { .. } => "key signatures of unknown mode",
            WarningKind::MetaLength { .. } => "meta events of the wrong length",
            WarningKind::MetaValue { .. } => "meta events with an invalid value",
            WarningKind::SecondName => "later track names",
            WarningKind::NameCut { .. } => "truncated track names",
            WarningKind::Text { .. } => "long or too many texts",
            WarningKind::LaterProgram { .. } => "later program changes",
            WarningKind::DrumChannel { .. } => "channels of percussion",
            WarningKind::UnmatchedNoteOff { .. } => "note-offs for silent keys",
            WarningKind::ZeroLength { .. } => "notes of zero length",
            WarningKind::NeverEnds { .. } => "notes that never end",
            WarningKind::NeverEndsAtEnd { .. } => "notes that begin where their track ends",
            WarningKind::Encoding { .. } => "texts in an assumed encoding",
        }
    }
}
