//! Any bytes are read as a snapshot or refused, with their checksum as it is and corrected.
#![no_main]

use galant_checkpoint::{decode_snapshot, encode_snapshot};
use libfuzzer_sys::fuzz_target;
use sha2::{Digest, Sha256};

const CHECKSUM_BYTES: usize = 32;

fuzz_target!(|bytes: &[u8]| {
    check(bytes);
    // Otherwise no changed byte would ever get past the checksum.
    if let Some(covered) = bytes.len().checked_sub(CHECKSUM_BYTES).map(|len| &bytes[..len]) {
        check(&[covered, &Sha256::digest(covered)[..]].concat());
    }
});

fn check(bytes: &[u8]) {
    if let Ok(snapshot) = decode_snapshot(bytes) {
        // Of the bytes, so that numbers are compared bit by bit.
        let written = encode_snapshot(&snapshot).unwrap();
        assert_eq!(encode_snapshot(&decode_snapshot(&written).unwrap()).unwrap(), written);
    }
}
