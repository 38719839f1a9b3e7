//! The tests of galant-tokens.

// The lecture's rules and the standard ones, on a file written byte by byte.
mod quirks;
// Tokens come back from the score and the file they were written to.
mod round_trip;
// Tokens with rhythm, and the grid they are on.
mod rhythm;
// The alphabet of notes and its grammar.
mod notes;
// Tempo, meter and program.
mod playback;
// Texts of tokens.
mod text;
// Tokens and their numbers.
mod vocabulary;
// The lecture's numbers on real music, where this machine has it.
mod lecture;
