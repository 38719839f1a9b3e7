//! The limits of what this crate reads and writes, and the reason for each.

/// The largest file, in bytes.
///
/// A four-hour opera with all its parts is under 4 MiB.
pub const MAX_FILE_BYTES: usize = 16 << 20;

/// The most tracks.
///
/// Orchestral templates have some hundreds; the format itself ends at 65,535.
pub const MAX_TRACKS: usize = 4096;

/// The most notes.
///
/// The longest works of the repertoire have some 300,000; a million take 24 MiB as [`galant_types::Note`].
pub const MAX_NOTES: usize = 1 << 20;

/// The most changes of tempo, of meter and of key, each.
///
/// A recorded performance may change its tempo at every beat, which is far from this.
pub const MAX_CHANGES: usize = 1 << 18;

/// The longest track name, in bytes of UTF-8.
///
/// Names are copied to each of a track's up to 16 parts.
pub const MAX_NAME_BYTES: usize = 256;

/// The longest text, in bytes of UTF-8.
///
/// A composed piece records the primer that it continues, token by token: an hour of music fits.
pub const MAX_TEXT_BYTES: usize = 1 << 20;

/// The most texts.
pub const MAX_TEXTS: usize = 1024;

/// How long the header is that classic Macintosh programs put before a file to keep its name and type.
pub(crate) const MAC_BINARY_BYTES: usize = 128;

/// The longest time between two events of a track, in ticks: a delta time has 28 bits.
pub const MAX_DELTA: u64 = (1 << 28) - 1;

/// The finest resolution a file can state: the division has 15 bits.
pub const MAX_TICKS_PER_QUARTER: u16 = (1 << 15) - 1;

/// The slowest tempo a file can state: a tempo event has 24 bits.
pub const MAX_US_PER_QUARTER: u32 = (1 << 24) - 1;

/// The shortest beat of a meter, as a power of two.
///
/// Scores use up to 8 (a 256th note); above 15 the note value would not even fit 16 bits.
pub const MAX_DENOMINATOR_LOG2: u8 = 15;
