//! How a warning is said.

use std::fmt;

use galant_types::PERCUSSION_CHANNEL;

use crate::limits::{MAC_BINARY_BYTES, MAX_NAME_BYTES, MAX_TEXT_BYTES, MAX_TEXTS};
use crate::warning::WarningKind;

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
            WarningKind::MacBinary => write!(f, "a MacBinary header of {MAC_BINARY_BYTES} bytes; skipped"),
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
            WarningKind::TracksBeyond { declared, n_left_out } => write!(
                f,
                "the header declares a track count of {declared}, and {n_left_out} more follow from here; left out"
            ),
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
            WarningKind::TrackLonger { declared, found } => {
                write!(
                    f,
                    "the track declares {declared} bytes, but its end-of-track event ends after {found}; read up to there"
                )
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
            WarningKind::Velocity { status, byte } => {
                write!(f, "note message {status:#04x} has a velocity of {byte}, over 127; 127 was assumed")
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
            WarningKind::Mode { mode } => {
                write!(f, "a key signature has mode {mode}, neither major (0) nor minor (1); major was assumed")
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
            WarningKind::DrumChannel { channel } => write!(
                f,
                "the file makes channel {channel} one of percussion; its notes were put on that of percussion, {PERCUSSION_CHANNEL}"
            ),
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
