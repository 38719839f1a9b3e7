//! Choosing the next word from any step model.
#![forbid(unsafe_code)]
