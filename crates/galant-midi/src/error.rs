//! Why bytes cannot be read as a score, and why a score cannot be written.

use thiserror::Error;

use crate::limits::{
    MAX_CHANGES, MAX_DELTA, MAX_DENOMINATOR_LOG2, MAX_FILE_BYTES, MAX_NAME_BYTES, MAX_NOTES, MAX_TEXT_BYTES, MAX_TEXTS,
    MAX_TICKS_PER_QUARTER, MAX_TRACKS, MAX_US_PER_QUARTER,
};

/// Why bytes cannot be read as a MIDI file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// There are no bytes.
    #[error("the file is empty; a MIDI file has at least 14 bytes")]
    Empty,
    /// The file is over [`MAX_FILE_BYTES`].
    #[error("the file has {n_bytes} bytes, over the limit of {MAX_FILE_BYTES}")]
    FileTooLarge {
        /// How many bytes it has.
        n_bytes: usize,
    },
    /// The bytes are not a MIDI file.
    #[error("not a standard MIDI file: it begins with '{begins}', not 'MThd'{}", header_hint(*.header_at))]
    NotMidi {
        /// The first bytes as text, escaped where they are not printable.
        begins: String,
        /// Where a MIDI header begins further on, if there is one.
        header_at: Option<usize>,
    },
    /// The RIFF wrapping holds something else.
    #[error("a RIFF file of form '{form}', not 'RMID'; only RIFF files that wrap MIDI can be read")]
    NotRmid {
        /// The form it declares.
        form: String,
    },
    /// The RIFF wrapping holds no MIDI data.
    #[error("the RIFF file has no 'data' chunk in its {n_bytes} bytes, so it holds no MIDI data")]
    NoRiffData {
        /// How many bytes the file has.
        n_bytes: usize,
    },
    /// The header chunk is cut short.
    #[error("byte {offset}: the header is cut short: {found} bytes of 14; the file may be an incomplete copy")]
    HeaderCut {
        /// Where the header begins.
        offset: usize,
        /// How many bytes there are.
        found: usize,
    },
    /// The header chunk declares too few bytes.
    #[error("byte {offset}: the header declares {declared} bytes; it must have at least 6")]
    HeaderTooShort {
        /// Where the length is.
        offset: usize,
        /// How many bytes it declares.
        declared: usize,
    },
    /// There are more tracks than [`MAX_TRACKS`].
    #[error("byte {offset}: more tracks than the limit of {MAX_TRACKS}")]
    TooManyTracks {
        /// Where the first track over the limit begins.
        offset: usize,
    },
    /// There are more notes than [`MAX_NOTES`].
    #[error("track {track}, byte {offset}: more notes than the limit of {MAX_NOTES}")]
    TooManyNotes {
        /// The track, from 0.
        track: u16,
        /// Where the first note over the limit begins.
        offset: usize,
    },
    /// There are more changes of one kind than [`MAX_CHANGES`].
    #[error("track {track}, byte {offset}: more {what} changes than the limit of {MAX_CHANGES}")]
    TooManyChanges {
        /// Of what: tempo, meter or key.
        what: &'static str,
        /// The track, from 0.
        track: u16,
        /// Where the first change over the limit is.
        offset: usize,
    },
}

fn header_hint(header_at: Option<usize>) -> String {
    header_at.map(|at| format!("; a MIDI header begins at byte {at}, so remove what is before it")).unwrap_or_default()
}

