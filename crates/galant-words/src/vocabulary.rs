//! Words and their numbers.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::num::NonZeroU16;
use std::ops::RangeInclusive;

use galant_types::TokenId;
use thiserror::Error;

use crate::{GridWords, NoteWord, Word, WordKind};

/// The most words a vocabulary may have.
///
/// A thousand symphonies have some hundred thousand chords; an output layer for a million takes gigabytes.
pub const MAX_WORDS: usize = 1 << 20;

/// Numbers words: each different word has one [`TokenId`], from 0 without gaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vocabulary {
    /// By number; at least one.
    words: Vec<Word>,
    /// The numbers, sorted by their words, to look words up.
    by_word: Vec<TokenId>,
}

impl Vocabulary {
    /// The vocabulary for `songs` of words of `kind`, whatever their order, in every transposition that is wanted.
    ///
    /// Chord and rhythm words are those of the songs, and the same `transpositions` semitones higher, as far as they stay
    /// between the lowest and the highest pitch of all songs: the range of the instrument. Note words are an alphabet,
    /// which is there as a whole: each pitch of that range, each length and each time.
    ///
    /// The numbers of chord words follow the order of their texts in the way Python prints lists, `[33, 45, 61]`.
    /// That is the lecture's order: `[100]` before `[33]`, and `[33, 45, 61]` before `[33, 45]`, because a comma sorts
    /// before a bracket. Other words are in their own order.
    ///
    /// # Errors
    ///
    /// If the songs have no pitch, or if there are more than [`MAX_WORDS`] different words.
    pub fn new<'a>(
        kind: WordKind,
        songs: impl IntoIterator<Item = &'a [Word]>,
        transpositions: RangeInclusive<i8>,
    ) -> Result<Vocabulary, VocabularyError> {
        let written: BTreeSet<&Word> = songs.into_iter().flatten().collect();
        let range = pitch_range(written.iter().copied()).ok_or(VocabularyError::Empty)?;
        if let WordKind::Notes(words) = kind {
            return Vocabulary::from_words(alphabet(words, range));
        }
        let within_limit =
            |n_words| if n_words > MAX_WORDS { Err(VocabularyError::TooManyWords { n_words }) } else { Ok(()) };
        within_limit(written.len())?;
        let mut different: BTreeSet<Word> = written.iter().copied().cloned().collect();
        for semitones in transpositions {
            different.extend(written.iter().filter_map(|word| word.transposed(semitones, &range)));
            // Before all transpositions are in memory.
            within_limit(different.len())?;
        }
        let mut words: Vec<Word> = different.into_iter().collect();
        if matches!(kind, WordKind::Chords(_)) {
            // Rust prints lists of numbers as Python does.
            words.sort_by_cached_key(|word| format!("{:?}", word.pitches()));
        }
        Vocabulary::from_words(words)
    }

    /// Numbers `words` in the order given, which a model file has kept.
    ///
    /// # Errors
    ///
    /// If there is no word, more than [`MAX_WORDS`], or one that stands twice.
    pub fn from_words(words: Vec<Word>) -> Result<Vocabulary, VocabularyError> {
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
    pub fn words(&self) -> &[Word] {
        &self.words
    }

    /// The word of a number; none if the number is not below [`len`](Vocabulary::len).
    pub fn word(&self, token: TokenId) -> Option<&Word> {
        self.words.get(token.index())
    }

    /// The number of a word; none if the vocabulary lacks it.
    pub fn token(&self, word: &Word) -> Option<TokenId> {
        let place = self.by_word.binary_search_by(|token| self.words[token.index()].cmp(word)).ok()?;
        Some(self.by_word[place])
    }

    /// The number of the word most like `word`, which is the word itself if the vocabulary has it.
    ///
    /// Most like is the word with the fewest notes too many or missing; of those, the one with the fewest pitch
    /// classes (notes up to octaves) too many or missing; of those, the one with the smallest sum of semitones from
    /// each note of either word to the nearest note of the other; of those, the one whose time, and then whose length
    /// differs least; of those, the one with the lowest number. Note words are like those that say the same thing only.
    pub fn nearest(&self, word: &Word) -> TokenId {
        if let Some(token) = self.token(word) {
            return token;
        }
        let (mut best, mut best_distance) = (TokenId(0), Distance::between(word, &self.words[0]));
        for (token, known) in (1..).map(TokenId).zip(&self.words[1..]) {
            let distance = Distance::between(word, known);
            if distance < best_distance {
                (best, best_distance) = (token, distance);
            }
        }
        best
    }

    /// The lowest and the highest pitch of all words; none if no word has a pitch.
    pub fn pitch_range(&self) -> Option<RangeInclusive<u8>> {
        pitch_range(&self.words)
    }

    /// For each word the number of the same one `semitones` higher; none where the vocabulary lacks it.
    pub fn transposition(&self, semitones: i8) -> Vec<Option<TokenId>> {
        let transposed = |word: &Word| word.transposed(semitones, &(0..=127)).and_then(|word| self.token(&word));
        self.words.iter().map(transposed).collect()
    }
}

fn pitch_range<'a>(words: impl IntoIterator<Item = &'a Word>) -> Option<RangeInclusive<u8>> {
    let ends = |word: &Word| Some((*word.pitches().first()?, *word.pitches().last()?));
    let wider = |a: (u8, u8), b: (u8, u8)| (a.0.min(b.0), a.1.max(b.1));
    words.into_iter().filter_map(ends).reduce(wider).map(|(lowest, highest)| lowest..=highest)
}

/// Every time, every pitch of `range`, every length.
fn alphabet(words: GridWords, range: RangeInclusive<u8>) -> Vec<Word> {
    let steps = || (1..=words.grid.steps_per_word()).filter_map(NonZeroU16::new);
    let times = steps().map(NoteWord::Time);
    times.chain(range.map(NoteWord::Pitch)).chain(steps().map(NoteWord::Length)).map(Word::Note).collect()
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
        word: Word,
        /// Its first number.
        first: TokenId,
        /// Its second number.
        second: TokenId,
    },
}

/// How unlike two words are; the order of the fields is their weight.
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
    fn between(first: &Word, second: &Word) -> Distance {
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

/// What a note word says; all other words say the same, a chord.
fn thing(word: &Word) -> u8 {
    match word {
        Word::Chord(_) | Word::Rhythm(_) => 0,
        Word::Note(NoteWord::Time(_)) => 1,
        Word::Note(NoteWord::Pitch(_)) => 2,
        Word::Note(NoteWord::Length(_)) => 3,
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
