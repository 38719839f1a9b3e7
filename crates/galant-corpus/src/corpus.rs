//! Pieces as songs of numbered tokens.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;

use galant_checkpoint::CorpusEntry;
use galant_model::HoldOut;
use galant_tokens::stream::Frame;
use galant_tokens::{PlaybackTally, Token, TokenIds, Tokenizer, Vocabulary, VocabularyError};
use galant_types::{Playback, Seed, Song};
use thiserror::Error;

use crate::hold_out::{HeldOut, TailsReason};
use crate::near_duplicates::NearDuplicates;
use crate::piece::Piece;

/// Pieces as songs of numbered tokens, ready to train on.
#[derive(Debug, Clone, PartialEq)]
pub struct Corpus {
    /// What the pieces were encoded by.
    pub tokenizer: Tokenizer,
    /// The tokens of each piece, by number.
    pub songs: Vec<Song>,
    /// The tokens of the pieces to learn from, with every transposition asked for.
    pub vocabulary: Vocabulary,
    /// What each piece is, in the order of the songs.
    pub entries: Vec<CorpusEntry>,
    /// What else is known of each piece, in the order of the songs.
    pub pieces: Vec<PieceInfo>,
    /// The pieces that are no songs, because a validation piece is a near-duplicate of them.
    pub left_out: Vec<LeftOut>,
    /// How most of the music is played; for chord tokens, which have no rhythm, the tokenizer's default.
    pub playback: Playback,
}

/// What is known of a piece of a corpus, apart from its tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PieceInfo {
    /// What it is in the corpus for.
    pub role: Role,
    /// Its bar lines, its key, and as its style the folder of the corpus that it came from.
    pub frame: Frame,
    /// Its tokens as they are written, if the vocabulary lacks some; otherwise empty.
    pub written: Vec<Token>,
    /// Which pieces are its near-duplicates: those of the same number.
    pub family: usize,
}

/// What a piece is in a corpus for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Named as music to learn from, some of which may be held out for validation.
    Corpus,
    /// Named for validation.
    Validation {
        /// How many of its tokens the vocabulary lacks; each is taken for the nearest that it has.
        n_unknown: usize,
    },
}

/// A piece that is not learned from, because a validation piece is a near-duplicate of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// What the piece is called.
    pub name: String,
    /// What the validation piece is called.
    pub validation: String,
}

/// Why a piece is not learned from.
impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: left out, it has music of the validation piece {}", self.name, self.validation)
    }
}

impl Corpus {
    /// What is held out for validation: the pieces named for it if there are any, and otherwise what `hold_out` says.
    ///
    /// Which whole pieces are held out follows from `seed`; see [`HeldOut::choose`].
    pub fn hold_out(&self, hold_out: HoldOut, seed: Seed) -> HeldOut {
        let named: Vec<bool> = self.pieces.iter().map(|piece| piece.role != Role::Corpus).collect();
        if named.contains(&true) {
            return HeldOut::Named(named);
        }
        match hold_out {
            HoldOut::Tails(share) => HeldOut::Tails { share, reason: TailsReason::Asked },
            HoldOut::Pieces(share) => {
                let n_tokens: Vec<usize> = self.songs.iter().map(|song| song.tokens.len()).collect();
                let families: Vec<usize> = self.pieces.iter().map(|piece| piece.family).collect();
                HeldOut::choose(&n_tokens, &families, share, seed)
            }
        }
    }

    /// How many tokens of the pieces named for validation the vocabulary lacks.
    pub fn n_unknown(&self) -> usize {
        let n_unknown = |piece: &PieceInfo| if let Role::Validation { n_unknown } = piece.role { n_unknown } else { 0 };
        self.pieces.iter().map(n_unknown).sum()
    }
}

/// Gathers pieces one after the other; their scores are not kept.
#[derive(Debug, Clone)]
pub struct CorpusBuilder {
    tokenizer: Tokenizer,
    added: Vec<Added>,
    playback: PlaybackTally,
    near_duplicates: NearDuplicates,
    /// How many pieces were left out because they have percussion only.
    n_percussion_only: usize,
}

/// What is kept of a piece.
#[derive(Debug, Clone)]
struct Added {
    entry: CorpusEntry,
    tokens: Vec<Token>,
    frame: Frame,
    role: Role,
}

impl CorpusBuilder {
    /// A corpus without pieces.
    pub fn new(tokenizer: Tokenizer) -> CorpusBuilder {
        CorpusBuilder {
            tokenizer,
            added: Vec::new(),
            playback: PlaybackTally::default(),
            near_duplicates: NearDuplicates::default(),
            n_percussion_only: 0,
        }
    }

    /// Adds a piece and returns how many tokens it has; one without tokens is left out.
    pub fn add(&mut self, piece: &Piece) -> usize {
        self.add_styled(piece, None)
    }

    /// As [`CorpusBuilder::add`], with the folder of the corpus that the piece came from.
    pub fn add_styled(&mut self, piece: &Piece, style: Option<String>) -> usize {
        let n_tokens = self.keep(piece, style, Role::Corpus);
        if n_tokens > 0 {
            self.playback.add(&piece.score);
        }
        n_tokens
    }

