//! Songs cut into seeded batches of training windows.
#![forbid(unsafe_code)]
