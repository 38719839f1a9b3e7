//! Numbers in both files: `f32` as little-endian bytes on every machine, and checks that all are finite.

use galant_types::EpochRecord;

/// The bytes of `values`, four for each.
pub(crate) fn to_bytes(values: &[f32]) -> Vec<u8> {
    let mut bytes = vec![0; 4 * values.len()];
    let (numbers, _) = bytes.as_chunks_mut::<4>();
    numbers.iter_mut().zip(values).for_each(|(number, value)| *number = value.to_le_bytes());
    bytes
}

/// The numbers of `bytes`, four bytes for each.
///
/// # Panics
///
/// If bytes are left over.
pub(crate) fn from_bytes(bytes: &[u8]) -> impl Iterator<Item = f32> {
    let (numbers, rest) = bytes.as_chunks::<4>();
    assert!(rest.is_empty(), "{} bytes are no whole number of f32", bytes.len());
    numbers.iter().map(|&number| f32::from_le_bytes(number))
}

/// The index of the first number that is NaN or infinite.
pub(crate) fn first_not_finite(values: &[f32]) -> Option<usize> {
    values.iter().position(|value| !value.is_finite())
}

/// The name and value of the first loss of an epoch that is NaN or infinite.
pub(crate) fn first_loss_not_finite(record: &EpochRecord) -> Option<(&'static str, f64)> {
    let losses = [
        ("training loss", record.train_loss),
        ("training loss without dropout", record.train_loss_without_dropout),
        ("validation loss", record.valid_loss.unwrap_or(0.0)),
    ];
    losses.into_iter().find(|(_, value)| !value.is_finite())
}
