//! Bytes to a score.

use galant_types::{Score, Tempo};

use crate::chunks::{Chunks, Header};
use crate::error::DecodeError;
use crate::limits::{MAX_FILE_BYTES, MAX_TRACKS};
use crate::notes::Notes;
use crate::tally::Warnings;
use crate::track::{Reading, read_track};
use crate::warning::{Warning, WarningKind};

/// What begins and ends a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReadRules {
    /// As players do.
    ///
    /// A note-on of velocity 0 is a note-off; a note-on for a sounding key ends the old note and starts a new one.
    #[default]
    Standard,
    /// As the lecture's program does, so that its results can be reproduced.
    ///
    /// A sounding key is ended by the next message for it, be it note-on or note-off; a note-on that ends a note
    /// starts none. Velocity is not looked at: a note-on of velocity 0 starts a note, whose velocity becomes 1.
    /// The tracks of a file of format 2 start together.
    Lecture,
}

/// A score and what was lost or repaired on the way to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The score.
    pub score: Score,
    /// Each loss and repair, in the order of reading.
    pub warnings: Vec<Warning>,
}

/// The resolution assumed where a file states none: the most usual one.
const ASSUMED_TICKS_PER_QUARTER: u16 = 480;

/// Reads a Standard MIDI File, wrapped in RIFF or not, of format 0, 1 or 2.
///
/// Notes end within the track where they begin; those of zero length are dropped, and those that never end are ended
/// with their track, or a quarter note after they began if that is where the track ends.
/// Tracks of format 2, which are independent pieces, are put one after the other.
/// Where time is counted in film frames, a quarter note becomes one second long.
/// Bytes that mean nothing are stepped over if their length is known; otherwise the rest of their track is dropped.
/// Everything but the [contents a score leaves out](crate#what-a-score-leaves-out) is kept or named in a warning.
///
/// # Errors
///
/// If the bytes are no MIDI file, if its header is cut short, or if it is over a limit of this crate.
pub fn decode(bytes: &[u8], rules: ReadRules) -> Result<Decoded, DecodeError> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(DecodeError::FileTooLarge { n_bytes: bytes.len() });
    }
    let mut warnings = Warnings::default();
    let (header, mut chunks) = Chunks::open(bytes, &mut warnings)?;
    let (score, timecode) = empty_score(header, &mut warnings);
    let mut reading = Reading { score, notes: Notes::new(rules), warnings, timecode };
    let in_sequence = header.format == 2 && rules == ReadRules::Standard;
    let (mut found, mut start) = (0, 0);
    while let Some(track) = chunks.next_track(found, &mut reading.warnings) {
        if usize::from(found) == MAX_TRACKS {
            return Err(DecodeError::TooManyTracks { offset: track.offset - 8 });
        }
        let end = read_track(track, found, start, &mut reading)?;
        if let Some(offset) = end.next_track_at {
            chunks.go_back_to(offset);
        }
        if in_sequence {
            start = end.tick;
        }
        found += 1;
    }
    check_tracks(header, found.into(), in_sequence, &mut reading.warnings);
    Ok(finish(reading))
}

/// The score of a header, and whether its time is counted in film frames.
fn empty_score(header: Header, warnings: &mut Warnings) -> (Score, bool) {
    let mut warn = |kind| warnings.push(None, header.division_at, kind);
    let [high, low] = header.division.to_be_bytes();
    let frames = (high as i8).unsigned_abs();
    let timecode = high >= 0x80;
    // Film at 29.97 frames counts 30 to 1.001 seconds.
    let (frames_per_quarter, us_per_quarter) = if frames == 29 { (30, 1_001_000) } else { (frames, 1_000_000) };
    let ticks_per_quarter = if timecode {
        warn(WarningKind::Timecode { frames, ticks_per_frame: low });
        u16::from(frames_per_quarter) * u16::from(low)
    } else {
        header.division
    };
    if ticks_per_quarter == 0 {
        warn(WarningKind::ZeroDivision { assumed: ASSUMED_TICKS_PER_QUARTER });
        return (Score::new(ASSUMED_TICKS_PER_QUARTER), timecode);
    }
    let mut score = Score::new(ticks_per_quarter);
    if timecode {
        score.tempos.push(Tempo { tick: 0, us_per_quarter });
    }
    (score, timecode)
}

/// Compares the tracks found with what the header says of them.
fn check_tracks(header: Header, found: usize, in_sequence: bool, warnings: &mut Warnings) {
    let (format_at, n_tracks_at) = (header.division_at - 4, header.division_at - 2);
    if usize::from(header.n_tracks) != found {
        let declared = header.n_tracks.into();
        warnings.push(None, n_tracks_at, WarningKind::TrackCount { declared, found });
    }
    match header.format {
        0 if found > 1 => warnings.push(None, format_at, WarningKind::SeveralTracksInFormat0 { found }),
        2 if found > 1 => warnings.push(None, format_at, WarningKind::IndependentTracks { found, in_sequence }),
        _ => {}
    }
}

/// Sorts what was read track by track.
fn finish(reading: Reading) -> Decoded {
    let Reading { mut score, notes, warnings, .. } = reading;
    score.notes = notes.into_sorted();
    score.tempos.sort_by_key(|tempo| tempo.tick);
    score.meters.sort_by_key(|meter| meter.tick);
    score.keys.sort_by_key(|key| key.tick);
    Decoded { score, warnings: warnings.into_vec() }
}
