//! f32 kernels on slices, the fastest version chosen at run time.
#![forbid(unsafe_code)]
