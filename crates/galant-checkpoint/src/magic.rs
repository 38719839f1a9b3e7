//! How the files of this crate begin.

/// The first bytes of a snapshot.
pub(crate) const SNAPSHOT: [u8; 8] = *b"GALANTSN";
