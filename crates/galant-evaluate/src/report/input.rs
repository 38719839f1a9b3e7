//! What a page shows, as plain data.

use galant_checkpoint::ModelFile;
use galant_corpus::Leaks;
use galant_types::Score;

use crate::originality::OriginalityCorpus;

/// What a page shows.
#[derive(Debug, Clone, Copy)]
pub struct ReportInput<'a> {
    /// The network, with its corpus and losses.
    pub file: &'a ModelFile,
    /// Names and values of the settings that it was trained with.
    pub settings: &'a [(&'static str, String)],
    /// How long its epochs took, as far as that is known.
    pub times: &'a [EpochTime],
    /// Pieces that it composed.
    pub pieces: &'a [ReportPiece<'a>],
    /// What is known of the music that it learned from, if that could be read again.
    pub corpus: Option<&'a ReportCorpus>,
    /// What the pieces are compared with.
    pub compared_with: ComparedWith<'a>,
}

/// A piece that a network composed, as far as it is there.
#[derive(Debug, Clone, Copy)]
pub struct ReportPiece<'a> {
    /// What it is called.
    pub title: &'a str,
    /// Its notes.
    pub score: Option<&'a Score>,
    /// A WAV file of it; without one, the page plays its notes.
    pub sound: Option<&'a [u8]>,
}

/// The music that pieces are compared with.
#[derive(Debug, Clone, Copy)]
pub enum ComparedWith<'a> {
    /// This music.
    Corpus(&'a OriginalityCorpus),
    /// Nothing, for a reason that completes "They are not compared with any music: …".
    Nothing(&'a str),
}

/// What is known of a corpus that was read again.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportCorpus {
    /// Its pieces, in the order of the corpus.
    pub pieces: Vec<ReportCorpusPiece>,
    /// What is held out for validation, in words.
    pub held_out: String,
    /// How much of that is in what is learned from.
    pub leaks: Leaks,
    /// What models that count pay for the validation part; none if nothing is held out.
    pub counting: Option<CountingLosses>,
}

/// A piece of a corpus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportCorpusPiece {
    /// What it is called.
    pub name: String,
    /// How many tokens it has.
    pub n_tokens: u64,
    /// Whether all of it is held out for validation.
    pub is_held_out: bool,
}

/// What models that count pay for a validation part, in nats per token.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CountingLosses {
    /// How many tokens the longest n-grams have.
    pub order: usize,
    /// What n-grams pay.
    pub ngrams: f64,
    /// What PPM pays, which counts what it reads of a piece, too.
    pub ppm: f64,
}

/// How long an epoch took.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EpochTime {
    /// The epoch, from 1.
    pub epoch: u64,
    /// How long training had taken up to its end, in seconds, measurements not included.
    pub seconds: f64,
    /// How many tokens it learned from in a second.
    pub tokens_per_second: f64,
}
