//! Pieces as songs of numbered tokens.

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroU8;
use std::ops::RangeInclusive;

use galant_checkpoint::{CorpusEntry, VoicePart};
use galant_model::HoldOut;
use galant_tokens::stream::Frame;
use galant_tokens::{
    Encoded, PlaybackTally, Rounding, Token, TokenIds, Tokenizer, Vocabulary, VocabularyError, VoicesError,
    VoicesTokenizer, voice_parts,
};
use galant_types::{PackedIds, Part, Playback, Seed, Song, TokenId};
use thiserror::Error;

use crate::hold_out::{HeldOut, TailsReason};
use crate::leaks::Leaks;
use crate::likeness::Likeness;
use crate::near_duplicates::NearDuplicates;
use crate::numbered_tokens::NumberedTokens;
use crate::part_tally::{PartTally, commonest};
use crate::piece::Piece;
use crate::tune::Tune;

/// Pieces as songs of numbered tokens, ready to train on.
#[derive(Debug, Clone, PartialEq)]
pub struct Corpus {
    /// What the pieces were encoded by; voices are of so many parts as the pieces have.
    pub tokenizer: Tokenizer,
    /// The tokens of each piece, by number.
    pub songs: Vec<Song>,
    /// The tokens of the pieces to learn from, with every transposition asked for.
    pub vocabulary: Vocabulary,
    /// What each piece is, in the order of the songs.
    pub entries: Vec<CorpusEntry>,
    /// What else is known of each piece, in the order of the songs.
    pub pieces: Vec<PieceInfo>,
    /// The pieces that are no songs, and why.
    pub left_out: Vec<LeftOut>,
    /// The parts that voices are written for, the highest first; none if the tokens are no voices.
    pub parts: Vec<VoicePart>,
    /// What became of the notes of the pieces to learn from; none for chord tokens.
    pub rounding: Option<Rounding>,
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
    /// Its tune, by which it is looked for in other pieces.
    pub tune: Tune,
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

/// A piece that is no song of a corpus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// What the piece is called.
    pub name: String,
    /// Why it is left out.
    pub reason: LeftOutReason,
}

/// Why a piece is no song of a corpus.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LeftOutReason {
    /// A validation piece is a near-duplicate of it.
    NearDuplicate {
        /// What the validation piece is called.
        validation: String,
    },
    /// It has no notes.
    NoNotes,
    /// It has no notes but percussion.
    PercussionOnly,
    /// It cannot be written as voices like the others.
    Voices(VoicesError),
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        match &self.reason {
            LeftOutReason::NearDuplicate { validation } => {
                write!(f, "{name}: left out, it has music of the validation piece {validation}")
            }
            LeftOutReason::NoNotes => write!(f, "{name}: left out, it has no notes"),
            LeftOutReason::PercussionOnly => write!(f, "{name}: left out, it has percussion only"),
            LeftOutReason::Voices(error) => write!(f, "{name}: left out, {error}"),
        }
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

    /// How much of what is held out for validation is in what is learned from.
    pub fn leaks(&self, held_out: &HeldOut) -> Leaks {
        let tunes: Vec<&Tune> = self.pieces.iter().map(|piece| &piece.tune).collect();
        Leaks::of(&tunes, held_out)
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
    different: NumberedTokens,
    added: Vec<Added>,
    left_out: Vec<LeftOut>,
    near_duplicates: NearDuplicates,
}

/// What is kept of a piece.
#[derive(Debug, Clone)]
struct Added {
    entry: CorpusEntry,
    /// Its tokens, by their numbers in `different`.
    numbers: PackedIds,
    frame: Frame,
    tune: Tune,
    role: Role,
    playback: PlaybackTally,
    rounding: Option<Rounding>,
    /// The parts of its voices; none of other tokens.
    parts: Vec<Part>,
}

impl CorpusBuilder {
    /// A corpus without pieces.
    pub fn new(tokenizer: Tokenizer) -> CorpusBuilder {
        CorpusBuilder {
            tokenizer,
            different: NumberedTokens::default(),
            added: Vec::new(),
            left_out: Vec::new(),
            near_duplicates: NearDuplicates::default(),
        }
    }

    /// Adds a piece and returns how many tokens it has; one without tokens is [left out](Corpus::left_out).
    ///
    /// Which number of parts voices have is decided in the end, if the tokenizer does not say; until then a piece has as many
    /// as it has.
    pub fn add(&mut self, piece: &Piece) -> usize {
        self.add_styled(piece, None)
    }

