/// Asks the CPU to load `x` into its caches, because it will be needed soon.
///
/// It changes no result, and does nothing on other CPUs than x86-64.
pub fn prefetch(x: &[f32]) {
    /// Floats in a line of the cache.
    #[cfg(target_arch = "x86_64")]
    const LINE: usize = 16;
    #[cfg(target_arch = "x86_64")]
    for line in x.chunks(LINE) {
        use std::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};
        // SAFETY: every CPU of this target has SSE; a prefetch reads nothing and cannot fault.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(line.as_ptr().cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = x;
}
