//! The tests of galant-midi.

// Small files, put together byte by byte.
mod bytes;
// What is read from a good file.
mod music;
// Keys that are struck again, and unisons.
mod repeated;
// What a file with a damaged frame loses, and what the warnings say.
mod damage;
// The same of single events and notes.
mod events;
// What is refused, and with which message.
mod errors;
// A score comes back from the file it was written to.
mod round_trip;
// The same notes as midly finds in good files.
mod against_midly;
// Channels of percussion other than 10.
mod drums;
// Oddities of files in the wild, each in a file.
mod wild;
// Any bytes at all.
mod any_bytes;
// Odd files of others, where this machine has them.
mod odd_files;