    /// As [`CorpusBuilder::add`], with the folder of the corpus that the piece came from.
    pub fn add_styled(&mut self, piece: &Piece, style: Option<String>) -> usize {
        self.keep(piece, style, Role::Corpus)
    }

    /// Adds a piece to validate on and returns how many tokens it has; one without tokens is
    /// [left out](Corpus::left_out).
    ///
    /// Nothing is learned from it, nor from its near-duplicates among the other pieces.
    pub fn add_validation(&mut self, piece: &Piece, style: Option<String>) -> usize {
        self.keep(piece, style, Role::Validation { n_unknown: 0 })
    }

    fn keep(&mut self, piece: &Piece, style: Option<String>, role: Role) -> usize {
        let (Encoded { tokens, rounding, refused }, entry) = piece.encode(any_parts(self.tokenizer));
        let n_tokens = tokens.len();
        if n_tokens == 0 {
            let reason = match refused {
                Some(error) => LeftOutReason::Voices(error),
                None if piece.score.n_percussion() > 0 => LeftOutReason::PercussionOnly,
                None => LeftOutReason::NoNotes,
            };
            self.left_out.push(LeftOut { name: entry.name, reason });
            return 0;
        }
        let grid = self.tokenizer.grid().unwrap_or_default();
        let frame = Frame::of_score(&piece.score, grid, style.as_deref());
        let mut playback = PlaybackTally::default();
        playback.add(&piece.score);
        let parts = if is_voices(self.tokenizer) { voice_parts(&piece.score) } else { Vec::new() };
        let likeness = Likeness::of(&piece.score);
        self.near_duplicates.add(&likeness);
        let tune = likeness.into_tune();
        let numbers = self.different.numbers(tokens);
        self.added.push(Added { entry, numbers, frame, tune, role, playback, rounding, parts });
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
        let CorpusBuilder { tokenizer, different, added, mut left_out, near_duplicates } = self;
        let families = near_duplicates.families();
        let (tokenizer, added) = of_equal_parts(tokenizer, added.into_iter().zip(families).collect(), &mut left_out);
        let added = leave_out(added, &mut left_out);
        let to_learn = || added.iter().map(|(piece, _)| piece).filter(|piece| piece.role == Role::Corpus);
        if to_learn().next().is_none() {
            return Err(nothing_to_learn(&left_out));
        }
        let mut is_learned = vec![false; different.all().len()];
        to_learn().flat_map(|piece| piece.numbers.iter()).for_each(|number| is_learned[number.index()] = true);
        let learned = (0..).zip(is_learned).filter_map(|(number, is_learned)| is_learned.then_some(TokenId(number)));
        let learned = different.tokens(learned);
        let vocabulary = Vocabulary::new(tokenizer, [learned.as_slice()], transpose)?;
        let (mut playback, mut rounding, mut parts) = (PlaybackTally::default(), None, PartTally::default());
        for piece in to_learn() {
            playback.merge(&piece.playback);
            piece.rounding.iter().for_each(|one| rounding.get_or_insert_with(Rounding::default).add(one));
            if is_voices(tokenizer)
                && let Ok(texture) = tokenizer.texture(&different.tokens(piece.numbers.iter()))
            {
                parts.add(&piece.parts, &texture);
            }
        }
        let TokenIds { ids, unknown: not_in_vocabulary } = vocabulary.ids(different.all());
        let is_unknown = |number: &TokenId| not_in_vocabulary.binary_search(&number.index()).is_ok();
        let (mut songs, mut entries, mut pieces) = (Vec::new(), Vec::new(), Vec::new());
        for (Added { entry, numbers, frame, tune, role, .. }, family) in added {
            let n_unknown = numbers.iter().filter(is_unknown).count();
            let written = if n_unknown == 0 { Vec::new() } else { different.tokens(numbers.iter()) };
            let tokens = numbers.iter().map(|number| ids[number.index()]).collect();
            songs.push(Song { name: entry.name.clone(), tokens, streams: Vec::new() });
            entries.push(entry);
            let role = match role {
                Role::Corpus => Role::Corpus,
                Role::Validation { .. } => Role::Validation { n_unknown },
            };
            pieces.push(PieceInfo { role, frame, written, family, tune });
        }
        let playback = match tokenizer {
            Tokenizer::Chords(_) => tokenizer.default_playback(),
            Tokenizer::Rhythm(_) | Tokenizer::Notes(_) | Tokenizer::Voices(_) => playback.playback(),
        };
        let parts = parts.parts();
        Ok(Corpus { tokenizer, songs, vocabulary, entries, pieces, left_out, parts, rounding, playback })
    }
}

