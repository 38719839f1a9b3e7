//! Vectors of sixteen floats, in slices that may end within one.

use std::arch::x86_64::{__m512, __mmask16, _mm512_mask_storeu_ps, _mm512_maskz_loadu_ps};

/// Floats in a vector.
pub(crate) const VECTOR: usize = 16;

/// The mask of a whole vector.
pub(crate) const ALL: __mmask16 = __mmask16::MAX;

/// The mask of the first `len` numbers of a vector; of all, if it has fewer.
#[inline]
pub(crate) fn first(len: usize) -> __mmask16 {
    ALL.checked_shr(VECTOR.saturating_sub(len) as u32).unwrap_or(0)
}

/// The numbers of `from` that `mask` names; zero in place of the others.
///
/// # Panics
///
/// If `from` does not have all the numbers.
#[inline]
#[target_feature(enable = "avx512f")]
pub(crate) fn load(from: &[f32], mask: __mmask16) -> __m512 {
    assert!(from.len() >= VECTOR - mask.leading_zeros() as usize);
    // SAFETY: the mask names readable floats only, by the assertion; no others are read.
    unsafe { _mm512_maskz_loadu_ps(mask, from.as_ptr()) }
}

/// Writes the numbers that `mask` names to `to`.
///
/// # Panics
///
/// If `to` does not have room for them.
#[inline]
#[target_feature(enable = "avx512f")]
pub(crate) fn store(to: &mut [f32], mask: __mmask16, numbers: __m512) {
    assert!(to.len() >= VECTOR - mask.leading_zeros() as usize);
    // SAFETY: the mask names writable floats only, by the assertion; no others are written.
    unsafe { _mm512_mask_storeu_ps(to.as_mut_ptr(), mask, numbers) };
}
