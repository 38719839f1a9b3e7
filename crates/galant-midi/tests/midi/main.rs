//! The tests of galant-midi.

// Small files, put together byte by byte.
mod bytes;
// What a good file says.
mod music;
// What a damaged file loses, and how it is said.
mod damage;
// What is refused, and with which message.
mod errors;
// A score comes back from the file it was written to.
mod round_trip;
// The same notes as midly finds in good files.
mod against_midly;
// Oddities of files in the wild, each in a file.
mod wild;
// Any bytes at all.
mod any_bytes;
// Odd files of others, where this machine has them.
mod odd_files;