fn is_voices(tokenizer: Tokenizer) -> bool {
    matches!(tokenizer, Tokenizer::Voices(_))
}

/// The tokenizer, for voices of as many parts as a piece has.
fn any_parts(tokenizer: Tokenizer) -> Tokenizer {
    match tokenizer {
        Tokenizer::Voices(voices) => Tokenizer::Voices(VoicesTokenizer { n_parts: None, ..voices }),
        Tokenizer::Chords(_) | Tokenizer::Rhythm(_) | Tokenizer::Notes(_) => tokenizer,
    }
}

/// Of voices takes out the pieces that have not the number of parts that the tokenizer says, or else most of the pieces to
/// learn from; of equally common numbers, the fewest.
fn of_equal_parts(
    tokenizer: Tokenizer,
    added: Vec<(Added, usize)>,
    left_out: &mut Vec<LeftOut>,
) -> (Tokenizer, Vec<(Added, usize)>) {
    let Tokenizer::Voices(voices) = tokenizer else { return (tokenizer, added) };
    let mut counts: BTreeMap<u8, u64> = BTreeMap::new();
    let to_learn = added.iter().filter(|(piece, _)| piece.role == Role::Corpus);
    to_learn.for_each(|(piece, _)| *counts.entry(piece.parts.len() as u8).or_default() += 1);
    let Some(expected) = voices.n_parts.or_else(|| commonest(&counts).and_then(NonZeroU8::new)) else {
        return (tokenizer, added);
    };
    let (kept, other): (Vec<_>, Vec<_>) =
        added.into_iter().partition(|(piece, _)| piece.parts.len() == usize::from(expected.get()));
    left_out.extend(other.into_iter().map(|(piece, _)| LeftOut {
        name: piece.entry.name,
        reason: LeftOutReason::Voices(VoicesError::Parts { n_parts: piece.parts.len(), expected }),
    }));
    (Tokenizer::Voices(VoicesTokenizer { n_parts: Some(expected), ..voices }), kept)
}

/// Takes out the pieces of which a validation piece is a near-duplicate; the number of each is that of its family.
fn leave_out(added: Vec<(Added, usize)>, left_out: &mut Vec<LeftOut>) -> Vec<(Added, usize)> {
    let validation = added.iter().filter(|(piece, _)| piece.role != Role::Corpus);
    let names: BTreeMap<usize, String> =
        validation.map(|(piece, family)| (*family, piece.entry.name.clone())).collect();
    let mut kept = Vec::new();
    for (piece, family) in added {
        match names.get(&family) {
            Some(validation) if piece.role == Role::Corpus => {
                let reason = LeftOutReason::NearDuplicate { validation: validation.clone() };
                left_out.push(LeftOut { name: piece.entry.name, reason });
            }
            _ => kept.push((piece, family)),
        }
    }
    kept
}

/// What to say where all pieces were left out.
fn nothing_to_learn(left_out: &[LeftOut]) -> BuildCorpusError {
    let n_of = |is_reason: fn(&LeftOutReason) -> bool| left_out.iter().filter(|piece| is_reason(&piece.reason)).count();
    let n_near_duplicates = n_of(|reason| matches!(reason, LeftOutReason::NearDuplicate { .. }));
    let n_percussion_only = n_of(|reason| matches!(reason, LeftOutReason::PercussionOnly));
    let refused = left_out.iter().find(|piece| matches!(piece.reason, LeftOutReason::Voices(_)));
    match refused {
        _ if n_near_duplicates > 0 => BuildCorpusError::AllLeftOut { n_pieces: n_near_duplicates },
        Some(first) => BuildCorpusError::NoVoices { first: first.clone() },
        None if n_percussion_only > 0 => BuildCorpusError::PercussionOnly { n_pieces: n_percussion_only },
        None => BuildCorpusError::NoMusic,
    }
}

/// Why pieces are no corpus.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum BuildCorpusError {
    /// No piece has a note.
    #[error("no music to train on: none of the files has notes")]
    NoMusic,
    /// No piece can be written as voices of the parts asked for.
    #[error("no music to train on: {first}")]
    NoVoices {
        /// The first of the pieces.
        first: LeftOut,
    },
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
