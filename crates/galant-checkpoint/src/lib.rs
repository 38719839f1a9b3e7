//! Model files, with snapshots to resume training from.
#![forbid(unsafe_code)]
