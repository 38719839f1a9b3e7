//! The tests of galant-abc.

// What notes sound, when and how long.
mod notes;
// The transcriptions among the fixtures, and an edition of others where this machine has it.
mod transcriptions;
