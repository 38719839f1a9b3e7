//! What decoding lost or repaired, and where.

mod message;

use std::fmt;

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
    /// A note begins where its track ends, and never ends; it was given the length of a quarter note.
    NeverEndsAtEnd {
        /// The channel, from 0.
        channel: u8,
        /// The key.
        key: u8,
        /// Where the track ends.
        tick: u64,
    },
    /// A text is not UTF-8; another encoding was assumed.
    Encoding {
        /// The encoding assumed.
        assumed: &'static str,
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
    /// Whether the file breaks the standard there, so that something had to be assumed or given up.
    ///
    /// The other warnings are of what a file may hold, but a score has no place for, or has another form for.
    pub fn is_repair(&self) -> bool {
        !matches!(
            self,
            WarningKind::RiffChunk { .. }
                | WarningKind::IndependentTracks { .. }
                | WarningKind::Timecode { .. }
                | WarningKind::TempoInTimecode
                | WarningKind::UnknownChunk { .. }
                | WarningKind::SecondName
                | WarningKind::NameCut { .. }
                | WarningKind::Text { .. }
                | WarningKind::LaterProgram { .. }
                | WarningKind::ZeroLength { .. }
                | WarningKind::Encoding { .. }
                // Those that are listed of its kind say it already.
                | WarningKind::More { .. }
        )
    }

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
            WarningKind::NeverEndsAtEnd { .. } => "notes that begin where their track ends",
            WarningKind::Encoding { .. } => "texts in an assumed encoding",
            WarningKind::More { what, .. } => what,
        }
    }
}