    /// Adds a piece to validate on and returns how many tokens it has; one without tokens is left out.
    ///
    /// Nothing is learned from it, nor from its near-duplicates among the other pieces.
    pub fn add_validation(&mut self, piece: &Piece, style: Option<String>) -> usize {
        self.keep(piece, style, Role::Validation { n_unknown: 0 })
    }

    fn keep(&mut self, piece: &Piece, style: Option<String>, role: Role) -> usize {
        let (encoded, entry) = piece.encode(self.tokenizer);
        let n_tokens = encoded.tokens.len();
        if n_tokens > 0 {
            let grid = self.tokenizer.grid().unwrap_or_default();
            let frame = Frame::of_score(&piece.score, grid, style.as_deref());
            self.near_duplicates.add(&piece.score);
            self.added.push(Added { entry, tokens: encoded.tokens, frame, role });
        } else if piece.score.n_percussion() > 0 {
            self.n_percussion_only += 1;
        }
        n_tokens
    }

    /// Numbers the tokens, and every transposition of them by a number of semitones in `transpose`.
    ///
    /// Pieces of which a validation piece is a near-duplicate are [left out](Corpus::left_out).
    ///
    /// # Errors
    ///
    /// If no piece has tokens, if all are left out, or if there are more different tokens than a vocabulary may have.
    pub fn build(self, transpose: RangeInclusive<i8>) -> Result<Corpus, BuildCorpusError> {
        let CorpusBuilder { tokenizer, added, playback, near_duplicates, n_percussion_only } = self;
        let families = near_duplicates.families();
        let (added, left_out) = leave_out(added.into_iter().zip(families).collect());
        let to_learn = || added.iter().map(|(piece, _)| piece).filter(|piece| piece.role == Role::Corpus);
        if to_learn().next().is_none() {
            return Err(match left_out.len() {
                0 if n_percussion_only > 0 => BuildCorpusError::PercussionOnly { n_pieces: n_percussion_only },
                0 => BuildCorpusError::NoMusic,
                n_pieces => BuildCorpusError::AllLeftOut { n_pieces },
            });
        }
        let vocabulary = Vocabulary::new(tokenizer, to_learn().map(|piece| piece.tokens.as_slice()), transpose)?;
        let (mut songs, mut entries, mut pieces) = (Vec::new(), Vec::new(), Vec::new());
        for (Added { entry, tokens, frame, role }, family) in added {
            let TokenIds { ids, unknown } = vocabulary.ids(&tokens);
            songs.push(Song { name: entry.name.clone(), tokens: ids, streams: Vec::new() });
            entries.push(entry);
            let role = match role {
                Role::Corpus => Role::Corpus,
                Role::Validation { .. } => Role::Validation { n_unknown: unknown.len() },
            };
            let written = if unknown.is_empty() { Vec::new() } else { tokens };
            pieces.push(PieceInfo { role, frame, written, family });
        }
        let playback = match tokenizer {
            Tokenizer::Chords(_) => tokenizer.default_playback(),
            Tokenizer::Rhythm(_) | Tokenizer::Notes(_) => playback.playback(),
        };
        Ok(Corpus { tokenizer, songs, vocabulary, entries, pieces, left_out, playback })
    }
}

/// Takes out the pieces of which a validation piece is a near-duplicate; the number of each is that of its family.
fn leave_out(added: Vec<(Added, usize)>) -> (Vec<(Added, usize)>, Vec<LeftOut>) {
    let validation = added.iter().filter(|(piece, _)| piece.role != Role::Corpus);
    let names: BTreeMap<usize, String> =
        validation.map(|(piece, family)| (*family, piece.entry.name.clone())).collect();
    let (mut kept, mut left_out) = (Vec::new(), Vec::new());
    for (piece, family) in added {
        match names.get(&family) {
            Some(validation) if piece.role == Role::Corpus => {
                left_out.push(LeftOut { name: piece.entry.name, validation: validation.clone() });
            }
            _ => kept.push((piece, family)),
        }
    }
    (kept, left_out)
}

/// Why pieces are no corpus.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum BuildCorpusError {
    /// No piece has a note.
    #[error("no music to train on: none of the files has notes")]
    NoMusic,
    /// No piece has a note with a pitch.
    #[error(
        "no music to train on: {n_pieces} {} percussion only (MIDI channel 10), which has no pitches",
        if *n_pieces == 1 { "file has" } else { "files have" }
    )]
    PercussionOnly {
        /// How many pieces have percussion.
        n_pieces: usize,
    },
    /// All pieces are near-duplicates of validation pieces.
    #[error(
        "nothing is left to train on: all {n_pieces} pieces have music of the validation pieces; validate on other music"
    )]
    AllLeftOut {
        /// How many there are.
        n_pieces: usize,
    },
    /// The tokens do not make a vocabulary.
    #[error(transparent)]
    Vocabulary(#[from] VocabularyError),
}
