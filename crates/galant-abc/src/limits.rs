//! The limits of what this crate reads, and its resolution.

/// The resolution of every score: how many ticks a quarter note lasts.
///
/// 2⁵ · 3² · 5 · 7: notes down to the 128th, and their triplets, quintuplets, septuplets and triplets of triplets, are
/// whole numbers of ticks.
pub const TICKS_PER_QUARTER: u16 = 10_080;

/// The largest file, in bytes.
///
/// A sonata with its repeats written out is under 100 KiB; books of a thousand tunes are about 1 MiB.
pub const MAX_FILE_BYTES: usize = 4 << 20;

/// The most voices of a tune.
///
/// A score for large orchestra has about 40 staves.
pub const MAX_VOICES: usize = 64;

/// The most notes of a tune, as played, with all its repeats.
///
/// Mozart's longest piano movements have some 5,000; these take 12 MiB as [`galant_types::Note`].
pub const MAX_NOTES: usize = 1 << 18;

/// The most notes of a chord: every key of MIDI.
pub const MAX_CHORD_NOTES: usize = 128;

/// The most bars of all voices as written, and of each as played.
pub const MAX_BARS: usize = 1 << 16;

/// The most changes of tempo, meter and key of a tune, as played.
pub const MAX_CHANGES: usize = 1 << 16;

/// How often a section may be played.
///
/// Strophic songs have a few stanzas; anything near this is a slip or an attack.
pub const MAX_PLAYINGS: u32 = 32;

/// The longest single note, in whole notes.
pub const MAX_LENGTH_IN_WHOLES: u64 = 64;

/// The largest number that is allowed anywhere in a tune, except in texts.
pub const MAX_NUMBER: u32 = 65_535;

/// How many warnings of one kind are listed; the others are counted.
pub const MAX_WARNINGS_PER_KIND: usize = 20;
