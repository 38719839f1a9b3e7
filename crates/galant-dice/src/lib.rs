//! Mozart's musical dice game: tables, rolls, scores, exact entropy.
#![forbid(unsafe_code)]
