//! Vectors of four floats.

use std::arch::wasm32::{v128, v128_load, v128_store};

/// Floats in a vector.
pub(crate) const VECTOR: usize = 4;

/// The first four numbers of `from`.
///
/// # Panics
///
/// If it has fewer.
#[inline]
pub(crate) fn load(from: &[f32]) -> v128 {
    let from = &from[..VECTOR];
    // SAFETY: `from` is four readable floats; the load asks for no alignment.
    unsafe { v128_load(from.as_ptr().cast()) }
}

/// Writes four numbers to `to`.
///
/// # Panics
///
/// If it does not have room for them.
#[inline]
pub(crate) fn store(to: &mut [f32], numbers: v128) {
    let to = &mut to[..VECTOR];
    // SAFETY: `to` is four writable floats; the store asks for no alignment.
    unsafe { v128_store(to.as_mut_ptr().cast(), numbers) };
}
