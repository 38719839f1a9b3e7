//! The figures of pieces of the repository, compared with those of other programs.

mod distances;
mod music;
mod pieces;
