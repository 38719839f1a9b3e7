//! The tests of galant-tokens.

// The lecture's rules and the standard ones, on a file written byte by byte.
mod quirks;
// Tokens come back from the score and the file they were written to.
mod round_trip;
// Tokens with rhythm, and the grid they are on.
mod rhythm;
// Note tokens and their grammar.
mod notes;
// Each constraint by example.
mod constraint;
// Constraints that follow a piece against constraints that read it from the start at each token.
mod incremental;
// What the constraints mean, from scratch.
mod from_scratch;
// Pieces that end, step by step.
mod ending;
// Whatever is drawn ends.
mod ending_drawn;
// Bars that come back, whatever is drawn.
mod returns_drawn;
// Notes without pitches.
mod percussion;
// Tempo, meter and program.
mod playback;
// The key of a score.
mod key;
// What a network is told beside the tokens.
mod streams;
// The streams of a model.
mod stream_sets;
// Streams by their definition.
mod streams_from_scratch;
// Parts, their streams and what they may do.
mod voices;
// Voices that end, whatever is drawn.
mod voices_drawn;
// Texts of tokens.
mod text;
// Tokens and their numbers.
mod vocabulary;
// The lecture's numbers on real music, where this machine has it.
mod lecture;
