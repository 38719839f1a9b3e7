//! The embedded training engine for LSTMs and vanilla RNNs.
#![forbid(unsafe_code)]
