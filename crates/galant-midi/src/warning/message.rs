//! What each warning says.

use std::fmt;

use super::WarningKind;
use crate::limits::{MAX_NAME_BYTES, MAX_TEXT_BYTES, MAX_TEXTS};

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
            WarningKind::NeverEndsAtEnd { channel, key, tick } => write!(
                f,
                "key {key} on channel {channel} begins at tick {tick}, where the track ends, and never ends; a quarter \
                 note is assumed"
            ),
            WarningKind::Encoding { assumed } => {
                write!(f, "a text is not UTF-8 and does not say what it is; {assumed} is assumed")
            }
            WarningKind::More { what, count } => write!(f, "and {count} more {what}, from here on"),
        }
    }
}
