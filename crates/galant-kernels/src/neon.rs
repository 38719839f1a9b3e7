//! Vectors of four floats.

use std::arch::aarch64::{float32x4_t, vld1q_f32, vst1q_f32};

/// Floats in a vector.
pub(crate) const VECTOR: usize = 4;

/// The first four numbers of `from`.
///
/// # Panics
///
/// If it has fewer.
#[inline]
#[target_feature(enable = "neon")]
pub(crate) fn load(from: &[f32]) -> float32x4_t {
    let from = &from[..VECTOR];
    // SAFETY: `from` is four readable floats; the load asks for no alignment.
    unsafe { vld1q_f32(from.as_ptr()) }
}

/// Writes four numbers to `to`.
///
/// # Panics
///
/// If it does not have room for them.
#[inline]
#[target_feature(enable = "neon")]
pub(crate) fn store(to: &mut [f32], numbers: float32x4_t) {
    let to = &mut to[..VECTOR];
    // SAFETY: `to` is four writable floats; the store asks for no alignment.
    unsafe { vst1q_f32(to.as_mut_ptr(), numbers) };
}
