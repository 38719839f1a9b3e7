//! Any bytes are read as a model or refused; a model survives being written and read again.
#![no_main]

use galant_checkpoint::{decode_model, encode_model};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(model) = decode_model(bytes) {
        let written = encode_model(&model).unwrap();
        assert_eq!(decode_model(&written).unwrap(), model);
    }
});
