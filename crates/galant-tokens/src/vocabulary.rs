//! Tokens and their numbers.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::num::NonZeroU16;
use std::ops::RangeInclusive;

use galant_types::TokenId;
use thiserror::Error;

use crate::{GridTokenizer, NoteToken, Token, Tokenizer};

/// The most tokens a vocabulary may have.
///
/// A thousand symphonies have some hundred thousand chords; an output layer for a million takes gigabytes.
pub const MAX_TOKENS: usize = 1 << 20;

/// Numbers tokens: each different token has one [`TokenId`], from 0 without gaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vocabulary {
    /// By number; at least one.
    tokens: Vec<Token>,
    /// The numbers, sorted by their tokens, to look tokens up.
    by_token: Vec<TokenId>,
}

impl Vocabulary {
    /// The vocabulary for `songs` of tokens of `tokenizer`, whatever their order, in every transposition that is wanted.
    ///
    /// Chord and rhythm tokens are those of the songs, and the same `transpositions` semitones higher, as far as they stay
    /// between the lowest and the highest pitch of all songs: the range of the instrument. Note tokens are an alphabet,
    /// which is there as a whole: each pitch of that range, each length and each time.
    ///
    /// The numbers of chord tokens follow the order of their texts in the way Python prints lists, `[33, 45, 61]`.
    /// That is the lecture's order: `[100]` before `[33]`, and `[33, 45, 61]` before `[33, 45]`, because a comma sorts
    /// before a bracket. Other tokens are in their own order.
    ///
    /// # Errors
    ///
    /// If the songs have no pitch, or if there are more than [`MAX_TOKENS`] different tokens.
    pub fn new<'a>(
        tokenizer: Tokenizer,
        songs: impl IntoIterator<Item = &'a [Token]>,
        transpositions: RangeInclusive<i8>,
    ) -> Result<Vocabulary, VocabularyError> {
        let written: BTreeSet<&Token> = songs.into_iter().flatten().collect();
        let range = pitch_range(written.iter().copied()).ok_or(VocabularyError::Empty)?;
        if let Tokenizer::Notes(tokens) = tokenizer {
            return Vocabulary::from_tokens(alphabet(tokens, range));
        }
        let within_limit =
            |n_tokens| if n_tokens > MAX_TOKENS { Err(VocabularyError::TooManyTokens { n_tokens }) } else { Ok(()) };
        within_limit(written.len())?;
        let mut different: BTreeSet<Token> = written.iter().copied().cloned().collect();
        for semitones in transpositions {
            different.extend(written.iter().filter_map(|token| token.transposed(semitones, &range)));
            // Before all transpositions are in memory.
            within_limit(different.len())?;
        }
        let mut tokens: Vec<Token> = different.into_iter().collect();
        if matches!(tokenizer, Tokenizer::Chords(_)) {
            // Rust prints lists of numbers as Python does.
            tokens.sort_by_cached_key(|token| format!("{:?}", token.pitches()));
        }
        Vocabulary::from_tokens(tokens)
    }

    /// Numbers `tokens` in the order given, which a model file has kept.
    ///
    /// # Errors
    ///
    /// If there is no token, more than [`MAX_TOKENS`], or one that stands twice.
    pub fn from_tokens(tokens: Vec<Token>) -> Result<Vocabulary, VocabularyError> {
        if tokens.is_empty() {
            return Err(VocabularyError::Empty);
        }
        if tokens.len() > MAX_TOKENS {
            return Err(VocabularyError::TooManyTokens { n_tokens: tokens.len() });
        }
        let mut by_token: Vec<TokenId> = (0..tokens.len() as u32).map(TokenId).collect();
        // Stable, so that of equal tokens the first stands first.
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

    /// The number of the token most like `token`, which is the token itself if the vocabulary has it.
    ///
    /// Most like is the token with the fewest notes too many or missing; of those, the one with the fewest pitch
    /// classes (notes up to octaves) too many or missing; of those, the one with the smallest sum of semitones from
    /// each note of either token to the nearest note of the other; of those, the one whose time, and then whose length
    /// differs least; of those, the one with the lowest number. Note tokens are like those that say the same thing only.
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

    /// The lowest and the highest pitch of all tokens; none if no token has a pitch.
    pub fn pitch_range(&self) -> Option<RangeInclusive<u8>> {
        pitch_range(&self.tokens)
    }

    /// For each token the number of the same one `semitones` higher; none where the vocabulary lacks it.
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
fn alphabet(tokens: GridTokenizer, range: RangeInclusive<u8>) -> Vec<Token> {
    let steps = || (1..=tokens.grid.steps_per_token()).filter_map(NonZeroU16::new);
    let times = steps().map(NoteToken::Time);
    times.chain(range.map(NoteToken::Pitch)).chain(steps().map(NoteToken::Length)).map(Token::Note).collect()
}

/// Why tokens make no vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum VocabularyError {
    /// There is no token.
    #[error("there are no tokens; a vocabulary needs at least one, so the music needs notes")]
    Empty,
    /// There are more tokens than [`MAX_TOKENS`].
    #[error("{n_tokens} different tokens, over the limit of {MAX_TOKENS}; fewer notes a token give fewer tokens")]
    TooManyTokens {
        /// How many there are.
        n_tokens: usize,
    },
    /// A token stands twice.
    #[error("the token {token} has two numbers, {} and {}; each token may stand once", .first.0, .second.0)]
    Duplicate {
        /// The token.
        token: Token,
        /// Its first number.
        first: TokenId,
        /// Its second number.
        second: TokenId,
    },
}

/// How unlike two tokens are; the order of the fields is their weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Distance {
    says_another_thing: bool,
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
            says_another_thing: thing(first) != thing(second),
            notes: differing_notes(a, b),
            pitch_classes: (pitch_classes(a) ^ pitch_classes(b)).count_ones(),
            semitones: to_nearest(a, b) + to_nearest(b, a),
            time: first.time().abs_diff(second.time()),
            length: first.length().abs_diff(second.length()),
        }
    }
}

/// What a note token says; all other tokens say the same, a chord.
fn thing(token: &Token) -> u8 {
    match token {
        Token::Chord(_) | Token::Rhythm(_) => 0,
        Token::Note(NoteToken::Time(_)) => 1,
        Token::Note(NoteToken::Pitch(_)) => 2,
        Token::Note(NoteToken::Length(_)) => 3,
    }
}

/// How many notes stand in one of two ascending lists and not in the other.
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
