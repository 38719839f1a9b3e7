//! Checks a SoundFont's chunks and tables before the player trusts them.
//!
//! The player allocates what a chunk declares and follows the indices of the tables unchecked.

use crate::error::{MAX_SOUNDFONT_BYTES, SoundFontError};

/// Checks that chunks are within each other and that tables point into each other.
///
/// The layout is that of "SoundFont Technical Specification" 2.04, sections 4 and 7.
pub(crate) fn check(bytes: &[u8]) -> Result<(), SoundFontError> {
    if bytes.len() > MAX_SOUNDFONT_BYTES {
        return Err(SoundFontError::TooLarge { len: bytes.len() });
    }
    if bytes.get(..4) != Some(b"RIFF") || bytes.get(8..12) != Some(b"sfbk") {
        return Err(SoundFontError::NotSoundFont);
    }
    for list in chunks(bytes, 12)? {
        let Some(kind) = list.bytes.get(..4) else { continue };
        let parts = chunks(&bytes[..list.start + list.bytes.len()], list.start + 4)?;
        if kind == b"pdta" {
            check_tables(&parts)?;
        }
    }
    Ok(())
}

struct Chunk<'a> {
    id: [u8; 4],
    start: usize,
    bytes: &'a [u8],
}

/// The chunks from `offset` to the end of `bytes`.
fn chunks(bytes: &[u8], mut offset: usize) -> Result<Vec<Chunk<'_>>, SoundFontError> {
    let mut found = Vec::new();
    while let Some((header, rest)) = bytes.get(offset..).and_then(<[u8]>::split_first_chunk::<8>) {
        let [a, b, c, d, size @ ..] = *header;
        let (id, declared) = ([a, b, c, d], u32::from_le_bytes(size) as usize);
        let Some(contents) = rest.get(..declared) else {
            let id = String::from_utf8_lossy(&id).into_owned();
            return Err(SoundFontError::Chunk { offset, id, declared, left: rest.len() });
        };
        found.push(Chunk { id, start: offset + 8, bytes: contents });
        // It is below the limit on the file's size, so it does not overflow.
        offset += 8 + declared;
    }
    Ok(found)
}

/// A table: its name, the size of its records, the offset of the index in a record, and the name and record size of the
/// table that the index points into.
const TABLES: [(&str, usize, usize, &str, usize); 4] =
    [("phdr", 38, 24, "pbag", 4), ("pbag", 4, 0, "pgen", 4), ("inst", 22, 20, "ibag", 4), ("ibag", 4, 0, "igen", 4)];

/// Each index points into the target table, whose last record only marks the end, and indices never decrease.
fn check_tables(parts: &[Chunk<'_>]) -> Result<(), SoundFontError> {
    // The player takes the last of several chunks of one name.
    let find = |id: &str| parts.iter().rev().find(|part| part.id == *id.as_bytes()).map(|part| part.bytes);
    for (table, size, place, target_table, target_size) in TABLES {
        // The player itself reports that a table is missing.
        let (Some(records), Some(targets)) = (find(table), find(target_table)) else { continue };
        let max = (targets.len() / target_size).saturating_sub(1);
        let mut min = 0;
        for (record, bytes) in records.chunks_exact(size).enumerate() {
            let target = usize::from(u16::from_le_bytes([bytes[place], bytes[place + 1]]));
            if !(min..=max).contains(&target) {
                return Err(SoundFontError::Table { table, record, target, min, max });
            }
            min = target;
        }
    }
    Ok(())
}
