//! The names of rules and tokenizers, and tokenizers put together from their parts.

use std::num::NonZeroUsize;

use galant_midi::ReadRules;
use galant_tokens::{ChordRules, ChordTokenizer, Grid, GridTokenizer, Tokenizer};

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
    pub(super) top: Option<NonZeroUsize>,
}

impl TokenizerParts {
    pub(super) fn of(tokenizer: Tokenizer) -> TokenizerParts {
        match tokenizer {
            Tokenizer::Chords(ChordTokenizer { rules, top }) => {
                TokenizerParts { rules: Some(name(&CHORD_RULES, rules).to_owned()), grid: None, top }
            }
            Tokenizer::Rhythm(GridTokenizer { grid, top }) | Tokenizer::Notes(GridTokenizer { grid, top }) => {
                TokenizerParts { rules: None, grid: Some(grid.steps_per_quarter()), top }
            }
        }
    }

    pub(super) fn tokenizer(&self, name: &str) -> Result<Tokenizer, DecodeModelError> {
        match name {
            "chords" => Ok(Tokenizer::Chords(self.chord_tokenizer()?)),
            "rhythm" => Ok(Tokenizer::Rhythm(self.grid_tokenizer("rhythm")?)),
            "notes" => Ok(Tokenizer::Notes(self.grid_tokenizer("notes")?)),
            _ => Err(DecodeModelError::UnknownName {
                what: "the tokenizer",
                name: name.to_owned(),
                known: "chords, rhythm and notes".to_owned(),
            }),
        }
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
