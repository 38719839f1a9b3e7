use std::fmt;
use std::sync::OnceLock;

/// A set of machine instructions for which the kernels are compiled.
///
/// A value proves that this CPU has the instructions, so calling a kernel with it is safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Level {
    /// Plain loops, compiled for what every CPU of the target has, such as SSE2 on x86-64.
    Scalar,
    /// AVX2 and FMA: eight floats at once.
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
    /// AVX-512: sixteen floats at once.
    #[cfg(target_arch = "x86_64")]
    Avx512(Avx512),
    /// NEON: four floats at once.
    #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
    Neon(Neon),
    /// WebAssembly's SIMD: four floats at once, with the bits of [`Level::Scalar`], as it has no fused multiply-add.
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    Simd128(Simd128),
}

/// Proof that this CPU has AVX2 and FMA.
#[cfg(target_arch = "x86_64")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Avx2(());

/// Proof that this CPU has the foundation of AVX-512, AVX2 and FMA.
#[cfg(target_arch = "x86_64")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Avx512(());

/// Proof that every CPU of this target has NEON.
#[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Neon(());

/// Proof that this module was compiled for WebAssembly's SIMD, so that what runs it has that.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Simd128(());

/// The fastest level of this CPU.
fn fastest() -> Level {
    // The standard library caches the result.
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
        let wide = is_x86_feature_detected!("avx512f");
        return if wide { Level::Avx512(Avx512(())) } else { Level::Avx2(Avx2(())) };
    }
    #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
    let best = Level::Neon(Neon(()));
    #[cfg(not(all(target_arch = "aarch64", target_feature = "neon")))]
    let best = Level::portable();
    best
}

impl Level {
    /// The fastest level of this CPU that gives the bits of [`Level::Scalar`], which are the same on every CPU.
    #[must_use]
    pub fn portable() -> Level {
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
        let best = Level::Simd128(Simd128(()));
        #[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
        let best = Level::Scalar;
        best
    }

    /// Whether it fuses multiplication and addition, which then round once; levels that are alike in this give the same bits.
    #[must_use]
    pub fn is_fused(self) -> bool {
        match self {
            Level::Scalar => false,
            #[cfg(target_arch = "x86_64")]
            Level::Avx2(_) | Level::Avx512(_) => true,
            #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
            Level::Neon(_) => true,
            #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
            Level::Simd128(_) => false,
        }
    }

    /// Every level that this CPU has, the slowest first.
    #[must_use]
    pub fn available() -> Vec<Level> {
        match fastest() {
            Level::Scalar => vec![Level::Scalar],
            #[cfg(target_arch = "x86_64")]
            best @ Level::Avx2(_) => vec![Level::Scalar, best],
            #[cfg(target_arch = "x86_64")]
            best @ Level::Avx512(_) => vec![Level::Scalar, Level::Avx2(Avx2(())), best],
            #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
            best @ Level::Neon(_) => vec![Level::Scalar, best],
            #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
            best @ Level::Simd128(_) => vec![Level::Scalar, best],
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Level::Scalar => "scalar",
            #[cfg(target_arch = "x86_64")]
            Level::Avx2(_) => "avx2+fma",
            #[cfg(target_arch = "x86_64")]
            Level::Avx512(_) => "avx512f",
            #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
            Level::Neon(_) => "neon",
            #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
            Level::Simd128(_) => "simd128",
        })
    }
}

/// The level that the free functions of this crate use; empty before the first of them is called.
static LEVEL: OnceLock<Level> = OnceLock::new();

/// The level that the free functions of this crate use: the fastest of this CPU, unless [`hold_to`] chose another.
#[must_use]
pub fn level() -> Level {
    *LEVEL.get_or_init(fastest)
}

/// Makes the free functions of this crate use `level` as long as the program runs, so that it can be measured.
///
/// # Errors
///
/// If they use another level already: matrices may have been packed for it.
pub fn hold_to(level: Level) -> Result<(), LevelInUse> {
    match *LEVEL.get_or_init(|| level) {
        in_use if in_use == level => Ok(()),
        in_use => Err(LevelInUse(in_use)),
    }
}

/// Another level is in use already: this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LevelInUse(pub Level);

impl fmt::Display for LevelInUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "level {} is in use already; choose another before anything is computed", self.0)
    }
}

impl std::error::Error for LevelInUse {}

/// Calls a kernel's body compiled for `$level`.
///
/// The body is an `#[inline(always)]` function of plain loops, so the same source serves every level; unless a second body
/// is given for the other levels, the bits are the same at each.
/// The inner functions keep the arguments' `noalias`, without which long loops are not vectorized.
macro_rules! at_level {
    ($level:expr, $body:ident $args:tt $(-> $out:ty)?) => { at_level!($level, ($body, $body) $args $(-> $out)?) };
    ($level:expr, ($body:expr, $fused:expr) ($($arg:ident: $ty:ty),*) $(-> $out:ty)?) => {{
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx2,fma")]
        fn avx2($($arg: $ty),*) $(-> $out)? { $fused($($arg),*) }
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx512f,avx2,fma")]
        fn avx512($($arg: $ty),*) $(-> $out)? { $fused($($arg),*) }
        match $level {
            Level::Scalar => $body($($arg),*),
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the value proves that both features were detected.
            Level::Avx2(_) => unsafe { avx2($($arg),*) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the value proves that the three features were detected.
            Level::Avx512(_) => unsafe { avx512($($arg),*) },
            #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
            Level::Neon(_) => $fused($($arg),*),
            #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
            // Compiled for it like all of the module.
            Level::Simd128(_) => $body($($arg),*),
        }
    }};
}
pub(crate) use at_level;

/// Panics unless `what`, an argument of `kernel`, has `expected` elements.
#[track_caller]
#[inline]
pub(crate) fn check_len(kernel: &str, what: &str, len: usize, expected: usize) {
    assert!(len == expected, "{kernel}: {what} has {len} elements, but must have {expected}");
}
