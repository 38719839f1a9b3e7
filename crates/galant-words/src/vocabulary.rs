//! Words and their numbers.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use galant_types::{Chord, TokenId};
use thiserror::Error;

/// The most words a vocabulary may have.
///
/// A thousand symphonies have some hundred thousand chords; an output layer for a million takes gigabytes.
pub const MAX_WORDS: usize = 1 << 20;

/// Numbers words: each different word has one [`TokenId`], from 0 without gaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vocabulary {
    /// By number; at least one.
    words: Vec<Chord>,
    /// The numbers, sorted by their words, to look words up.
    by_word: Vec<TokenId>,
}

impl Vocabulary {
    /// Numbers the different words of `songs`, whatever their order.
    ///
    /// The numbers follow the order of the words' texts in the way Python prints lists, `[33, 45, 61]`.
    /// That is the lecture's order: `[100]` before `[33]`, and `[33, 45, 61]` before `[33, 45]`, because a comma sorts
    /// before a bracket.
    ///
    /// # Errors
    ///
    /// If there is no word, or more than [`MAX_WORDS`] different ones.
    pub fn new<'a>(songs: impl IntoIterator<Item = &'a [Chord]>) -> Result<Vocabulary, VocabularyError> {
        let mut different = BTreeSet::new();
        for chord in songs.into_iter().flatten() {
            different.insert(chord);
        }
        let n_words = different.len();
        if n_words > MAX_WORDS {
            return Err(VocabularyError::TooManyWords { n_words });
        }
        let mut words: Vec<Chord> = different.into_iter().cloned().collect();
        // Rust prints lists of numbers as Python does.
        words.sort_by_cached_key(|word| format!("{:?}", word.pitches()));
        Vocabulary::from_words(words)
    }

    /// Numbers `words` in the order given, which a model file has kept.
    ///
    /// # Errors
    ///
    /// If there is no word, more than [`MAX_WORDS`], or one that stands twice.
    pub fn from_words(words: Vec<Chord>) -> Result<Vocabulary, VocabularyError> {
        if words.is_empty() {
            return Err(VocabularyError::Empty);
        }
        if words.len() > MAX_WORDS {
            return Err(VocabularyError::TooManyWords { n_words: words.len() });
        }
        let mut by_word: Vec<TokenId> = (0..words.len() as u32).map(TokenId).collect();
        // Stable, so that of equal words the first stands first.
        by_word.sort_by(|a, b| words[a.index()].cmp(&words[b.index()]));
        if let Some(pair) = by_word.windows(2).find(|pair| words[pair[0].index()] == words[pair[1].index()]) {
            let word = words[pair[0].index()].clone();
            return Err(VocabularyError::Duplicate { word, first: pair[0], second: pair[1] });
        }
        Ok(Vocabulary { words, by_word })
    }

    /// How many words there are, at least one.
    #[expect(clippy::len_without_is_empty, reason = "a vocabulary is never empty")]
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// The words, by number.
    pub fn words(&self) -> &[Chord] {
        &self.words
    }

    /// The word of a number; none if the number is not below [`len`](Vocabulary::len).
    pub fn word(&self, token: TokenId) -> Option<&Chord> {
        self.words.get(token.index())
    }

    /// The number of a word; none if the vocabulary lacks it.
    pub fn token(&self, word: &Chord) -> Option<TokenId> {
        let place = self.by_word.binary_search_by(|token| self.words[token.index()].cmp(word)).ok()?;
        Some(self.by_word[place])
    }

    /// The number of the word most like `word`, which is the word itself if the vocabulary has it.
    ///
    /// Most like is the word with the fewest notes too many or missing; of those, the one with the fewest pitch
    /// classes (notes up to octaves) too many or missing; of those, the one with the smallest sum of semitones from
    /// each note of either word to the nearest note of the other; of those, the one with the lowest number.
    pub fn nearest(&self, word: &Chord) -> TokenId {
        if let Some(token) = self.token(word) {
            return token;
        }
        let wanted = word.pitches();
        let (mut best, mut best_distance) = (TokenId(0), Distance::between(wanted, self.words[0].pitches()));
        for (token, known) in (1..).map(TokenId).zip(&self.words[1..]) {
            let distance = Distance::between(wanted, known.pitches());
            if distance < best_distance {
                (best, best_distance) = (token, distance);
            }
        }
        best
    }
}

/// Why words make no vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum VocabularyError {
    /// There is no word.
    #[error("there are no words; a vocabulary needs at least one, so the music needs notes")]
    Empty,
    /// There are more words than [`MAX_WORDS`].
    #[error("{n_words} different words, over the limit of {MAX_WORDS}; fewer notes a word give fewer words")]
    TooManyWords {
        /// How many there are.
        n_words: usize,
    },
    /// A word stands twice.
    #[error("the word {word} has two numbers, {} and {}; each word may stand once", .first.0, .second.0)]
    Duplicate {
        /// The word.
        word: Chord,
        /// Its first number.
        first: TokenId,
        /// Its second number.
        second: TokenId,
    },
}

/// How unlike two words are; the order of the fields is their weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Distance {
    notes: usize,
    pitch_classes: u32,
    semitones: u32,
}

impl Distance {
    fn between(a: &[u8], b: &[u8]) -> Distance {
        Distance {
            notes: differing_notes(a, b),
            pitch_classes: (pitch_classes(a) ^ pitch_classes(b)).count_ones(),
            semitones: to_nearest(a, b) + to_nearest(b, a),
        }
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
