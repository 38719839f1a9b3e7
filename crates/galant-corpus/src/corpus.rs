//! Pieces as songs of numbered tokens.

use std::ops::RangeInclusive;

use galant_checkpoint::CorpusEntry;
use galant_tokens::{PlaybackTally, Token, Tokenizer, Vocabulary, VocabularyError};
use galant_types::{Playback, Song};
use thiserror::Error;

use crate::piece::Piece;

/// Pieces as songs of numbered tokens, ready to train on.
#[derive(Debug, Clone, PartialEq)]
pub struct Corpus {
    /// What the pieces were encoded by.
    pub tokenizer: Tokenizer,
    /// The tokens of each piece, by number.
    pub songs: Vec<Song>,
    /// The tokens, with every transposition asked for.
    pub vocabulary: Vocabulary,
    /// What each piece is, in the order of the songs.
    pub entries: Vec<CorpusEntry>,
    /// How most of the music is played; for chord tokens, which have no rhythm, the tokenizer's default.
    pub playback: Playback,
}

/// Gathers pieces one after the other; their scores are not kept.
#[derive(Debug, Clone)]
pub struct CorpusBuilder {
    tokenizer: Tokenizer,
    entries: Vec<CorpusEntry>,
    songs: Vec<Vec<Token>>,
    playback: PlaybackTally,
}

impl CorpusBuilder {
    /// A corpus without pieces.
    pub fn new(tokenizer: Tokenizer) -> CorpusBuilder {
        CorpusBuilder { tokenizer, entries: Vec::new(), songs: Vec::new(), playback: PlaybackTally::default() }
    }

    /// Adds a piece and returns how many tokens it has; one without tokens is left out.
    pub fn add(&mut self, piece: &Piece) -> usize {
        let (encoded, entry) = piece.encode(self.tokenizer);
        let n_tokens = encoded.tokens.len();
        if n_tokens > 0 {
            self.playback.add(&piece.score);
            self.entries.push(entry);
            self.songs.push(encoded.tokens);
        }
        n_tokens
    }

    /// Numbers the tokens, and every transposition of them by a number of semitones in `transpose`.
    ///
    /// # Errors
    ///
    /// If no piece has tokens, or if there are more different tokens than a vocabulary may have.
    pub fn build(self, transpose: RangeInclusive<i8>) -> Result<Corpus, BuildCorpusError> {
        if self.songs.is_empty() {
            return Err(BuildCorpusError::NoMusic);
        }
        let vocabulary = Vocabulary::new(self.tokenizer, self.songs.iter().map(Vec::as_slice), transpose)?;
        let id = |token: &Token| vocabulary.id(token).expect("the vocabulary was made of these tokens");
        let song = |(entry, tokens): (&CorpusEntry, &Vec<Token>)| Song {
            name: entry.name.clone(),
            tokens: tokens.iter().map(id).collect(),
            streams: Vec::new(),
        };
        let songs = self.entries.iter().zip(&self.songs).map(song).collect();
        let playback = match self.tokenizer {
            Tokenizer::Chords(_) => self.tokenizer.default_playback(),
            Tokenizer::Rhythm(_) | Tokenizer::Notes(_) => self.playback.playback(),
        };
        Ok(Corpus { tokenizer: self.tokenizer, songs, vocabulary, entries: self.entries, playback })
    }
}

/// Why pieces are no corpus.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum BuildCorpusError {
    /// No piece has a note.
    #[error("no music to train on: none of the files has notes")]
    NoMusic,
    /// The tokens do not make a vocabulary.
    #[error(transparent)]
    Vocabulary(#[from] VocabularyError),
}
