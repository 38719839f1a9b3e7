//! Bytes to a score.

use galant_types::{Decoded, Score, Tempo, Warnings};

use crate::chunks::{Chunks, Header};
use crate::drums::Drums;
use crate::error::DecodeError;
use crate::evidence::Evidence;
use crate::limits::{MAX_FILE_BYTES, MAX_TRACKS};
use crate::notes::Notes;
use crate::read_rules::ReadRules;
use crate::text::LegacyEncoding;
use crate::track::{Reading, read_track};
use crate::warning::{WarningKind, in_file};

/// The resolution assumed where a file states none: the most usual one.
const ASSUMED_TICKS_PER_QUARTER: u16 = 480;

/// Reads a Standard MIDI File, wrapped in RIFF or not, of format 0, 1 or 2.
///
/// Notes end within the track where they begin, by the [rules](ReadRules). Those of zero length are dropped. Those that never end are ended with
/// their track, or after a quarter note if they begin where the track ends.
/// Tracks after as many as the header declares are left out, unless those before them have no notes.
/// The tracks of format 2, which are independent pieces, are put one after the other.
/// Where time is counted in film frames, a quarter note becomes one second long.
/// Events that cannot be read are skipped if their length is known; otherwise the rest of their track is dropped.
/// Everything but the [contents a score leaves out](crate#what-a-score-leaves-out) is kept or reported in a
/// [warning](crate#warnings); warnings are in the order of reading, those on the ends of notes after the others of their
/// track.
///
/// # Errors
///
/// If the bytes are not a MIDI file, if its header is cut short, or if it is over a limit of this crate.
pub fn decode(bytes: &[u8], rules: ReadRules) -> Result<Decoded, DecodeError> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(DecodeError::FileTooLarge { n_bytes: bytes.len() });
    }
    let reading = read(bytes, rules, LegacyEncoding::Latin1)?;
    if reading.evidence.is_shift_jis() {
        return read(bytes, rules, LegacyEncoding::ShiftJis).map(finish);
    }
    Ok(finish(reading))
}

/// Reads all tracks; texts that are not UTF-8 are taken to be in `encoding`.
fn read(bytes: &[u8], rules: ReadRules, encoding: LegacyEncoding) -> Result<Reading, DecodeError> {
    let mut warnings = Warnings::default();
    let (header, mut chunks) = Chunks::open(bytes, &mut warnings)?;
    let (score, timecode) = empty_score(header, &mut warnings);
    let notes = Notes::new(rules);
    let drums = Drums::new(rules);
    let mut reading = Reading { score, notes, drums, warnings, timecode, encoding, evidence: Evidence::default() };
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
        if found == header.n_tracks && !reading.notes.is_empty() {
            leave_out_rest(&mut chunks, header, &mut reading.warnings);
            break;
        }
    }
    check_tracks(header, found.into(), in_sequence, &mut reading.warnings);
    Ok(reading)
}

/// Passes over the tracks beyond those that the header declares.
fn leave_out_rest(chunks: &mut Chunks<'_>, header: Header, warnings: &mut Warnings) {
    if let Some(first) = chunks.next_track(header.n_tracks, warnings) {
        let (declared, n_left_out) = (header.n_tracks.into(), 1 + chunks.count_tracks());
        warnings.push(in_file(first.offset - 8), WarningKind::TracksBeyond { declared, n_left_out });
    }
}

/// The score of a header, and whether its time is counted in film frames.
fn empty_score(header: Header, warnings: &mut Warnings) -> (Score, bool) {
    let mut warn = |kind| warnings.push(in_file(header.division_at), kind);
    let [high, low] = header.division.to_be_bytes();
    let frames = (high as i8).unsigned_abs();
    let timecode = high >= 0x80;
    // Film at 29.97 frames per second counts 30 frames in 1.001 seconds.
    let (frames_per_quarter, us_per_quarter) = if frames == 29 { (30, 1_001_000) } else { (frames, 1_000_000) };
    let ticks_per_quarter = if timecode {
        warn(WarningKind::Timecode { frames_per_second: frames, ticks_per_frame: low });
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
        warnings.push(in_file(n_tracks_at), WarningKind::TrackCount { declared, found });
    }
    match header.format {
        0 if found > 1 => warnings.push(in_file(format_at), WarningKind::SeveralTracksInFormat0 { found }),
        2 if found > 1 => warnings.push(in_file(format_at), WarningKind::IndependentTracks { found, in_sequence }),
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
