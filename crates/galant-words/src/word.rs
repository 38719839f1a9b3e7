//! Words of any kind, and the kinds there are.

use std::fmt;
use std::ops::RangeInclusive;
use std::slice;

use galant_types::{Chord, Meter, Score};
use thiserror::Error;

use crate::{
    ChordWords, Grid, GridWords, NoteWord, ParseWordError, Performance, Rendition, RhythmWord, Rounding, SpellingError,
    parse_chord, parse_note, parse_rhythm, score_from_chords,
};

/// A word of any kind; its text is that of its kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Word {
    /// The pitches struck together: `60.64.67`.
    Chord(Chord),
    /// A chord with its length and the time to the next onset: `60.64.67+6>6`.
    Rhythm(RhythmWord),
    /// A part of a note: `60`, `+6` or `>6`.
    Note(NoteWord),
}

impl Word {
    /// The pitches it strikes, ascending; none if it only lets time pass.
    pub fn pitches(&self) -> &[u8] {
        match self {
            Word::Chord(chord) | Word::Rhythm(RhythmWord::Chord { chord, .. }) => chord.pitches(),
            Word::Note(NoteWord::Pitch(pitch)) => slice::from_ref(pitch),
            Word::Rhythm(RhythmWord::Rest { .. }) | Word::Note(_) => &[],
        }
    }

    /// How many steps of its grid pass before the next word; 0 for a chord word, which knows no time.
    pub fn time(&self) -> u16 {
        match self {
            Word::Rhythm(word) => word.time(),
            Word::Note(NoteWord::Time(steps)) => steps.get(),
            Word::Chord(_) | Word::Note(_) => 0,
        }
    }

    /// How many steps of its grid its notes, or the note before it, sound; 0 where it does not say.
    pub fn length(&self) -> u16 {
        match self {
            Word::Rhythm(RhythmWord::Chord { length, .. }) | Word::Note(NoteWord::Length(length)) => length.get(),
            Word::Chord(_) | Word::Rhythm(RhythmWord::Rest { .. }) | Word::Note(_) => 0,
        }
    }

    /// The word `semitones` higher; none if a pitch would leave `range`.
    pub fn transposed(&self, semitones: i8, range: &RangeInclusive<u8>) -> Option<Word> {
        let pitch = |pitch: u8| pitch.checked_add_signed(semitones).filter(|pitch| range.contains(pitch));
        let chord = |chord: &Chord| {
            let pitches = chord.pitches().iter().map(|&old| pitch(old)).collect::<Option<Vec<u8>>>()?;
            Chord::new(pitches).ok()
        };
        Some(match self {
            Word::Chord(old) => Word::Chord(chord(old)?),
            Word::Rhythm(RhythmWord::Chord { chord: old, length, time }) => {
                Word::Rhythm(RhythmWord::Chord { chord: chord(old)?, length: *length, time: *time })
            }
            Word::Note(NoteWord::Pitch(old)) => Word::Note(NoteWord::Pitch(pitch(*old)?)),
            Word::Rhythm(RhythmWord::Rest { .. }) | Word::Note(_) => self.clone(),
        })
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Word::Chord(chord) => chord.fmt(f),
            Word::Rhythm(word) => word.fmt(f),
            Word::Note(word) => word.fmt(f),
        }
    }
}

/// The kinds of words there are, each with its settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordKind {
    /// The pitches struck together, without rhythm: the lecture's words.
    Chords(ChordWords),
    /// A chord with its length and the time to the next onset.
    Rhythm(GridWords),
    /// One word for a time, a pitch or a length: an alphabet that spells chords nobody wrote.
    Notes(GridWords),
}

/// A score as words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spelled {
    /// The words, in order.
    pub words: Vec<Word>,
    /// What became of the notes; none for chord words, which are not on a grid.
    pub rounding: Option<Rounding>,
}

