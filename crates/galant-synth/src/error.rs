//! Errors, and the limits that they name.

use std::ops::RangeInclusive;

use thiserror::Error;

/// Why a score cannot be rendered.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RenderError {
    /// The sample rate is out of range.
    #[error("the sample rate is {sample_rate} Hz; it must be {} to {}", SAMPLE_RATES.start(), SAMPLE_RATES.end())]
    SampleRate {
        /// The sample rate asked for.
        sample_rate: u32,
    },
    /// The score's resolution is 0.
    #[error("the score has 0 ticks per quarter; at least 1 is needed")]
    NoResolution,
    /// A note has a value that MIDI does not allow.
    #[error("note {index} has {what} {value}; it must be {min} to {max}")]
    Note {
        /// Its index in the score.
        index: usize,
        /// Which value.
        what: &'static str,
        /// The value.
        value: u8,
        /// The lowest value allowed.
        min: u8,
        /// The highest value allowed.
        max: u8,
    },
    /// The piece is longer than allowed.
    #[error("note {index} ends after {seconds} s, over the limit of {max_seconds} s")]
    TooLong {
        /// The index of the first note that ends too late.
        index: usize,
        /// When it ends.
        seconds: u64,
        /// The limit of the configuration.
        max_seconds: u32,
    },
    /// The SoundFont is damaged in a way that shows only during playing.
    #[error("the SoundFont cannot be played: {reason}; use another one or the built-in sound")]
    SoundFont {
        /// What happened.
        reason: String,
    },
}

/// From the lowest that is enough for a piano to the highest in use, in hertz.
pub(crate) const SAMPLE_RATES: RangeInclusive<u32> = 16_000..=192_000;

/// Why bytes are not a SoundFont that can be played.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SoundFontError {
    /// There are more bytes than [`MAX_SOUNDFONT_BYTES`].
    #[error("it has {len} bytes, over the limit of {MAX_SOUNDFONT_BYTES}")]
    TooLarge {
        /// How many bytes there are.
        len: usize,
    },
    /// It does not begin as a SoundFont does.
    #[error("it does not begin with RIFF and sfbk; a SoundFont 2 file is needed, whose name usually ends in .sf2")]
    NotSoundFont,
    /// A chunk extends beyond the file or the chunk that contains it.
    #[error("byte {offset}: chunk {id} declares {declared} bytes, but {left} are left")]
    Chunk {
        /// Where the chunk begins.
        offset: usize,
        /// Its name.
        id: String,
        /// How many bytes it declares.
        declared: usize,
        /// How many there are.
        left: usize,
    },
    /// A table has indices out of range or not in ascending order.
    #[error("record {record} of table {table} points to {target}; it must point to {min} to {max}")]
    Table {
        /// The table's name.
        table: &'static str,
        /// The record's number, from 0.
        record: usize,
        /// Where it points.
        target: usize,
        /// The lowest index allowed: that of the record before.
        min: usize,
        /// The highest index allowed.
        max: usize,
    },
    /// The player cannot read the contents.
    #[error("it cannot be read: {reason}")]
    Contents {
        /// What the player reports.
        reason: String,
    },
}

/// The largest SoundFont, in bytes. The format allows up to 4 GiB; large collections of instruments are half of this limit.
pub const MAX_SOUNDFONT_BYTES: usize = 1 << 30;
