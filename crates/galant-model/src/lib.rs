//! The network as plain data, with the engine contract and a slow reference.
#![forbid(unsafe_code)]
