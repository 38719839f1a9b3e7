//! Pieces of music from bytes.
//!
//! The pieces that come with the project are in `music/`.
#![forbid(unsafe_code)]
