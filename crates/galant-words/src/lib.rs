//! Scores to and from words, with the vocabulary that numbers them.
#![forbid(unsafe_code)]