impl WordKind {
    /// What files and command lines call it: `chords`, `rhythm` or `notes`.
    pub fn name(self) -> &'static str {
        match self {
            WordKind::Chords(_) => "chords",
            WordKind::Rhythm(_) => "rhythm",
            WordKind::Notes(_) => "notes",
        }
    }

    /// The grid that its words are on; none for chord words.
    pub fn grid(self) -> Option<Grid> {
        match self {
            WordKind::Chords(_) => None,
            WordKind::Rhythm(words) | WordKind::Notes(words) => Some(words.grid),
        }
    }

    /// The words of `score`, in order of time.
    ///
    /// # Panics
    ///
    /// If a pitch of the score is over 127, or, for chord words, its notes are not sorted by onset.
    pub fn spell(self, score: &Score) -> Spelled {
        match self {
            WordKind::Chords(words) => {
                Spelled { words: words.chords(score).into_iter().map(Word::Chord).collect(), rounding: None }
            }
            WordKind::Rhythm(words) => {
                let (words, rounding) = words.rhythm(score);
                Spelled { words: words.into_iter().map(Word::Rhythm).collect(), rounding: Some(rounding) }
            }
            WordKind::Notes(words) => {
                let (words, rounding) = words.note_words(score);
                Spelled { words: words.into_iter().map(Word::Note).collect(), rounding: Some(rounding) }
            }
        }
    }

    /// Reads a word of this kind from its text.
    ///
    /// # Errors
    ///
    /// If the text is not one that a word of this kind prints.
    pub fn parse(self, text: &str) -> Result<Word, ParseWordError> {
        Ok(match self {
            WordKind::Chords(_) => Word::Chord(parse_chord(text)?),
            WordKind::Rhythm(_) => Word::Rhythm(parse_rhythm(text)?),
            WordKind::Notes(_) => Word::Note(parse_note(text)?),
        })
    }

    /// How words of this kind sound unless something else is known: chord words as in the lecture, on a harp.
    pub fn usual_performance(self) -> Performance {
        match self {
            WordKind::Chords(_) => {
                let Rendition { us_per_quarter, velocity, program, .. } = Rendition::default();
                Performance { us_per_quarter, program, velocity, ..Performance::default() }
            }
            WordKind::Rhythm(_) | WordKind::Notes(_) => Performance::default(),
        }
    }

    /// The score that words of this kind tell; chord words are sixteenth notes.
    ///
    /// # Errors
    ///
    /// If a word is of another kind, or if note words are no spelling.
    pub fn score(self, words: &[Word], performance: &Performance) -> Result<Score, TellError> {
        if let Some(place) = words.iter().position(|word| !self.has(word)) {
            return Err(TellError::Kind { place, word: words[place].to_string(), kind: self.name() });
        }
        match self {
            WordKind::Chords(_) => {
                let chord = |word: &Word| if let Word::Chord(chord) = word { Some(chord.clone()) } else { None };
                let chords: Vec<Chord> = words.iter().filter_map(chord).collect();
                Ok(score_of_chords(&chords, performance))
            }
            WordKind::Rhythm(grid_words) => {
                let rhythm =
                    words.iter().filter_map(|word| if let Word::Rhythm(word) = word { Some(word) } else { None });
                Ok(grid_words.score_from_rhythm(rhythm, performance))
            }
            WordKind::Notes(grid_words) => {
                let notes = words.iter().filter_map(|word| if let Word::Note(word) = word { Some(word) } else { None });
                Ok(grid_words.score_from_notes(notes, performance)?)
            }
        }
    }

    fn has(self, word: &Word) -> bool {
        matches!(
            (self, word),
            (WordKind::Chords(_), Word::Chord(_))
                | (WordKind::Rhythm(_), Word::Rhythm(_))
                | (WordKind::Notes(_), Word::Note(_))
        )
    }
}

fn score_of_chords(chords: &[Chord], performance: &Performance) -> Score {
    let Performance { us_per_quarter, beats, beat_log2, program, velocity } = *performance;
    let mut score = score_from_chords(chords, Rendition { us_per_quarter, program, velocity, ..Rendition::default() });
    // 4/4 is what a score has that names no meter, as the lecture's.
    if (beats, beat_log2) != (4, 2) {
        score.meters.push(Meter { tick: 0, numerator: beats, denominator_log2: beat_log2 });
    }
    score
}

/// Why words tell no score.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TellError {
    /// A word is of another kind.
    #[error("word {place}, '{word}', is no word of the kind {kind}")]
    Kind {
        /// Where it stands, from 0.
        place: usize,
        /// The word.
        word: String,
        /// The kind it should be of.
        kind: &'static str,
    },
    /// Note words are no spelling.
    #[error(transparent)]
    Spelling(#[from] SpellingError),
}
