//! The names of rules and tokenizers, and tokenizers put together from their parts.

use std::num::{NonZeroU8, NonZeroUsize};

use galant_midi::ReadRules;
use galant_tokens::{ChordRules, ChordTokenizer, Grid, GridTokenizer, Tokenizer, VoicesTokenizer};

use crate::DecodeModelError;

const READ_RULES: [(&str, ReadRules); 2] = [("standard", ReadRules::Standard), ("lecture", ReadRules::Lecture)];

const CHORD_RULES: [(&str, ChordRules); 2] = [("standard", ChordRules::Standard), ("lecture", ChordRules::Lecture)];

pub(super) fn read_rules_name(rules: ReadRules) -> &'static str {
    name(&READ_RULES, rules)
}

pub(super) fn read_rules(name: &str) -> Result<ReadRules, DecodeModelError> {
    named(&READ_RULES, name, "the read rules")
}

/// A tokenizer in its parts, each of which only some tokenizers have.
#[derive(Default)]
pub(super) struct TokenizerParts {
    /// The name of the chord rules, for chord tokens.
    pub(super) rules: Option<String>,
    /// Steps per quarter note, for tokens on a grid.
    pub(super) grid: Option<u16>,
    /// How many parts, for voices.
    pub(super) parts: Option<NonZeroU8>,
    pub(super) top: Option<NonZeroUsize>,
}

impl TokenizerParts {
    pub(super) fn of(tokenizer: Tokenizer) -> TokenizerParts {
        let none = TokenizerParts::default();
        match tokenizer {
            Tokenizer::Chords(ChordTokenizer { rules, top }) => {
                TokenizerParts { rules: Some(name(&CHORD_RULES, rules).to_owned()), top, ..none }
            }
            Tokenizer::Rhythm(GridTokenizer { grid, top }) | Tokenizer::Notes(GridTokenizer { grid, top }) => {
                TokenizerParts { grid: Some(grid.steps_per_quarter()), top, ..none }
            }
            Tokenizer::Voices(VoicesTokenizer { grid, n_parts }) => {
                TokenizerParts { grid: Some(grid.steps_per_quarter()), parts: n_parts, ..none }
            }
        }
    }

    pub(super) fn tokenizer(&self, name: &str) -> Result<Tokenizer, DecodeModelError> {
        let tokenizer = match name {
            "chords" => Tokenizer::Chords(self.chord_tokenizer()?),
            "rhythm" => Tokenizer::Rhythm(self.grid_tokenizer("rhythm")?),
            "notes" => Tokenizer::Notes(self.grid_tokenizer("notes")?),
            "voices" => return Ok(Tokenizer::Voices(self.voices_tokenizer()?)),
            _ => {
                return Err(DecodeModelError::UnknownName {
                    what: "the tokenizer",
                    name: name.to_owned(),
                    known: "chords, rhythm, notes and voices".to_owned(),
                });
            }
        };
        match self.parts {
            Some(_) => Err(DecodeModelError::ExtraPart { tokenizer: tokenizer.name(), part: "a number of parts" }),
            None => Ok(tokenizer),
        }
    }

    fn voices_tokenizer(&self) -> Result<VoicesTokenizer, DecodeModelError> {
        let GridTokenizer { grid, top } = self.grid_tokenizer("voices")?;
        if top.is_some() {
            return Err(DecodeModelError::ExtraPart { tokenizer: "voices", part: "a number of notes" });
        }
        Ok(VoicesTokenizer { grid, n_parts: self.parts })
    }

    fn chord_tokenizer(&self) -> Result<ChordTokenizer, DecodeModelError> {
        if self.grid.is_some() {
            return Err(DecodeModelError::ExtraPart { tokenizer: "chords", part: "a grid" });
        }
        let missing = DecodeModelError::MissingPart { tokenizer: "chords", part: "rules" };
        let rules = named(&CHORD_RULES, self.rules.as_ref().ok_or(missing)?, "the chord rules")?;
        Ok(ChordTokenizer { rules, top: self.top })
    }

    fn grid_tokenizer(&self, tokenizer: &'static str) -> Result<GridTokenizer, DecodeModelError> {
        if self.rules.is_some() {
            return Err(DecodeModelError::ExtraPart { tokenizer, part: "chord rules" });
        }
        let grid = self.grid.ok_or(DecodeModelError::MissingPart { tokenizer, part: "grid" })?;
        Ok(GridTokenizer { grid: Grid::new(grid)?, top: self.top })
    }
}

/// The name of a value, which `table` has.
fn name<T: Copy + PartialEq>(table: &[(&'static str, T)], value: T) -> &'static str {
    table.iter().find(|entry| entry.1 == value).expect("the table has every value").0
}

fn named<T: Copy>(table: &[(&'static str, T)], name: &str, what: &'static str) -> Result<T, DecodeModelError> {
    let known = || table.iter().map(|entry| entry.0).collect::<Vec<_>>().join(" and ");
    let found = table.iter().find(|entry| entry.0 == name).map(|entry| entry.1);
    found.ok_or_else(|| DecodeModelError::UnknownName { what, name: name.to_owned(), known: known() })
}