/// Why a score cannot be written as a MIDI file.
///
/// Indices count the score's own lists from 0.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// A file cannot state the resolution.
    #[error("{ticks_per_quarter} ticks per quarter note; a file can state 1 to {MAX_TICKS_PER_QUARTER}")]
    TicksPerQuarter {
        /// The score's resolution.
        ticks_per_quarter: u16,
    },
    /// There are more notes than [`MAX_NOTES`].
    #[error("{n_notes} notes, over the limit of {MAX_NOTES}")]
    TooManyNotes {
        /// How many there are.
        n_notes: usize,
    },
    /// There are more changes of one kind than [`MAX_CHANGES`].
    #[error("{n_changes} {what} changes, over the limit of {MAX_CHANGES}")]
    TooManyChanges {
        /// Of what: tempo, meter or key.
        what: &'static str,
        /// How many there are.
        n_changes: usize,
    },
    /// A track's number is over [`MAX_TRACKS`].
    #[error("track {track}, counted from 0, is over the limit of {MAX_TRACKS} tracks")]
    TooManyTracks {
        /// The track.
        track: u16,
    },
    /// A file cannot state a value of a note.
    #[error("note {note}: {what} {value}; a file can state {low} to {high}")]
    NoteValue {
        /// Which note.
        note: usize,
        /// Which of its values.
        what: &'static str,
        /// The value.
        value: u8,
        /// The lowest value allowed.
        low: u8,
        /// The highest value allowed.
        high: u8,
    },
    /// A note of zero length would be lost when read back.
    #[error("note {note}: length 0; a file cannot hold a note that ends where it begins")]
    ZeroLength {
        /// Which note.
        note: usize,
    },
    /// A note begins after another one of its key on the same channel of the same track, and ends before it.
    #[error(
        "note {note}: key {pitch} on channel {channel} of track {track} sounds from tick {onset} to {end}, within a note \
         until {sounds_until}; a file cannot keep the two notes apart, so give them different channels or tracks"
    )]
    Overlap {
        /// Which note, the later one.
        note: usize,
        /// The track.
        track: u16,
        /// The channel.
        channel: u8,
        /// The key.
        pitch: u8,
        /// Where the later note begins.
        onset: u64,
        /// Where it ends.
        end: u64,
        /// Where the earlier note ends.
        sounds_until: u64,
    },
    /// Nothing happens on a track for longer than a file can state.
    #[error(
        "track {track}: {delta} ticks pass before tick {tick} without an event; a file can state at most {MAX_DELTA}"
    )]
    GapTooLong {
        /// The track.
        track: u16,
        /// Where the event after the gap is.
        tick: u64,
        /// How long the gap is.
        delta: u64,
    },
    /// A file cannot state a tempo.
    #[error("tempo {index}: {us_per_quarter} µs per quarter note; a file can state 1 to {MAX_US_PER_QUARTER}")]
    Tempo {
        /// Which tempo change.
        index: usize,
        /// Its value.
        us_per_quarter: u32,
    },
    /// A meter is not valid.
    #[error(
        "meter {index}: {numerator} beats of 1/2^{denominator_log2} of a whole note; a file can state 1 to 255 beats of \
         1/2^0 to 1/2^{MAX_DENOMINATOR_LOG2}"
    )]
    Meter {
        /// Which meter change.
        index: usize,
        /// Its beats in a bar.
        numerator: u8,
        /// Its beat, as a power of two.
        denominator_log2: u8,
    },
    /// A key signature has too many sharps or flats.
    #[error("key {index}: {sharps} sharps; a key signature has -7 (flats) to 7")]
    Key {
        /// Which key change.
        index: usize,
        /// Its sharps, negative for flats.
        sharps: i8,
    },
    /// A file cannot state a value of a part.
    #[error("part {part}: {what} {value}; a file can state 0 to {high}")]
    PartValue {
        /// Which part.
        part: usize,
        /// Which of its values.
        what: &'static str,
        /// The value.
        value: u8,
        /// The highest value allowed.
        high: u8,
    },
    /// Two parts share a track and a channel.
    #[error("part {part}: track {track} already has a part for channel {channel}")]
    DuplicatePart {
        /// Which part, the later one.
        part: usize,
        /// The track.
        track: u16,
        /// The channel.
        channel: u8,
    },
    /// Parts of one track have different names.
    #[error("part {part}: '{name}' is the second name of track {track}, after '{first}'; a track has one name")]
    NamesDiffer {
        /// Which part, the later one.
        part: usize,
        /// The track.
        track: u16,
        /// The first name.
        first: String,
        /// The second name.
        name: String,
    },
    /// A track's name is over [`MAX_NAME_BYTES`].
    #[error("part {part}: a name of {n_bytes} bytes, over the limit of {MAX_NAME_BYTES}")]
    NameTooLong {
        /// Which part.
        part: usize,
        /// How long the name is, in UTF-8.
        n_bytes: usize,
    },
    /// A text is over [`MAX_TEXT_BYTES`].
    #[error("text {index}: {n_bytes} bytes, over the limit of {MAX_TEXT_BYTES}")]
    TextTooLong {
        /// Which text.
        index: usize,
        /// How long it is, in UTF-8.
        n_bytes: usize,
    },
    /// There are more texts than [`MAX_TEXTS`].
    #[error("{n_texts} texts, over the limit of {MAX_TEXTS}")]
    TooManyTexts {
        /// How many there are.
        n_texts: usize,
    },
    /// A part without notes and program would leave no trace of its channel in a file.
    #[error(
        "part {part}: channel {channel} of track {track} has neither notes nor a program, so a file cannot hold it; \
         give it a program or leave it out"
    )]
    SilentPart {
        /// Which part.
        part: usize,
        /// The track.
        track: u16,
        /// The channel.
        channel: u8,
    },
    /// The file would be over [`MAX_FILE_BYTES`].
    #[error("the file would have {n_bytes} bytes, over the limit of {MAX_FILE_BYTES}")]
    FileTooLarge {
        /// How many bytes it would have.
        n_bytes: usize,
    },
}
