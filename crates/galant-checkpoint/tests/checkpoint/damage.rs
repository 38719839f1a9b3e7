//! Random bytes, and files cut off or with flipped bits: an error, never a panic.

use galant_checkpoint::{decode_model, decode_snapshot, encode_model, encode_snapshot};
use galant_model::Cell;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::{small_model, small_snapshot};

#[test]
fn a_model_cut_off_anywhere_is_refused() {
    let bytes = encode_model(&small_model(Cell::Lstm)).unwrap();
    for len in 0..bytes.len() {
        assert!(decode_model(&bytes[..len]).is_err(), "cut to {len} of {} bytes", bytes.len());
    }
}

#[test]
fn a_model_with_any_bit_of_its_tensors_flipped_is_refused() {
    for cell in [Cell::Lstm, Cell::VanillaRnn] {
        let mut bytes = encode_model(&small_model(cell)).unwrap();
        let header_len = u64::from_le_bytes(*bytes.first_chunk().unwrap()) as usize;
        for i in 8 + header_len..bytes.len() {
            for bit in 0..8 {
                bytes[i] ^= 1 << bit;
                assert!(decode_model(&bytes).is_err(), "bit {bit} of byte {i} of {}", bytes.len());
                bytes[i] ^= 1 << bit;
            }
        }
        assert!(decode_model(&bytes).is_ok());
    }
}

#[test]
fn a_snapshot_cut_off_anywhere_is_refused() {
    let bytes = encode_snapshot(&small_snapshot(Cell::Lstm)).unwrap();
    for len in 0..bytes.len() {
        assert!(decode_snapshot(&bytes[..len]).is_err(), "cut to {len} of {} bytes", bytes.len());
    }
}

#[test]
fn a_snapshot_with_any_bit_flipped_is_refused() {
    let mut bytes = encode_snapshot(&small_snapshot(Cell::VanillaRnn)).unwrap();
    for i in 0..bytes.len() {
        bytes[i] ^= 1 << (i % 8);
        assert!(decode_snapshot(&bytes).is_err(), "byte {i} of {}", bytes.len());
        bytes[i] ^= 1 << (i % 8);
    }
    assert!(decode_snapshot(&bytes).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 256, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(decode_model(&bytes).is_err());
        prop_assert!(decode_snapshot(&bytes).is_err());
    }

    #[test]
    fn a_model_with_random_bytes_in_its_header_never_panics(
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = encode_model(&small_model(Cell::Lstm)).unwrap();
        let header_len = u64::from_le_bytes(*bytes.first_chunk().unwrap()) as usize;
        for (place, byte) in edits {
            bytes[place.index(8 + header_len)] = byte;
        }
        if let Ok(file) = decode_model(&bytes) {
            prop_assert!(encode_model(&file).is_ok());
        }
    }
}
