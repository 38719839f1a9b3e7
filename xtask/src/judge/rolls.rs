//! Pieces as frames of sounding pitches, read from JSON and written as MIDI files.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};

/// A piece: for each frame the pitches that sound; of voices one for each part, with a number below 0 for silence.
pub(super) type Frames = Vec<Vec<i64>>;

/// How a corpus of frames becomes music.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// One part with several notes at once, each struck in every frame, of which a quarter note has so many.
    Roll {
        /// How many.
        frames_per_quarter: u8,
    },
    /// A part for each number of a frame, a sixteenth note; a pitch that sounds in frames in a row is one note.
    Voices,
}

/// The pieces of a file: a JSON list of pieces, of frames, of pitches.
///
/// # Errors
///
/// If the file cannot be read or is no such list.
pub(super) fn read(path: &Path) -> anyhow::Result<Vec<Frames>> {
    let text = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("reading {} as pieces of frames of pitches", path.display()))
}

/// Writes each piece as a MIDI file into a folder, numbered in their order.
///
/// # Errors
///
/// If a pitch is none of MIDI, or if a file cannot be written.
pub(super) fn write(pieces: &[Frames], layout: Layout, folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder)?;
    for (number, piece) in pieces.iter().enumerate() {
        let path = folder.join(format!("{number:04}.mid"));
        let bytes = midi(piece, layout).with_context(|| format!("piece {number} of {}", folder.display()))?;
        fs::write(&path, bytes).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}

impl Layout {
    fn frames_per_quarter(self) -> u8 {
        match self {
            Layout::Roll { frames_per_quarter } => frames_per_quarter,
            Layout::Voices => 4,
        }
    }
}

/// A piece as a MIDI file of format 1.
fn midi(piece: &Frames, layout: Layout) -> anyhow::Result<Vec<u8>> {
    ensure!(piece.iter().flatten().all(|pitch| *pitch < 128), "a pitch is over 127");
    let n_parts = piece.iter().map(Vec::len).max().unwrap_or(0);
    let tracks: Vec<Vec<u8>> = match layout {
        Layout::Roll { .. } => vec![track(piece.iter().map(|frame| frame.iter().copied().collect()), 0, struck_again)],
        Layout::Voices => (0..n_parts)
            .map(|part| {
                let frames = piece.iter().map(|frame| frame.get(part).copied().into_iter().collect());
                track(frames, part as u8, held)
            })
            .collect(),
    };
    let mut bytes = chunk(*b"MThd", &[0, 1, 0, tracks.len() as u8, 0, layout.frames_per_quarter()]);
    tracks.iter().for_each(|track| bytes.extend(chunk(*b"MTrk", track)));
    Ok(bytes)
}

fn chunk(name: [u8; 4], content: &[u8]) -> Vec<u8> {
    [&name[..], &(content.len() as u32).to_be_bytes(), content].concat()
}

/// The pitches that end where a frame follows another, and those that begin.
type Change = [Vec<i64>; 2];

fn struck_again(before: &BTreeSet<i64>, frame: &BTreeSet<i64>) -> Change {
    [before, frame].map(|pitches| pitches.iter().copied().collect())
}

fn held(before: &BTreeSet<i64>, frame: &BTreeSet<i64>) -> Change {
    [before.difference(frame), frame.difference(before)].map(|pitches| pitches.copied().collect())
}

/// The events of a part: at each frame the pitches that end, then those that begin.
fn track(
    frames: impl Iterator<Item = BTreeSet<i64>>,
    channel: u8,
    change: fn(&BTreeSet<i64>, &BTreeSet<i64>) -> Change,
) -> Vec<u8> {
    let (mut bytes, mut sounding) = (Vec::new(), BTreeSet::new());
    let mut waited = 0;
    for frame in frames.chain([BTreeSet::new()]) {
        let frame: BTreeSet<i64> = frame.into_iter().filter(|pitch| *pitch >= 0).collect();
        let [ends, begins] = change(&sounding, &frame);
        let (ends, begins) =
            (ends.into_iter().map(|pitch| (0x80, pitch)), begins.into_iter().map(|pitch| (0x90, pitch)));
        for (status, pitch) in ends.chain(begins) {
            bytes.extend(variable_length(std::mem::take(&mut waited)));
            bytes.extend([status | channel, pitch as u8, 64]);
        }
        sounding = frame;
        waited += 1;
    }
    bytes.extend([0, 0xff, 0x2f, 0]);
    bytes
}

/// A number as MIDI writes times: seven bits a byte.
fn variable_length(number: u32) -> Vec<u8> {
    let mut bytes = vec![(number & 0x7f) as u8];
    let mut rest = number >> 7;
    while rest > 0 {
        bytes.insert(0, (rest & 0x7f) as u8 | 0x80);
        rest >>= 7;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pitch_of_a_roll_is_struck_in_each_frame() {
        let piece = vec![vec![60, 64], vec![60], vec![], vec![60]];
        let expected = [
            &b"MThd\x00\x00\x00\x06\x00\x01\x00\x01\x00\x01MTrk\x00\x00\x00\x24"[..],
            &[0, 0x90, 60, 64, 0, 0x90, 64, 64, 1, 0x80, 60, 64, 0, 0x80, 64, 64, 0, 0x90, 60, 64, 1, 0x80, 60, 64],
            &[1, 0x90, 60, 64, 1, 0x80, 60, 64, 0, 0xff, 0x2f, 0],
        ];
        let roll = Layout::Roll { frames_per_quarter: 1 };
        assert_eq!(midi(&piece, roll).unwrap(), expected.concat());
        assert_eq!(variable_length(0x4000), [0x81, 0x80, 0]);
        assert!(midi(&vec![vec![128]], roll).is_err());
    }

    #[test]
    fn a_pitch_of_a_voice_in_frames_in_a_row_is_one_note() {
        let expected = [
            &b"MThd\x00\x00\x00\x06\x00\x01\x00\x01\x00\x04MTrk\x00\x00\x00\x14"[..],
            &[0, 0x90, 60, 64, 2, 0x80, 60, 64, 1, 0x90, 60, 64, 1, 0x80, 60, 64, 0, 0xff, 0x2f, 0],
        ];
        assert_eq!(midi(&vec![vec![60], vec![60], vec![-1], vec![60]], Layout::Voices).unwrap(), expected.concat());
    }

    #[test]
    fn a_voice_is_a_track_and_silence_is_no_note() {
        let bytes = midi(&vec![vec![67, -1], vec![67, 48]], Layout::Voices).unwrap();
        assert_eq!(bytes.windows(4).filter(|name| name == b"MTrk").count(), 2);
        assert!(bytes.ends_with(&[1, 0x91, 48, 64, 1, 0x81, 48, 64, 0, 0xff, 0x2f, 0]));
    }
}
