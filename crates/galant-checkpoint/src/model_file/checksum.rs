//! The checksum of a model file's tensors.

use sha2::{Digest, Sha256};

use crate::Sha256Hash;

/// The SHA-256 of the bytes of all tensors, in the order of their names, wherever they are in the file.
pub(super) fn checksum<'a>(tensors: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Sha256Hash {
    let mut tensors: Vec<(&str, &[u8])> = tensors.into_iter().collect();
    tensors.sort_unstable_by_key(|(name, _)| *name);
    let mut sha256 = Sha256::new();
    tensors.iter().for_each(|(_, bytes)| sha256.update(bytes));
    Sha256Hash(sha256.finalize().into())
}
