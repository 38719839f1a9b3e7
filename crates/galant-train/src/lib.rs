//! The training loop, whatever the engine.
#![forbid(unsafe_code)]
