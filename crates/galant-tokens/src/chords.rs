//! Chord tokens: the pitches struck together.

use std::num::NonZeroUsize;

use galant_types::{Chord, Note, Playback, Score};

use crate::playback::{PlayedNote, score};

/// How many chord tokens a quarter note has when they are decoded: each is a sixteenth note, as in the lecture.
pub const CHORD_TOKENS_PER_QUARTER: u16 = 4;

/// The resolution of decoded chord tokens: the lecture's.
const TICKS_PER_QUARTER: u16 = 480;

/// How a score becomes chord tokens.
///
/// The default takes every note of every onset, but none of percussion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChordTokenizer {
    /// Which onsets and notes make tokens.
    pub rules: ChordRules,
    /// How many notes a token keeps, the highest ones; none keeps all, up to [`Chord::MAX_NOTES`].
    pub top: Option<NonZeroUsize>,
}

/// Which onsets and notes make chord tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ChordRules {
    /// Each onset gives a token, which lists each key once.
    #[default]
    Standard,
    /// As in the lecture's program, so that its results can be reproduced.
    ///
    /// The last onset gives no token, and a key struck twice at one onset with different lengths is listed twice. Percussion,
    /// which that program took for pitches, is left out here too.
    Lecture,
}

impl ChordTokenizer {
    /// The tokens of `score`, in order of time.
    ///
    /// # Panics
    ///
    /// If the score breaks what its type promises: if its notes are not sorted by onset (checked in debug builds) or a
    /// pitch is over 127.
    pub fn chords(&self, score: &Score) -> Vec<Chord> {
        debug_assert!(score.notes.is_sorted_by_key(|note| note.onset), "the score's notes are not sorted by onset");
        let most = self.top.map_or(Chord::MAX_NOTES, |top| top.get().min(Chord::MAX_NOTES));
        let mut tokens = Vec::with_capacity(score.notes.len() / 2);
        // The pitches and lengths of one onset.
        let mut rows: Vec<(u8, u64)> = Vec::new();
        let notes: Vec<&Note> = score.pitched_notes().collect();
        for notes in notes.chunk_by(|a, b| a.onset == b.onset) {
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

/// The score that plays `chords` one after the other as sixteenth notes.
///
/// A pitch listed twice in a chord sounds once: one channel cannot strike a key twice at a time.
pub(crate) fn score_from_chords<'a>(chords: impl IntoIterator<Item = &'a Chord>, playback: &Playback) -> Score {
    let length = u64::from(TICKS_PER_QUARTER / CHORD_TOKENS_PER_QUARTER);
    let mut notes = Vec::new();
    for (onset, chord) in (0..).step_by(length as usize).zip(chords) {
        // Ascending, so that equal pitches are neighbors.
        for equal in chord.pitches().chunk_by(|a, b| a == b) {
            notes.push(PlayedNote { onset, length, pitch: equal[0] });
        }
    }
    let mut score = score(TICKS_PER_QUARTER, notes, playback);
    // A score that states no meter is in 4/4; the lecture's state none.
    score.meters.retain(|meter| (meter.numerator, meter.denominator_log2) != (4, 2));
    score
}
