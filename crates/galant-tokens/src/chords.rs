//! A score to chord tokens.

use galant_types::{Chord, Score};

/// How a score becomes chord tokens.
///
/// The default takes every note of every onset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChordTokenizer {
    /// Which onsets and notes make tokens.
    pub rules: ChordRules,
    /// How many notes a token keeps, the highest ones; 0 keeps them all, or at least [`Chord::MAX_NOTES`].
    pub top: usize,
}

/// Which onsets and notes make chord tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ChordRules {
    /// Each onset gives a token, which lists each key once.
    #[default]
    Standard,
    /// As the lecture's program has it, so that its results can be reproduced.
    ///
    /// The last onset gives no token, and a key struck twice at one onset with different lengths stands twice.
    Lecture,
}

impl ChordTokenizer {
    /// The tokens of `score`, in order of time.
    ///
    /// # Panics
    ///
    /// If the score is not what its type promises: if its notes are not sorted by onset (checked in debug builds) or a
    /// pitch is over 127.
    pub fn chords(&self, score: &Score) -> Vec<Chord> {
        debug_assert!(score.notes.is_sorted_by_key(|note| note.onset), "the score's notes are not sorted by onset");
        let most = if self.top == 0 { Chord::MAX_NOTES } else { self.top.min(Chord::MAX_NOTES) };
        let mut tokens = Vec::with_capacity(score.notes.len() / 2);
        // The pitches and lengths of one onset.
        let mut rows: Vec<(u8, u64)> = Vec::new();
        for notes in score.notes.chunk_by(|a, b| a.onset == b.onset) {
            rows.clear();
            rows.extend(notes.iter().map(|note| (note.pitch, note.length)));
            rows.sort_unstable();
            match self.rules {
                ChordRules::Standard => rows.dedup_by_key(|row| row.0),
                ChordRules::Lecture => rows.dedup(),
            }
            let highest = &rows[rows.len().saturating_sub(most)..];
            let chord = Chord::new(highest.iter().map(|row| row.0).collect());
            tokens.push(chord.expect("an onset has sorted pitches of at most 127"));
        }
        if self.rules == ChordRules::Lecture {
            tokens.pop();
        }
        tokens
    }
}
