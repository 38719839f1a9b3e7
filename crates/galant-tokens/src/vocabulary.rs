//! Tokens and their numbers.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::num::{NonZeroU8, NonZeroU16};
use std::ops::RangeInclusive;

use galant_types::TokenId;
use thiserror::Error;

use crate::{Grid, NoteToken, Token, Tokenizer, VoiceToken};

/// Numbers tokens: each different token has one [`TokenId`], from 0 without gaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vocabulary {
    /// By number; at least one.
    tokens: Vec<Token>,
    /// The numbers in the order of their tokens, to look tokens up.
    by_token: Vec<TokenId>,
}

/// A sequence of tokens as numbers of a vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TokenIds {
    /// The numbers, one for each token.
    pub ids: Vec<TokenId>,
    /// The positions of the tokens that the vocabulary lacks, ascending; there the number is that of the nearest token.
    pub unknown: Vec<usize>,
}

impl Vocabulary {
    /// The most tokens a vocabulary may have.
    ///
    /// A thousand symphonies have some hundred thousand chords; an output layer for a million takes gigabytes.
    pub const MAX_LEN: usize = 1 << 20;

    /// The vocabulary for `songs` of tokens of `tokenizer`, in all `transpositions`; the order of the songs does not
    /// matter.
    ///
    /// Chord and rhythm tokens are those of the songs, and the same a number of semitones higher for each of the
    /// `transpositions`, as far as they stay between the lowest and the highest pitch of all songs: the range of the
    /// instrument. Note tokens are always all there: each pitch of that range, each length and each time. So are those of
    /// voices: the beginnings of the songs, a hold, a rest, and each pitch of that range.
    ///
    /// Chord tokens are sorted by their texts as Python prints lists, `[33, 45, 61]`. That is the lecture's order:
    /// `[100]` before `[33]`, and `[33, 45, 61]` before `[33, 45]`, because a comma sorts before a bracket. Other
    /// tokens are in their own order.
    ///
    /// # Errors
    ///
    /// If the songs have no pitch, or if there are more than [`Vocabulary::MAX_LEN`] different tokens.
    pub fn new<'a>(
        tokenizer: Tokenizer,
        songs: impl IntoIterator<Item = &'a [Token]>,
        transpositions: RangeInclusive<i8>,
    ) -> Result<Vocabulary, VocabularyError> {
        let original: BTreeSet<&Token> = songs.into_iter().flatten().collect();
        let range = pitch_range(original.iter().copied()).ok_or(VocabularyError::Empty)?;
        if let Tokenizer::Notes(tokenizer) = tokenizer {
            return Vocabulary::from_tokens(all_note_tokens(tokenizer.grid, range));
        }
        if matches!(tokenizer, Tokenizer::Voices(_)) {
            let begins = original.iter().filter(|token| matches!(token, Token::Voice(VoiceToken::Begin(_))));
            let others = [VoiceToken::Hold, VoiceToken::Rest].into_iter().chain(range.map(VoiceToken::Strike));
            let tokens = begins.map(|token| (*token).clone()).chain(others.map(Token::Voice));
            return Vocabulary::from_tokens(tokens.collect());
        }
        check_len(original.len())?;
        let mut different: BTreeSet<Token> = original.iter().copied().cloned().collect();
        for semitones in transpositions {
            different.extend(original.iter().filter_map(|token| token.transposed(semitones, &range)));
            // Before all transpositions are in memory.
            check_len(different.len())?;
        }
        let mut tokens: Vec<Token> = different.into_iter().collect();
        if matches!(tokenizer, Tokenizer::Chords(_)) {
            // Rust prints lists of numbers as Python does.
            tokens.sort_by_cached_key(|token| format!("{:?}", token.pitches()));
        }
        Vocabulary::from_tokens(tokens)
    }

    /// Numbers `tokens` in the order given, such as that of a model file.
    ///
    /// # Errors
    ///
    /// If there is no token, if there are more than [`Vocabulary::MAX_LEN`], or if two are equal.
    pub fn from_tokens(tokens: Vec<Token>) -> Result<Vocabulary, VocabularyError> {
        if tokens.is_empty() {
            return Err(VocabularyError::Empty);
        }
        check_len(tokens.len())?;
        let mut by_token: Vec<TokenId> = (0..tokens.len() as u32).map(TokenId).collect();
        // Stable, so that of equal tokens the first comes first.
        by_token.sort_by(|a, b| tokens[a.index()].cmp(&tokens[b.index()]));
        if let Some(pair) = by_token.windows(2).find(|pair| tokens[pair[0].index()] == tokens[pair[1].index()]) {
            let token = tokens[pair[0].index()].clone();
            return Err(VocabularyError::Duplicate { token, first: pair[0], second: pair[1] });
        }
        Ok(Vocabulary { tokens, by_token })
    }

    /// How many tokens there are, at least one.
    #[expect(clippy::len_without_is_empty, reason = "a vocabulary is never empty")]
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// The tokens, by number.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// The token of a number; none if the number is not below [`len`](Vocabulary::len).
    pub fn token(&self, id: TokenId) -> Option<&Token> {
        self.tokens.get(id.index())
    }

    /// The number of a token; none if the vocabulary lacks it.
    pub fn id(&self, token: &Token) -> Option<TokenId> {
        let place = self.by_token.binary_search_by(|id| self.tokens[id.index()].cmp(token)).ok()?;
        Some(self.by_token[place])
    }

    /// The number of the token nearest to `token`, which is the token itself if the vocabulary has it.
    ///
    /// Nearest is the token with the fewest additional or missing notes; of those, the one with the fewest additional
    /// or missing pitch classes (notes up to octaves); of those, the one with the smallest sum of semitones from each
    /// note of either token to the nearest note of the other; of those, the one whose time, and then whose length,
    /// differs least; of those, the one with the lowest number. Times, pitches and lengths of note tokens are near to
    /// their own kind first.
    pub fn nearest(&self, token: &Token) -> TokenId {
        if let Some(id) = self.id(token) {
            return id;
        }
        let (mut best, mut best_distance) = (TokenId(0), Distance::between(token, &self.tokens[0]));
        for (id, known) in (1..).map(TokenId).zip(&self.tokens[1..]) {
            let distance = Distance::between(token, known);
            if distance < best_distance {
                (best, best_distance) = (id, distance);
            }
        }
        best
    }

    /// The numbers of `tokens`; for those that the vocabulary lacks, the numbers of the [nearest](Vocabulary::nearest).
    pub fn ids(&self, tokens: &[Token]) -> TokenIds {
        let mut unknown = Vec::new();
        let id = |(position, token)| {
            self.id(token).unwrap_or_else(|| {
                unknown.push(position);
                self.nearest(token)
            })
        };
        let ids = tokens.iter().enumerate().map(id).collect();
        TokenIds { ids, unknown }
    }

    /// The tokens of `ids`.
    ///
    /// # Panics
    ///
    /// If a number is not below [`len`](Vocabulary::len).
    pub fn decode_ids(&self, ids: &[TokenId]) -> Vec<Token> {
        ids.iter().map(|id| self.tokens[id.index()].clone()).collect()
    }

    /// The lowest and the highest pitch of all tokens; none if no token has a pitch.
    pub fn pitch_range(&self) -> Option<RangeInclusive<u8>> {
        pitch_range(&self.tokens)
    }

    /// How many parts the voices begin with; none if they are no voices, or if several numbers of parts are known.
    pub fn n_parts(&self) -> Option<NonZeroU8> {
        let begin =
            |token: &Token| if let Token::Voice(VoiceToken::Begin(n_parts)) = token { Some(*n_parts) } else { None };
        let mut begins = self.tokens.iter().filter_map(begin);
        begins.next().filter(|_| begins.next().is_none())
    }

    /// For each token, the number of the same token `semitones` higher; none if the vocabulary lacks that.
    pub fn transposition(&self, semitones: i8) -> Vec<Option<TokenId>> {
        let transposed = |token: &Token| token.transposed(semitones, &(0..=127)).and_then(|token| self.id(&token));
        self.tokens.iter().map(transposed).collect()
    }
}

