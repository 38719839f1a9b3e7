//! Masks for words that know time or have a grammar.

use galant_types::TokenId;
use galant_words::{Grammar, Word};

use crate::mask::{Mask, Played, TonicEnd};

/// Which of the words that a mask sees make the piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// The primer and what is composed.
    WithPrimer,
    /// What is composed alone.
    WithoutPrimer,
}

impl Piece {
    fn words<'a>(self, played: &Played<'a>) -> &'a [TokenId] {
        match self {
            Piece::WithPrimer => played.words,
            Piece::WithoutPrimer => played.composed(),
        }
    }
}

/// Ends a piece when so much time has passed in what is composed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeEnd {
    name: String,
    /// Of each word, in steps.
    times: Vec<u16>,
    steps: u64,
    ending: Option<TonicEnd>,
}

impl TimeEnd {
    /// Ends after `steps` of the grid; words are numbered as in `vocabulary`.
    pub fn new(vocabulary: &[Word], steps: u64) -> TimeEnd {
        let times = vocabulary.iter().map(Word::time).collect();
        TimeEnd { name: format!("end after {steps} steps"), times, steps, ending: None }
    }

    /// The same, but the word that ends the piece must be a tonic chord.
    pub fn on_tonic(self, ending: TonicEnd) -> TimeEnd {
        TimeEnd { name: format!("{}, {}", self.name, ending.name()), ending: Some(ending), ..self }
    }

    fn elapsed(&self, played: &Played<'_>) -> u64 {
        played.composed().iter().map(|word| u64::from(self.times[word.index()])).sum()
    }
}

impl Mask for TimeEnd {
    fn name(&self) -> &str {
        &self.name
    }

    fn forbid(&self, played: &Played<'_>, allowed: &mut [bool]) {
        let Some(ending) = &self.ending else { return };
        let left = self.steps.saturating_sub(self.elapsed(played));
        let mut may_end = vec![true; allowed.len()];
        ending.mask.forbid(played, &mut may_end);
        let ends = self.times.iter().map(|&time| u64::from(time) >= left);
        allowed.iter_mut().zip(ends).zip(may_end).for_each(|((allowed, ends), may_end)| *allowed &= !ends || may_end);
    }

    fn is_end(&self, played: &Played<'_>) -> bool {
        self.elapsed(played) >= self.steps
    }
}

/// Has what is composed begin with a note, not with silence; for pieces that go on from nothing that is played.
///
/// A piece of one or two words may begin with silence: in note words there would be no place for a note's length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Of each word, whether it strikes a note.
    strikes: Vec<bool>,
}

impl Opening {
    /// A mask for words numbered as in `vocabulary`.
    pub fn new(vocabulary: &[Word]) -> Opening {
        Opening { strikes: vocabulary.iter().map(|word| !word.pitches().is_empty()).collect() }
    }
}

impl Mask for Opening {
    fn name(&self) -> &str {
        "the opening with a note"
    }

    fn forbid(&self, played: &Played<'_>, allowed: &mut [bool]) {
        if played.composed().is_empty() && played.n_left > 2 {
            allowed.iter_mut().zip(&self.strikes).for_each(|(allowed, &strikes)| *allowed &= strikes);
        }
    }
}

/// Allows what the grammar of note words allows, so that the piece is the spelling of a score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrammarMask {
    grammar: Grammar,
    piece: Piece,
}

impl GrammarMask {
    /// A mask for what makes the piece.
    pub fn new(grammar: Grammar, piece: Piece) -> GrammarMask {
        GrammarMask { grammar, piece }
    }
}

impl Mask for GrammarMask {
    fn name(&self) -> &str {
        "the grammar of note words"
    }

    fn forbid(&self, played: &Played<'_>, allowed: &mut [bool]) {
        self.grammar.forbid(self.piece.words(played), played.n_left, allowed);
    }
}

/// Allows at most so many notes to be struck together, also where several words strike them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Polyphony {
    name: String,
    /// By number.
    words: Vec<Struck>,
    n_notes: usize,
    piece: Piece,
}

/// What counts of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Struck {
    n_notes: usize,
    time_passes: bool,
    /// Whether the next word strikes more notes with it.
    goes_on: bool,
}

impl Struck {
    fn of(word: &Word) -> Struck {
        let (n_notes, time_passes) = (word.pitches().len(), word.time() > 0);
        Struck { n_notes, time_passes, goes_on: matches!(word, Word::Rhythm(_)) && !time_passes }
    }
}

impl Polyphony {
    /// Allows `n_notes`; words are numbered as in `vocabulary`, and know time.
    pub fn new(vocabulary: &[Word], n_notes: usize, piece: Piece) -> Polyphony {
        let words = vocabulary.iter().map(Struck::of).collect();
        Polyphony { name: format!("max-notes {n_notes}"), words, n_notes, piece }
    }
}

impl Mask for Polyphony {
    fn name(&self) -> &str {
        &self.name
    }

    fn forbid(&self, played: &Played<'_>, allowed: &mut [bool]) {
        let words = self.piece.words(played).iter().rev().map(|word| self.words[word.index()]);
        let struck: usize = words.take_while(|word| !word.time_passes).map(|word| word.n_notes).sum();
        for (allowed, word) in allowed.iter_mut().zip(&self.words) {
            *allowed &= word.n_notes == 0 || struck + word.n_notes + usize::from(word.goes_on) <= self.n_notes;
        }
    }
}
