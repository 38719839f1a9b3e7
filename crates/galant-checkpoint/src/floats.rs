//! `f32` numbers as little-endian bytes, the layout of both files on every machine.

/// The bytes of `values`, four for each.
pub(crate) fn to_bytes(values: &[f32]) -> Vec<u8> {
    let mut bytes = vec![0; 4 * values.len()];
    let (tokens, _) = bytes.as_chunks_mut::<4>();
    tokens.iter_mut().zip(values).for_each(|(token, value)| *token = value.to_le_bytes());
    bytes
}

/// The numbers of `bytes`, one for every four; callers have checked that none is left over.
pub(crate) fn from_bytes(bytes: &[u8]) -> impl Iterator<Item = f32> {
    let (tokens, rest) = bytes.as_chunks::<4>();
    assert!(rest.is_empty(), "{} bytes are no whole number of f32", bytes.len());
    tokens.iter().map(|&token| f32::from_le_bytes(token))
}

/// Where the first number stands that is NaN or infinite.
pub(crate) fn first_not_finite(values: &[f32]) -> Option<usize> {
    values.iter().position(|value| !value.is_finite())
}