fn pitch_range<'a>(tokens: impl IntoIterator<Item = &'a Token>) -> Option<RangeInclusive<u8>> {
    let ends = |token: &Token| Some((*token.pitches().first()?, *token.pitches().last()?));
    let wider = |a: (u8, u8), b: (u8, u8)| (a.0.min(b.0), a.1.max(b.1));
    tokens.into_iter().filter_map(ends).reduce(wider).map(|(lowest, highest)| lowest..=highest)
}

/// Every time, every pitch of `range`, every length.
fn all_note_tokens(grid: Grid, range: RangeInclusive<u8>) -> Vec<Token> {
    let steps = || (1..=grid.steps_per_token()).filter_map(NonZeroU16::new);
    let times = steps().map(NoteToken::Time);
    times.chain(range.map(NoteToken::Pitch)).chain(steps().map(NoteToken::Length)).map(Token::Note).collect()
}

fn check_len(n_tokens: usize) -> Result<(), VocabularyError> {
    if n_tokens > Vocabulary::MAX_LEN { Err(VocabularyError::TooManyTokens { n_tokens }) } else { Ok(()) }
}

/// Why tokens do not make a vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum VocabularyError {
    /// There is no token, or no note in the songs.
    #[error("the vocabulary would be empty; the music needs at least one note")]
    Empty,
    /// There are more tokens than [`Vocabulary::MAX_LEN`].
    #[error("{n_tokens} different tokens, over the limit of {}; keep fewer notes per onset", Vocabulary::MAX_LEN)]
    TooManyTokens {
        /// How many there are.
        n_tokens: usize,
    },
    /// Two tokens are equal.
    #[error("the token {token} has two numbers, {} and {}; each token may be listed once", .first.0, .second.0)]
    Duplicate {
        /// The token.
        token: Token,
        /// Its first number.
        first: TokenId,
        /// Its second number.
        second: TokenId,
    },
}

