//! Pieces, corpora and what a survey finds in them, from the outside.

mod building;
mod leaks;
mod near_duplicates;
mod reading;
mod surveying;
mod token_list;
mod voices;

use galant_corpus::{Piece, ReadOptions, read_piece};
use galant_tokens::{ChordRules, ChordTokenizer, GridTokenizer, Tokenizer};

const CHORDS: Tokenizer = Tokenizer::Chords(ChordTokenizer { rules: ChordRules::Standard, top: None });

fn rhythm() -> Tokenizer {
    Tokenizer::Rhythm(GridTokenizer::default())
}

fn notes() -> Tokenizer {
    Tokenizer::Notes(GridTokenizer::default())
}

/// A tune as ABC, in quarter notes.
fn tune(name: &str, text: &str) -> Piece {
    let text = format!("X:1\nM:3/4\nL:1/4\nQ:1/4=90\nK:C\n{text}\n");
    read_piece(name, text.as_bytes(), ReadOptions::default()).unwrap()
}
