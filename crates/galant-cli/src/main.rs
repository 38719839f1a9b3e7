//! The program `galant`.
#![forbid(unsafe_code)]
fn main() {}
