//! Any bytes are read as a model or refused, also if their checksum is right; a model survives being written and read again.
#![no_main]

use galant_checkpoint::{DecodeModelError, decode_model, encode_model};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut decoded = decode_model(bytes);
    if let Err(DecodeModelError::Checksum { actual, expected }) = &decoded {
        // Nearly all changes of the tensors stop here, so the checksum is corrected.
        let is_expected = |window: &[u8]| window == expected.as_bytes();
        if let Some(at) = bytes.windows(expected.len().max(1)).position(is_expected)
            && actual.len() == expected.len()
        {
            let mut corrected = bytes.to_vec();
            corrected[at..at + actual.len()].copy_from_slice(actual.as_bytes());
            decoded = decode_model(&corrected);
        }
    }
    if let Ok(model) = decoded {
        let written = encode_model(&model).unwrap();
        assert_eq!(decode_model(&written).unwrap(), model);
    }
});
