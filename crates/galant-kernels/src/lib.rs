//! f32 kernels on slices; the fastest version is chosen at run time.
//!
//! They are what a recurrent network needs: products with a packed matrix, the gradients of weights, the gates of an LSTM
//! forward and backward, softmax and cross-entropy, sums, and the updates of Adam and RMSprop.
//! The free functions run at the best [`Level`] of this CPU; a method of [`Level`] with the same name runs at a given
//! level, for tests and measurements.
//! No kernel allocates, and nothing depends on threads.
//! The result of an element depends neither on its position in a slice nor on the number of rows.
//! Products and exponentials at levels scalar and simd128 differ in the last bits from those at the other levels, which fuse
//! multiplication and addition; everything else has the same bits at every level.
//!
//! ```
//! use galant_kernels::{Output, PackedMatrix, gemm, tanh};
//!
//! // One step of a vanilla recurrent network with two units and no input: h' = tanh(W h).
//! let w = [0.5, -1.0, 0.25, 2.0]; // [2, 2], as PyTorch keeps weight_hh
//! let packed = PackedMatrix::pack_transposed(2, 2, &w);
//! let mut h = [0.0; 2];
//! gemm(&[1.0, 0.5], 1, &packed, &mut h, Output::Overwrite);
//! tanh(&mut h);
//! assert!(h[0] == 0.0 && (h[1] - 0.848_284).abs() < 1e-6);
//! ```
// Intrinsics are called only in this crate; all others in the workspace forbid unsafe code.
#![allow(unsafe_code)]

mod activation;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod cell;
mod gemm;
#[cfg(target_arch = "x86_64")]
mod gemm_avx2;
#[cfg(target_arch = "x86_64")]
mod gemm_avx512;
#[cfg(any(target_arch = "x86_64", all(target_arch = "aarch64", target_feature = "neon")))]
mod gemm_blocks;
#[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
mod gemm_neon;
mod gemm_scalar;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod gemm_simd128;
mod level;
mod loss;
#[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
mod neon;
mod optimizer;
mod packed;
#[cfg(any(
    all(target_arch = "aarch64", target_feature = "neon"),
    all(target_arch = "wasm32", target_feature = "simd128")
))]
mod padded_tile;
mod prefetch;
mod rate;
#[cfg(target_arch = "x86_64")]
mod rate_avx2;
#[cfg(target_arch = "x86_64")]
mod rate_avx512;
#[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
mod rate_neon;
mod rate_scalar;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod rate_simd128;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd128;
mod transposed;
#[cfg(target_arch = "x86_64")]
mod transposed_avx2;
#[cfg(target_arch = "x86_64")]
mod transposed_avx512;
#[cfg(any(target_arch = "x86_64", all(target_arch = "aarch64", target_feature = "neon")))]
mod transposed_blocks;
#[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
mod transposed_neon;
mod transposed_scalar;
mod vector;

pub use activation::{exp, sigmoid, tanh};
pub use cell::{lstm_backward, lstm_forward, rnn_backward, rnn_forward};
pub use gemm::gemm;
#[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
pub use level::Neon;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub use level::Simd128;
#[cfg(target_arch = "x86_64")]
pub use level::{Avx2, Avx512};
pub use level::{Level, LevelInUse, hold_to, level};
pub use loss::{softmax, softmax_cross_entropy};
pub use optimizer::{AdamStep, RmspropStep, adam, rmsprop};
pub use packed::{Output, PackedMatrix};
pub use prefetch::prefetch;
pub use transposed::{ProductWorkspace, add_transposed_product};
pub use vector::{add_assign, axpy, dot, mul_assign, mul_into, sum_of_squares};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
