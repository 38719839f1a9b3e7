//! The file of a snapshot: a frame around its payload.
//!
//! Numbers are little-endian: magic `GALANTSN`, format `u32`, length of the payload `u64`, payload, SHA-256 of everything before.

use sha2::{Digest, Sha256};

use super::{
    DecodeSnapshotError, EncodeSnapshotError, MAGIC, MAX_SNAPSHOT_BYTES, MAX_SNAPSHOT_SETTINGS_BYTES, Snapshot, payload,
};
use crate::model_file::description_to_json;

/// The version of the payload's format; any change of the payload raises it.
///
/// 2 has no times. 3 has typed settings, and counts steps and rounds. 4 names the reduction plan.
const FORMAT: u32 = 4;

/// Magic, format and length of the payload.
const HEAD_BYTES: usize = 8 + 4 + 8;

/// Of SHA-256.
const CHECKSUM_BYTES: usize = 32;

/// The bytes of a file for `snapshot`; equal snapshots give equal bytes.
///
/// # Errors
///
/// If [`Snapshot::validate`] refuses it.
pub fn encode_snapshot(snapshot: &Snapshot) -> Result<Vec<u8>, EncodeSnapshotError> {
    snapshot.validate()?;
    let description = description_to_json(&snapshot.description);
    if description.len() > MAX_SNAPSHOT_SETTINGS_BYTES {
        return Err(EncodeSnapshotError::DescriptionTooLong { len: description.len() });
    }
    let n_payload = payload::estimate(snapshot) + description.len();
    let mut bytes = Vec::with_capacity(HEAD_BYTES + n_payload + CHECKSUM_BYTES);
    bytes.extend(MAGIC);
    bytes.extend(FORMAT.to_le_bytes());
    bytes.extend([0; 8]);
    payload::write(snapshot, &description, &mut bytes).map_err(|source| EncodeSnapshotError::Payload { source })?;
    let payload_len = (bytes.len() - HEAD_BYTES) as u64;
    bytes[HEAD_BYTES - 8..HEAD_BYTES].copy_from_slice(&payload_len.to_le_bytes());
    let checksum = Sha256::digest(&bytes);
    bytes.extend(checksum);
    Ok(bytes)
}

/// The snapshot in `bytes`.
///
/// # Errors
///
/// If the bytes are over [`MAX_SNAPSHOT_BYTES`], not a snapshot, of another format, cut off, too long or damaged, or if
/// [`Snapshot::validate`] refuses the contents.
pub fn decode_snapshot(bytes: &[u8]) -> Result<Snapshot, DecodeSnapshotError> {
    let snapshot = payload::read(open_frame(bytes)?)?;
    snapshot.validate()?;
    Ok(snapshot)
}

/// The payload, once magic, format, lengths and checksum are right.
fn open_frame(bytes: &[u8]) -> Result<&[u8], DecodeSnapshotError> {
    let len = bytes.len() as u64;
    if len > MAX_SNAPSHOT_BYTES {
        return Err(DecodeSnapshotError::TooLong { len, limit: MAX_SNAPSHOT_BYTES });
    }
    let cut_off = || DecodeSnapshotError::Length { len, expected: (HEAD_BYTES + CHECKSUM_BYTES) as u64 };
    let (magic, rest) = bytes.split_first_chunk().ok_or_else(cut_off)?;
    if *magic != MAGIC {
        return Err(DecodeSnapshotError::Magic { found: *magic });
    }
    let (format, rest) = rest.split_first_chunk().ok_or_else(cut_off)?;
    let format = u32::from_le_bytes(*format);
    if format != FORMAT {
        return Err(DecodeSnapshotError::Format { format, supported: FORMAT });
    }
    let (payload_len, rest) = rest.split_first_chunk().ok_or_else(cut_off)?;
    let (payload, checksum) = rest.split_last_chunk::<CHECKSUM_BYTES>().ok_or_else(cut_off)?;
    let payload_len = u64::from_le_bytes(*payload_len);
    if payload_len != payload.len() as u64 {
        let expected = payload_len.saturating_add((HEAD_BYTES + CHECKSUM_BYTES) as u64);
        return Err(DecodeSnapshotError::Length { len, expected });
    }
    if Sha256::digest(&bytes[..HEAD_BYTES + payload.len()])[..] != *checksum {
        return Err(DecodeSnapshotError::Checksum);
    }
    Ok(payload)
}
