//! What the program does, a module a command.

pub(crate) mod completions;
pub(crate) mod compose;
pub(crate) mod corpus;
pub(crate) mod detokenize;
pub(crate) mod dice;
pub(crate) mod evaluate;
pub(crate) mod export;
pub(crate) mod gradients;
pub(crate) mod harmonize;
pub(crate) mod info;
pub(crate) mod make;
pub(crate) mod man;
pub(crate) mod metrics;
pub(crate) mod originality;
pub(crate) mod play;
pub(crate) mod plot;
pub(crate) mod render;
pub(crate) mod report;
pub(crate) mod reproduce;
pub(crate) mod studio;
pub(crate) mod tokenize;
pub(crate) mod train;
