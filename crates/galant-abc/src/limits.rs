//! The limits of what this crate reads, and its resolution.

/// The resolution of every score: how many ticks a quarter note lasts.
///
/// 2⁵ · 3² · 5 · 7: notes down to the 128th, and their triplets, quintuplets, septuplets and triplets of triplets, are
/// whole numbers of ticks.
/// All other lengths are rounded to the nearest tick, such that a tuplet as a whole lasts as long as it should.
pub const TICKS_PER_QUARTER: u16 = 10_080;

/// The largest file, in bytes, as it is and as UTF-8.
///
/// A sonata with its repeats written out is under 100 KiB; books of a thousand tunes are about 1 MiB.
pub const MAX_FILE_BYTES: usize = 4 << 20;

/// The most notes, bars and changes of all tunes of a book, as played; each tune has limits of its own.
///
/// A file full of large tunes can hold some two million notes as written, and most are played twice.
pub const MAX_BOOK_EVENTS: usize = 1 << 22;

/// The most voices of a tune.
///
/// A score for large orchestra has about 40 staves.
pub const MAX_VOICES: usize = 64;

/// The most notes of a tune, as played, with all its repeats.
///
/// Mozart's longest piano movements have some 5,000; these take 12 MiB as [`galant_types::Note`].
pub const MAX_NOTES: usize = 1 << 18;

/// The most notes of a chord: every key of MIDI. Further ones are left out with a warning.
pub const MAX_CHORD_NOTES: usize = 128;

/// The most bars of all voices as written, and of each as played.
pub const MAX_BARS: usize = 1 << 16;

/// The most changes of tempo, meter and key of a tune, as played.
pub const MAX_CHANGES: usize = 1 << 16;

/// The most parts that the field P: of a header plays, with all their repeats.
pub const MAX_PARTS: usize = 1 << 10;

/// How often a section is played at most; a sign that asks for more is read as this, with a warning.
///
/// Strophic songs have a few stanzas; anything near this is a slip or an attack.
pub const MAX_PLAYINGS: u32 = 32;

/// The longest single note, in whole notes; longer ones are shortened to it, with a warning.
pub const MAX_LENGTH_IN_WHOLES: u64 = 64;

/// The largest number that is read in a tune; others are left out, with a warning.
pub const MAX_NUMBER: u32 = 65_535;