/// How different two tokens are; the first field that differs decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Distance {
    is_other_kind: bool,
    notes: usize,
    pitch_classes: u32,
    semitones: u32,
    time: u16,
    length: u16,
}

impl Distance {
    fn between(first: &Token, second: &Token) -> Distance {
        let (a, b) = (first.pitches(), second.pitches());
        Distance {
            is_other_kind: kind(first) != kind(second),
            notes: differing_notes(a, b),
            pitch_classes: (pitch_classes(a) ^ pitch_classes(b)).count_ones(),
            semitones: to_nearest(a, b) + to_nearest(b, a),
            time: first.time().abs_diff(second.time()),
            length: first.length().abs_diff(second.length()),
        }
    }
}

/// Whether a token is a chord, a time, a pitch, a length, or what in voices.
fn kind(token: &Token) -> u8 {
    match token {
        Token::Chord(_) | Token::Rhythm(_) => 0,
        Token::Note(NoteToken::Time(_)) => 1,
        Token::Note(NoteToken::Pitch(_)) => 2,
        Token::Note(NoteToken::Length(_)) => 3,
        Token::Voice(VoiceToken::Begin(_)) => 4,
        Token::Voice(VoiceToken::Hold) => 5,
        Token::Voice(VoiceToken::Rest) => 6,
        Token::Voice(VoiceToken::Strike(_)) => 7,
    }
}

/// How many notes are in one of two ascending lists and not in the other.
fn differing_notes(a: &[u8], b: &[u8]) -> usize {
    let (mut i, mut j, mut shared) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            Ordering::Less => i += 1,
            Ordering::Greater => j += 1,
            Ordering::Equal => (i, j, shared) = (i + 1, j + 1, shared + 1),
        }
    }
    a.len() + b.len() - 2 * shared
}

/// The notes up to octaves, a bit each.
fn pitch_classes(pitches: &[u8]) -> u16 {
    pitches.iter().fold(0, |classes, pitch| classes | 1 << (pitch % 12))
}

/// The sum of semitones from each note of `from` to the nearest of `to`.
fn to_nearest(from: &[u8], to: &[u8]) -> u32 {
    let nearest = |pitch: &u8| to.iter().map(|other| u32::from(other.abs_diff(*pitch))).min().unwrap_or(0);
    from.iter().map(nearest).sum()
}
