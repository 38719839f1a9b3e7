//! Standard MIDI File bytes to and from a score.
#![forbid(unsafe_code)]
