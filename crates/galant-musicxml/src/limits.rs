//! The limits of what this crate reads and writes, and its resolution.

/// The resolution of every score that is read: how many ticks a quarter note lasts.
///
/// 2⁵ · 3² · 5 · 7: notes down to the 128th, and their triplets, quintuplets, septuplets and triplets of triplets, are
/// whole numbers of ticks.
pub const TICKS_PER_QUARTER: u16 = 10_080;

/// The largest file, in bytes, as it is and unpacked.
///
/// A string quartet of four movements has about 4 MiB.
pub const MAX_FILE_BYTES: usize = 16 << 20;

/// How many times its size a compressed file may unpack to.
///
/// MusicXML repeats itself, so that 30 times is usual; a file made to fill memory reaches 1,000.
pub const MAX_UNPACKING_RATIO: usize = 200;

/// The most files in a compressed file: the score, the container's table, and perhaps pictures.
pub const MAX_ARCHIVE_FILES: usize = 1024;

/// The most tags of a file that has fewer than [`BYTES_PER_TAG`] bytes for each; memory is taken by tags, not by bytes.
pub const MAX_TAGS: usize = 1 << 20;

/// A file may have a tag for each of so many bytes, however large it is; usual are 12 to 30 bytes.
pub const BYTES_PER_TAG: usize = 10;

/// The most attributes of all tags of a file.
pub const MAX_ATTRIBUTES: usize = 1 << 20;

/// The most attributes of one tag; MusicXML has about 60.
pub const MAX_ATTRIBUTES_OF_TAG: usize = 512;

/// The most declarations of namespaces; MusicXML needs at most a few.
pub const MAX_NAMESPACES: usize = 64;

/// The most parts of a score.
///
/// A score for large orchestra has about 40.
pub const MAX_PARTS: usize = 256;

/// The most notes, as written and as played with all repeats.
pub const MAX_NOTES: usize = 1 << 18;

/// The most bars of all parts as written, and of the piece as played.
pub const MAX_BARS: usize = 1 << 16;

/// The most changes of tempo, meter and key, as written and as played.
pub const MAX_CHANGES: usize = 1 << 16;

/// How often a section may be played.
///
/// Strophic songs have a few stanzas; anything near this is a slip or an attack.
pub const MAX_PLAYINGS: u32 = 32;

/// The longest bar, and the longest note or rest, in whole notes; music without bar lines is one long bar.
pub const MAX_BAR_IN_WHOLES: u64 = 4096;

/// The most divisions of a quarter note that a file may count in.
pub const MAX_DIVISIONS: u32 = 1 << 24;

/// The longest name of a part, in bytes of UTF-8; the rest is cut off.
pub const MAX_NAME_BYTES: usize = 256;
